"""“Is mine affected?” on the page of a recall: the question in its address, and the answer in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request

from recalls.publication.own_unit import OwnUnit, check_own
from recalls.publication.records import Facts
from trace.check.answer import CheckRow
from trace.check.code import CannotTell
from trace.gs1 import Gtin
from trace.kit.i18n import _
from trace.kit.web import current_database
from trace.web.check_words import Headline, Mistake, say_answer, say_mistake

MOST_CHOICES = 30
"""Of so many products one is chosen by name; of more, its number is typed."""


@dataclass(frozen=True, slots=True)
class Own:
    """An answer: its headline, what it means, what the check said (``None``: nothing), and the field that is wrong."""

    headline: Headline
    texts: Sequence[str]
    verdict: str
    found: CheckRow | None = None
    mistake: Mistake | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields of the question as they are shown again; ``choices`` are (code, GTIN-14) of the recall's products."""

    code: str
    lot: str
    serial: str
    choices: Sequence[tuple[str, str]]
    by_serial: bool


def asked_of(facts: Facts) -> Asked:
    """Return the question that the address asks; of a recall's only product no code need be given."""
    code, lot, serial = (request.args.get(name, "").strip() for name in ("code", "lot", "serial"))
    choices = [(row["code"], row["gtin"]) for row in facts["products"] if row["gtin"] is not None]
    if not code and len(choices) == 1:
        code = choices[0][0] if lot or serial else ""
    by_serial = any(line["serial_from"] or line["serial_to"] for line in facts["lines"])
    return Asked(code, lot, serial, choices, by_serial or bool(serial))


def answer_own(number: str, asked: Asked) -> Own | None:
    """Return the answer to the question of this request; ``None`` where nothing was asked."""
    if not asked.code:
        if not (asked.lot or asked.serial):
            return None
        missing = Mistake("code", _("Say which product it is: the number under its bar code."))
        return Own(Headline("unknown", "◆", _("Which product is it?")), (), "unreadable", mistake=missing)
    try:
        with current_database().public() as session:
            now = datetime.now(UTC)
            own = check_own(session, number, asked.code, now, asked.lot or None, asked.serial or None)
    except CannotTell:
        text = _(
            "The records are out of reach for the moment. This is no answer, and certainly not an all-clear. "
            "Please try again in a minute."
        )
        return Own(say_answer(None), (text,), "trouble")
    mistake = say_mistake(asked.code, asked.lot, asked.serial) if own.verdict == "unreadable" else None
    return Own(_headline(own), _texts(own), own.verdict, own.found, mistake)


def fields_of(asked: Asked, own: Own | None) -> dict[str, str]:
    """Return what stands in the fields: what was read from a code, else what was typed, else the only product."""
    found = None if own is None else own.found
    code, lot, serial = asked.code, asked.lot, asked.serial
    if found is not None and found["gtin"] is not None:
        code = next((one for one, gtin in asked.choices if gtin == found["gtin"]), str(Gtin.read(found["gtin"])))
        lot, serial = found["lot"] or lot, found["serial"] or serial
    if not code and len(asked.choices) == 1:
        code = asked.choices[0][0]
    return {"code": code, "lot": lot, "serial": serial}


def _headline(own: OwnUnit) -> Headline:
    match own.verdict:
        case "in":
            return Headline("stop", "■", _("In this recall. Stop using it."))
        case "other_recall":
            return Headline("stop", "■", _("Recalled by another recall. Stop using it."))
        case "other_stop":
            return Headline("wait", "▲", _("Sales stopped. Do not use it."))
        case "other_depends":
            return Headline("unknown", "◆", _("Not in this recall, but perhaps in another one."))
        case "out":
            return Headline("clear", "●", _("Not in this recall."))
        case "unknown":
            return Headline("unknown", "◆", _("Not in this recall, as far as the records go."))
        case _:
            return say_answer(own.found)


def _texts(own: OwnUnit) -> Sequence[str]:
    match own.verdict:
        case "depends":
            return (_("Only a part of this product is taken back. Enter below what stands on your pack."),)
        case "goods":
            return (
                _(
                    "This number belongs to a pallet or a case, and nobody recorded what is in it. "
                    "Scan the code on the goods themselves."
                ),
            )
        case "other_recall" | "other_stop" | "other_depends":
            return ()
        case "out":
            return (
                _(
                    "No recall or sales stop is on record for it at this moment. "
                    "That is what the records say; it is no test of the goods."
                ),
            )
        case "unknown" if own.found["status"] == "product_not_registered":
            return (
                _(
                    "Nobody has registered this number here. That proves neither that the product is safe nor that it "
                    "is a forgery. Compare the number with the one on your pack."
                ),
            )
        case "unknown":
            return (
                _(
                    "The product is registered, this lot is not. That proves neither that it is safe nor that it is a "
                    "forgery. Compare the lot number with the one on your pack: letters and digits, every one."
                ),
            )
        case _:
            return ()
