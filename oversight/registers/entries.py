"""Entries of the registers read: one, lists, those of a firm; as said now, or as was said at the end of a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.models import RegisterEntry, RegisterSpan, RegisterVersion
from oversight.registers.registers import REGISTERS, Body, Register, RegisterWord
from trace.answers import write_time
from trace.kit.bulk import among
from trace.kit.errors import Invalid, NotFound
from trace.kit.fields import row_number
from trace.kit.formats import BEIJING
from trace.kit.strict_json import loads
from trace.models import Party

LAST_DAY = date(9998, 12, 31)


class RegisterNotFound(NotFound):
    """There is no such register."""


class EntryNotFound(NotFound):
    """The register has no such entry, or had none then."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[Body]):
    """An entry with its versions, the oldest first, and what each of them said."""

    row: RegisterEntry
    versions: Sequence[RegisterVersion]
    said: Sequence[Body]

    @property
    def newest(self) -> Body:
        """What is said last."""
        return self.said[-1]

    def state_on(self, on: date) -> str:
        """How it stands on a day."""
        return register_of(self.row.register).state(self.said, on)


@dataclass(frozen=True, slots=True)
class WantedEntries:
    """Which entries: those of a firm, whose number or name has these words, as the register was after a day; those
    that are not valid on a day, by what is said of them now.
    """

    party_id: int | None = None
    words: str = ""
    as_of: date | None = None
    not_valid_on: date | None = None


class VersionRow(TypedDict):
    """What was said, from when on, by whom and why; ``states`` is what the register takes."""

    recorded_at: str
    by: str
    reason: str | None
    states: dict[str, Any]


class EntryRow(TypedDict):
    """An entry as lists show it; ``state`` is how it stands on the day that was asked for, else today."""

    id: int
    register: str
    key: str
    name: str
    party: str | None
    party_name: str | None
    state: str
    states: dict[str, Any]
    recorded_at: str
    versions: int


class WholeEntry(EntryRow):
    """An entry with all that was ever said of it, the newest first."""

    history: list[VersionRow]


def register_of(word: str) -> Register:
    """Return a register. Raises RegisterNotFound."""
    try:
        return REGISTERS[word]
    except KeyError:
        raise RegisterNotFound(f"Expected a register of {', '.join(REGISTERS)}, got {word}.") from None


def home_day(now: datetime) -> date:
    """Return what day it is in China."""
    return now.astimezone(BEIJING).date()


def find_entry(session: Session, word: str, number: int | str, as_of: date | None = None) -> Entry[Any]:
    """Return an entry of a register by its number here. Raises RegisterNotFound, EntryNotFound."""
    register = register_of(word)
    wanted = row_number(str(number))
    row = session.get(RegisterEntry, wanted)
    found = [] if row is None or row.register != register.word else read_said(session, [row], as_of)
    if not found:
        raise EntryNotFound(f"The register of {register.en.lower()} has no entry {str(number)[:40]}.")
    return found[0]


def find_by_key(session: Session, word: RegisterWord, key: str) -> Entry[Any] | None:
    """Return an entry by its own number, such as that of a licence."""
    row = session.scalar(select(RegisterEntry).where(RegisterEntry.register == word, RegisterEntry.key == key))
    return None if row is None else read_said(session, [row])[0]


def entries_of(session: Session, word: RegisterWord, party_id: int) -> list[Entry[Any]]:
    """Return the entries of a firm, by their numbers."""
    mine = (RegisterEntry.party_id == party_id) & (RegisterEntry.register == word)
    return read_said(session, session.scalars(select(RegisterEntry).where(mine).order_by(RegisterEntry.key)).all())


