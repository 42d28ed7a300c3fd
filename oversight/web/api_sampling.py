"""`/api/v1/sampling-plans` and `/api/v1/samples`: plans, what was drawn from, results, and pass rates."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, RootModel
from typing_extensions import TypedDict

from oversight.jurisdictions import office_of
from oversight.matters.reading import WholeMatter, find_matter, write_matter
from oversight.matters.steps import actor_of
from oversight.sampling.bodies import PlanIn
from oversight.sampling.figures import By, RateRow, read_rates
from oversight.sampling.plans import open_plan
from oversight.sampling.reading import Frame, WholePlan, WholeSample, write_frame, write_plan, write_sample
from trace.kit.contract import Call
from trace.kit.fields import InputModel
from trace.kit.transactions import Answer
from trace.web.api import HISTORIANS, api, principal_of

OFFICERS = frozenset({"regulator", "admin"})
OFFICIALS = OFFICERS | {"auditor"}


class RatesQuery(InputModel):
    """What is counted together, and of which year; without one, of all."""

    by: By = "product"
    year: Annotated[str, Field(pattern="^20[0-9]{2}$")] | None = None


class RatesRow(TypedDict):
    """Pass rates, the lowest first, and the office whose area they are of."""

    by: str
    within: str
    year: int | None
    rates: list[RateRow]


class PlanOut(RootModel[WholeMatter]):
    """A plan as a matter."""


class WholePlanOut(RootModel[WholePlan]):
    """A plan."""


class FrameOut(RootModel[Frame]):
    """What was drawn from."""


class SampleOut(RootModel[WholeSample]):
    """A sample."""


class RatesOut(RootModel[RatesRow]):
    """Pass rates."""


@api.operation(
    "POST",
    "/sampling-plans",
    body=PlanIn,
    answers={201: PlanOut},
    roles=OFFICERS,
    summary="Draft a sampling plan",
    tag="oversight",
)
def post_plan(call: Call) -> Answer:
    """Its steps are those of `/matters`: approved by a second person, drawn, complete."""
    principal, now = principal_of(call), datetime.now(UTC)
    matter = open_plan(call.session, actor_of(call.session, principal), call.body, now)
    location = {"Location": f"{api.prefix}/matters/{matter.number}"}
    return Answer(201, write_matter(call.session, principal, matter, now), location)


@api.operation(
    "GET",
    "/sampling-plans/<number>",
    answers={200: WholePlanOut},
    roles=OFFICIALS,
    summary="A sampling plan and its samples",
    tag="oversight",
)
def get_plan(call: Call) -> Answer:
    """What is sampled and tested, the seed, and the samples in the order in which they were drawn."""
    matter = find_matter(call.session, principal_of(call), call.path["number"], ("sampling_plan",))
    return Answer(200, write_plan(call.session, matter))


@api.operation(
    "GET",
    "/sampling-plans/<number>/frame",
    answers={200: FrameOut},
    roles=OFFICIALS,
    summary="What a plan was drawn from",
    tag="oversight",
)
def get_frame(call: Call) -> Answer:
    """The printed frame with its digest and the seed: whoever has them can repeat the draw."""
    matter = find_matter(call.session, principal_of(call), call.path["number"], ("sampling_plan",))
    return Answer(200, write_frame(call.session, matter))


@api.operation(
    "GET",
    "/samples/<number>",
    answers={200: SampleOut},
    roles=HISTORIANS,
    summary="A sample and what was found in it",
    tag="oversight",
)
def get_sample(call: Call) -> Answer:
    """A firm reads it once the result was confirmed; the place only if it is its own."""
    principal = principal_of(call)
    matter = find_matter(call.session, principal, call.path["number"], ("sample",))
    return Answer(200, write_sample(call.session, principal, matter))


@api.operation(
    "GET",
    "/sampling-rates",
    query=RatesQuery,
    answers={200: RatesOut},
    roles=OFFICIALS,
    summary="Pass rates of samples",
    tag="oversight",
)
def get_rates(call: Call) -> Answer:
    """By product, kind of place, region or year, in the area of one's office; with 95 % Wilson intervals."""
    query: RatesQuery = call.query
    principal = principal_of(call)
    within = "000000" if principal.role == "auditor" else office_of(call.session, principal).code
    year = None if query.year is None else int(query.year)
    rates = read_rates(call.session, query.by, within, year)
    return Answer(200, {"by": query.by, "within": within, "year": year, "rates": rates})
