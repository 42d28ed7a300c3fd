"""`/desk/credit`: the quality-credit file of a firm, for officials and for the firm itself."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Flask, url_for

from oversight.credit.file import find_firm, moment_of, read_file, search_firms
from oversight.credit.grades import entries_of
from oversight.credit.records import NewRecord, enter_record, may_withdraw, records_of, withdraw_record
from oversight.credit.repair import ask_repair
from oversight.models import CreditRecord, CreditRepair, Matter
from oversight.web.api_credit import EntryNotFound, RecordIn, RepairIn
from oversight.web.desk.desk import desk
from oversight.web.desk.shown import Shown, Words
from recalls.clocks.working_days import CHINA
from trace.kit.contract import validate
from trace.kit.desk import EVERYBODY, FIRMS, OFFICERS, DeskCall, see_other, show
from trace.kit.errors import Invalid
from trace.kit.fields import parse_day
from trace.kit.i18n import _
from trace.kit.transactions import Answer
from trace.models import Party

OFFICIALS = EVERYBODY - FIRMS
MOST_FOUND = 20


def record_words() -> Words:
    """What officials enter."""
    return {
        "penalty": _("Penalty"),
        "correction_done": _("Correction carried out"),
        "correction_overdue": _("Correction overdue"),
        "commitment": _("Own-responsibility record"),
        "honour": _("Honour"),
    }


def subject_words() -> Words:
    """What a firm mainly is."""
    return {"producer": _("Producing firm"), "distributor": _("Distributor"), "retailer": _("Retailer")}


@desk.page("/credit", roles=EVERYBODY)
def credit_page(call: DeskCall) -> Answer:
    """A firm's own file; an official looks a firm up by name or code."""
    if call.user.role in FIRMS:
        party = call.session.get_one(Party, call.principal.party_id)
        return see_other(url_for("oversight_desk.credit_file", code=party.uscc or party.gln))
    text = call.args.get("q", "").strip()[:200]
    found = search_firms(call.session, text, MOST_FOUND) if text else []
    return show("desk/credit.html", text=text, found=found)


@desk.page("/credit/<code>", roles=EVERYBODY)
def credit_file(call: DeskCall) -> Answer:
    """The file on a day: what is on record, every point, the grade and what it brings."""
    party = find_firm(call.session, call.principal, call.path["code"])
    at = moment_of(_read_day(call.args.get("on", "")), call.now)
    return show(
        "desk/credit_file.html",
        call=call,
        code=call.path["code"],
        file=read_file(call.session, party, at),
        records=_mine(call, party) if call.user.role in OFFICERS else [],
        record_words=record_words(),
        subject_words=subject_words(),
        today=str(call.now.astimezone(CHINA).date()),
    )


def _mine(call: DeskCall, party: Party) -> list[CreditRecord]:
    """The records that this official may take back."""
    standing = (row for row in records_of(call.session, party.id) if row.withdrawn_at is None)
    return [row for row in standing if may_withdraw(call.session, call.principal, row)]


def _read_day(text: str) -> date | None:
    try:
        return parse_day(text) if text.strip() else None
    except ValueError as error:
        raise Invalid.field("/on", str(error)) from error


@desk.form("/credit/<code>/records", roles=OFFICERS, again=credit_file)
def enter_credit_record(call: DeskCall) -> Answer:
    """Enter a penalty, a correction, an honour or a commitment."""
    given: dict[str, Any] = {
        name: call.form[name].strip()
        for name in ("word", "on", "decision", "text_zh", "text_en")
        if call.form.get(name, "").strip()
    }
    text = call.form.get("weight", "").strip()
    if text:
        try:
            given["weight"] = Decimal(text)
        except InvalidOperation as error:
            raise Invalid.field("/weight", f"Expected 0.25 to 3 with two decimals, got {text}.") from error
    body = validate(RecordIn, {"party": call.path["code"], **given})
    new = NewRecord(
        body.party, body.word, body.on, body.decision, body.text_zh, body.text_en, body.weight or Decimal(1)
    )
    enter_record(call.session, call.principal, new, call.now)
    return see_other(url_for("oversight_desk.credit_file", code=call.path["code"]), done="entered")


@desk.form("/credit/<code>/records/<int:number>/withdraw", roles=OFFICERS, again=credit_file)
def take_record_back(call: DeskCall) -> Answer:
    """Take a record back, with the reason."""
    reason = call.form.get("reason", "").strip()[:2000]
    if not reason:
        raise Invalid.field("/reason", "Expected the reason to take it back, got nothing.")
    withdraw_record(call.session, call.principal, int(call.path["number"]), reason, call.now)
    return see_other(url_for("oversight_desk.credit_file", code=call.path["code"]), done="taken-back")


@desk.form("/credit/<code>/repair", roles=FIRMS, again=credit_file)
def ask_credit_repair(call: DeskCall) -> Answer:
    """Answer an entry, ask for its correction or its repair."""
    word, _blank, record = call.form.get("entry", "").partition(" ")
    given = {
        "word": word,
        "record": record,
        **{name: call.form.get(name, "").strip() for name in ("wish", "statement")},
    }
    body = validate(RepairIn, {name: text for name, text in given.items() if text})
    find_firm(call.session, call.principal, call.path["code"])
    entries = entries_of(call.session, call.principal.party_id or 0, call.now)
    entry = next((one for one in entries if (one.word, one.record) == (body.word, body.record)), None)
    if entry is None:
        raise EntryNotFound(f"Your file has no entry {body.word} of {body.record}.")
    matter = ask_repair(call.session, call.principal, entry, body.wish, body.statement, call.now)
    return see_other(url_for("oversight_desk.matter_page", number=matter.number), done="open")


def wish_words() -> Words:
    """What a firm may ask about an entry."""
    return {
        "answer": _("Put a statement beside it"),
        "correct": _("Have it corrected: it is wrong"),
        "repair": _("Have it repaired: it was mended"),
    }


def _stages() -> Words:
    return {
        "asked": _("asked"),
        "recommended": _("grant recommended"),
        "granted": _("granted"),
        "refused": _("refused"),
        "noted": _("noted beside the entry"),
    }


def _steps() -> Words:
    return {
        "recommend": _("Recommend to grant it"),
        "grant": _("Grant it"),
        "refuse": _("Refuse it"),
        "note": _("Note it beside the entry"),
    }


def _read(call: DeskCall, matter: Matter) -> Mapping[str, Any]:
    return {"repair": call.session.get_one(CreditRepair, matter.id), "wishes": wish_words()}


SHOWN_REPAIR = Shown(
    name=lambda: _("Credit entry"), stages=_stages, steps=_steps, template="desk/credit_repair.html", read=_read
)


def register(app: Flask) -> None:
    """Let templates say the wishes."""
    app.jinja_env.globals["wish_words"] = wish_words
