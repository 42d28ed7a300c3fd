"""The affected places of an impact as a table that sorts, narrows and pages: a row a place and unit of measure.

Sorting and narrowing go over columns; only the rows of the page that is shown are written out. Of ten thousand places
names are read where they are sorted or searched by, else of the page alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from sqlalchemy.orm import Session

from recalls.affected import Affected, Row, describe_affected, numbers, take, write_rows
from recalls.figures import bounds, place_statuses
from trace.amounts import from_stored
from trace.answers import Place, exact
from trace.kit.auth import Principal
from trace.kit.formats import Language
from trace.postings import Flags, Integers
from trace.veil import UNLISTED, Known
from trace.visibility import names_seen

Figure = Literal[
    "reached", "on_hand", "in_transit", "sold", "shipped", "returned", "consumed", "destroyed", "lost", "produced"
]
Sort = Literal["tier", "name", "region", "kind", "status", "evidence"] | Figure

FIGURES: tuple[Figure, ...] = get_args(Figure)
SORTS: tuple[str, ...] = ("tier", "name", "region", "kind", "status", "evidence", *FIGURES)

AT_ONCE = 4_000
"""Rows of an export that are made at a time."""

NO_REGION = "unknown"
"""Of a place whose province nobody registered; and of one of no known kind."""

STATUS_ORDER = ("holding", "inbound", "sold_through", "returned", "cleared")
EVIDENCE_ORDER = ("certain", "derived", "possible")


@dataclass(frozen=True, slots=True)
class PlaceFilter:
    """Which rows: every condition that is given holds. ``region`` is the first two digits of GB/T 2260.

    ``text`` is a part of the name of the place or of its firm, or of its identifier.
    """

    region: str | None = None
    status: str | None = None
    evidence: str | None = None
    kind: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A value that a column has, and how many rows of all have it."""

    value: str
    rows: int


@dataclass(frozen=True, slots=True)
class UnitSum:
    """Every figure of the rows that were asked for, added up in one unit of measure; ``complete`` false: at least."""

    uom: str
    figures: Mapping[str, Decimal]
    complete: bool


@dataclass(frozen=True)
class PlacesTable:
    """One page: ``rows`` of ``shown`` (those that were asked for) of ``whole`` rows; ``first`` counts from 0."""

    rows: list[Row]
    first: int
    shown: int
    whole: int
    sums: list[UnitSum]
    choices: Mapping[str, list[Narrowing]] = field(default_factory=dict)


@dataclass(frozen=True)
class PlaceColumns:
    """The columns of all affected places: what each row is, as plain values in the order of the table."""

    affected: Affected
    places: Mapping[int, Place]

    @cached_property
    def numbers(self) -> list[int]:
        """The place of each row."""
        found: list[int] = self.affected.table.number.tolist()
        return found

    @cached_property
    def status(self) -> list[str]:
        """Where the place stands with the goods."""
        return list(place_statuses(self.affected.table))

    @cached_property
    def evidence(self) -> list[str]:
        """How sure it is that goods in scope came there."""
        known = self.affected.supply.evidence
        return [known[number] for number in self.numbers]

    @cached_property
    def kind(self) -> list[str]:
        """What kind of place it is."""
        return [self.places[number].kind or NO_REGION for number in self.numbers]

    @cached_property
    def region(self) -> list[str]:
        """Its province, by two digits."""
        return [(self.places[number].region or "")[:2] or NO_REGION for number in self.numbers]

    def names(self, language: Language) -> list[str]:
        """What it is called in a language, else its identifier."""
        return [_name(self.places[number], language) for number in self.numbers]

    def figure(self, name: str) -> Integers:
        """A figure of each row; `reached` is what came to the place or is under way to it, at least."""
        table = self.affected.table
        return bounds(table).lower if name == "reached" else table.figures[name]


