"""`/desk/limits`: how long each duty may take, its source and its versions; operators change it."""

from collections.abc import Mapping

from flask import url_for

from oversight.matters.limits import Period, change_limit, find_limit, list_limits, write_limit
from oversight.web.api_limits import LimitIn
from oversight.web.desk.desk import desk
from oversight.web.desk.kinds import SHOWN
from trace.kit.contract import validate
from trace.kit.desk import DeskCall, see_other, show
from trace.kit.i18n import _
from trace.kit.transactions import Answer

OFFICIALS = frozenset({"regulator", "admin", "auditor"})
OPERATORS = frozenset({"admin"})


def unit_words() -> Mapping[str, str]:
    """The units of limits."""
    return {
        "h": _("hours"),
        "d": _("days"),
        "wd": _("working days"),
        "week": _("weeks"),
        "month": _("months"),
    }


@desk.page("/limits", roles=OFFICIALS)
def limits_page(call: DeskCall) -> Answer:
    """All that are in force, by kind of matter."""
    rows = [write_limit(row) for row in list_limits(call.session)]
    return show("desk/limits.html", rows=rows, units=unit_words(), names=_names())


@desk.page("/limits/<kind>/<limit>", roles=OFFICIALS)
def limit_page(call: DeskCall) -> Answer:
    """One limit with its versions, and the form by which it changes."""
    kind, limit = call.path["kind"], call.path["limit"]
    row = write_limit(find_limit(call.session, kind, limit))
    versions = [write_limit(one) for one in list_limits(call.session, kind, limit)]
    return show("desk/limit.html", call=call, row=row, versions=versions, units=unit_words(), names=_names())


@desk.form("/limits/<kind>/<limit>", roles=OPERATORS, again=limit_page)
def limit_change(call: DeskCall) -> Answer:
    """Another period from now on."""
    typed = {name: text for name in ("amount", "unit", "source") if (text := call.form.get(name, "").strip())}
    said = validate(LimitIn, {**typed, "confirmed": call.form.get("confirmed") == "yes"})
    period = Period(said.amount, said.unit, said.source, said.confirmed)
    kind, limit = call.path["kind"], call.path["limit"]
    change_limit(call.session, call.principal, kind, limit, period, call.now)
    return see_other(url_for("oversight_desk.limit_page", kind=kind, limit=limit), done="changed")


def _names() -> Mapping[str, str]:
    return {name: one.name() for name, one in SHOWN.items()}
