"""`/api/v1/recalls`: open a case, see its impact, take it from step to step."""

from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import Annotated
from urllib.parse import urlencode

from pydantic import AfterValidator, Field, RootModel, WithJsonSchema
from typing_extensions import TypedDict

from recalls import cases
from recalls.affected import PageKey
from recalls.answers import CaseRow, ImpactRow, PlacesPage, write_case
from recalls.cases import OFFERED, NewCase, StepBody
from recalls.impact import read_first_page, read_places_page, read_run, write_impact
from recalls.scope import Line
from trace.kit.contract import Call
from trace.kit.errors import NotFound
from trace.kit.fields import Day, InputModel, Text, Timestamp, WholeNumber
from trace.kit.paging import DEFAULT_LIMIT, Limit, PageQuery, cut, make_cursor, read_cursor, read_page
from trace.kit.strict_json import loads
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.web.api import READERS, api, principal_of

MOST_LINES = 1000
MOST_LOTS = 5000


def _check_class(value: int) -> int:
    if value not in (1, 2, 3):
        raise ValueError(f"Expected a class of 1, 2 or 3, got {value}.")
    return value


RecallClass = Annotated[
    WholeNumber,
    AfterValidator(_check_class),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 3}),
]
Remedies = Annotated[list[Text], Field(min_length=1, max_length=6)]


class LineIn(InputModel):
    """One line of a scope: an item by `gtin`, or a batch or item by `id`; every condition given must hold."""

    gtin: str | None = None
    id: Text | None = None
    lots: Annotated[list[str], Field(min_length=1, max_length=MOST_LOTS)] | None = None
    lot_from: str | None = None
    lot_to: str | None = None
    produced_from: Day | None = None
    produced_to: Day | None = None
    serial_from: str | None = None
    serial_to: str | None = None
    exclude: bool = False

    def to_line(self) -> Line:
        """The same as a plain value."""
        return Line(
            self.gtin,
            self.id,
            tuple(self.lots or ()),
            self.lot_from,
            self.lot_to,
            self.produced_from,
            self.produced_to,
            self.serial_from,
            self.serial_to,
            self.exclude,
        )


Scope = Annotated[list[LineIn], Field(max_length=MOST_LINES)]


class RecallIn(InputModel):
    """A new case. `class` 1 is the gravest; a `drill` never reaches the public."""

    title: Text
    title_en: Text | None = None
    kind: cases.Kind
    regime: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{1,39}$")]
    recall_class: Annotated[RecallClass, Field(alias="class")]
    depth: cases.Depth
    hazard: Text
    instructions: Text
    remedy: Text | Remedies
    drill: bool = False
    scope: Scope


class StepIn(InputModel):
    """Why the step is taken; `scope` are the lines that `extend` adds."""

    reason: Text | None = None
    scope: Scope | None = None


class CaseOut(RootModel[CaseRow]):
    """A case."""


class PlacesOut(RootModel[PlacesPage]):
    """More affected places."""


class ImpactOut(RootModel[ImpactRow]):
    """What a case means at a moment."""


class ListRow(TypedDict):
    """A page of cases, newest first."""

    recalls: list[CaseRow]
    next: str | None


class ListOut(RootModel[ListRow]):
    """A page of cases."""


class AsOf(InputModel):
    """Up to which moment, inclusive; without it now."""

    as_of: Timestamp | None = None


class ImpactQuery(AsOf):
    """Up to which moment, and how many places."""

    limit: Limit | None = None


class PlacesQuery(InputModel):
    """Where to go on, and how many places."""

    cursor: str
    limit: Limit = DEFAULT_LIMIT


class StepNotFound(NotFound):
    """No such step."""


@api.operation(
    "POST",
    "/recalls",
    body=RecallIn,
    answers={201: CaseOut},
    roles=READERS,
    summary="Open a recall case",
    tag="recalls",
)
def post_recall(call: Call) -> Answer:
    """A firm opens cases for its own products, a regulator for any. Goods are held from the plan on."""
    body: RecallIn = call.body
    new = NewCase(
        title=body.title,
        title_en=body.title_en,
        kind=body.kind,
        regime=body.regime,
        recall_class=body.recall_class,
        depth=body.depth,
        hazard=body.hazard,
        instructions=body.instructions,
        remedies=body.remedy if isinstance(body.remedy, list) else [body.remedy],
        drill=body.drill,
        scope=[line.to_line() for line in body.scope],
    )
    case = cases.open_case(call.session, principal_of(call), new, datetime.now(UTC))
    headers = {"Location": f"{api.prefix}/recalls/{case.number}"}
    return Answer(201, write_case(call.session, case, current_settings().public_url), headers)


@api.operation(
    "GET",
    "/recalls",
    query=PageQuery,
    answers={200: ListOut},
    roles=READERS,
    summary="The cases that the key may see",
    tag="recalls",
)
def list_recalls(call: Call) -> Answer:
    """Newest first."""
    page = read_page(call.query)
    after = None if page.after is None else int(page.after[0])
    rows = cases.list_cases(call.session, principal_of(call), after, page.limit + 1)
    shown, following = cut(rows, page, lambda case: [case.id])
    site = current_settings().public_url
    return Answer(200, {"recalls": [write_case(call.session, case, site) for case in shown], "next": following})


@api.operation(
    "GET", "/recalls/<number>", answers={200: CaseOut}, roles=READERS, summary="A recall case", tag="recalls"
)
def get_recall(call: Call) -> Answer:
    """The case with the versions of its scope and its history."""
    case = cases.read_case(call.session, principal_of(call), call.path["number"])
    return Answer(200, write_case(call.session, case, current_settings().public_url))


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
    """Exactly as it was known when the plan was filed or the recall announced."""
    case = cases.read_case(call.session, principal_of(call), call.path["number"])
    return Answer(200, loads(read_run(case, call.path["digest"]).encode()))


@api.operation(
    "POST",
    "/recalls/<number>/<step>",
    body=StepIn,
    answers={200: CaseOut},
    roles=READERS,
    summary="Take a case to its next stage",
    tag="recalls",
)
def post_step(call: Call) -> Answer:
    """`file-plan`, `announce`, `execute`, `extend`, `complete`, `terminate`, `cancel`; 409 says which are allowed."""
    step = call.path["step"]
    if step not in OFFERED:
        raise StepNotFound(f"Expected a step of {', '.join(OFFERED)}, got {step}.")
    body: StepIn = call.body
    lines = [line.to_line() for line in body.scope or ()]
    now = datetime.now(UTC)
    case = cases.take_step(
        call.session, principal_of(call), call.path["number"], step, now, StepBody(body.reason, lines)
    )
    return Answer(200, write_case(call.session, case, current_settings().public_url))
