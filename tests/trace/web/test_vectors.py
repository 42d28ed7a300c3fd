"""Every line of the GS1 vectors asked as a consumer asks: what is valid is never unreadable, the rest always is."""

from typing import Any

from flask import Flask

from tests.trace.gs1.vectors import document, lines
from trace.gs1 import read_scan
from trace.gs1.element_strings import read_bracketed
from trace.gs1.epc_uri import Elements

# What an input method or a clipboard does to a number is put right; a form refuses it (see test_keys).
_PUT_RIGHT = {"６９０１２３４５６７８９２", " 6901234567892 ", "6901234567892\n"}


def ask(app: Flask, code: str) -> Any:
    answer = app.test_client().get("/api/v1/check", query_string={"code": code})
    assert answer.status_code == 200, (code, answer.get_data(as_text=True))
    return answer.json


def refused(app: Flask, code: str) -> bool:
    """Whether the answer says that the code cannot be read, and why, and nothing about goods."""
    row = ask(app, code)
    return bool(row["status"] == "unreadable" and row["detail"] and row["problem"] and row["gtin"] is None)


def names(row: Any, elements: Elements) -> bool:
    """Whether the answer is about the goods of `elements`; a place or a document is told to be no goods."""
    values = dict(elements)
    gtin = values.get("01", values.get("8006", values.get("02", "")))[:14] or None
    sscc = values.get("00")
    if gtin is None and sscc is None:
        return bool(row["status"] == "unreadable" and "expected a GTIN or an SSCC" in row["detail"])
    asked = (row["gtin"], row["sscc"], row["lot"], row["serial"])
    said = (gtin, sscc, values.get("10"), values.get("21"))
    return bool(row["status"] in ("product_not_registered", "lot_needed") and asked == said)


def test_valid_links_and_element_strings_are_answered(app: Flask) -> None:
    for link, content in lines("dl_uris_valid.txt"):
        elements = read_scan(link).elements
        assert names(ask(app, link), elements), link
        assert names(ask(app, content), elements), content
        assert names(ask(app, "]d2" + content[1:].replace("^", "\x1d")), elements), content


def test_valid_element_strings_are_answered_or_need_another_ai(app: Flask) -> None:
    for (text,) in lines("element_strings_valid.txt"):
        row = ask(app, text)
        if row["status"] == "unreadable" and "expected a GTIN" not in row["detail"]:
            assert "needs" in row["detail"] or "(89) is not in" in row["detail"], (text, row["detail"])
        else:
            assert names(row, read_bracketed(text)), text


def test_invalid_links_and_element_strings_are_unreadable(app: Flask) -> None:
    for text, *_ in lines("dl_uris_invalid.txt") + lines("element_strings_invalid.txt"):
        assert refused(app, text), text


def test_gtins_are_answered_by_their_14_digits_or_unreadable(app: Flask) -> None:
    vectors = document("gtin_vectors.json")
    for text, *_ in vectors["valid"]:
        assert ask(app, text)["gtin"] == text.zfill(14)
    for text, *_ in vectors["invalid"]:
        assert (ask(app, text)["gtin"] == "06901234567892") if text in _PUT_RIGHT else refused(app, text), text


def test_epc_urns_are_answered_by_their_elements_or_unreadable(app: Flask) -> None:
    vectors = document("epc_vectors.json")
    for vector in vectors["valid"]:
        if vector["element_string"] is not None:
            elements = read_bracketed(vector["element_string"], pairing=False)
            assert names(ask(app, vector["epc"]), elements), vector
    for vector in vectors["invalid"]:
        assert refused(app, vector["epc"]), vector


def test_a_code_of_an_organisation_is_no_code_of_goods(app: Flask) -> None:
    for vector in document("uscc_vectors.json")["uscc"]:
        assert refused(app, vector["code"]), vector