def read_columns(session: Session, principal: Principal | None, affected: Affected) -> PlaceColumns:
    """Return the columns, with what is known of every place; a firm reads no names of strangers.

    Whoever is unnamed has an alias here already, so that no order and no search can tell who it is.
    """
    places = describe_affected(session, principal, set(affected.table.number.tolist()))
    known = None if principal is None else names_seen(session, principal, affected.supply)
    if known is not None:
        places = {number: _veiled(place, known) for number, place in places.items()}
    return PlaceColumns(affected, places)


def _veiled(place: Place, known: Known) -> Place:
    if not known.hides(place.id) and (place.gln is None or not known.hides(place.gln)):
        return place
    alias = known.aliases.get(place.id, UNLISTED)
    province = None if place.region is None else place.region[:2].ljust(len(place.region), "0")
    return Place(alias.uri, None, alias.say("zh"), alias.say("en"), place.kind, province)


def find_rows(columns: PlaceColumns, wanted: PlaceFilter, sort: str, falling: bool, language: Language) -> Integers:
    """Return the positions of the rows that are wanted, in order: rows that are alike by their tier, then identifier.

    Figures are sorted unit by unit of measure, since litres and pieces have no common order.
    """
    kept = np.flatnonzero(_fits(columns, wanted, language))
    if not kept.size:
        return kept
    table = columns.affected.table
    first = _keys(columns, sort, language)[kept]
    ties = (table.uom[kept], _ranks([columns.places[n].id for n in columns.numbers])[kept], columns.affected.tier[kept])
    keys = [*ties, -first if falling else first]
    if sort in FIGURES:
        keys.append(table.uom[kept])
    return kept[np.lexsort(tuple(keys))]


def _keys(columns: PlaceColumns, sort: str, language: Language) -> Integers:
    if sort == "tier":
        return columns.affected.tier
    if sort in FIGURES:
        return np.unique(columns.figure(sort), return_inverse=True)[1].astype(np.int64)
    if sort == "status":
        return np.array([STATUS_ORDER.index(one) for one in columns.status], dtype=np.int64)
    if sort == "evidence":
        return np.array([EVIDENCE_ORDER.index(one) for one in columns.evidence], dtype=np.int64)
    if sort == "name":
        return _ranks([_sort_key(name) for name in columns.names(language)])
    return _ranks(columns.region if sort == "region" else columns.kind)


def _ranks(texts: Sequence[str]) -> Integers:
    ordered = {text: rank for rank, text in enumerate(sorted(set(texts)))}
    return np.array([ordered[text] for text in texts], dtype=np.int64)


def _sort_key(name: str) -> str:
    """Chinese in the order of its GB 2312 code, which for common characters is that of pinyin; else as letters."""
    return name.casefold().encode("gb18030").decode("latin-1")


def _fits(columns: PlaceColumns, wanted: PlaceFilter, language: Language) -> Flags:
    fits = np.ones(len(columns.numbers), dtype=np.bool_)
    for asked, column in (
        (wanted.region, "region"),
        (wanted.status, "status"),
        (wanted.evidence, "evidence"),
        (wanted.kind, "kind"),
    ):
        if asked is not None:
            fits &= np.array([one == asked for one in getattr(columns, column)], dtype=np.bool_)
    if wanted.text:
        part = wanted.text.casefold()
        said = {number: _said(place) for number, place in columns.places.items()}
        fits &= np.array([part in said[number] for number in columns.numbers], dtype=np.bool_)
    return fits


def _said(place: Place) -> str:
    return "\n".join(filter(None, (place.name, place.name_en, place.party_name, place.gln, place.id))).casefold()


def _name(place: Place, language: Language) -> str:
    return (place.name_en if language == "en" else None) or place.name or place.gln or place.id


def count_choices(columns: PlaceColumns) -> dict[str, list[Narrowing]]:
    """Return by what the rows can be narrowed: the values of each column with their rows, the most frequent first."""
    return {
        name: [Narrowing(value, count) for value, count in Counter(getattr(columns, name)).most_common()]
        for name in ("region", "status", "evidence", "kind")
    }


