"""`/api/v1/trace/sources`: from cases back to what can explain them."""

from pydantic import RootModel

from trace.kit.contract import Call
from trace.kit.transactions import Answer
from trace.sources.bodies import SourcesIn
from trace.sources.search import Sources, find_sources
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

    `mixing` names places (or deliveries to one place) between which goods were mixed, `stop` what passed nothing on;
    `dates` says whether what left before it came is kept apart there. What explains no case is left out.
    """
    return Answer(200, find_sources(call.session, principal_of(call), call.body))
