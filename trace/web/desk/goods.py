"""`/desk/goods` and the forms about goods: scanned line by line, looked at, recorded."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, unquote

from flask import Flask, request, url_for

from trace.deliveries import count_open_deliveries
from trace.field_words import FIELDS
from trace.goods_known import list_partners, list_reports, read_known, require_report
from trace.kit.contract import validate
from trace.kit.desk import FIRMS, DeskCall, Entry, Task, add_entry, add_tasks, see_other, show
from trace.kit.i18n import _, _n, current_language
from trace.kit.transactions import Answer
from trace.outcome import read_outcome
from trace.own_master_data import OwnPlace, list_places
from trace.web.desk.batch_form import UNITS
from trace.web.desk.desk import desk
from trace.web.desk.goods_form import TypedLine, add_scan, read_body, read_lines, without
from trace.web.desk.goods_kinds import KINDS
from trace.web.desk.words import say_unit

OFFERED = 300
"""Own places in a list to choose from."""

RECENT = 10
COOKIE = "place"
MONTH = 30 * 24 * 3600
MOST_COUNTED = 100

_KINDS = "<any({}):kind>".format(", ".join(KINDS))


@desk.page("/goods", roles=FIRMS)
def goods_page(call: DeskCall) -> Answer:
    """The ways to report about goods, and what was reported last."""
    return show(
        "desk/goods.html",
        waiting=count_open_deliveries(call.session, call.principal, MOST_COUNTED),
        most=MOST_COUNTED,
        kinds=KINDS,
        reports=list_reports(call.session, call.principal, RECENT),
    )


@desk.page("/goods/recorded", roles=FIRMS)
def recorded_page(call: DeskCall) -> Answer:
    """What a report of the firm's did: movements, and what was found in it."""
    report = require_report(call.session, call.principal, call.args.get("event", ""))
    outcome = read_outcome(call.session, report.event_id, ())
    again = call.args.get("again", "")
    return show("desk/recorded.html", report=report, outcome=outcome, again=KINDS.get(again), again_word=again)


@desk.page(f"/{_KINDS}/new", roles=FIRMS)
def new_report_page(call: DeskCall) -> Answer:
    """The form of one kind of report; after a refusal with everything as it was typed."""
    return _show_form(call, read_lines(call.form))


@desk.form(f"/{_KINDS}/lines", roles=FIRMS, again=new_report_page, only_reads=True)
def change_lines(call: DeskCall) -> Answer:
    """The form again, with what was scanned, or without the line that was taken out."""
    lines = read_lines(call.form)
    if "remove" in call.form:
        return _show_form(call, without(lines, call.form["remove"]))
    text = call.form.get("scan", "").strip()
    if not text:
        return _show_form(call, lines)
    sides = [side for side, _words in KINDS[call.path["kind"]].sides]
    side = call.form.get("side", "")
    added = add_scan(lines, text, side if side in sides else sides[0], call.now.year)
    return _show_form(call, _with_units(call, lines, added), scanned=True)


@desk.form(f"/{_KINDS}/new", roles=FIRMS, again=new_report_page)
def record(call: DeskCall) -> Answer:
    """Record the report, and show what it did."""
    kind = KINDS[call.path["kind"]]
    texts = {name: call.form.get(name, "").strip() for name in (kind.partner, *kind.texts) if name}
    place = call.form.get("place", "").strip()
    body = validate(kind.body, read_body((kind.place, place), texts, read_lines(call.form)))
    outcome = kind.report(call.session, call.principal, body, call.now)
    address = url_for("trace_desk.recorded_page", event=outcome.event_id, again=call.path["kind"])
    answer = see_other(address, done="recorded")
    kept = f"{COOKIE}={quote(place, safe='')}; Path=/desk; Max-Age={MONTH}; HttpOnly; SameSite=Lax"
    return replace(answer, headers={**answer.headers, "Set-Cookie": kept})


def _with_units(call: DeskCall, before: Sequence[TypedLine], lines: Sequence[TypedLine]) -> list[TypedLine]:
    """A new line of a product that is sold by weight or volume has its unit."""
    *old, new = lines
    if len(lines) == len(before) or not new.gtin or new.uom or new.serials:
        return list(lines)
    uom = read_known(call.session, call.principal, {new.gtin}, (), None)[new.gtin].uom
    return [*old, replace(new, uom=uom)]


def _show_form(call: DeskCall, lines: Sequence[TypedLine], scanned: bool = False) -> Answer:
    kind = KINDS[call.path["kind"]]
    places = list_places(call.session, call.principal, OFFERED)
    chosen = _choose_place(call, places)
    number = next((one.row.id for one in places if one.uri == chosen), None)
    gtins = {line.gtin for line in lines if line.gtin}
    known = read_known(call.session, call.principal, gtins, {line.uri for line in lines if line.uri}, number)
    partners = list_partners(call.session, call.principal) if kind.partner else []
    return show(
        "desk/goods_form.html",
        here=(url_for("trace_desk.new_report_page", kind=call.path["kind"]), []),
        call=call,
        kind=kind,
        word=call.path["kind"],
        lines=list(enumerate(lines)),
        known=known,
        chosen=chosen,
        places=[(one.uri, _name(one)) for one in places],
        partners=partners,
        values={name: call.form.get(name, call.args.get(name, "")) for name in (kind.partner, *kind.texts) if name},
        scan="" if scanned else call.form.get("scan", ""),
        side=call.form.get("side", kind.sides[0][0]),
        units=[(code, say_unit(code)) for code in UNITS],
        words=FIELDS,
    )


def _choose_place(call: DeskCall, places: Sequence[OwnPlace]) -> str:
    """The place that was chosen; else the one asked for, the one of the last report, or the only one."""
    if "place" in call.form:
        return call.form["place"]
    own = {one.uri for one in places}
    for wish in (call.args.get("place", ""), unquote(request.cookies.get(COOKIE, ""))):
        if wish in own:
            return wish
    return places[0].uri if len(places) == 1 else ""


def _name(one: OwnPlace) -> str:
    name = one.row.name_en if current_language() == "en" and one.row.name_en else one.row.name
    return f"{name} · {one.row.gln}" if one.row.gln else name


def read_tasks(call: DeskCall) -> Sequence[Task]:
    """Deliveries that wait to be confirmed."""
    waiting = count_open_deliveries(call.session, call.principal, MOST_COUNTED)
    if not waiting:
        return ()
    words = _n("{number} delivery to confirm", "{number} deliveries to confirm", waiting)
    return [Task(words, url_for("trace_desk.deliveries_page"))]


GOODS = tuple(f"/desk/{name}" for name in ("deliveries", *KINDS))
"""Where goods are reported, beside the page that leads there."""


def register(app: Flask) -> None:
    """Put goods into the navigation, and what waits into the home of firms."""
    add_entry(app, Entry(30, "trace_desk.goods_page", lambda: _("Goods in and out"), FIRMS, GOODS))
    add_tasks(app, FIRMS, read_tasks)
