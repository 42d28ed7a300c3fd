"""The quality-credit file of a firm as it is read: assembled by query, every line with the record it is read from."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.credit.effects import EFFECTS
from oversight.credit.entries import CreditEntry
from oversight.credit.grades import entries_of, score_on
from oversight.credit.score import BASE, Explained, Grade, Subject, least_for
from oversight.models import GradeChange
from oversight.purchases.filed import FiledRow, filed_checks
from oversight.registers.certificates import certificates_on
from oversight.registers.licences import licences_of
from oversight.registers.standing import Standing, standing_on
from recalls.clocks.working_days import CHINA
from trace.answers import write_time
from trace.field_types import read_party_code
from trace.gs1 import IdentifierError
from trace.kit.auth import Principal
from trace.kit.errors import Invalid
from trace.master_data import PartyNotFound, find_party
from trace.models import Batch, Party, Product


class PartRow(TypedDict):
    """An entry with its points on the day; ``until`` is the day on which they change."""

    on: str
    word: str
    record: str
    text_zh: str
    text_en: str
    points: Decimal
    until: str | None


class HeldRow(TypedDict):
    """A licence or certificate and how it stands on the day."""

    kind: Literal["licence", "certificate"]
    number: str
    scheme: str | None
    valid_from: str
    valid_to: str | None
    state: str
    record: str


class GradeRow(TypedDict):
    """That a grade changed, and the records that made it."""

    at: str
    before: str | None
    after: str
    points: str


class FileRow(TypedDict):
    """A firm's file on a day. ``base`` and the ``parts`` sum to ``total``, which cut to 0 to 100 is ``points``."""

    party: str | None
    name: str
    name_en: str | None
    on: str
    subject: Subject
    standing: Standing
    held: list[HeldRow]
    products: int
    batches: int
    version: str
    base: Decimal
    parts: list[PartRow]
    silent: list[PartRow]
    total: Decimal
    points: Decimal
    grade: Grade
    least: dict[str, int]
    effect_zh: str
    effect_en: str
    inspections: int
    sample_factor: Decimal
    purchases: list[FiledRow]
    changes: list[GradeRow]


def find_firm(session: Session, principal: Principal, code: str) -> Party:
    """Return a firm by USCC or GLN; a firm finds itself alone. Raises PartyNotFound, Invalid for what is neither."""
    try:
        party = find_party(session, read_party_code(code))
    except IdentifierError as error:
        raise Invalid.field("/code", str(error)) from error
    if party is None or (principal.role == "company" and party.id != principal.party_id):
        raise PartyNotFound(f"No firm {code} is known.")
    return party


def search_firms(session: Session, text: str, limit: int) -> Sequence[Party]:
    """Return firms by USCC or GLN, or by a part of a name, in the order in which they were registered."""
    code = text.replace(" ", "").upper()
    named = Party.name.icontains(text, autoescape=True) | Party.name_en.icontains(text, autoescape=True)
    wanted = (Party.uscc == code) | (Party.gln == code) | named
    return session.scalars(select(Party).where(wanted).order_by(Party.id).limit(limit)).all()


def moment_of(day: date | None, now: datetime) -> datetime:
    """Return the end of a day in China, and of today the moment itself. Raises Invalid at /on for a day to come."""
    if day is None or day == now.astimezone(CHINA).date():
        return now
    if day > now.astimezone(CHINA).date():
        raise Invalid.field("/on", f"Expected a day up to today, got {day}.")
    return datetime.combine(day + timedelta(days=1), time(), CHINA) - timedelta(microseconds=1)


def read_file(session: Session, party: Party, at: datetime) -> FileRow:
    """Return the file of a firm at a moment."""
    day, found = at.astimezone(CHINA).date(), score_on(session, party.id, at)
    counted = {(one.entry.word, one.entry.record) for one in found.parts}
    silent = [one for one in entries_of(session, party.id, at) if (one.word, one.record) not in counted]
    effect = EFFECTS[found.grade]
    return {
        "party": party.uscc or party.gln,
        "name": party.name,
        "name_en": party.name_en,
        "on": str(day),
        "subject": found.subject,
        "standing": standing_on(session, party.id, day),
        "held": _held(session, party.id, day),
        "products": _count(session, party.id, None, at),
        "batches": _count(session, party.id, Batch, at),
        "version": found.version,
        "base": BASE,
        "parts": [_part(one) for one in found.parts],
        "silent": [_part(Explained(one, Decimal(0), None)) for one in silent],
        "total": found.total,
        "points": found.points,
        "grade": found.grade,
        "least": {str(grade): points for grade, points in least_for(found.subject).items()},
        "effect_zh": effect.text_zh,
        "effect_en": effect.text_en,
        "inspections": effect.inspections,
        "sample_factor": effect.sample_factor,
        "purchases": filed_checks(session, party.id, at),
        "changes": _changes(session, party.id, at),
    }


def _part(one: Explained) -> PartRow:
    entry: CreditEntry = one.entry
    return {
        "on": str(entry.on),
        "word": entry.word,
        "record": entry.record,
        "text_zh": entry.text_zh,
        "text_en": entry.text_en,
        "points": one.points,
        "until": None if one.until is None else str(one.until),
    }


def _held(session: Session, party_id: int, day: date) -> list[HeldRow]:
    rows: list[HeldRow] = [
        {
            "kind": "licence",
            "number": one.number,
            "scheme": None,
            "valid_from": str(one.valid_from),
            "valid_to": None if one.valid_to is None else str(one.valid_to),
            "state": one.state,
            "record": f"licences/{one.entry_id}",
        }
        for one in licences_of(session, party_id, day)
    ]
    rows += [
        {
            "kind": "certificate",
            "number": held.number,
            "scheme": held.scheme,
            "valid_from": str(held.valid_from),
            "valid_to": None if held.valid_to is None else str(held.valid_to),
            "state": held.state,
            "record": f"certificates/{held.entry_id}",
        }
        for held in certificates_on(session, party_id, None, day)
    ]
    return rows


def _count(session: Session, party_id: int, batches: type[Batch] | None, at: datetime) -> int:
    own = Product.party_id == party_id
    if batches is None:
        query = select(func.count()).select_from(Product).where(own, Product.registered_at <= at)
    else:
        query = select(func.count()).select_from(batches).join(Product, Product.gtin == batches.gtin)
        query = query.where(own, batches.registered_at <= at)
    return session.scalar(query) or 0


def _changes(session: Session, party_id: int, at: datetime) -> list[GradeRow]:
    rows = session.scalars(
        select(GradeChange)
        .where(GradeChange.party_id == party_id, GradeChange.at <= at)
        .order_by(GradeChange.id.desc())
        .limit(20)
    )
    return [
        {"at": write_time(row.at) or "", "before": row.before, "after": row.after, "points": row.points} for row in rows
    ]