def add_rows_up(columns: PlaceColumns, chosen: Integers) -> list[UnitSum]:
    """Return the sums of the ``chosen`` rows, a row a unit of measure."""
    table = take(columns.affected.table, chosen)
    reached = bounds(columns.affected.table).lower[chosen]
    found = []
    for uom, unit in enumerate(table.units):
        mine = table.uom == uom
        if mine.any():
            whole = {name: column[mine] for name, column in table.figures.items()} | {"reached": reached[mine]}
            scale = table.scales[uom]
            figures = {name: exact(from_stored(int(column.sum()), scale)) for name, column in whole.items()}
            found.append(UnitSum(unit, figures, bool(table.complete[mine].all())))
    return sorted(found, key=lambda one: one.uom)


def sum_outlets(columns: PlaceColumns) -> list[UnitSum]:
    """Return what the affected outlets have and had, added up by unit of measure; empty where there are none."""
    return add_rows_up(columns, np.flatnonzero(np.array([kind == "outlet" for kind in columns.kind], dtype=np.bool_)))


def read_table(
    session: Session,
    principal: Principal | None,
    columns: PlaceColumns,
    wanted: PlaceFilter,
    sort: str = "tier",
    falling: bool = False,
    first: int = 0,
    limit: int = 50,
    language: Language = "zh",
) -> PlacesTable:
    """Return the page of the table that begins at position ``first`` of the rows that are wanted."""
    chosen = find_rows(columns, wanted, sort, falling, language)
    page = chosen[first : first + limit]
    rows = write_rows(session, columns.affected, columns.places, page) if page.size else []
    return PlacesTable(
        rows, first, int(chosen.size), len(columns.numbers), add_rows_up(columns, chosen), count_choices(columns)
    )


@dataclass(frozen=True, slots=True)
class RegionTotal:
    """A province (``None``: not registered) with its affected outlets, and their units in one unit of measure."""

    region: str | None
    uom: str
    outlets: int
    reached: Decimal
    on_hand: Decimal


def total_regions(columns: PlaceColumns) -> list[RegionTotal]:
    """Return the affected outlets by province and unit of measure."""
    table = columns.affected.table
    reached, on_hand = numbers(table, columns.figure("reached")), numbers(table, table.figures["on_hand"])
    sums: dict[tuple[str, str], tuple[int, Decimal, Decimal]] = {}
    for at, (region, kind) in enumerate(zip(columns.region, columns.kind, strict=True)):
        if kind == "outlet":
            key = (region, table.units[table.uom[at]])
            count, came, there = sums.get(key, (0, Decimal(0), Decimal(0)))
            sums[key] = count + 1, came + Decimal(reached[at] or 0), there + Decimal(on_hand[at] or 0)
    return [
        RegionTotal(None if region == NO_REGION else region, uom, count, exact(came), exact(there))
        for (region, uom), (count, came, there) in sorted(sums.items())
    ]


def count_reach(columns: PlaceColumns) -> tuple[int, int]:
    """Return how many outlets goods in scope reached, or are under way to, and in how many provinces."""
    outlets = {number for number, kind in zip(columns.numbers, columns.kind, strict=True) if kind == "outlet"}
    regions = {(columns.places[number].region or "")[:2] for number in outlets}
    return len(outlets), len(regions - {""})


def each_row(
    session: Session, columns: PlaceColumns, wanted: PlaceFilter, sort: str, falling: bool, language: Language
) -> Iterator[Row]:
    """Yield every row that is wanted in its order, some thousands made at a time."""
    chosen = find_rows(columns, wanted, sort, falling, language)
    for begin in range(0, chosen.size, AT_ONCE):
        yield from write_rows(session, columns.affected, columns.places, chosen[begin : begin + AT_ONCE])
