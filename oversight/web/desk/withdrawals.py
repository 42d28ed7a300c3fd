"""`/desk/withdrawals`: stop-sale orders as authorities give them, and as places that have the goods answer them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Flask, url_for
from werkzeug.datastructures import MultiDict

from oversight.jurisdictions import office_of
from oversight.matters.steps import actor_of
from oversight.models import Matter, Withdrawal
from oversight.web.desk.desk import desk
from oversight.web.desk.shown import Ask, Shown, Words
from oversight.withdrawals.orders import INSTRUCTIONS, NewWithdrawal, open_withdrawal
from oversight.withdrawals.reading import count_waiting, list_tasks, write_tasks
from oversight.withdrawals.tasks import (
    MOST_PHOTO_BYTES,
    Confirmation,
    confirm_task,
    read_confirmed_photo,
    read_quantities,
)
from recalls.scope import Line
from trace.kit.desk import (
    FIRMS,
    NO_STORE,
    OFFICERS,
    DeskCall,
    Task,
    add_tasks,
    see_other,
    show,
)
from trace.kit.errors import Invalid
from trace.kit.i18n import _, _n
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.typed_lots import read_lots

FORM_LIMIT = MOST_PHOTO_BYTES + (1 << 20)
SHOWN_TASKS = 50
NEEDED = ("title", "ground", "instructions", "gtin")


def task_words() -> Words:
    """How a place's task stands."""
    return {
        "waiting": _("not confirmed yet"),
        "overdue": _("overdue"),
        "confirmed": _("off sale"),
        "differs": _("differs from the records"),
        "over": _("order ended"),
    }


@desk.page("/withdrawals", roles=FIRMS)
def withdrawals_page(call: DeskCall) -> Answer:
    """What the firm has to take off sale, the newest first."""
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    before = None if page.after is None else int(page.after[0])
    rows = list_tasks(call.session, call.principal, None, before, page.limit + 1, newest_first=True)
    shown, following = cut(rows, page, lambda row: [row[1].id])
    tasks = write_tasks(call.session, call.principal, shown, call.now)
    return show(
        "desk/withdrawals.html", call=call, tasks=tasks, next=following, words=task_words(), orders=_orders(call, shown)
    )


def _orders(call: DeskCall, shown: Sequence[tuple[Matter, Any]]) -> dict[str, Withdrawal]:
    return {matter.number: call.session.get_one(Withdrawal, matter.id) for matter, _task in shown}


@desk.form("/withdrawals/<task>", roles=FIRMS, again=withdrawals_page, limit=FORM_LIMIT)
def confirm_withdrawal(call: DeskCall) -> Answer:
    """Keep what the place took off sale."""
    given = _read_quantities(call.form)
    file = call.files.get("photo")
    photo = file.stream.read(MOST_PHOTO_BYTES + 1) if file is not None and file.filename else None
    note = call.form.get("note", "").strip()[:2000] or None
    said = Confirmation(read_quantities(call.session, given), note, photo)
    confirm_task(call.session, call.principal, call.path["task"], said, call.now)
    return see_other(url_for("oversight_desk.withdrawals_page"), done="confirmed")


def _read_quantities(form: MultiDict[str, str]) -> list[tuple[str, str, Decimal]]:
    found = []
    columns = (form.getlist("batch"), form.getlist("uom"), form.getlist("quantity"))
    for place, (batch, uom, text) in enumerate(zip(*columns, strict=False)):
        try:
            quantity = Decimal(text.strip().replace(",", ""))
        except InvalidOperation as error:
            detail = f"Expected a number from 0 up, got {text.strip() or 'nothing'}."
            raise Invalid.field(f"/quantities/{place}/quantity", detail) from error
        if not quantity.is_finite() or quantity < 0 or quantity.adjusted() > 17:
            raise Invalid.field(f"/quantities/{place}/quantity", f"Expected a number from 0 up, got {quantity}.")
        found.append((batch, uom, quantity))
    return found


