"""A workbook as an EPCIS document: what `trace.import_files` captures (pure)."""

from trace.epcis.event import BadEvent, Document, Event
from trace.epcis.json_format import parse_event
from trace.fcl.events import CONTEXT, Told, tell_deliveries, tell_stations
from trace.fcl.names import Namer
from trace.fcl.sheet import DELIVERIES, SHEETS, STATIONS, SheetRefused
from trace.fcl.tables import read_tables
from trace.fcl.workbook import read_workbook


def read_all_in_one(data: bytes, namespace: str | None = None) -> tuple[Document, list[str]]:
    """Return the sheet's events and stations, and for each event the row that it comes from.

    Raises SheetRefused for what is no all-in-one sheet, or with every row that is wrong.
    """
    tables = read_workbook(data, SHEETS)
    missing = [name for name in (STATIONS, DELIVERIES) if name not in tables]
    if missing:
        raise SheetRefused(detail=f"Expected the sheets of an all-in-one workbook, got none named {missing[0]}.")
    sheet = read_tables(tables)
    namer = Namer(namespace)
    told = tell_deliveries(sheet, namer)
    events = tuple(_parse(one, index) for index, one in enumerate(told))
    document = Document("EPCISDocument", events, tell_stations(sheet, namer), {}, "2.0")
    return document, [f"{one.sheet} row {one.row}" for one in told]


def _parse(told: Told, index: int) -> Event | BadEvent:
    return parse_event(told.body, CONTEXT, index)
