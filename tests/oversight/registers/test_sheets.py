"""Registers as sheets: what goes out comes back the same, and a wrong row lets none in."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy.orm import Session

from oversight.models import RegisterVersion
from oversight.registers.entries import WantedEntries
from oversight.registers.registers import REGISTERS
from oversight.registers.sheets import SheetRefused, all_lines, import_sheet, sheet_of
from tests.oversight.offices import ADMIN, NOW
from tests.oversight.registers.firms import CERTIFICATE, DAIRY, DAIRY_GOODS, LICENCE, MARCH, Firms, add_firms, say
from trace.kit.errors import Invalid
from trace.sheets import write_csv, write_xlsx

HEAD = "标准编号,标准名称,状态,实施日期\n"


@pytest.fixture
def firms(session: Session) -> Firms:
    return add_firms(session)


def bring(session: Session, word: str, data: bytes) -> tuple[int, int]:
    return import_sheet(session, ADMIN, REGISTERS[word], data, None, NOW)


def test_every_register_comes_back_as_it_went_out(session: Session, firms: Firms) -> None:
    suspended = [
        {"since": "2026-03-01", "ground": "整改；a; b"},
        {"since": "2025-01-01", "until": "2025-02-01", "ground": "a"},
    ]
    scope = [{"item": "铅", "method": "GB 5009.12"}, {"item": "镉", "method": "GB 5009.15", "valid_to": "2026-06-30"}]
    say(session, "categories", DAIRY_GOODS)
    say(session, "licences", {**LICENCE, "suspensions": suspended})
    say(session, "certificates", {**CERTIFICATE, "compulsory": True})
    say(session, "standing", {"party": DAIRY, "state": "suspended", "since": "2026-01-01", "ground": "卫生"})
    say(session, "standing", {"party": DAIRY, "state": "active", "since": "2026-02-01", "ground": "已整改"})
    say(session, "laboratories", {"number": "L1", "name": "示范", "valid_from": "2025-01-01", "scope": scope})
    say(session, "standards", {"number": "GB 1", "title": "甲", "status": "replaced", "replaced_by": "GB 2"})
    for register in REGISTERS.values():
        for language in ("zh", "en"):
            for write in (write_csv, write_xlsx):
                file = BytesIO()
                write(file, sheet_of(register, MARCH), all_lines(session, register, WantedEntries()), language)
                assert bring(session, register.word, file.getvalue()) == (1 + register.repeats, 0), (
                    register.word,
                    language,
                )


def test_rows_are_entered(session: Session) -> None:
    text = HEAD + "GB 1-2020,酱油,现行,2021/1/1\nGB 2-2020,醋,in force,2021年6月30日\n"
    assert bring(session, "standards", text.encode("gb18030")) == (2, 2)
    said: list[Any] = [one.said for one in all_lines(session, REGISTERS["standards"], WantedEntries())]
    assert [(one.number, str(one.in_force_on)) for one in said] == [
        ("GB 1-2020", "2021-01-01"),
        ("GB 2-2020", "2021-06-30"),
    ]


def test_each_wrong_field_of_each_row_is_named(session: Session) -> None:
    text = HEAD + "GB 1,酱油,现行,\nGB 2,,旧的,\nGB 1,醋,现行,31.6.2021\n"
    with pytest.raises(SheetRefused) as refused:
        bring(session, "standards", text.encode())
    assert [one.pointer for one in refused.value.errors] == ["/rows/3/title", "/rows/3/status", "/rows/4/in_force_on"]
    assert refused.value.status == 422


def test_a_number_comes_once(session: Session) -> None:
    with pytest.raises(SheetRefused, match="1: nothing") as refused:
        bring(session, "standards", (HEAD + "GB 1,酱油,现行,\nGB 1,醋,现行,\n").encode())
    assert "row 2 too" in refused.value.errors[0].detail


def test_a_firm_may_have_several_decisions_in_one_sheet(session: Session, firms: Firms) -> None:
    text = f"Firm,State,From,Ground\n{DAIRY},suspended,2026-01-01,hygiene\n{DAIRY},active,2026-02-01,mended\n"
    assert [bring(session, "standing", text.encode()) for _ in range(2)] == [(2, 2), (2, 0)]
    assert session.query(RegisterVersion).count() == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [("标准编号\nGB 1\n", "Title"), (HEAD.strip() + ",颜色\nGB 1,甲,现行,,红\n", "颜色"), ("", "empty")],
)
def test_headings_that_are_unknown_or_missing_are_named(session: Session, text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        bring(session, "standards", text.encode())
