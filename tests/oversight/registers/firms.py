"""Firms for tests of registers: a dairy with its plant and its yogurt, and an officer."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from oversight.registers.entering import enter
from oversight.registers.entries import Entry
from oversight.registers.registers import REGISTERS
from tests.oversight.offices import ADMIN, NOW
from trace.bodies import BatchIn, LocationIn, PartyIn, ProductIn
from trace.kit.auth import Principal
from trace.master_data import register_location, register_party, register_product

DAIRY, OTHER = "9520000000011", "9520000000028"
YOGURT, JAM = "09520000000103", "09520000000202"
MARCH = date(2026, 3, 1)

DAIRY_GOODS = {
    "word": "dairy",
    "name": "乳制品",
    "name_en": "Dairy products",
    "scheme": "GPC",
    "prefix": "5013",
    "needed_from": "2010-01-01",
    "source": "食品生产许可分类目录",
}
LICENCE = {
    "number": "SC10532010600011",
    "party": DAIRY,
    "categories": ["dairy"],
    "valid_from": "2022-01-01",
    "valid_to": "2026-12-31",
}
CERTIFICATE = {
    "scheme": "organic",
    "number": "CN-2025-0007",
    "party": DAIRY,
    "product": YOGURT,
    "valid_from": "2025-01-01",
    "valid_to": "2026-02-28",
}


@dataclass(frozen=True, slots=True)
class Firms:
    """Row numbers of two firms and of the yogurt; the dairy's key."""

    dairy: int
    other: int
    yogurt: int
    key: Principal


def add_firms(session: Session) -> Firms:
    """Register the dairy with a plant, a yogurt (GPC 50131) and a jam (GPC 50102), and another firm."""
    dairy, _ = register_party(session, ADMIN, PartyIn(gln=DAIRY, name="晨露乳业"), NOW)
    other, _ = register_party(session, ADMIN, PartyIn(gln=OTHER, name="青石食品"), NOW)
    register_location(session, ADMIN, LocationIn(gln=DAIRY, name="一厂", kind="plant", party=DAIRY), NOW)
    for gtin, name, value in ((YOGURT, "酸奶", "50131"), (JAM, "果酱", "50102")):
        classes: Any = [{"scheme": "GPC", "value": value}]
        body = ProductIn.model_validate(
            {"commodity_code": gtin, "name": name, "party": DAIRY, "classifications": classes}
        )
        product, _ = register_product(session, ADMIN, body, NOW)
        if gtin == YOGURT:
            yogurt = product.id
    return Firms(dairy.id, other.id, yogurt, Principal("company", dairy.id, 900, "dairy"))


def say(
    session: Session, word: str, states: dict[str, Any], who: Principal = ADMIN, reason: str | None = None
) -> Entry[Any]:
    """Enter something in a register."""
    register = REGISTERS[word]
    return enter(session, who, register, register.model.model_validate(states), reason, NOW)[0]


def batch(gtin: str, lot: str, made: date | None) -> BatchIn:
    """A batch of 100 pieces that the plant registers."""
    values: dict[str, Any] = {"commodity_code": gtin, "lot": lot, "quantity": 100, "location": DAIRY}
    if made is not None:
        values["produced_on"] = made.isoformat()
    return BatchIn.model_validate(values)
