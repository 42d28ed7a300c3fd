"""`/api/v1`: what goes to other people and programs as a sheet. One up one down, tracking events, FoodChain-Lab."""

from typing import Annotated, Any, Literal

from pydantic import PlainValidator, RootModel, WithJsonSchema
from typing_extensions import TypedDict

from trace.answers import write_time
from trace.fcl.export import export_part
from trace.field_types import PartyText, PlaceText
from trace.fsma import Directions, TrackingRow, read_tracking_rows
from trace.fsma_sheet import SHEET as TRACKING_SHEET
from trace.genealogy import Direction
from trace.kit.contract import Call
from trace.kit.errors import shorten
from trace.kit.fields import InputModel, Text
from trace.kit.transactions import Answer
from trace.neighbours import Neighbours, read_neighbours
from trace.neighbours_sheet import SHEET as NEIGHBOURS_SHEET
from trace.neighbours_sheet import lines_of
from trace.sheets import XLSX_TYPE
from trace.web.api import READERS, api, principal_of
from trace.web.api_readings import AsOf, batch_uri
from trace.web.sheet_answers import FILES, Format, file_answer, rows_answer, sheet_answer

MAX_BATCHES = 50


def _read_list(value: Any) -> tuple[str, ...]:
    texts = [text for text in str(value).split("|") if text.strip()]
    if not 1 <= len(texts) <= MAX_BATCHES:
        raise ValueError(f"Expected 1 to {MAX_BATCHES} identifiers with | between them, got {shorten(value)}.")
    return tuple(texts)


BatchList = Annotated[
    tuple[str, ...],
    PlainValidator(_read_list),
    WithJsonSchema({"type": "string", "minLength": 1, "description": f"Up to {MAX_BATCHES} identifiers, | between"}),
]


class NeighboursOut(RootModel[Neighbours]):
    """From whom a batch came to a firm, and to whom it went on."""


class TrackingEvents(TypedDict):
    """The critical tracking events of a set of batches, in a fixed order."""

    direction: Directions
    as_of: str | None
    rows: list[TrackingRow]


class TrackingEventsOut(RootModel[TrackingEvents]):
    """The critical tracking events of a set of batches."""


class SheetQuery(AsOf):
    """In which form, and in which language its headings are."""

    format: Format = "json"
    lang: Literal["zh", "en"] | None = None


class NeighboursQuery(SheetQuery):
    """Whose neighbours; without either the key's own firm's."""

    party: PartyText | None = None
    place: PlaceText | None = None


class BatchNeighboursQuery(NeighboursQuery):
    """The batch by its identifier of any scheme."""

    batch: Text


class TrackingQuery(SheetQuery):
    """Which batches, and which way from them."""

    batch: BatchList
    direction: Directions = "forward"


class WayQuery(InputModel):
    """Which way."""

    direction: Direction = "forward"


class BatchWayQuery(WayQuery):
    """The batch by its identifier of any scheme."""

    batch: Text


@api.operation(
    "GET",
    "/batches/<gtin>/<path:lot>/neighbours",
    query=NeighboursQuery,
    answers={200: NeighboursOut},
    roles=READERS,
    summary="From whom a batch came to a firm, and to whom it went on",
    tag="batches",
    files=FILES,
)
def get_neighbours(call: Call) -> Answer:
    """One step each way, with quantities, dates, documents, contacts and event IDs.

    Of `party`, of one `place`, or else of the key's own firm; a company asks about itself only.
    """
    return _answer_neighbours(call, batch_uri(call))


@api.operation(
    "GET",
    "/neighbours",
    query=BatchNeighboursQuery,
    answers={200: NeighboursOut},
    roles=READERS,
    summary="From whom a batch came to a firm, and to whom it went on, by any identifier",
    tag="batches",
    files=FILES,
)
def get_neighbours_by_id(call: Call) -> Answer:
    """For batches of another scheme than GTIN and lot, and for lots with `/` in them."""
    return _answer_neighbours(call, call.query.batch)


def _answer_neighbours(call: Call, batch: str) -> Answer:
    query = call.query
    found = read_neighbours(
        call.session, principal_of(call), batch, party=query.party, place=query.place, as_of=query.as_of
    )
    if query.format == "json":
        return Answer(200, found)
    return sheet_answer("neighbours", query.format, NEIGHBOURS_SHEET, lines_of(found))


@api.operation(
    "GET",
    "/trace/fsma204",
    query=TrackingQuery,
    answers={200: TrackingEventsOut},
    roles=READERS,
    summary="The critical tracking events of a trace as a sortable sheet",
    tag="batches",
    files=FILES,
)
def get_tracking_events(call: Call) -> Answer:
    """Every recorded packing, landing, shipping, receiving and transforming of the batches, of everything made from
    them (`backward`: that they were made from), with the key data elements of 21 CFR 1.1325 to 1.1350.
    """
    query = call.query
    rows = read_tracking_rows(call.session, principal_of(call), query.batch, query.direction, query.as_of)
    if query.format == "json":
        return rows_answer({"direction": query.direction, "as_of": write_time(query.as_of)}, "rows", rows)
    return sheet_answer("fsma204", query.format, TRACKING_SHEET, rows)


@api.operation(
    "GET",
    "/batches/<gtin>/<path:lot>/foodchainlab",
    query=WayQuery,
    answers={200: None},
    roles=READERS,
    summary="A trace as a workbook for FoodChain-Lab",
    tag="batches",
    files=[XLSX_TYPE],
)
def get_foodchainlab(call: Call) -> Answer:
    """Stations, deliveries and the links between them, as `flask export` writes them and `flask import` reads them."""
    return _answer_foodchainlab(call, batch_uri(call))


@api.operation(
    "GET",
    "/trace/foodchainlab",
    query=BatchWayQuery,
    answers={200: None},
    roles=READERS,
    summary="A trace as a workbook for FoodChain-Lab, by any identifier",
    tag="batches",
    files=[XLSX_TYPE],
)
def get_foodchainlab_by_id(call: Call) -> Answer:
    """For batches of another scheme than GTIN and lot, and for lots with `/` in them."""
    return _answer_foodchainlab(call, call.query.batch)


def _answer_foodchainlab(call: Call, batch: str) -> Answer:
    workbook = export_part(call.session, principal_of(call), batch, call.query.direction)
    return file_answer("foodchainlab.xlsx", XLSX_TYPE, lambda file: file.write(workbook))
