"""`/desk/complaints`: the dispatch board, taking a call, the citizen looked at, and the figures."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Flask, url_for

from oversight.complaints.board import (
    SHELVES,
    Shelf,
    count_shelves,
    list_asked,
    list_escalated,
    list_own_late,
    list_shelf,
)
from oversight.complaints.causes import list_causes
from oversight.complaints.citizens import erase_citizen, look_at_citizen
from oversight.complaints.flows import FLOWS
from oversight.complaints.intake import CHANNELS, Channel, ComplaintIn, receive
from oversight.complaints.reminders import BEFORE, forget_citizens, keep_limits
from oversight.complaints.sheets import counts_sheet, duties_sheet
from oversight.complaints.statistics import BYS, MOST_EXPORTED, By, Span, count_by, count_duties
from oversight.gb2260 import NATION, check_code
from oversight.jurisdictions import office_of
from oversight.letters import send_letters
from oversight.matters.reading import find_matter, write_matters
from oversight.matters.steps import actor_of
from oversight.mistake_words import FIELDS, SAYINGS
from oversight.web.complaint_form import read_said, read_sent
from oversight.web.complaint_words import channel_words, kind_names, outcome_words, stage_words
from oversight.web.desk.complaints_shown import field_names
from oversight.web.desk.desk import desk
from recalls.clocks.working_days import CHINA
from trace.kit.contract import validate
from trace.kit.desk import FIRMS, OFFICERS, DeskCall, Task, add_tasks, see_other, show
from trace.kit.errors import Invalid
from trace.kit.fields import parse_day, parse_timestamp
from trace.kit.i18n import _, current_language
from trace.kit.jobs import add_job
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.mistakes import add_sayings
from trace.web.sheet_answers import sheet_answer

OFFICIALS = frozenset({"regulator", "admin", "auditor"})
REGULATORS = frozenset({"regulator"})
MOST_TASKS = 20


@desk.page("/complaints", roles=OFFICIALS)
def complaints_page(call: DeskCall) -> Answer:
    """A shelf of the board, newest first, with how many stand on each."""
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    after = None if page.after is None else int(page.after[0])
    shelf, kind = _choose(SHELVES, call.args.get("shelf"), "running"), call.args.get("kind") or None
    rows = list_shelf(call.session, call.principal, shelf, kind, None, after, page.limit + 1, call.now)
    shown, following = cut(rows, page, lambda row: [row.id])
    return show(
        "desk/complaints.html",
        rows=write_matters(call.session, call.principal, shown, call.now),
        next=following,
        shelf=shelf,
        shelves=shelf_words(),
        board=None if call.user.role == "auditor" else count_shelves(call.session, call.principal, call.now),
        kinds=kind_names(),
        words={one: stage_words(one) for one in FLOWS},
        args=call.args,
    )


def shelf_words() -> Mapping[Shelf, str]:
    """The shelves of the board."""
    return {
        "running": _("in hand"),
        "unassigned": _("waiting for somebody"),
        "mine": _("mine"),
        "overdue": _("overdue"),
        "ended": _("done with"),
    }


def _choose(options: Sequence[Any], asked: str | None, otherwise: Any) -> Any:
    return asked if asked in options else otherwise


@desk.page("/complaints/new", roles=REGULATORS)
def take_page(call: DeskCall) -> Answer:
    """The form for who calls, writes or stands at the counter."""
    return show("desk/complaint_new.html", call=call, **_choices(call))


def _choices(call: DeskCall) -> Mapping[str, Any]:
    at = 0 if current_language() == "zh" else 1
    causes = [(one.word, (one.text_zh, one.text_en)[at]) for one in list_causes(call.session, offered=True)]
    channels = [(one, channel_words()[one]) for one in CHANNELS if one != "web"]
    return {"causes": causes, "kinds": list(kind_names().items()), "channels": channels}


@desk.form("/complaints/new", roles=REGULATORS, again=take_page, secret=True)
def take(call: DeskCall) -> Answer:
    """Take it down; the query code is shown to be read out, this once."""
    said = validate(ComplaintIn, read_said(call.form))
    channel: Channel = _choose(CHANNELS, call.form.get("channel"), "phone")
    actor, secret, sent = actor_of(call.session, call.principal), current_settings().secret_key, read_sent(call.form)
    received = receive(call.session, actor, said, channel, secret, sent, call.now)
    return show("desk/complaint_taken.html", matter=received.matter, code=received.query_code)


@desk.form("/complaints/<number>/citizen", roles=REGULATORS, secret=True)
def look(call: DeskCall) -> Answer:
    """Who the citizen is, for who handles the matter; on record with its reason."""
    matter = find_matter(call.session, call.principal, call.path["number"], tuple(FLOWS))
    citizen = look_at_citizen(call.session, call.principal, matter, _reason(call), call.now)
    return show("desk/citizen.html", matter=matter, citizen=citizen, field_names=field_names())


@desk.form("/complaints/<number>/erase", roles=OFFICERS)
def erase(call: DeskCall) -> Answer:
    """Erase who the citizen is; what is counted stays."""
    matter = find_matter(call.session, call.principal, call.path["number"], tuple(FLOWS))
    erase_citizen(call.session, call.principal, matter, _reason(call), call.now)
    return see_other(url_for("oversight_desk.matter_page", number=matter.number), done="erase")


def _reason(call: DeskCall) -> str:
    reason = call.form.get("reason", "").strip()
    if not 0 < len(reason) <= 500:
        raise Invalid.field("/reason", "Expected this field, got nothing.")
    return reason


@desk.page("/complaints/statistics", roles=OFFICIALS)
def complaint_statistics_page(call: DeskCall) -> Answer:
    """What came, by one of five keys, and how duties were done."""
    span, by = _read_span(call)
    return show(
        "desk/complaint_statistics.html",
        span=span,
        by=by,
        asked={"since": span.since, "until": span.until, "within": span.within, "by": by},
        bys=by_words(),
        rows=count_by(call.session, call.principal, span, by),
        found=count_duties(call.session, call.principal, span, call.now),
        kinds=kind_names(),
        outcomes=outcome_words(),
    )


def _read_span(call: DeskCall) -> tuple[Span, By]:
    """The period, the office and what is counted by: this year, one's own office and causes, if nothing is said."""
    today = call.now.astimezone(CHINA).date()
    within = NATION if call.user.role == "auditor" else office_of(call.session, call.principal).code
    since = _day(call, "since", date(today.year, 1, 1))
    span = Span(since, _day(call, "until", today), _read_code(call.args.get("within", "")) or within)
    return span, _choose(BYS, call.args.get("by"), "cause")


