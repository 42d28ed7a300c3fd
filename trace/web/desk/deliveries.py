"""`/desk/deliveries`: what suppliers sent, confirmed as stated or as counted; what customers have not confirmed."""

from typing import Any

from flask import url_for

from trace.bodies import Confirmation
from trace.deliveries import Delivery, DeliveryPage, find_delivery, list_open_deliveries, list_unconfirmed
from trace.documents import document_number
from trace.kit.contract import validate
from trace.kit.desk import FIRMS, DeskCall, read_notes, see_other, show
from trace.kit.paging import PageQuery, link_to_next, read_page
from trace.kit.transactions import Answer
from trace.receiving import confirm_delivery
from trace.web.desk.batch_form import read_number
from trace.web.desk.desk import desk

MOST_SHOWN = 500
"""Lines of a delivery that one page asks for; a longer one comes as a sheet of receipts."""


@desk.page("/deliveries", roles=FIRMS)
def deliveries_page(call: DeskCall) -> Answer:
    """What is on its way to the firm's places, newest first."""
    limit, after = _asked(call)
    page = list_open_deliveries(call.session, call.principal, limit, after)
    notes = read_notes(call, "deliveries", page.rows)
    return show("desk/deliveries.html", page=page, notes=notes, next=_next(page))


@desk.page("/deliveries/sent", roles=FIRMS)
def sent_page(call: DeskCall) -> Answer:
    """What the firm sent and nobody has confirmed yet."""
    limit, after = _asked(call)
    page = list_unconfirmed(call.session, call.principal, limit, after)
    return show("desk/deliveries_sent.html", page=page, next=_next(page))


def _asked(call: DeskCall) -> tuple[int, tuple[int, int] | None]:
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    return page.limit, None if page.after is None else (page.after[0], page.after[1])


def _next(page: DeliveryPage) -> str | None:
    return None if page.after is None else link_to_next(read_page(PageQuery()), page.after)


@desk.page("/deliveries/one", roles=FIRMS)
def delivery_page(call: DeskCall) -> Answer:
    """One delivery: what the sender says, and what came."""
    event = call.form.get("event", call.args.get("event", ""))
    delivery = find_delivery(call.session, call.principal, event)
    typed = call.form.getlist("counted")
    here = (url_for("trace_desk.delivery_page"), [("event", event)])
    other = url_for("trace_desk.new_report_page", kind="receipts", **_prefilled(delivery))
    notes = read_notes(call, "delivery", [delivery] if delivery.lines else [])
    values: dict[str, Any] = {"typed": typed, "most": MOST_SHOWN, "here": here, "other": other, "notes": notes}
    return show("desk/delivery.html", delivery=delivery, call=call, **values)


def _prefilled(delivery: Delivery) -> dict[str, Any]:
    """What the form of a receipt is told of goods that came along and were not announced."""
    known = {"place": delivery.destination.id}
    if delivery.origin is not None:
        known["from"] = delivery.origin.gln or delivery.origin.id
    return known | ({"document": document_number(delivery.document)} if delivery.document else {})


@desk.form("/deliveries/one", roles=FIRMS, again=delivery_page)
def confirm(call: DeskCall) -> Answer:
    """Record what came: all of it as stated, or line by line."""
    names = ("state", "missing", "reason")
    body: dict[str, Any] = {name: call.form[name].strip() for name in names if call.form.get(name, "").strip()}
    if "counted" in call.form:
        body["counted"] = [read_number(text.strip()) for text in call.form.getlist("counted")]
    said = validate(Confirmation, body)
    done = confirm_delivery(call.session, call.principal, call.form.get("event", ""), said, call.now)
    outcome = done.receipt or done.loss
    assert outcome is not None
    lost = done.loss.event_id if done.receipt and done.loss else None
    address = url_for("trace_desk.recorded_page", event=outcome.event_id, lost=lost)
    left = find_delivery(call.session, call.principal, call.form.get("event", "")).lines
    return see_other(address, done="short" if left else "confirmed")
