"""`/api/v1`: a batch's balance and trace."""

from typing import Literal

from pydantic import RootModel

from trace.gs1 import IdentifierError, canonical_uri, read_lot
from trace.gs1.keys import Gtin
from trace.kit.contract import Call
from trace.kit.errors import Invalid
from trace.kit.fields import InputModel, Text, Timestamp
from trace.kit.transactions import Answer
from trace.readings import Balance, Trace, read_balance, read_trace
from trace.web.api import READERS, api, principal_of


class BalanceOut(RootModel[Balance]):
    """The tally of one batch."""


class TraceOut(RootModel[Trace]):
    """Where a batch went, or came from."""


class AsOf(InputModel):
    """Up to which moment, inclusive; without it everything that is recorded."""

    as_of: Timestamp | None = None


class TraceQuery(AsOf):
    """Which way, and up to which moment."""

    direction: Literal["forward", "backward"] = "forward"


class BatchBalanceQuery(AsOf):
    """The batch by its identifier of any scheme."""

    batch: Text


class BatchTraceQuery(TraceQuery):
    """The batch by its identifier of any scheme."""

    batch: Text


def batch_uri(call: Call) -> str:
    """The canonical URI of the batch in the path. Raises Invalid (422) for what is no GTIN or lot."""
    try:
        gtin = Gtin.read(call.path["gtin"]).gtin14
    except IdentifierError as error:
        raise Invalid.field("/gtin", str(error)) from error
    try:
        return canonical_uri(gtin, read_lot(call.path["lot"]))
    except IdentifierError as error:
        raise Invalid.field("/lot", str(error)) from error


@api.operation(
    "GET",
    "/batches/<gtin>/<path:lot>/balance",
    query=AsOf,
    answers={200: BalanceOut},
    roles=READERS,
    summary="How many units of a batch are where",
    tag="batches",
)
def get_balance(call: Call) -> Answer:
    """Produced = on hand + in transit + sold + consumed + destroyed + lost + unaccounted, per unit of measure."""
    return Answer(200, read_balance(call.session, principal_of(call), batch_uri(call), call.query.as_of))


@api.operation(
    "GET",
    "/balance",
    query=BatchBalanceQuery,
    answers={200: BalanceOut},
    roles=READERS,
    summary="How many units of a batch are where, by any identifier",
    tag="batches",
)
def get_balance_by_id(call: Call) -> Answer:
    """For batches of another scheme than GTIN and lot, and for lots with `/` in them."""
    return Answer(200, read_balance(call.session, principal_of(call), call.query.batch, call.query.as_of))


@api.operation(
    "GET",
    "/batches/<gtin>/<path:lot>/trace",
    query=TraceQuery,
    answers={200: TraceOut},
    roles=READERS,
    summary="Where a batch went, or came from",
    tag="batches",
)
def get_trace(call: Call) -> Answer:
    """The batches made from it (or that it was made from), their movements, and every place they reached."""
    query = call.query
    return Answer(200, read_trace(call.session, principal_of(call), batch_uri(call), query.direction, query.as_of))


@api.operation(
    "GET",
    "/trace",
    query=BatchTraceQuery,
    answers={200: TraceOut},
    roles=READERS,
    summary="Where a batch went, or came from, by any identifier",
    tag="batches",
)
def get_trace_by_id(call: Call) -> Answer:
    """For batches of another scheme than GTIN and lot, and for lots with `/` in them."""
    query = call.query
    return Answer(200, read_trace(call.session, principal_of(call), query.batch, query.direction, query.as_of))
