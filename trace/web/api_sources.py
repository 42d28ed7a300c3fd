"""`/api/v1/trace/sources`: from cases back to what can explain them."""

from pydantic import RootModel

from trace.kit.contract import Call
from trace.kit.transactions import Answer
from trace.sources.bodies import SourcesIn
from trace.sources.rows import Sources
from trace.sources.search import find_sources
from trace.web.api import READERS, api, principal_of


class SourcesOut(RootModel[Sources]):
    """What leads to the cases, the strongest first."""


@api.operation(
    "POST",
    "/trace/sources",
    body=SourcesIn,
    answers={200: SourcesOut},
    roles=READERS,
    only_reads=True,
    summary="What can explain a set of cases",
    tag="batches",
)
def post_sources(call: Call) -> Answer:
    """Every delivery, batch, place and firm that leads to a case, with the weight of its cases ÷ the weight of all.

    `mixing` names places (or deliveries to one place) between which goods were mixed, `stop` what passed nothing on:
    places, deliveries, and transformations that removed the hazard, by their event, business step, disposition, or a
    batch that came out. `dates` says whether what left before it came is kept apart where goods were mixed.
    What explains no case is left out.

    With `forward`, what a chosen source reaches under the same assumptions, and which cases were found there.
    With `paths` (`true`, or an object), the strongest ways to each case with their events: from `from`, else from the
    source of `forward`, else from the best source, which is the nearest to a case of those with the highest score.
    """
    return Answer(200, find_sources(call.session, principal_of(call), call.body))