@desk.page("/complaints/statistics.<any(csv, xlsx):form>", roles=OFFICIALS)
def complaint_statistics_sheet(call: DeskCall) -> Answer:
    """The counts as a sheet, with a row of every key."""
    span, by = _read_span(call)
    rows = count_by(call.session, call.principal, span, by, MOST_EXPORTED)
    form: Any = call.path["form"]
    return sheet_answer("complaints", form, counts_sheet(by), rows)


@desk.page("/complaints/duties.<any(csv, xlsx):form>", roles=OFFICIALS)
def complaint_duties_sheet(call: DeskCall) -> Answer:
    """How duties were done as a sheet."""
    span, _by = _read_span(call)
    found = count_duties(call.session, call.principal, span, call.now)
    form: Any = call.path["form"]
    return sheet_answer("duties", form, duties_sheet(outcome_words()), found["duties"])


def _read_code(text: str) -> str:
    try:
        return check_code(text) if text else ""
    except ValueError as error:
        raise Invalid.field("/within", str(error)) from error


def by_words() -> Mapping[By, str]:
    """What statistics count by."""
    return {
        "cause": _("what it is about"),
        "product": _("product"),
        "firm": _("firm"),
        "region": _("region"),
        "month": _("month"),
    }


def _day(call: DeskCall, name: str, otherwise: date) -> date:
    text = call.args.get(name, "").strip()
    try:
        return parse_day(text) if text else otherwise
    except ValueError as error:
        raise Invalid.field(f"/{name}", str(error)) from error


def _tasks(call: DeskCall) -> list[Task]:
    """What this person handles and is due soon, what waits for somebody, and what offices below let pass."""
    if call.user.role != "regulator":
        return []
    session, principal = call.session, call.principal
    own = list_own_late(session, principal, call.now + BEFORE + timedelta(days=1), MOST_TASKS)
    found = [
        Task(
            _("{number} {title}: a limit has passed", number=matter.number, title=matter.title)
            if due < call.now
            else _("{number} {title}: a limit is near", number=matter.number, title=matter.title),
            url_for("oversight_desk.matter_page", number=matter.number),
            due,
            due < call.now,
        )
        for matter, due in own
    ]
    for matter in list_escalated(session, principal, office_of(session, principal), call.now, MOST_TASKS):
        words = _("{number}: office {office} let a limit pass", number=matter.number, office=matter.code)
        found.append(Task(words, url_for("oversight_desk.matter_page", number=matter.number), None, True))
    return found


def _firm_tasks(call: DeskCall) -> list[Task]:
    """Complaints that the firm is asked to settle."""
    return [
        Task(
            _("{number} {title}: you are asked to settle", number=row["number"], title=row["title"]),
            url_for("oversight_desk.matter_page", number=row["number"]),
            None if row["due_at"] is None else parse_timestamp(row["due_at"]),
            row["overdue"],
        )
        for row in list_asked(call.session, call.principal, call.now, MOST_TASKS)
    ]


def register(app: Flask) -> None:
    """Put what is due onto the home; the worker keeps limits and forgets citizens."""
    add_sayings(SAYINGS, FIELDS)
    add_tasks(app, OFFICERS, _tasks)
    add_tasks(app, FIRMS, _firm_tasks)
    add_job(app, keep_limits)
    add_job(app, forget_citizens)
    add_job(app, send_letters)
