"""`/desk/records`: who read and did what, for auditors and operators; and why an official is here."""

from typing import Literal, cast, get_args

from flask import Flask, url_for

from recalls.web.desk.desk import desk
from recalls.web.desk.narrowing import link_with, read_choice, read_local_moment, read_text
from trace.audit_log import Wanted, every_entry, list_entries, require_room
from trace.audit_sheet import ROLES, SHEET
from trace.kit.accounts import keep_purpose
from trace.kit.audit import MAX_PURPOSE
from trace.kit.desk import AUDITORS, OFFICERS, DeskCall, Entry, add_entry, own_address, see_other, show
from trace.kit.errors import FieldError, Invalid
from trace.kit.forms import session_token
from trace.kit.i18n import _, current_language
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.web.api_audit import Method, subject_of
from trace.web.sheet_answers import sheet_answer


class MomentRefused(Invalid):
    """A moment that is none."""


def read_wanted(call: DeskCall) -> Wanted:
    """Which entries the address asks for. Raises MomentRefused (422) and NarrowingRefused (400)."""
    moments = {}
    for name in ("from", "to"):
        text = call.args.get(name, "").strip()
        try:
            moments[name] = read_local_moment(text) if text else None
        except ValueError as error:
            raise MomentRefused(str(error), errors=[FieldError("/" + name, str(error))]) from error
    return Wanted(
        role=read_choice(call.args, "role", ROLES),
        party=read_text(call.args, "party") or None,
        subject=subject_of(read_text(call.args, "subject")) or None,
        since=moments["from"],
        until=moments["to"],
        method=read_choice(call.args, "method", get_args(Method)),
    )


@desk.page("/records", roles=AUDITORS)
def records_page(call: DeskCall) -> Answer:
    """The calls of officials, and what anybody did in recalls, newest first."""
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    after = None if page.after is None else int(page.after[0])
    rows = list_entries(call.session, read_wanted(call), after, page.limit + 1)
    shown, following = cut(rows, page, lambda row: [row["id"]])
    at = 0 if current_language() == "zh" else 1
    return show(
        "desk/records.html",
        rows=shown,
        next=following,
        roles=[(name, words[at]) for name, words in ROLES.items()],
        methods=get_args(Method),
        args=call.args,
        exports=[_sheet_link(form) for form in ("csv", "xlsx")],
    )


def _sheet_link(form: str) -> str:
    query = link_with().partition("?")[2]
    return url_for("recalls_desk.records_sheet", form=form) + (f"?{query}" if query else "")


@desk.page("/records.<any(csv, xlsx):form>", roles=AUDITORS)
def records_sheet(call: DeskCall) -> Answer:
    """The same entries as a sheet."""
    wanted, form = read_wanted(call), cast(Literal["csv", "xlsx"], call.path["form"])
    if form == "xlsx":
        require_room(call.session, wanted)
    return sheet_answer("audit", form, SHEET, every_entry(call.session, wanted))


@desk.form("/purpose", roles=OFFICERS | AUDITORS)
def state_purpose(call: DeskCall) -> Answer:
    """Say why one reads: it stands beside every call of this browser from now on, until another is said."""
    purpose = " ".join(call.form.get("purpose", "").split())
    if len(purpose) > MAX_PURPOSE:
        raise Invalid.field("/purpose", f"Expected at most {MAX_PURPOSE} characters, got {len(purpose)}.")
    keep_purpose(call.session, session_token(), purpose or None)
    return see_other(own_address(call.form.get("next")), done="purpose")


def register(app: Flask) -> None:
    """Put it into the navigation of those who audit."""
    add_entry(app, Entry(40, "recalls_desk.records_page", lambda: _("Records"), AUDITORS))
