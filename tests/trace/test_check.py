"""The consumer's check: every status, by rules and end to end; doubt never sounds like safety. Its page: web/."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from tests.recalls.chain import START, Chain, batch_uri, gtin_of
from trace.check.code import CannotTell, check_code
from trace.check.rules import Asked, judge, read_asked
from trace.gs1 import IdentifierError
from trace.gs1.check_digits import check_digit
from trace.holds import Condition, Kind, place_hold
from trace.kit.db import Database

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
GTIN = gtin_of("yogurt")
SSCC = "09520000000000001" + check_digit("09520000000000001")


def check(session: Session, code: str, lot: str | None = None, serial: str | None = None) -> dict[str, Any]:
    return dict(check_code(session, code, NOW, lot, serial, "https://suyuan.example"))


def hold(session: Session, *conditions: Condition, kind: Kind = "recall", reference: str = "2026-0001") -> None:
    place_hold(session, reference, kind, conditions, START, "酸奶召回", "Yogurt recall", "请停止食用。")


@pytest.fixture
def chain(session: Session) -> Chain:
    """A registered yogurt with two registered lots."""
    chain = Chain(session)
    chain.product("yogurt", chain.party("dairy firm"), "原味酸奶")
    for lot in ("L1", "L2"):
        chain.make("dairy", "yogurt", lot, 100)
        chain.batch("yogurt", lot, "dairy")
    return chain


# -- the rules ---------------------------------------------------------------------------------------------------------

LOT = Condition(GTIN, lot="L1")
RANGE = Condition(GTIN, lot_from="L2", lot_to="L10")
DATED = Condition(GTIN, produced_from=date(2026, 3, 1), produced_to=date(2026, 3, 5))
SERIALS = Condition(GTIN, serial_from="S9", serial_to="S20")
WHOLE = Condition(GTIN)
NOT_L1 = Condition(GTIN, lot="L1", exclude=True)
NOT_EARLY = Condition(GTIN, produced_to=date(2026, 2, 28), exclude=True)


@pytest.mark.parametrize(
    ("lines", "lot", "serial", "made", "verdict"),
    [
        ([LOT], "L1", None, None, "covered"),
        ([LOT], "L2", None, None, "clear"),
        ([LOT], None, None, None, "unsure"),
        ([RANGE], "L9", None, None, "covered"),
        ([RANGE], "L10", None, None, "covered"),
        ([RANGE], "L1", None, None, "clear"),
        ([RANGE], "L11", None, None, "clear"),
        ([WHOLE], None, None, None, "covered"),
        ([DATED], None, None, None, "unsure"),
        ([DATED], None, None, date(2026, 3, 6), "clear"),
        ([DATED], None, None, date(2026, 3, 5), "covered"),
        ([DATED], "L9", None, None, "covered"),
        ([WHOLE, NOT_L1], "L1", None, None, "clear"),
        ([WHOLE, NOT_L1], "L2", None, None, "covered"),
        ([WHOLE, NOT_L1], None, None, None, "unsure"),
        ([WHOLE, NOT_EARLY], "L2", None, None, "covered"),
        ([WHOLE, NOT_EARLY], "L2", None, date(2026, 2, 1), "clear"),
        ([SERIALS], "L1", "S10", None, "covered"),
        ([SERIALS], "L1", "S21", None, "clear"),
        ([SERIALS], "L1", None, None, "unsure"),
        ([LOT, Condition("09529999999999")], "L2", None, None, "clear"),
    ],
)
def test_lines_are_judged(
    lines: list[Condition], lot: str | None, serial: str | None, made: date | None, verdict: str
) -> None:
    assert judge(lines, Asked(GTIN, lot, serial), made) == verdict


def test_a_code_and_the_fields_beside_it_are_read_as_one() -> None:
    assert read_asked(f" {GTIN} ", " Ｌ１ ", "", 2026) == Asked(GTIN, "L1", typed=True)
    asked = read_asked(f"(01){GTIN}(11)260301(10)L1(21)S7", None, None, 2026)
    assert asked == Asked(GTIN, "L1", "S7", made=date(2026, 3, 1))
    assert read_asked(f"(00){SSCC}(02){GTIN}(37)24(10)L1", None, None, 2026) == Asked(GTIN, "L1", sscc=SSCC)


@pytest.mark.parametrize(
    ("code", "lot", "words"),
    [
        ("6901234567890", None, "check digit should be 2"),
        ("hello", None, "expected a GTIN"),
        ("", None, "empty"),
        ("(414)9520000018955", None, "got a place"),
        (f"(01){GTIN}(10)L1", "L2", "expected 'L1' as in the code"),
        (GTIN, "酸奶", "lot"),
        ("1" * 2001, None, "at most 2000"),
    ],
)
def test_what_cannot_be_read_says_why(code: str, lot: str | None, words: str) -> None:
    with pytest.raises(IdentifierError, match=words):
        read_asked(code, lot, None, 2026)


# -- the answer --------------------------------------------------------------------------------------------------------


def test_no_recall_is_known_of_a_registered_lot(session: Session, chain: Chain) -> None:
    found = check(session, GTIN, "L1")
    assert (found["status"], found["recalls"], found["gtin"], found["lot"]) == ("no_recall_known", [], GTIN, "L1")
    assert found["product"]["name"] == "原味酸奶"
    assert check(session, GTIN)["status"] == "no_recall_known"
    assert found["checked_at"] == "2026-11-22T05:00:00Z"


@pytest.mark.parametrize(
    "code",
    [
        f"(01){GTIN}(10)L1",
        f"]d201{GTIN}10L1",
        f"https://shop.example/01/{GTIN}/10/L1",
        f"urn:epc:class:lgtin:{GTIN[1:7]}.{GTIN[0]}{GTIN[7:13]}.L1",
    ],
)
def test_whatever_a_scanner_gives(session: Session, chain: Chain, code: str) -> None:
    hold(session, LOT)
    found = check(session, code)
    assert found["status"] == "recalled"
    (recall,) = found["recalls"]
    assert recall["number"] == "2026-0001"
    assert recall["title_en"] == "Yogurt recall"
    assert recall["instructions"] == "请停止食用。"
    assert recall["url"] == "https://suyuan.example/recalls/2026-0001"
    assert recall["published"] == "2026-03-01T08:00:00Z"


def test_a_stop_sale_is_not_yet_published(session: Session, chain: Chain) -> None:
    hold(session, LOT, kind="stop_sale")
    found = check(session, GTIN, "L1")
    assert found["status"] == "stop_sale"
    assert (found["recalls"][0]["url"], found["recalls"][0]["published"]) == (None, None)
    hold(session, WHOLE, reference="2026-0002")
    assert check(session, GTIN, "L1")["status"] == "recalled"


def test_an_item_without_its_lot_is_never_called_safe(session: Session, chain: Chain) -> None:
    hold(session, LOT)
    found = check(session, GTIN)
    assert (found["status"], found["needed"]) == ("lot_needed", ["lot"])
    assert found["recalls"][0]["scope"][0]["lot"] == "L1"
    assert check(session, GTIN, "L2")["status"] == "no_recall_known"


def test_an_item_recalled_whole_needs_no_lot(session: Session, chain: Chain) -> None:
    hold(session, WHOLE)
    assert check(session, GTIN)["status"] == "recalled"


def test_what_nobody_registered_is_said_to_be_unknown(session: Session, chain: Chain) -> None:
    assert check(session, gtin_of("nothing"))["status"] == "product_not_registered"
    assert check(session, gtin_of("nothing"), "L1")["product"] is None
    assert check(session, GTIN, "L9")["status"] == "batch_not_registered"
    chain.make("dairy", "yogurt", "L9", 5)  # an event named it; its maker did not register it
    assert check(session, GTIN, "L9")["status"] == "batch_not_registered"


def test_a_recalled_lot_that_nobody_registered_is_recalled(session: Session, chain: Chain) -> None:
    hold(session, Condition(GTIN, lot="L77"), Condition(gtin_of("nothing")))
    assert check(session, GTIN, "L77")["status"] == "recalled"
    assert check(session, gtin_of("nothing"))["status"] == "recalled"


def test_what_was_made_from_recalled_goods_is_recalled(session: Session, chain: Chain) -> None:
    chain.product("cake")
    chain.blend("bakery", [("yogurt", "L1", 10)], [("cake", "C1", 5)])
    chain.batch("cake", "C1", "bakery")
    hold(session, LOT)
    cake = gtin_of("cake")
    assert check(session, cake, "C1")["status"] == "recalled"
    unsure = check(session, cake)
    assert unsure["status"] == "lot_needed"
    assert [line["lot"] for line in unsure["recalls"][0]["scope"]] == ["C1"]
    assert check(session, cake, "C2")["status"] == "batch_not_registered"


def test_goods_made_from_recalled_ones_and_recorded_without_a_lot_are_warned_of(session: Session, chain: Chain) -> None:
    chain.product("cake")
    chain.blend("bakery", [("yogurt", "L1", 10)], [("cake", "", 5)])
    hold(session, LOT)
    assert check(session, gtin_of("cake"), "C9")["status"] == "recalled"
    chain.make("bakery", "cake", "C2", 5)
    chain.batch("cake", "C2", "bakery")
    assert check(session, gtin_of("cake"), "C2")["status"] == "no_recall_known"


def test_a_serial_leads_to_its_batch(session: Session, chain: Chain) -> None:
    chain.capture(
        {
            "type": "ObjectEvent",
            "action": "ADD",
            "bizStep": "commissioning",
            "epcList": [f"https://id.gs1.org/01/{GTIN}/21/S1"],
            "ilmd": {"cbvmda:lotNumber": "L1"},
        }
    )
    hold(session, LOT)
    found = check(session, f"(01){GTIN}(21)S1")
    assert (found["status"], found["lot"]) == ("recalled", "L1")
    assert check(session, GTIN, None, "S2")["status"] == "lot_needed"


def test_a_range_of_serials_asks_for_the_serial(session: Session, chain: Chain) -> None:
    hold(session, SERIALS)
    assert check(session, GTIN, "L1")["needed"] == ["serial"]
    assert check(session, GTIN, "L1", "S10")["status"] == "recalled"
    assert check(session, GTIN, "L1", "S100")["status"] == "no_recall_known"


def test_the_date_of_the_record_goes_before_that_of_the_code(session: Session, chain: Chain) -> None:
    chain.make("dairy", "yogurt", "L5", 10, productionDate="2026-03-02")
    chain.batch("yogurt", "L5", "dairy", produced_on=date(2026, 3, 2))
    hold(session, DATED)
    assert check(session, f"(01){GTIN}(11)260401(10)L5")["status"] == "recalled"
    assert check(session, f"(01){GTIN}(11)260401(10)L8")["status"] == "batch_not_registered"
    assert check(session, GTIN, "L8")["status"] == "recalled"  # an unknown date counts as covered


def test_a_lot_typed_in_small_letters_is_the_one_on_record(session: Session, chain: Chain) -> None:
    hold(session, LOT)
    found = check(session, GTIN, "l1")
    assert (found["status"], found["lot"]) == ("recalled", "L1")
    assert check(session, f"(01){GTIN}(10)l1")["status"] == "batch_not_registered"


def test_a_pallet_is_what_is_in_it(session: Session, chain: Chain) -> None:
    found = check(session, f"(00){SSCC}")
    assert (found["status"], found["needed"], found["sscc"]) == ("lot_needed", ["goods"], SSCC)
    chain.pack("dairy", SSCC, "yogurt", "L1", 20)
    assert check(session, SSCC)["status"] == "no_recall_known"
    hold(session, LOT)
    assert check(session, SSCC)["status"] == "recalled"


def test_a_pallet_of_goods_without_a_lot_stays_in_doubt(session: Session, chain: Chain) -> None:
    chain.pack("dairy", SSCC, "yogurt", "", 20)
    hold(session, LOT)
    assert check(session, SSCC)["status"] == "lot_needed"


def test_a_pallet_of_a_batch_of_another_scheme(session: Session, chain: Chain) -> None:
    uri = "urn:example:batch:7"
    chain.capture(
        {
            "type": "AggregationEvent",
            "action": "ADD",
            "parentID": f"https://id.gs1.org/00/{SSCC}",
            "childQuantityList": [{"epcClass": uri, "quantity": 3}],
        }
    )
    hold(session, Condition(batch_uri=uri))
    assert check(session, SSCC)["status"] == "recalled"


def test_what_cannot_be_read_is_an_answer_too(session: Session) -> None:
    found = check(session, "6901234567890", "L1")
    assert (found["status"], found["gtin"], found["recalls"]) == ("unreadable", None, [])
    assert "check digit should be 2" in found["detail"]


def test_the_usual_way_reads_no_event(database: Database, session: Session, chain: Chain) -> None:
    hold(session, LOT)
    session.flush()
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    assert check(session, GTIN, "L1")["status"] == "recalled"
    event.remove(session.get_bind(), "before_cursor_execute", note)
    assert not [statement for statement in seen if "events" in statement or "postings" in statement]
    assert len(seen) <= 6


# -- over HTTP ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(database: Database, client: FlaskClient) -> FlaskClient:
    """A recalled lot, a lot under stop-sale, and a free one."""
    with database.write() as session:
        chain = Chain(session)
        chain.product("yogurt", chain.party("乳品厂"), "原味酸奶")
        for lot in ("L1", "L2", "L3"):
            chain.make("dairy", "yogurt", lot, 100)
            chain.batch("yogurt", lot, "dairy")
        hold(session, LOT)
        hold(session, Condition(GTIN, lot="L2"), kind="stop_sale", reference="2026-0002")
    return client


def test_the_call_needs_no_key_and_is_never_cached(served: FlaskClient) -> None:
    answer = served.get(f"/api/v1/check?code={GTIN}&lot=L1")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json()["status"] == "recalled"
    assert served.get("/api/v1/check").status_code == 422
    assert served.get("/api/v1/check?code=x").get_json()["status"] == "unreadable"


def test_trouble_with_the_database_is_503_and_never_an_answer(served: FlaskClient, database: Database) -> None:
    with database.write() as session:
        session.execute(text("DROP TABLE hold_lines"))
    answer = served.get(f"/api/v1/check?code={GTIN}&lot=L1")
    assert answer.status_code == 503
    assert "cannot be determined now" in answer.get_json()["detail"]
    assert "Retry-After" in answer.headers
    page = served.get(f"/check?code={GTIN}&lot=L1&lang=en")
    assert page.status_code == 503
    assert "We cannot tell right now." in page.text
    with database.read() as session, pytest.raises(CannotTell):
        check_code(session, GTIN, NOW)


def test_the_moment_of_a_hold_is_the_first_one(session: Session, chain: Chain) -> None:
    hold(session, LOT, kind="stop_sale")
    place_hold(session, "2026-0001", "recall", [LOT], START + timedelta(days=1), "t", None, "i")
    assert check(session, batch_uri("yogurt", "L1"))["recalls"][0]["published"] == "2026-03-02T08:00:00Z"
