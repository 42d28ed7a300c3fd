"""What the symbols of a photo name, joined and checked; the photo itself is read in tests of trace.symbols.photo."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from tests.recalls.chain import START, Chain, gtin_of
from trace.check import photo
from trace.check.photo import CodeRow, PictureUnreadable, TooManyPhotos, check_photo, read_codes
from trace.holds import Condition, place_hold
from trace.symbols.decode import Reading

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
GTIN = gtin_of("yogurt")


def reading(identifier: str, text: str) -> Reading:
    kind = {"]E": "EAN-13", "]Q": "QR Code", "]d": "Data Matrix", "]C": "Code 128", "]I": "ITF"}[identifier[:2]]
    return Reading(kind, identifier, text.encode(), text, ((0, 0), (1, 0), (1, 1), (0, 1)))


EAN = reading("]E0", GTIN[1:])
MATRIX = reading("]d2", f"01{GTIN}10L1")
LINK = reading("]Q1", f"https://id.gs1.org/01/{GTIN}/10/L1/21/S1")
OTHER_LOT = reading("]d2", f"01{GTIN}10L2")
PAGE = reading("]Q1", "https://u.wechat.com/EIr4kd9AsdkjH")


def codes(session: Session, *readings: Reading) -> list[CodeRow]:
    return check_photo(session, readings, NOW, "https://suyuan.example")["codes"]


def test_symbols_that_say_the_same_are_one_code_and_the_fuller_one_is_first(session: Session) -> None:
    (code,) = codes(session, EAN, MATRIX)
    assert code["shown"] == f"(01){GTIN}(10)L1"
    assert [one["identifier"] for one in code["symbols"]] == ["]d2", "]E0"]
    assert code["check"] is not None
    assert (code["check"]["gtin"], code["check"]["lot"]) == (GTIN, "L1")
    (code,) = codes(session, EAN, MATRIX, LINK, MATRIX)
    assert [one["identifier"] for one in code["symbols"]] == ["]Q1", "]d2", "]d2", "]E0"]


def test_two_lots_on_one_photo_are_two_codes(session: Session) -> None:
    found = codes(session, EAN, MATRIX, OTHER_LOT)
    assert [code["check"] and code["check"]["lot"] for code in found] == ["L1", "L2"]


def test_a_page_is_told_to_be_no_item_code_and_comes_last(session: Session) -> None:
    item, page = codes(session, PAGE, EAN)
    assert (page["shown"], page["check"]) == (PAGE.text, None)
    assert item["shown"] == GTIN[1:]


def test_an_item_symbol_that_breaks_the_rules_says_why(session: Session) -> None:
    (code,) = codes(session, reading("]C1", "10L1"))
    assert code["check"] is not None
    assert (code["check"]["status"], code["shown"]) == ("unreadable", "10L1")
    assert "AI (10) needs (01)" in (code["check"]["detail"] or "")


def test_nothing_found_is_said_in_words(session: Session) -> None:
    row = check_photo(session, [], NOW)
    assert row["codes"] == []
    assert "No code was found" in (row["detail"] or "")
    assert row["checked_at"] == "2026-11-22T05:00:00Z"


def test_a_recalled_batch_on_a_photo_is_recalled(session: Session) -> None:
    chain = Chain(session)
    chain.product("yogurt", chain.party("dairy firm"), "原味酸奶")
    place_hold(
        session, "2026-0001", "recall", [Condition(GTIN, lot="L1")], START, "酸奶召回", "Yogurt recall", "停止食用。"
    )
    by_lot, by_other, by_item = ([one] for one in (MATRIX, OTHER_LOT, EAN))
    statuses = [
        code["check"] and code["check"]["status"]
        for one in (by_lot, by_other, by_item)
        for code in codes(session, *one)
    ]
    assert statuses == ["recalled", "batch_not_registered", "lot_needed"]


def test_no_more_photos_are_read_at_once_than_there_are_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo, "PATIENCE", 0.01)
    for _ in range(photo.AT_ONCE):
        assert photo._turns.acquire(blocking=False)
    try:
        with pytest.raises(TooManyPhotos) as busy:
            read_codes(b"")
        assert busy.value.headers["Retry-After"]
    finally:
        for _ in range(photo.AT_ONCE):
            photo._turns.release()
    with pytest.raises(PictureUnreadable):  # a refused picture gives its turn back
        read_codes(b"")
    assert all(photo._turns.acquire(blocking=False) for _ in range(photo.AT_ONCE))
    photo._turns.release(photo.AT_ONCE)
