"""Early warning at the desk: what stands out, the common source of its cases, and recalls abroad."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import Flask, url_for
from markupsafe import Markup

from oversight.matters.reading import WAITING, Wanted
from oversight.models import Matter
from oversight.warnings.flow import SIGNAL
from oversight.warnings.foreign import (
    ForeignRecallIn,
    enter_foreign_recall,
    list_foreign_recalls,
    write_foreign_recalls,
)
from oversight.warnings.observations import SORTS
from oversight.warnings.reading import (
    Common,
    count_raised,
    find_common,
    list_signals,
    read_cases,
    write_signals,
)
from oversight.warnings.signals import gtin_of, lots_of
from oversight.web.desk.desk import desk
from oversight.web.desk.shown import Ask, Shown, Words
from recalls.products import name_items
from trace.kit.contract import validate
from trace.kit.desk import EVERYBODY, FIRMS, OFFICERS, DeskCall, Task, add_tasks, see_other, show
from trace.kit.i18n import _, _n, current_language
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.picture import draw_supply
from trace.sources.load import TooManyMovements
from trace.sources.picture import picture_sources
from trace.typed_lots import read_lots

OFFICIALS = EVERYBODY - FIRMS
LEAST_SHOWN = 1e-9
FOREIGN = ("country", "authority", "reference", "url", "published_on", "gtin", "title", "hazard")


def sort_words() -> Words:
    """What was observed."""
    return {
        "complaint": _("complaints and reports"),
        "sample": _("failed samples"),
        "return": _("returns by consumers"),
        "scan": _("one serial sold in several places"),
        "foreign": _("recall abroad"),
    }


@desk.page("/signals", roles=OFFICIALS)
def signals_page(call: DeskCall) -> Answer:
    """The newest first, narrowed by what was observed and by how they stand."""
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    after = None if page.after is None else int(page.after[0])
    sort = next((one for one in SORTS if one == call.args.get("sort")), None)
    waiting = next((one for one in WAITING if one == call.args.get("waiting", "open")), None)
    wanted = Wanted(kinds=(SIGNAL.kind,), waiting=waiting)
    rows = list_signals(call.session, call.principal, wanted, sort, after, page.limit + 1, call.now)
    shown, following = cut(rows, page, lambda row: [row.id])
    return show(
        "desk/signals.html",
        rows=write_signals(call.session, call.principal, shown, call.now),
        next=following,
        sorts=sort_words(),
        stages=_stages(),
        sort=sort,
        waiting=waiting,
        states={"open": _("to be decided"), "overdue": _("overdue"), "ended": _("decided")},
    )


@desk.page("/foreign-recalls", roles=OFFICIALS)
def foreign_recalls_page(call: DeskCall) -> Answer:
    """The newest first, and the form of another."""
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    after = None if page.after is None else int(page.after[0])
    rows = list_foreign_recalls(call.session, after, page.limit + 1)
    shown, following = cut(rows, page, lambda row: [row.id])
    return show(
        "desk/foreign_recalls.html",
        call=call,
        rows=write_foreign_recalls(call.session, call.principal, shown),
        next=following,
        may_enter=call.user.role in OFFICERS,
    )


@desk.form("/foreign-recalls", roles=OFFICERS, again=foreign_recalls_page)
def enter_recall_abroad(call: DeskCall) -> Answer:
    """Keep it; of goods known here it is a signal at once."""
    states: dict[str, Any] = {name: call.form[name].strip() for name in FOREIGN if call.form.get(name, "").strip()}
    states["country"] = states.get("country", "").upper()
    states["lots"] = read_lots(call.session, states.get("gtin", "").zfill(14), call.form.get("lots", ""))
    row = enter_foreign_recall(call.session, call.principal, validate(ForeignRecallIn, states), call.now)
    if row.signal_id is None:
        return see_other(url_for("oversight_desk.foreign_recalls_page"), done="entered")
    number = call.session.get_one(Matter, row.signal_id).number
    return see_other(url_for("oversight_desk.matter_page", number=number), done="open")


def _stages() -> Words:
    return {
        "raised": _("raised"),
        "inspecting": _("inspection under way"),
        "held": _("goods off sale"),
        "dismissed": _("dismissed"),
        "recalled": _("goods recalled"),
        "closed": _("closed"),
    }


def _steps() -> Words:
    return {
        "grew": _("Further cases"),
        "inspect": _("Inspect: draft a sampling plan"),
        "hold": _("Take the goods off sale"),
        "recall": _("Recall the goods"),
        "dismiss": _("Dismiss the signal"),
        "close": _("Close the signal"),
    }


def _asks(call: DeskCall, matter: Matter) -> Mapping[str, Sequence[Ask]]:
    goods = [
        Ask("gtin", _("Bar code of the product"), required=True, value=gtin_of(call.session, matter)),
        Ask(
            *("lots", _("Lots")),
            hint=_("Filled in with those of the cases; several with blanks between them."),
            value=" ".join(lots_of(call.session, matter)),
        ),
        Ask("whole", _("The product whatever its lot"), "yes"),
    ]
    instructions = Ask("instructions", _("What to do"), hint=_("Left empty, the usual words stand there."))
    kinds = [("notified", _("notify the firm")), ("ordered", _("order it"))]
    hint = _(
        "A line an item: “bacteria; ≤ 100 CFU/g; GB 19302-2010”, “protein; ≥ 2.9 g/100g”, "
        "“pH; 4.0 ~ 4.6”, “salmonella; absent”."
    )
    return {
        "inspect": [
            Ask("size", _("Number of samples"), "number", True),
            Ask("starts_on", _("First day"), "date", True),
            Ask("ends_on", _("Last day"), "date", True),
            Ask("lines", _("Test items and limits"), "long", True, hint),
            Ask("food", _("Food: the Food Safety Law applies"), "yes", value="yes"),
        ],
        "hold": [*goods, instructions],
        "recall": [
            *goods,
            Ask("hazard", _("Hazard"), required=True),
            Ask("instructions", _("What to do"), required=True),
            Ask("recall_class", _("Class"), "choice", True, options=[(one, one) for one in "123"]),
            Ask("kind", _("Kind"), "choice", True, options=kinds),
        ],
    }


def _read(call: DeskCall, matter: Matter) -> Mapping[str, Any]:
    common = _common(call, matter)
    sources = None if common is None else common.sources
    view = None if sources is None else picture_sources(sources, current_language())
    signal = write_signals(call.session, call.principal, [matter], call.now)[0]
    tail = 1.0 if signal["rate"] is None else signal["rate"]["tail"]
    gtins = [] if sources is None else [one["gtin"] for one in sources["batches"]]
    return {
        "signal": signal,
        "often": Decimal(f"{1 / max(tail, LEAST_SHOWN):.2g}"),
        "observed": read_cases(call.session, matter),
        "sorts": sort_words(),
        "common": common,
        "picture": Markup(draw_supply(view, current_language())) if view is not None and view.links else "",
        "goods": name_items(call.session, gtins),
        "names": {} if view is None else {node.key: node.name for node in view.nodes},
        "links": [] if view is None else sorted(view.links, key=lambda one: (-one.units, one.origin, one.target)),
    }


def _common(call: DeskCall, matter: Matter) -> Common | None:
    """None: more leads to the cases than one page can hold."""
    try:
        return find_common(call.session, call.principal, matter)
    except TooManyMovements:
        return None


SHOWN_SIGNAL = Shown(
    name=lambda: _("Early warning"),
    stages=_stages,
    steps=_steps,
    asks=_asks,
    template="desk/signal.html",
    read=_read,
)


def _waiting(call: DeskCall) -> Sequence[Task]:
    number = count_raised(call.session, call.principal)
    if not number:
        return ()
    words = _n("{number} signal is to be decided on", "{number} signals are to be decided on", number)
    return [Task(words, url_for("oversight_desk.signals_page"), urgent=True)]


def register(app: Flask) -> None:
    """Put what waits on the officials' home."""
    add_tasks(app, OFFICERS, _waiting)
