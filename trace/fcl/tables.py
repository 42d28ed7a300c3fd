"""An all-in-one sheet as tables of cells, read into values and written again (pure).

The columns are found by their headings, as the template of the German Federal Institute for Risk Assessment has them;
what stands under other headings is kept by its heading.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from trace.fcl.sheet import (
    DELIVERIES,
    LINKS,
    STATIONS,
    Amount,
    Sheet,
    SheetDelivery,
    SheetLink,
    SheetRefused,
    Station,
    Wrong,
    find_wrong,
)
from trace.sources.periods import Period, read_period, write_period

Cell = Any
"""Text, a number, a truth value, a date; empty text where nothing stands."""

Table = Sequence[Sequence[Cell]]

MAX_TEXT = 500
MAX_DIGITS = 18

_MORE = "Additional Fields ->"
_STATION_COLUMNS = ("Company_ID", "Name")
_STATION_MORE = (
    *("Street", "Street Number", "Postal Code", "City", "District", "State", "Country", "Type of business", _MORE),
)
_LOT_SIZE, _DEPARTURE, _ARRIVAL, _AMOUNT = (
    "Lot size",
    "Delivery Date Departure",
    "Delivery Date Arrival",
    (
        "Unit weigt/vol./pck."  # as the template spells it
    ),
)
_QUANTITY, _UNIT, _DATE_PARTS = "Quantity", "Type / Unit", ("Day", "Month", "Year")
_DELIVERY_COLUMNS = (
    *(("DeliveryID", ""), ("Station", ""), ("Product Name", ""), ("Lot Number", "")),
    *((_LOT_SIZE, _QUANTITY), (_LOT_SIZE, _UNIT)),
    *((heading, part) for heading in (_DEPARTURE, _ARRIVAL) for part in _DATE_PARTS),
    *((_AMOUNT, _QUANTITY), (_AMOUNT, _UNIT), ("Recipient", "")),
)
_LINK_COLUMNS = ("From DeliveryID", "Into DeliveryID")

Heading = tuple[str, str]
"""A column's heading and what stands below it in the second row."""


def read_tables(tables: Mapping[str, Table]) -> Sheet:
    """Read the tables by their names. Raises SheetRefused with every row that is wrong."""
    reader = _Reader()
    stations = reader.stations(tables.get(STATIONS, ()))
    deliveries = reader.deliveries(tables.get(DELIVERIES, ()))
    links = reader.links(tables.get(LINKS, ()))
    sheet = Sheet(tuple(stations), tuple(deliveries), tuple(links))
    wrong = reader.wrong or find_wrong(sheet)
    if wrong:
        raise SheetRefused(tuple(wrong))
    return sheet


class _Bad(ValueError):
    """A cell that cannot be read; the text says why."""


class _Reader:
    """Reads rows and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.wrong: list[Wrong] = []

    def stations(self, table: Table) -> list[Station]:
        found = []
        for row, cells in self._rows(STATIONS, table, 1, [(name, "") for name in _STATION_COLUMNS]):
            take = _Row(self, STATIONS, row, cells)
            name = take.required(("Company_ID", ""))
            found.append(Station(name, take.text(("Name", "")) or name, take.rest(), row))
        return found

    def deliveries(self, table: Table) -> list[SheetDelivery]:
        found = []
        needed = [heading for heading in _DELIVERY_COLUMNS if heading[0] in ("DeliveryID", "Station", "Recipient")]
        for row, cells in self._rows(DELIVERIES, table, 2, needed):
            take = _Row(self, DELIVERIES, row, cells)
            found.append(
                SheetDelivery(
                    take.required(("DeliveryID", "")),
                    take.required(("Station", "")),
                    take.required(("Recipient", "")),
                    take.text(("Product Name", "")),
                    take.text(("Lot Number", "")),
                    take.amount(_LOT_SIZE),
                    take.date(_DEPARTURE),
                    take.date(_ARRIVAL),
                    take.amount(_AMOUNT),
                    take.rest(),
                    row,
                )
            )
        return found

    def links(self, table: Table) -> list[SheetLink]:
        found = []
        for row, cells in self._rows(LINKS, table, 1, [(name, "") for name in _LINK_COLUMNS]) if table else ():
            take = _Row(self, LINKS, row, cells)
            source, into = (take.required((name, "")) for name in _LINK_COLUMNS)
            found.append(SheetLink(source, into, row))
        return found

    def _rows(
        self, sheet: str, table: Table, header_rows: int, needed: Iterable[Heading]
    ) -> Iterable[tuple[int, dict[Heading, Cell]]]:
        """Yield the rows below the headings that are not empty, each with its number and its cells by heading."""
        headings = _headings(table, header_rows)
        missing = [name for name, below in needed if (name, below) not in headings]
        if missing:
            self.wrong.append(Wrong(sheet, 1, "", f"expected the columns {', '.join(missing)}, got none of the name"))
            return
        for index, cells in enumerate(table[header_rows:], header_rows + 1):
            named = {heading: cell for heading, cell in zip(headings, cells, strict=False) if not _is_empty(cell)}
            if named:
                yield index, named


def _headings(table: Table, rows: int) -> list[Heading]:
    """Return each column's heading; one that spans several columns stands in the first of them."""
    if len(table) < rows:
        return []
    below = table[1] if rows == 2 else [""] * len(table[0])
    found: list[Heading] = []
    last = ""
    for top, under in zip(table[0], below, strict=False):
        name, part = str(top).strip(), str(under).strip()
        last = name or (last if part else "")
        found.append((_AMOUNT if re.fullmatch(r"(?i)unit weigh?t.*", last) else last, part))
    return found


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


