"""What a scan makes of the lines of a form, without a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from trace.gs1.check_digits import check_digit
from trace.kit.errors import Invalid
from trace.web.desk.goods_form import MOST_LINES, PARTS, TypedLine, add_scan, read_body, read_lines, without

GTIN = "09520000000035"
CODE = f"(01){GTIN}(10)L1"
SSCC = "09520000000000001" + check_digit("09520000000000001")


def scan(*codes: str, side: str = "lines") -> list[TypedLine]:
    lines: list[TypedLine] = []
    for code in codes:
        lines = add_scan(lines, code, side, 2026)
    return lines


def test_serials_are_gathered_and_none_is_taken_twice() -> None:
    (line,) = lines = scan(f"{CODE}(21)A", f"{CODE}(21)B")
    assert (line.serials, line.quantity) == ("A B", "2")
    assert line.body() == {"gtin": GTIN, "lot": "L1", "serials": ["A", "B"]}
    with pytest.raises(Invalid):
        add_scan(lines, f"{CODE}(21)A", "lines", 2026)


def test_a_logistic_unit_is_one_line_once() -> None:
    (line,) = lines = scan(SSCC)
    assert line.body() == {"sscc": SSCC}
    with pytest.raises(Invalid):
        add_scan(lines, SSCC, "lines", 2026)


def test_counts_and_weights_in_the_code_are_taken() -> None:
    lines = scan(f"(01){GTIN}(3103)001250(10)L1", f"(01){GTIN}(10)L2(30)24", f"(01){GTIN}(3103)000750(10)L1")
    assert [(line.quantity, line.uom) for line in lines] == [("2.000", "KGM"), ("24", "")]


def test_pieces_and_serials_of_a_batch_are_lines_apart() -> None:
    assert [line.serials for line in scan(CODE, f"{CODE}(21)A", CODE)] == ["", "A"]


def test_a_code_of_a_place_is_no_goods() -> None:
    with pytest.raises(Invalid) as refused:
        scan("(414)9520000000028")
    assert refused.value.errors[0].pointer == "/scan"


def test_a_form_has_an_end() -> None:
    lines = [TypedLine(gtin=GTIN, lot=f"L{number}", quantity="1") for number in range(MOST_LINES)]
    with pytest.raises(Invalid):
        add_scan(lines, f"(01){GTIN}(10)ONE-MORE", "lines", 2026)
    with pytest.raises(Invalid):
        read_lines(_form([*lines, *lines]))


def test_a_line_of_which_a_part_is_missing_is_refused() -> None:
    with pytest.raises(Invalid):
        read_lines(MultiDict([("line-gtin", GTIN)]))


def _form(lines: list[TypedLine]) -> MultiDict[str, str]:
    return MultiDict([("line-" + name, getattr(line, name)) for line in lines for name in PARTS])


@given(st.lists(st.sampled_from(["A", "B", "C"]), max_size=12))
def test_every_scan_is_counted_exactly_once(lots: list[str]) -> None:
    lines = read_lines(_form(scan(*(f"(01){GTIN}(10){lot}" for lot in lots))))
    assert {line.lot: line.amount for line in lines} == {lot: lots.count(lot) for lot in lots}
    assert read_body(("location", "P"), {"reason": ""}, lines).get("lines", []) == [line.body() for line in lines]
    if lines:
        assert without(lines, "0") == lines[1:]
    assert without(lines, "none") == lines
