"""What an all-in-one sheet says, as plain values, and what may be wrong with it (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from trace.sources.periods import Period

STATIONS, DELIVERIES, LINKS = SHEETS = "Stations", "Deliveries", "Deliveries2Deliveries"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something wrong in a row of a sheet (counted from 1, as people see it), in one column or in all of it."""

    sheet: str
    row: int
    column: str
    detail: str

    def __str__(self) -> str:
        column = f", {self.column}" if self.column else ""
        return f"{self.sheet} row {self.row}{column}: {self.detail}"


class SheetRefused(ValueError):
    """A sheet that cannot be taken, with everything that is wrong with it."""

    def __init__(self, wrong: tuple[Wrong, ...] = (), detail: str = "") -> None:
        super().__init__(detail or "; ".join(map(str, wrong)))
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity with its unit in the sheet's own words; either may be missing, and ``words`` are no number."""

    quantity: Decimal | None = None
    unit: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """A place; ``more`` is what other columns say, by their headings."""

    id: str
    name: str
    more: Mapping[str, str] = field(default_factory=dict)
    row: int = 0


@dataclass(frozen=True, slots=True)
class SheetDelivery:
    """One delivery; a date that is missing is ``None``, one that lacks its day or month a longer period."""

    id: str
    origin: str
    recipient: str
    product: str | None = None
    lot: str | None = None
    lot_size: Amount = Amount()
    departed: Period | None = None
    arrived: Period | None = None
    amount: Amount = Amount()
    more: Mapping[str, str] = field(default_factory=dict)
    row: int = 0


@dataclass(frozen=True, slots=True)
class SheetLink:
    """Goods of one delivery went into another."""

    source: str
    into: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole all-in-one sheet."""

    stations: tuple[Station, ...]
    deliveries: tuple[SheetDelivery, ...]
    links: tuple[SheetLink, ...]


def find_wrong(sheet: Sheet) -> list[Wrong]:
    """Return what does not fit together: IDs that come twice or that nothing has, links between places that do not
    meet."""
    wrong: list[Wrong] = []
    stations: dict[str, Station] = {}
    for station in sheet.stations:
        if station.id in stations:
            detail = f"expected every station once, got {station.id!r} again (first in row {stations[station.id].row})"
            wrong.append(Wrong(STATIONS, station.row, "Company_ID", detail))
        stations.setdefault(station.id, station)
    deliveries: dict[str, SheetDelivery] = {}
    for one in sheet.deliveries:
        if one.id in deliveries:
            detail = f"expected every delivery once, got {one.id!r} again (first in row {deliveries[one.id].row})"
            wrong.append(Wrong(DELIVERIES, one.row, "DeliveryID", detail))
        deliveries.setdefault(one.id, one)
        wrong += [
            Wrong(DELIVERIES, one.row, column, f"expected a station of the sheet {STATIONS}, got {name!r}")
            for column, name in (("Station", one.origin), ("Recipient", one.recipient))
            if name not in stations
        ]
    for link in sheet.links:
        wrong += [
            Wrong(LINKS, link.row, column, f"expected a delivery of the sheet {DELIVERIES}, got {name!r}")
            for column, name in (("From DeliveryID", link.source), ("Into DeliveryID", link.into))
            if name not in deliveries
        ]
        source, into = deliveries.get(link.source), deliveries.get(link.into)
        if link.source == link.into:
            detail = f"expected two deliveries, got {link.source!r} into itself"
            wrong.append(Wrong(LINKS, link.row, "", detail))
        elif source is not None and into is not None and source.recipient != into.origin:
            detail = (
                f"expected a delivery that leaves {source.recipient!r}, where {link.source!r} arrives, "
                f"got {link.into!r}, which leaves {into.origin!r}"
            )
            wrong.append(Wrong(LINKS, link.row, "", detail))
    return wrong