@desk.page("/withdrawals/<task>/photo.jpg", roles=FIRMS | OFFICERS)
def withdrawal_photo(call: DeskCall) -> Answer:
    """The picture that came with a place's newest word."""
    return Answer(200, read_confirmed_photo(call.session, call.principal, call.path["task"]), NO_STORE, "image/jpeg")


@desk.page("/withdrawals/new", roles=OFFICERS)
def new_withdrawal_page(call: DeskCall) -> Answer:
    """The form of an order."""
    return show("desk/withdrawal_new.html", call=call, instructions=INSTRUCTIONS)


@desk.form("/withdrawals/new", roles=OFFICERS, again=new_withdrawal_page)
def order_withdrawal(call: DeskCall) -> Answer:
    """Order the stop-sale: the goods are held at once."""
    form = {
        name: call.form.get(name, "").strip()[:2000] for name in ("title", "title_en", "ground", "instructions", "gtin")
    }
    missing = next((name for name in ("title", "ground", "instructions", "gtin") if not form[name]), None)
    if missing is not None:
        raise Invalid.field(f"/{missing}", "Expected a text, got nothing.")
    lots = tuple(read_lots(call.session, form["gtin"].zfill(14), call.form.get("lots", "")))
    new = NewWithdrawal(
        title=form["title"],
        title_en=form["title_en"] or None,
        ground=form["ground"],
        instructions=form["instructions"],
        scope=[Line(gtin=form["gtin"], lots=lots)],
        code=office_of(call.session, call.principal).code,
    )
    matter = open_withdrawal(call.session, actor_of(call.session, call.principal), new, call.now)
    return see_other(url_for("oversight_desk.matter_page", number=matter.number), done="open")


def _stages() -> Words:
    return {
        "in_force": _("stop-sale in force"),
        "confirmed": _("off sale everywhere"),
        "release_proposed": _("release proposed"),
        "released": _("back on sale"),
        "recalled": _("turned into a recall"),
    }


def _steps() -> Words:
    return {
        "all-confirmed": _("Every place has confirmed"),
        "found-elsewhere": _("Goods found at further places"),
        "propose-release": _("Propose the return to sale"),
        "release": _("Return the goods to sale"),
        "refuse-release": _("Keep them off sale"),
        "recall": _("Turn it into a recall"),
    }


def _asks(_call: DeskCall, _matter: Matter) -> Mapping[str, Sequence[Ask]]:
    kinds = [("notified", _("notify the firm")), ("ordered", _("order it"))]
    return {
        "recall": [
            Ask("hazard", _("Hazard"), required=True),
            Ask("instructions", _("What to do"), required=True),
            Ask("recall_class", _("Class"), "choice", True, options=[(one, one) for one in "123"]),
            Ask("kind", _("Kind"), "choice", True, options=kinds),
        ]
    }


def _read(call: DeskCall, matter: Matter) -> Mapping[str, Any]:
    rows = list_tasks(call.session, call.principal, matter, None, SHOWN_TASKS)
    return {
        "order": call.session.get_one(Withdrawal, matter.id),
        "tasks": write_tasks(call.session, call.principal, rows, call.now),
        "task_words": task_words(),
        "most_tasks": SHOWN_TASKS,
    }


SHOWN_WITHDRAWAL = Shown(
    name=lambda: _("Stop-sale order"),
    stages=_stages,
    steps=_steps,
    asks=_asks,
    template="desk/withdrawal.html",
    read=_read,
)


def _waiting(call: DeskCall) -> Sequence[Task]:
    number = count_waiting(call.session, call.principal.party_id)
    if not number:
        return ()
    words = _n("{number} place has goods to take off sale", "{number} places have goods to take off sale", number)
    return [Task(words, url_for("oversight_desk.withdrawals_page"), urgent=True)]


def register(app: Flask) -> None:
    """Put what waits on the firms' home."""
    add_tasks(app, FIRMS, _waiting)
