"""`/api/v1/recalls/…/impact` and `…/runs`: what a case means, now, at a moment, or as it was frozen at a step."""

from datetime import UTC, datetime
from tempfile import TemporaryFile
from urllib.parse import urlencode

from pydantic import RootModel

from recalls import cases
from recalls.affected import PageKey
from recalls.comparison.run_changes import ChangesRow, most_changes, read_changes
from recalls.impact import read_first_page, read_places_page, write_impact
from recalls.impact_answers import ImpactRow, PlacesPage, PreviewRow
from recalls.preview import preview_scope
from recalls.runs import find_run
from recalls.seen import as_seen_by
from recalls.web.bodies import PreviewIn
from trace.kit.contract import Call
from trace.kit.fields import InputModel, Timestamp
from trace.kit.paging import DEFAULT_LIMIT, Limit, PageQuery, link_to_next, make_cursor, read_cursor, read_page
from trace.kit.strict_json import loads
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.web.api import READERS, api, principal_of


class PlacesOut(RootModel[PlacesPage]):
    """More affected places."""


class ImpactOut(RootModel[ImpactRow]):
    """What a case means at a moment."""


class PreviewOut(RootModel[PreviewRow]):
    """What a case of a scope would mean."""


class ChangesOut(RootModel[ChangesRow]):
    """What differs between two impacts of a case."""


class AsOf(InputModel):
    """Up to which moment, inclusive; without it now."""

    as_of: Timestamp | None = None


class ImpactQuery(AsOf):
    """Up to which moment, and how many places."""

    limit: Limit | None = None


class ChangesQuery(PageQuery):
    """Up to which run, else up to now; and how many places."""

    to: str | None = None


class PlacesQuery(InputModel):
    """Where to go on, and how many places."""

    cursor: str
    limit: Limit = DEFAULT_LIMIT


@api.operation(
    "POST",
    "/recalls/preview",
    body=PreviewIn,
    answers={200: PreviewOut},
    roles=READERS,
    only_reads=True,
    summary="What a recall of a scope would mean",
    tag="recalls",
)
def post_preview(call: Call) -> Answer:
    """The impact, how many would be told, and what left the makers, without a case: nothing is held or kept.

    With `limit` only the first so many affected places are given; a firm asks about its own products alone.
    """
    body: PreviewIn = call.body
    lines = [line.to_line() for line in body.scope]
    as_of = body.as_of or datetime.now(UTC)
    return Answer(200, preview_scope(call.session, principal_of(call), lines, as_of, body.limit))


@api.operation(
    "GET",
    "/recalls/<number>/impact",
    query=ImpactQuery,
    answers={200: ImpactOut},
    roles=READERS,
    summary="Which places have what is recalled, and how many units are where",
    tag="recalls",
)
def get_impact(call: Call) -> Answer:
    """With the scope that was in force at `as_of`; what is captured late is in it with its own date.

    With `limit` the first so many affected places, and `next`, which leads to more; without it all of them.
    """
    principal = principal_of(call)
    case = cases.read_case(call.session, principal, call.path["number"])
    as_of = call.query.as_of or datetime.now(UTC)
    if call.query.limit is None:
        file = TemporaryFile()  # noqa: SIM115  (closed when it is sent)
        write_impact(call.session, case, as_of, principal, file)
        return Answer(200, file)
    impact, key = read_first_page(call.session, case, as_of, call.query.limit, principal)
    return Answer(200, {**impact, "next": _more_places(case.number, as_of, call.query.limit, key)})


@api.operation(
    "GET",
    "/recalls/<number>/impact/places",
    query=PlacesQuery,
    answers={200: PlacesOut},
    roles=READERS,
    summary="More of the affected places of an impact",
    tag="recalls",
)
def get_places(call: Call) -> Answer:
    """The address is what `next` of an impact, or of the page before, says; all pages are of the same moment."""
    principal = principal_of(call)
    case = cases.read_case(call.session, principal, call.path["number"])
    as_of, after = _read_places_cursor(case.number, call.query.cursor)
    page, key = read_places_page(call.session, case, as_of, call.query.limit, after, principal)
    return Answer(200, {**page, "next": _more_places(case.number, as_of, call.query.limit, key)})


def _more_places(number: str, as_of: datetime, limit: int, key: PageKey | None) -> str | None:
    if key is None:
        return None
    cursor = make_cursor(current_settings().secret_key, _scope_of(number), [as_of.isoformat(), *key])
    return f"{api.prefix}/recalls/{number}/impact/places?{urlencode({'limit': limit, 'cursor': cursor})}"


def _read_places_cursor(number: str, cursor: str) -> tuple[datetime, PageKey]:
    moment, tier, place, uom = read_cursor(current_settings().secret_key, _scope_of(number), cursor)
    return datetime.fromisoformat(moment), (tier, place, uom)


def _scope_of(number: str) -> str:
    return f"impact {number}"


@api.operation(
    "GET",
    "/recalls/<number>/runs/<digest>",
    answers={200: ImpactOut},
    roles=READERS,
    summary="An impact as it was frozen at a step",
    tag="recalls",
)
def get_run(call: Call) -> Answer:
    """Exactly as it was known when the plan was filed, the recall announced, extended or completed, or reported on."""
    principal = principal_of(call)
    case = cases.read_case(call.session, principal, call.path["number"])
    run = loads(find_run(call.session, case, call.path["digest"]).impact.encode())
    return Answer(200, as_seen_by(call.session, principal, case, run))


@api.operation(
    "GET",
    "/recalls/<number>/runs/<digest>/changes",
    query=ChangesQuery,
    answers={200: ChangesOut},
    roles=READERS,
    summary="What has changed since an impact was frozen, and why",
    tag="recalls",
)
def get_changes(call: Call) -> Answer:
    """Compared with a later run (`to`, its digest) or with the impact of this moment, place by place.

    Each reason names the event behind it, if there is one: it happened since, was recorded late, or was declared in
    error; or the scope was extended, or the place is registered otherwise.
    """
    principal = principal_of(call)
    case = cases.read_case(call.session, principal, call.path["number"])
    page, query = read_page(call.query), call.query
    as_of = datetime.now(UTC) if page.after is None else datetime.fromisoformat(page.after[0])
    after = None if page.after is None else (page.after[1], page.after[2], page.after[3])
    limit = most_changes(principal, page.limit)
    changes, key = read_changes(call.session, case, call.path["digest"], query.to, as_of, after, limit)
    changes = as_seen_by(call.session, principal, case, changes)
    return Answer(200, {**changes, "next": None if key is None else link_to_next(page, [as_of.isoformat(), *key])})