class _Row:
    """The cells of one row; each is taken once, and ``rest`` is what nobody took."""

    def __init__(self, reader: _Reader, sheet: str, number: int, cells: dict[Heading, Cell]) -> None:
        self.reader, self.sheet, self.number, self.cells = reader, sheet, number, cells

    def _take(self, heading: Heading, read: Callable[[Cell], Any]) -> Any:
        cell = self.cells.pop(heading, "")
        if _is_empty(cell):
            return None
        try:
            return read(cell)
        except _Bad as error:
            self._complain(heading, str(error))
            return None

    def _complain(self, heading: Heading, detail: str) -> None:
        self.reader.wrong.append(Wrong(self.sheet, self.number, " ".join(filter(None, heading)), detail))

    def text(self, heading: Heading) -> str | None:
        found: str | None = self._take(heading, _read_text)
        return found

    def required(self, heading: Heading) -> str:
        if _is_empty(self.cells.get(heading, "")):
            self._complain(heading, "expected an entry, got none")
        return self.text(heading) or ""

    def amount(self, name: str) -> Amount:
        found = self._take((name, _QUANTITY), _read_quantity)
        unit = self.text((name, _UNIT))
        return Amount(None, unit, found) if isinstance(found, str) else Amount(found, unit)

    def date(self, name: str) -> Period | None:
        day, month, year = (self._take((name, part), _read_part) for part in _DATE_PARTS)
        if year is None:  # a day without its year says nothing
            return None
        if year < 1000:
            self._complain((name, "Year"), f"expected a year of four digits, got {year}")
            return None
        text = f"{year:04d}"
        if month is not None:
            text += f"-{month:02d}" + (f"-{day:02d}" if day is not None else "")
        try:
            return read_period(text)
        except ValueError as error:
            self._complain((name, ""), str(error))
            return None

    def rest(self) -> dict[str, str]:
        headings = [heading for heading in self.cells if heading[0]]
        found = {" ".join(filter(None, heading)): self.text(heading) for heading in headings}
        return {name: text for name, text in found.items() if text is not None}


def _read_text(cell: Cell) -> str:
    if isinstance(cell, bool):
        text = "true" if cell else "false"
    elif isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        text = str(int(cell))
    elif isinstance(cell, datetime) and cell.time() == datetime.min.time():
        text = cell.date().isoformat()
    elif isinstance(cell, date | datetime):
        text = cell.isoformat()
    else:
        text = str(cell).strip()
    if len(text) > MAX_TEXT:
        raise _Bad(f"expected at most {MAX_TEXT} characters, got {len(text)}")
    if any(ord(character) < 32 and character not in "\t\r\n" for character in text):
        raise _Bad("expected text, got control characters")
    return text


def _read_quantity(cell: Cell) -> Decimal | str:
    """A number above 0, or the words that stand there ("about two pallets"): a quantity that is not known."""
    text = _read_text(cell)
    try:
        found = Decimal(text)
    except InvalidOperation:
        return text
    if not found.is_finite() or found <= 0:
        raise _Bad(f"expected a number above 0, got {found}")
    if len(found.as_tuple().digits) > MAX_DIGITS or not -MAX_DIGITS < found.adjusted() < MAX_DIGITS:
        raise _Bad(f"expected a number of at most {MAX_DIGITS} digits, got {found}")
    return found


def _read_part(cell: Cell) -> int:
    text = _read_text(cell)
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise _Bad(f"expected a whole number, got {text!r}")
    return int(text)


# -- writing -----------------------------------------------------------------------------------------------------


def write_tables(sheet: Sheet) -> dict[str, list[list[Cell]]]:
    """Return the tables of a sheet; `read_tables` reads the same values from them."""
    return {
        STATIONS: _write_stations(sheet.stations),
        DELIVERIES: _write_deliveries(sheet.deliveries),
        LINKS: [list(_LINK_COLUMNS), *([link.source, link.into] for link in sheet.links)],
    }


def _write_stations(stations: Sequence[Station]) -> list[list[Cell]]:
    more = _columns(_STATION_MORE, (station.more for station in stations))
    rows = [[station.id, station.name, *(station.more.get(name, "") for name in more)] for station in stations]
    return [[*_STATION_COLUMNS, *more], *rows]


def _write_deliveries(deliveries: Sequence[SheetDelivery]) -> list[list[Cell]]:
    more = _columns((_MORE,), (one.more for one in deliveries))
    top: list[Cell] = []
    for index, (name, _) in enumerate(_DELIVERY_COLUMNS):
        top.append("" if index and _DELIVERY_COLUMNS[index - 1][0] == name else name)
    below = [part for _, part in _DELIVERY_COLUMNS] + [""] * len(more)
    rows = [
        [
            *(one.id, one.origin, one.product or "", one.lot or "", *_amount_cells(one.lot_size)),
            *(*_date_cells(one.departed), *_date_cells(one.arrived), *_amount_cells(one.amount), one.recipient),
            *(one.more.get(name, "") for name in more),
        ]
        for one in deliveries
    ]
    return [[*top, *more], below, *rows]


def _columns(first: Sequence[str], rows: Iterable[Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys([*first, *(name for row in rows for name in row)]))


def _amount_cells(amount: Amount) -> list[Cell]:
    return [amount.words or "" if amount.quantity is None else amount.quantity, amount.unit or ""]


def _date_cells(period: Period | None) -> list[Cell]:
    if period is None:
        return ["", "", ""]
    year, month, day = [*map(int, write_period(period).split("-")), "", ""][:3]
    return [day, month, year]
