"""`/api/v1/calendar`, `/duties`, `/deadlines`: which days are worked, which rule makes which deadline, what is due."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, RootModel, WithJsonSchema
from typing_extensions import TypedDict

from recalls.clocks.calendar_days import DayRow, YearRow, read_day, read_year, write_day
from recalls.clocks.calendar_edits import FIRST_YEAR, LAST_YEAR, clear_day, set_day
from recalls.clocks.desk import DeskRow, list_deadlines, write_found
from recalls.clocks.duties import (
    MOST_UNITS,
    Charge,
    DutyNotFound,
    DutyRow,
    NewDuty,
    add_duty,
    end_duty,
    list_duties,
    write_duty,
)
from recalls.clocks.states import State
from recalls.clocks.working_days import CHINA, Unit
from recalls.web.bodies import RecallClass
from trace.kit.contract import Call
from trace.kit.errors import Invalid
from trace.kit.fields import InputModel, Text, Timestamp, WholeNumber, parse_day
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.web.api import HISTORIANS, api, principal_of

EDITORS = frozenset({"regulator", "admin"})

Word = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{1,39}$")]
Happening = Annotated[str, Field(min_length=1, max_length=60)]


def _check_year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Expected a year from {FIRST_YEAR} to {LAST_YEAR}, got {year}.")
    return year


def _check_amount(value: int) -> int:
    if not 0 <= value <= MOST_UNITS:
        raise ValueError(f"Expected 0 to {MOST_UNITS}, got {value}.")
    return value


Year = Annotated[
    WholeNumber,
    AfterValidator(_check_year),
    WithJsonSchema({"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}),
]
Amount = Annotated[
    WholeNumber,
    AfterValidator(_check_amount),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_UNITS}),
]


class YearQuery(InputModel):
    """Which year; without it the present one."""

    year: Year | None = None


class DayIn(InputModel):
    """Whether a day is worked, against the week, and who says so."""

    working: bool
    name_zh: Text
    name_en: Text | None = None
    source: Text


class DutyIn(InputModel):
    """A rule: `amount` units (`h` hours, `d` days, `wd` working days, `week`, `month`) after `starts`, met by any of
    `met_by`. Without `regime` or `class` it is for all of them; `valid_from` is now unless given.
    """

    duty: Word
    regime: Word | None = None
    recall_class: Annotated[RecallClass | None, Field(alias="class")] = None
    starts: Happening
    met_by: Annotated[list[Happening], Field(max_length=10)]
    until: Happening | None = None
    amount: Amount
    unit: Unit
    repeats: bool = False
    restarts: bool = False
    in_charge: Charge = "firm"
    text_zh: Text
    text_en: Text
    source: Text
    confirmed: bool = False
    valid_from: Timestamp | None = None


class EndIn(InputModel):
    """When the rule ends; now unless given."""

    at: Timestamp | None = None


class DutiesQuery(PageQuery):
    """Rules that apply to a regime, and those valid at a moment; without them all there are and were."""

    regime: Word | None = None
    at: Timestamp | None = None


class DeadlinesQuery(PageQuery):
    """Deadlines of a state and of a recall; without a state those that wait, open or missed."""

    state: State | None = None
    recall: Annotated[str, Field(max_length=40)] | None = None


class MovedRow(TypedDict):
    """A day as it is now, and how many deadlines moved."""

    day: DayRow
    moved: int


class DutiesRow(TypedDict):
    """A page of the table of duties, in the order in which they were entered."""

    duties: list[DutyRow]
    next: str | None


class DeadlinesRow(TypedDict):
    """A page of deadlines, the first due first, with their states at `at`."""

    at: str
    deadlines: list[DeskRow]
    next: str | None


class YearOut(RootModel[YearRow]):
    """The calendar of a year."""


class DayOut(RootModel[DayRow]):
    """A day."""


class MovedOut(RootModel[MovedRow]):
    """A changed day."""


class DutyOut(RootModel[DutyRow]):
    """A rule."""


class DutiesOut(RootModel[DutiesRow]):
    """Rules."""


class DeadlinesOut(RootModel[DeadlinesRow]):
    """Deadlines."""


def _day(call: Call) -> date:
    try:
        return parse_day(call.path["day"])
    except ValueError as error:
        raise Invalid.field("/day", str(error)) from error


@api.operation(
    "GET",
    "/calendar",
    query=YearQuery,
    answers={200: YearOut},
    roles=HISTORIANS,
    summary="The holidays and make-up days of a year",
    tag="clocks",
)
def get_calendar(call: Call) -> Answer:
    """Days that differ from the week. Without any the year is not `complete`: deadlines count weekends alone."""
    return Answer(200, read_year(call.session, call.query.year or datetime.now(CHINA).year))


@api.operation(
    "GET",
    "/calendar/<day>",
    answers={200: DayOut},
    roles=HISTORIANS,
    summary="Whether a day is worked",
    tag="clocks",
)
def get_calendar_day(call: Call) -> Answer:
    """By what was entered, else by the week."""
    return Answer(200, read_day(call.session, _day(call)))


@api.operation(
    "PUT",
    "/calendar/<day>",
    body=DayIn,
    answers={200: MovedOut},
    roles=EDITORS,
    summary="Enter a holiday or a make-up day",
    tag="clocks",
)
def put_calendar_day(call: Call) -> Answer:
    """Deadlines that wait are due anew; what was met or dropped keeps its time. What was said before is kept."""
    body: DayIn = call.body
    day, now = _day(call), datetime.now(UTC)
    said = (body.working, body.name_zh, body.name_en, body.source)
    row, moved = set_day(call.session, principal_of(call), day, *said, now)
    return Answer(200, {"day": write_day(row), "moved": moved})


@api.operation(
    "DELETE",
    "/calendar/<day>",
    answers={200: MovedOut},
    roles=EDITORS,
    summary="Let the week decide about a day again",
    tag="clocks",
)
def delete_calendar_day(call: Call) -> Answer:
    """Deadlines that wait are due anew; that the day was entered and taken back stays on record."""
    day = _day(call)
    moved = clear_day(call.session, principal_of(call), day, datetime.now(UTC))
    return Answer(200, {"day": read_day(call.session, day), "moved": moved})


@api.operation(
    "GET",
    "/duties",
    query=DutiesQuery,
    answers={200: DutiesOut},
    roles=HISTORIANS,
    summary="The rules that make deadlines",
    tag="clocks",
)
def get_duties(call: Call) -> Answer:
    """Each with its source. `confirmed` false: the limit was not compared with the official text."""
    page = read_page(call.query)
    after = 0 if page.after is None else int(page.after[0])
    rows = list_duties(call.session, after, page.limit + 1, call.query.regime, call.query.at)
    shown, following = cut(rows, page, lambda duty: [duty.id])
    return Answer(200, {"duties": [write_duty(duty) for duty in shown], "next": following})


@api.operation(
    "POST",
    "/duties",
    body=DutyIn,
    answers={200: DutyOut, 201: DutyOut},
    roles=EDITORS,
    summary="Enter a rule, or a new version of one",
    tag="clocks",
)
def post_duty(call: Call) -> Answer:
    """It closes the rule of the same duty, regime and class. Deadlines that run keep the rule that made them."""
    body: DutyIn = call.body
    new = NewDuty(
        word=body.duty,
        regime=body.regime,
        recall_class=body.recall_class,
        starts=body.starts,
        met_by=tuple(body.met_by),
        until=body.until,
        amount=body.amount,
        unit=body.unit,
        repeats=body.repeats,
        restarts=body.restarts,
        in_charge=body.in_charge,
        text_zh=body.text_zh,
        text_en=body.text_en,
        source=body.source,
        confirmed=body.confirmed,
        valid_from=body.valid_from,
    )
    duty, added = add_duty(call.session, principal_of(call), new, datetime.now(UTC))
    return Answer(201 if added else 200, write_duty(duty))


@api.operation(
    "POST",
    "/duties/<id>/end",
    body=EndIn,
    answers={200: DutyOut},
    roles=EDITORS,
    summary="End a rule without another in its place",
    tag="clocks",
)
def post_duty_end(call: Call) -> Answer:
    """It starts no clock from then on; those that run go on."""
    number = call.path["id"]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise DutyNotFound(f"No duty {number} is known.")
    return Answer(200, write_duty(end_duty(call.session, int(number), call.body.at, datetime.now(UTC))))


@api.operation(
    "GET",
    "/deadlines",
    query=DeadlinesQuery,
    answers={200: DeadlinesOut},
    roles=HISTORIANS,
    summary="What is due in all recalls that the key may see",
    tag="clocks",
)
def get_deadlines(call: Call) -> Answer:
    """The first due first. All pages are of the moment of the first one."""
    page = read_page(call.query)
    now, after = datetime.now(UTC), None
    if page.after is not None:
        moment, due, number = page.after
        now, after = datetime.fromisoformat(moment), (datetime.fromisoformat(due), int(number))
    found = list_deadlines(
        call.session, principal_of(call), call.query.state, call.query.recall, after, page.limit + 1, now
    )
    shown, following = cut(found, page, lambda one: [now.isoformat(), one[0].due_at.isoformat(), one[0].id])
    rows = [write_found(one, now) for one in shown]
    return Answer(200, {"at": now.isoformat().replace("+00:00", "Z"), "deadlines": rows, "next": following})
