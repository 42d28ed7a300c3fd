"""Where the check might call goods safe that are recalled: partly known pallets, cases, reworked goods, mistyping."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.recalls.chain import START, Chain, batch_uri, gtin_of, place_uri
from trace.check.code import check_code
from trace.derivation.rebuild import find_differences
from trace.gs1.check_digits import check_digit
from trace.holds import Condition, place_hold
from trace.models import Content

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
GTIN = gtin_of("yogurt")
PALLET, BOX = (body + check_digit(body) for body in ("09520000000000001", "09520000000000002"))
CASE = f"https://id.gs1.org/01/{gtin_of('case')}/21/C1"


def check(session: Session, code: str, lot: str | None = None, serial: str | None = None) -> tuple[str, list[str]]:
    found = check_code(session, code, NOW, lot, serial)
    return found["status"], found["needed"]


def hold(session: Session, *conditions: Condition) -> None:
    place_hold(session, "2026-0001", "recall", conditions, START, "酸奶召回", None, "请停止食用。")


def pack(chain: Chain, parent: str, *children: str, amounts: tuple[tuple[str, str, int], ...] = ()) -> None:
    body: dict[str, Any] = {"type": "AggregationEvent", "action": "ADD", "bizStep": "packing", "parentID": parent}
    body["childEPCs"] = list(children)
    body["childQuantityList"] = [
        {"epcClass": batch_uri(item, lot), "quantity": quantity} for item, lot, quantity in amounts
    ]
    chain.capture(body | {"bizLocation": {"id": place_uri("dairy")}})


@pytest.fixture
def chain(session: Session) -> Chain:
    """A registered yogurt with two registered lots, and a registered case."""
    chain = Chain(session)
    chain.product("yogurt", chain.party("dairy firm"))
    chain.product("case")
    for lot in ("L1", "L2"):
        chain.make("dairy", "yogurt", lot, 100)
        chain.batch("yogurt", lot, "dairy")
    return chain


def test_a_pallet_with_a_box_of_which_nothing_is_known_is_not_called_safe(session: Session, chain: Chain) -> None:
    pallet, box = f"https://id.gs1.org/00/{PALLET}", f"https://id.gs1.org/00/{BOX}"
    tray = "https://id.gs1.org/8003/09520000000004" + "T1"
    pack(chain, pallet, box, amounts=(("yogurt", "L1", 5),))
    assert check(session, PALLET) == ("lot_needed", ["goods"])
    chain.pack("dairy", BOX, "yogurt", "L2", 5)
    assert check(session, PALLET) == ("no_recall_known", [])
    pack(chain, pallet, tray)
    assert check(session, PALLET) == ("no_recall_known", [])  # an empty tray is no goods
    hold(session, Condition(GTIN, lot="L2"))
    assert check(session, PALLET)[0] == "recalled"
    assert find_differences(session) == 0
    session.query(Content).filter_by().delete()
    assert find_differences(session) > 0


def test_a_case_with_a_serial_is_what_is_in_it(session: Session, chain: Chain) -> None:
    code = f"(01){gtin_of('case')}(21)C1"
    assert check(session, code) == ("no_recall_known", [])
    pack(chain, CASE, amounts=(("yogurt", "L1", 5),))
    hold(session, Condition(GTIN, lot="L1"))
    assert check(session, code) == ("recalled", [])
    pack(chain, f"https://id.gs1.org/00/{PALLET}", CASE)
    assert check(session, PALLET) == ("recalled", [])
    assert find_differences(session) == 0


def test_a_case_of_goods_without_a_lot_stays_in_doubt(session: Session, chain: Chain) -> None:
    pack(chain, CASE, f"https://id.gs1.org/01/{GTIN}/21/S1")
    hold(session, Condition(GTIN, lot="L1"))
    assert check(session, f"(01){gtin_of('case')}(21)C1") == ("lot_needed", ["goods"])


def test_a_lot_named_in_part_that_was_made_from_held_goods_is_held_whole(session: Session, chain: Chain) -> None:
    chain.blend("dairy", [("yogurt", "L1", 5)], [("yogurt", "L2", 5)])
    hold(session, Condition(GTIN, lot="L1"), Condition(GTIN, lot="L2", serial_from="1", serial_to="10"))
    assert check(session, f"(01){GTIN}(10)L2(21)50")[0] == "recalled"
    assert find_differences(session) == 0


def test_a_lot_made_on_several_days_may_be_of_any_of_them(session: Session, chain: Chain) -> None:
    for day in ("2026-03-02", "2026-03-03"):
        chain.make("dairy", "yogurt", "L2", 5, productionDate=day)
    hold(session, Condition(GTIN, produced_from=date(2026, 3, 3), produced_to=date(2026, 3, 4)))
    assert check(session, f"(01){GTIN}(10)L2")[0] == "recalled"
    assert check(session, f"(01){GTIN}(11)260302(10)L2")[0] == "no_recall_known"


def test_the_lot_on_record_of_a_serial_counts_beside_the_one_that_was_typed(session: Session, chain: Chain) -> None:
    serial = {"type": "ObjectEvent", "action": "OBSERVE", "epcList": [f"{batch_uri('yogurt', 'L1')}/21/S1"]}
    chain.capture(serial)
    code = f"(01){GTIN}(21)S1"
    assert check(session, code, "L2")[0] == "no_recall_known"
    hold(session, Condition(GTIN, lot="L1"))
    assert [check(session, code, lot)[0] for lot in (None, "L1", "L2", "l2")] == ["recalled"] * 4
    assert check(session, GTIN, "L2", "s1")[0] == "recalled"
    hold(session, Condition(GTIN, lot="L2"))
    assert check(session, code, "L2")[0] == "recalled"


def test_what_was_typed_in_other_letters_is_read_as_what_is_recalled(session: Session, chain: Chain) -> None:
    hold(session, Condition(GTIN, lot_from="L10", lot_to="L30"), Condition(GTIN, lot="aB9"))
    assert {check(session, GTIN, lot)[0] for lot in ("l20", "L20", "AB9", "ab9")} == {"recalled"}
    hold(session, Condition(GTIN, serial_from="S9", serial_to="S20"))
    assert [check(session, GTIN, "L1", serial)[0] for serial in ("s10", "S10", "s21")] == [
        "recalled",
        "recalled",
        "no_recall_known",
    ]
