"""The pen that writes the story down: numbers events, units and documents, and keeps what happened in a list."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from demo.bodies import Body
from demo.numbers import make_sscc
from demo.values import Happening, Lot, Move, Place

BEIJING = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Case:
    """A carton of one lot under its own SSCC."""

    sscc: str
    lot: Lot
    pieces: int


@dataclass(frozen=True, slots=True)
class Pallet:
    """Cases of one lot under one SSCC."""

    sscc: str
    lot: Lot
    cases: tuple[Case, ...]

    @property
    def pieces(self) -> Decimal:
        """How many pieces are on it."""
        return count(self.cases)


def count(cases: Iterable[Case]) -> Decimal:
    """Return the pieces in ``cases``."""
    return Decimal(sum(case.pieces for case in cases))


@dataclass(slots=True)
class Story:
    """What has been told so far. The same seed and first day tell the same story, to the last digit."""

    first_day: date
    end: datetime
    rng: Random
    happenings: list[Happening] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def at(self, day: float, hour: int, spread: int = 50) -> datetime:
        """Return a moment of ``day`` (0 is the first) shortly after ``hour``, Beijing time."""
        start = datetime.combine(self.first_day + timedelta(days=int(day)), time(hour), BEIJING)
        return start + timedelta(minutes=self.rng.randrange(spread), seconds=self.rng.randrange(60))

    def number(self, kind: str) -> int:
        """Return the next number of its kind, from 1."""
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return self.numbers[kind]

    def sscc(self, place: Place, extension: int) -> str:
        """Return a new SSCC of the firm at ``place``; extension digit 0 for cases, 1 for pallets."""
        prefix = place.firm.prefix
        return make_sscc(prefix, extension, self.number(f"sscc {extension} {prefix}"))

    def document(self, place: Place, letters: str = "DA") -> str:
        """Return a new document number of ``place`` as a CBV URI (CBV 2.0 §8.5)."""
        return f"urn:epcglobal:cbv:bt:{place.gln}:{letters}-{self.number(letters):06d}"

    def lot(self, lot: Lot) -> Lot:
        """Keep a lot in the list of lots."""
        self.lots.append(lot)
        return lot

    def tell(self, at: datetime, body: Body, *moves: Move, reported: datetime | None = None) -> dict[str, Any]:
        """Write an event down; return its body, complete. Events after the end of the story are left out."""
        number = self.number("event")
        identity = uuid5(NAMESPACE_URL, f"https://example.org/suyuan-demo/{self.first_day.isoformat()}/{number}")
        whole = {
            "type": body["type"],
            "eventID": f"urn:uuid:{identity}",
            "eventTime": at.isoformat(),
            "eventTimeZoneOffset": "+08:00",
            **body,
        }
        if at < self.end:
            self.happenings.append(Happening(at, min(reported or at, self.end), whole, moves))
        return whole