def list_entries(
    session: Session, word: str, wanted: WantedEntries, after: str | None, limit: int
) -> Sequence[Entry[Any]]:
    """Return entries in the order of their numbers, up to ``limit`` after a number.

    Raises RegisterNotFound, and Invalid for ``not_valid_on`` of a register whose entries have no validity.
    """
    register = register_of(word)
    query = select(RegisterEntry).where(RegisterEntry.register == register.word)
    if after is not None:
        query = query.where(RegisterEntry.key > after)
    if wanted.party_id is not None:
        query = query.where(RegisterEntry.party_id == wanted.party_id)
    if wanted.words:
        named = [one.icontains(wanted.words, autoescape=True) for one in (RegisterEntry.key, RegisterEntry.name)]
        query = query.where(named[0] | named[1])
    if wanted.as_of is not None:
        said = (RegisterVersion.entry_id == RegisterEntry.id) & _by(wanted.as_of)
        query = query.where(select(RegisterVersion.id).where(said).exists())
    if wanted.not_valid_on is not None:
        query = query.where(~_valid_on(register, wanted.not_valid_on))
    return read_said(session, session.scalars(query.order_by(RegisterEntry.key).limit(limit)).all(), wanted.as_of)


def read_said(session: Session, rows: Collection[RegisterEntry], as_of: date | None = None) -> list[Entry[Any]]:
    """Return what was said of some entries, in their order; those of which nothing was said by then are left out."""
    versions: dict[int, list[RegisterVersion]] = {}
    mine = among(session, RegisterVersion.entry_id, [row.id for row in rows])
    for one in session.scalars(select(RegisterVersion).where(mine, _by(as_of)).order_by(RegisterVersion.id)):
        versions.setdefault(one.entry_id, []).append(one)
    return [
        Entry(
            row,
            versions[row.id],
            [REGISTERS[row.register].model.model_validate_json(one.content) for one in versions[row.id]],
        )
        for row in rows
        if row.id in versions
    ]


def _valid_on(register: Register, day: date) -> ColumnElement[bool]:
    if not register.has_validity:
        detail = f"Expected a register whose entries are valid on some days, got {register.word}."
        raise Invalid.field("/not_valid_on", detail)
    begun = (RegisterSpan.entry_id == RegisterEntry.id) & (RegisterSpan.valid_from <= day)
    lasts = RegisterSpan.valid_to.is_(None) | (RegisterSpan.valid_to >= day)
    return select(RegisterSpan.id).where(begun, lasts).exists()


def _by(day: date | None) -> ColumnElement[bool]:
    """Recorded by the end of a day in China."""
    if day is None:
        return true()
    following = min(day, LAST_DAY) + timedelta(days=1)
    return RegisterVersion.recorded_at < datetime(following.year, following.month, following.day, tzinfo=BEIJING)


def write_entries(session: Session, entries: Sequence[Entry[Any]], on: date) -> list[EntryRow]:
    """Return entries as they are answered, each as it stands on a day."""
    owners = {one.row.party_id for one in entries if one.row.party_id is not None}
    parties = {one.id: one for one in session.scalars(select(Party).where(among(session, Party.id, sorted(owners))))}
    return [_write(one, parties.get(one.row.party_id or 0), on) for one in entries]


def write_entry(session: Session, entry: Entry[Any], on: date) -> WholeEntry:
    """Return an entry with its history."""
    [row] = write_entries(session, [entry], on)
    history: list[VersionRow] = [
        {
            "recorded_at": write_time(one.recorded_at) or "",
            "by": one.recorded_name,
            "reason": one.reason,
            "states": loads(one.content.encode()),
        }
        for one in reversed(entry.versions)
    ]
    return {**row, "history": history}


def _write(entry: Entry[Any], party: Party | None, on: date) -> EntryRow:
    last = entry.versions[-1]
    return {
        "id": entry.row.id,
        "register": entry.row.register,
        "key": entry.row.key,
        "name": entry.row.name,
        "party": None if party is None else party.uscc or party.gln,
        "party_name": None if party is None else party.name,
        "state": entry.state_on(on),
        "states": loads(last.content.encode()),
        "recorded_at": write_time(last.recorded_at) or "",
        "versions": len(entry.versions),
    }
