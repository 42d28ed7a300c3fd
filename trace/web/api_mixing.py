"""`/api/v1`: flags on places that mix lots."""

from datetime import UTC, datetime

from pydantic import RootModel

from trace.bodies import MixingEndIn, MixingIn
from trace.field_types import read_place
from trace.kit.contract import Call
from trace.kit.errors import Invalid
from trace.kit.transactions import Answer
from trace.mixing.flags import FlagNotFound, FlagRow, FlagRows, end_flag, flag_place, list_flags
from trace.web.api import READERS, WRITERS, api, principal_of


class FlagOut(RootModel[FlagRow]):
    """A flag on a place that mixes lots."""


class FlagsOut(RootModel[FlagRows]):
    """The flags of a place."""


def _place(call: Call) -> str:
    try:
        return read_place(call.path["code"])
    except ValueError as error:
        raise Invalid.field("/code", str(error)) from error


@api.operation(
    "POST",
    "/locations/<path:code>/mixing",
    body=MixingIn,
    answers={200: FlagOut, 201: FlagOut},
    roles=WRITERS,
    summary="Record that a place mixes lots",
    tag="master data",
)
def post_mixing(call: Call) -> Answer:
    """What leaves it then may be of any lot that was there, whatever lot it names: evidence `possible`."""
    row, new = flag_place(call.session, principal_of(call), _place(call), call.body, datetime.now(UTC))
    return Answer(201 if new else 200, row)


@api.operation(
    "POST",
    "/locations/<path:code>/mixing/<number>/end",
    body=MixingEndIn,
    answers={200: FlagOut},
    roles=WRITERS,
    summary="Set the last day on which a place mixes lots",
    tag="master data",
)
def post_mixing_end(call: Call) -> Answer:
    """What left the place up to then stays possible."""
    number = call.path["number"]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise FlagNotFound("The place has no such flag.")
    return Answer(200, end_flag(call.session, principal_of(call), _place(call), int(number), call.body))


@api.operation(
    "GET",
    "/locations/<path:code>/mixing",
    answers={200: FlagsOut},
    roles=READERS,
    summary="When a place mixes lots",
    tag="master data",
)
def get_mixing(call: Call) -> Answer:
    """For the firm that keeps the place, regulators and the operator."""
    return Answer(200, list_flags(call.session, principal_of(call), _place(call)))
