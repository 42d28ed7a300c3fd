"""`/api/v1`: batches registered and looked up."""

from datetime import UTC, datetime

from pydantic import RootModel
from typing_extensions import TypedDict

from trace.answers import Number, PlaceRef, write_time
from trace.batches import HoldOnBatch, KnownBatch, describe_batch, register_batch
from trace.bodies import BatchIn
from trace.gs1 import digital_link, read_identifier, to_element_string
from trace.gs1.digital_link import encode_value
from trace.kit.contract import Call
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.readings import Balance, find_batch, read_balance
from trace.web.api import READERS, WRITERS, api, principal_of
from trace.web.api_readings import AsOf, batch_uri


class Labels(TypedDict):
    """What a printer needs: the text of a QR Code, the element string in brackets, and where both are drawn."""

    digital_link: str
    element_string: str
    symbol: str
    label: str


class HoldRow(TypedDict):
    """A stop-sale or recall on the batch; ``derived``: by what it was made from."""

    reference: str
    kind: str
    since: str | None
    published: str | None
    title: str
    title_en: str | None
    instructions: str
    derived: bool


class BatchRow(TypedDict):
    """A batch; ``registered`` false: events have named it and nobody registered it."""

    id: str
    gtin: str | None
    lot: str | None
    product: str | None
    product_en: str | None
    quantity: Number | None
    uom: str | None
    produced_on: str | None
    expires_on: str | None
    location: PlaceRef | None
    certificate: str | None
    registered: bool
    event_id: str | None
    digital_link: str | None
    labels: Labels | None
    holds: list[HoldRow]


class BatchAndBalance(BatchRow):
    """A batch with its tally."""

    balance: Balance


class BatchOut(RootModel[BatchRow]):
    """A batch."""


class BatchAndBalanceOut(RootModel[BatchAndBalance]):
    """A batch with its tally."""


def write_batch(batch: KnownBatch) -> BatchRow:
    """A batch, registered or only named by events."""
    row, product, identifier = batch.row, batch.product, batch.identifier
    labels = _labels(identifier.uri, identifier.gtin, identifier.lot)
    return {
        "id": identifier.uri,
        "gtin": identifier.gtin,
        "lot": identifier.lot,
        "product": batch.product_name,
        "product_en": product.name_en if product else None,
        "quantity": batch.quantity,
        "uom": (row.uom or None) if row else None,
        "produced_on": batch.produced_on.isoformat() if batch.produced_on else None,
        "expires_on": row.expires_on.isoformat() if row and row.expires_on else None,
        "location": {"id": batch.location.uri, "gln": batch.location.gln} if batch.location else None,
        "certificate": row.certificate if row else None,
        "registered": row is not None,
        "event_id": batch.event_id,
        "digital_link": labels and labels["digital_link"],
        "labels": labels,
        "holds": [_write_hold(one) for one in batch.holds],
    }


def _labels(uri: str, gtin: str | None, lot: str | None) -> Labels | None:
    if gtin is None or lot is None:
        return None
    site = current_settings().public_url
    path = f"{site}{api.prefix}/batches/{gtin}/{encode_value(lot)}"
    return {
        "digital_link": digital_link(site, gtin, lot),
        "element_string": to_element_string(read_identifier(uri)),
        "symbol": f"{path}/symbol",
        "label": f"{path}/label",
    }


def _write_hold(one: HoldOnBatch) -> HoldRow:
    hold = one.hold
    return {
        "reference": hold.reference,
        "kind": hold.kind,
        "since": write_time(hold.since),
        "published": write_time(hold.published),
        "title": hold.title,
        "title_en": hold.title_en,
        "instructions": hold.instructions,
        "derived": one.derived,
    }


@api.operation(
    "POST",
    "/batches",
    body=BatchIn,
    answers={200: BatchOut, 201: BatchOut},
    roles=WRITERS,
    summary="Register a batch",
    tag="batches",
)
def post_batch(call: Call) -> Answer:
    """Stored as a commissioning event, unless captured events have made exactly this amount already."""
    batch, new = register_batch(call.session, principal_of(call), call.body, datetime.now(UTC))
    return Answer(201 if new else 200, write_batch(batch))


@api.operation(
    "GET",
    "/batches/<gtin>/<path:lot>",
    query=AsOf,
    answers={200: BatchAndBalanceOut},
    roles=READERS,
    summary="A batch: master data, holds, balance",
    tag="batches",
)
def get_batch(call: Call) -> Answer:
    """A batch that only events have named has `registered` false."""
    principal, uri = principal_of(call), batch_uri(call)
    batch = describe_batch(call.session, principal, find_batch(call.session, principal, uri).id)
    balance = read_balance(call.session, principal, uri, call.query.as_of)
    return Answer(200, {**write_batch(batch), "balance": balance})
