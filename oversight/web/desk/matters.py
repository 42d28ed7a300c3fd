"""`/desk/matters`: what the office has in hand, and one matter with all that may be done in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from oversight.gb2260 import check_code
from oversight.jurisdictions import list_jurisdictions, office_of, staff_of
from oversight.kinds import KINDS
from oversight.matters.kinds import act
from oversight.matters.reading import WAITING, Wanted, find_matter, list_matters, write_matter, write_matters
from oversight.matters.routing import ASSIGN, HAND_OVER, ROUTING, TAKE_OVER
from oversight.matters.steps import Actor, actor_of, steps_for
from oversight.models import Matter
from oversight.web.desk.desk import desk
from oversight.web.desk.kinds import SHOWN
from oversight.web.desk.shown import Ask, read_states, routing_words
from trace.kit.contract import validate
from trace.kit.desk import EVERYBODY, FIRMS, OFFICERS, DeskCall, see_other, show
from trace.kit.errors import Invalid
from trace.kit.i18n import _, current_language
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer

OFFICIALS = EVERYBODY - FIRMS


@desk.page("/matters", roles=EVERYBODY)
def matters_page(call: DeskCall) -> Answer:
    """The newest first, narrowed by kind, stage, office and how they stand."""
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    after = None if page.after is None else int(page.after[0])
    wanted = _read_wanted(call)
    rows = list_matters(call.session, call.principal, wanted, after, page.limit + 1, call.now)
    shown, following = cut(rows, page, lambda row: [row.id])
    return show(
        "desk/matters.html",
        rows=write_matters(call.session, call.principal, shown, call.now),
        next=following,
        kinds=[(name, one.name()) for name, one in SHOWN.items()],
        words={name: one.stages() for name, one in SHOWN.items()},
        names={name: one.name() for name, one in SHOWN.items()},
        waiting=waiting_words(),
        offices=_offices(call),
        args=call.args,
    )


def waiting_words() -> Mapping[str, str]:
    """How matters may stand."""
    return {"open": _("being dealt with"), "overdue": _("overdue"), "ended": _("done with")}


def clock_words() -> Mapping[str, str]:
    """How clocks may stand."""
    return {
        "open": _("open"),
        "overdue": _("overdue"),
        "met": _("met in time"),
        "late": _("met late"),
        "dropped": _("no longer counts"),
    }


def _read_wanted(call: DeskCall) -> Wanted:
    kind, waiting, within = (call.args.get(name, "") for name in ("kind", "waiting", "within"))
    if within:
        try:
            check_code(within)
        except ValueError as error:
            raise Invalid.field("/within", str(error)) from error
    return Wanted(
        kinds=(kind,) if kind in SHOWN else (),
        within=within or None,
        waiting=next((one for one in WAITING if one == waiting), None),
    )


def _offices(call: DeskCall) -> list[tuple[str, str]]:
    if call.user.role == "company":
        return []
    office = office_of(call.session, call.principal)
    at = 0 if current_language() == "zh" else 1
    return [(one.code, (one.name, one.name_en)[at]) for one in list_jurisdictions(call.session, office.code)]


@desk.page("/matters/<number>", roles=EVERYBODY)
def matter_page(call: DeskCall) -> Answer:
    """A matter: where it stands, what may be done by this person, its clocks and its history."""
    matter = find_matter(call.session, call.principal, call.path["number"])
    shown = SHOWN[matter.kind]
    labels = {**routing_words(), **shown.steps()}
    return show(
        "desk/matter.html",
        call=call,
        matter=write_matter(call.session, call.principal, matter, call.now),
        kind=shown.name(),
        stages=shown.stages(),
        labels=labels,
        steps=_steps(call, matter),
        asked=call.path.get("step"),
        part=shown.template,
        clock_words=clock_words(),
        done_words={step: _("Done: {step}.", step=words) for step, words in labels.items()},
        **shown.read(call, matter),
    )


def _steps(call: DeskCall, matter: Matter) -> list[tuple[str, Sequence[Ask], bool]]:
    """What this person may do: each step, what it asks for, and whether it needs a reason."""
    if call.user.role == "auditor":
        return []
    actor, flow = actor_of(call.session, call.principal), KINDS[matter.kind].flow
    asks = _asks(call, matter)
    moves = flow.table[matter.stage]
    found = [(step, asks.get(step, ()), moves[step].reason) for step in steps_for(call.session, flow, matter, actor)]
    return found + _routing(matter, actor, asks)


def _routing(matter: Matter, actor: Actor, asks: Mapping[str, Sequence[Ask]]) -> list[tuple[str, Sequence[Ask], bool]]:
    if actor.office is None or matter.ended_at is not None or not actor.office.covers(matter.code):
        return []
    handed = next((one for one in reversed(matter.steps) if one.step in (HAND_OVER, TAKE_OVER)), None)
    waits = handed is not None and handed.step == HAND_OVER
    return [(step, asks.get(step, ()), step == HAND_OVER) for step in ROUTING if step != TAKE_OVER or waits]


def _asks(call: DeskCall, matter: Matter) -> Mapping[str, Sequence[Ask]]:
    own = SHOWN[matter.kind].asks(call, matter)
    if call.user.role == "company":
        return own
    at = 0 if current_language() == "zh" else 1
    offices = [(one.code, f"{(one.name, one.name_en)[at]} {one.code}") for one in list_jurisdictions(call.session)]
    staff = [(str(number), name) for number, name, _post in staff_of(call.session, matter.code)]
    return {
        HAND_OVER: [Ask("code", _("Office"), "choice", True, options=offices)],
        ASSIGN: [Ask("handler", _("Member of the office"), "choice", True, options=staff)],
        **own,
    }


@desk.form("/matters/<number>/<step>", roles=FIRMS | OFFICERS, again=matter_page)
def matter_step(call: DeskCall) -> Answer:
    """Take a step."""
    number, step = call.path["number"], call.path["step"]
    matter = find_matter(call.session, call.principal, number)
    kind = KINDS[matter.kind]
    model = kind.body_of(step)
    states: dict[str, Any] = read_states(_asks(call, matter).get(step, ()), call.form)
    handler = states.get("handler", "")
    if step == ASSIGN and handler.isascii() and handler.isdigit() and len(handler) < 19:
        states["handler"] = int(handler)
    reason = call.form.get("reason", "").strip() or None
    act(call.session, kind, call.principal, number, step, validate(model, states), reason, call.now)
    return see_other(url_for("oversight_desk.matter_page", number=number), done=step)
