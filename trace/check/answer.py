"""The shape of an answer to the consumer's check, and how plain values take it (CONTRACT, Consumers)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from typing_extensions import TypedDict

from trace.answers import write_time
from trace.check.rules import Asked
from trace.gs1 import IdentifierError
from trace.holds import Condition, conditions_of, notice_of
from trace.models import Hold

Status = Literal[
    "recalled",
    "stop_sale",
    "lot_needed",
    "product_not_registered",
    "batch_not_registered",
    "no_recall_known",
    "unreadable",
]


class ProductRow(TypedDict):
    """What the maker registered about the item."""

    name: str
    name_en: str | None
    brand: str | None
    specification: str | None
    maker: str | None


class ScopeRow(TypedDict):
    """Which units of the asked item a recall takes back; all null: every unit."""

    lot: str | None
    lot_from: str | None
    lot_to: str | None
    produced_from: str | None
    produced_to: str | None
    serial_from: str | None
    serial_to: str | None


class RecallRow(TypedDict):
    """A recall or stop-sale that concerns the asked goods; a stop-sale is not published yet and has no page.

    What is null the public notice does not say (in English), or there is none yet.
    """

    number: str
    kind: Literal["recall", "stop_sale"]
    title: str
    title_en: str | None
    instructions: str
    instructions_en: str | None
    hazard: str | None
    hazard_en: str | None
    lot_position: str | None
    lot_position_en: str | None
    phone: str | None
    published: str | None
    url: str | None
    scope: list[ScopeRow]


class CheckRow(TypedDict):
    """The answer to a check; ``needed`` names what the code does not say and would decide.

    Of an unreadable code ``detail`` says why, and ``problem`` is `bad_check_digit`, `bad_length`, `bad_characters` or
    `bad_syntax`.
    """

    input: str
    gtin: str | None
    lot: str | None
    serial: str | None
    sscc: str | None
    product: ProductRow | None
    status: Status
    detail: str | None
    problem: str | None
    needed: list[str]
    recalls: list[RecallRow]
    checked_at: str


def write_recall(hold: Hold, asked: Asked, site: str, derived: Iterable[str] = ()) -> RecallRow:
    """A hold as it is answered, with the lines of it that name the asked item; ``site`` is before its page's path.

    ``derived`` are lots of the item that were made from held goods.
    """
    named = [line for line in conditions_of(hold) if line.gtin == asked.gtin is not None and not line.exclude]
    lots = {line.lot for line in named}
    told = notice_of(hold)
    return {
        "number": hold.reference,
        "kind": "recall" if hold.kind == "recall" else "stop_sale",
        "title": hold.title,
        "title_en": hold.title_en,
        "instructions": told["instructions"] or "",
        "instructions_en": told["instructions_en"],
        "hazard": told["hazard"],
        "hazard_en": told["hazard_en"],
        "lot_position": told["lot_position"],
        "lot_position_en": told["lot_position_en"],
        "phone": told["phone"],
        "published": write_time(hold.published),
        "url": None if hold.published is None else f"{site}/recalls/{hold.reference}",
        "scope": [
            *(_scope_row(line) for line in named),
            *(_scope_row(Condition(asked.gtin, lot=lot)) for lot in derived if lot not in lots),
        ],
    }


def _scope_row(line: Condition) -> ScopeRow:
    def day(value: date | None) -> str | None:
        return None if value is None else value.isoformat()

    return {
        "lot": line.lot,
        "lot_from": line.lot_from,
        "lot_to": line.lot_to,
        "produced_from": day(line.produced_from),
        "produced_to": day(line.produced_to),
        "serial_from": line.serial_from,
        "serial_to": line.serial_to,
    }


def find_needed(asked: Asked, holds: Iterable[Hold]) -> list[str]:
    """Return what would decide about an item: the lot, the serial."""
    lines = [line for hold in holds for line in conditions_of(hold) if line.gtin == asked.gtin]
    by_serial = any(line.serial_from or line.serial_to for line in lines)
    needed = ["lot"] if asked.lot is None else []
    return [*needed, "serial"] if by_serial and asked.serial is None else needed


def write_answer(
    code: str,
    asked: Asked,
    status: Status,
    now: datetime,
    product: ProductRow | None = None,
    recalls: Iterable[RecallRow] = (),
    error: IdentifierError | None = None,
    needed: Iterable[str] = (),
) -> CheckRow:
    """The whole answer."""
    return {
        "input": code,
        "gtin": asked.gtin,
        "lot": asked.lot,
        "serial": asked.serial,
        "sscc": asked.sscc,
        "product": product,
        "status": status,
        "detail": None if error is None else str(error),
        "problem": None if error is None else error.code,
        "needed": list(needed),
        "recalls": list(recalls),
        "checked_at": write_time(now) or "",
    }
