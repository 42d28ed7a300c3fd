"""What the steps of complaints do beyond themselves: what statistics count, whom the firm is told of, new reports."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from oversight.complaints.bodies import (
    AgreementIn,
    AttachIn,
    CallBackIn,
    ConclusionIn,
    DiscloseIn,
    ProposalIn,
    RateIn,
    ReopenIn,
    WordsIn,
)
from oversight.complaints.citizens import FIELDS
from oversight.complaints.flows import REPORT
from oversight.complaints.subjects import find_firm, find_goods, find_outlet
from oversight.gb2260 import NATION
from oversight.matters.clocks import require_over
from oversight.matters.kinds import Effect
from oversight.matters.steps import Actor, NotYourStep, Subject, open_matter
from oversight.models import Citizen, CitizenWords, Complaint, Matter
from recalls.clocks.working_days import CHINA
from trace.kit.errors import Conflict, Invalid

Facts = Mapping[str, Any]


class FirmUnknown(Conflict):
    """Nobody said whose goods or outlet it is."""


def _accept(session: Session, actor: Actor, matter: Matter, _body: Any, now: datetime) -> Facts:
    """The first duty is done: a complaint accepted or not, a report checked, an inquiry answered, praise dealt with."""
    row = session.get_one(Complaint, matter.id)
    if row.accepted_at is None:
        row.accepted_at, row.accepted_in_time = now, _in_time(matter, now)
    if row.first_answer_minutes is None:
        row.first_answer_minutes = int((now - matter.opened_at).total_seconds() // 60)
    return {}


def _accept_as(outcome: str) -> Effect:
    def effect(session: Session, actor: Actor, matter: Matter, body: Any, now: datetime) -> Facts:
        _accept(session, actor, matter, body, now)
        session.get_one(Complaint, matter.id).outcome = outcome
        return _facts_of(body)

    return effect


def _settle_as(outcome: str) -> Effect:
    def effect(session: Session, _actor: Actor, matter: Matter, body: Any, now: datetime) -> Facts:
        row = session.get_one(Complaint, matter.id)
        row.outcome, row.settled_at, row.settled_in_time = outcome, now, _in_time(matter, now)
        return _facts_of(body)

    return effect


def _with_firm(_session: Session, _actor: Actor, matter: Matter, body: Any, _now: datetime) -> Facts:
    """What the firm takes part in needs a firm."""
    if matter.party_id is None:
        raise FirmUnknown(f"Matter {matter.number} names no firm: expected its goods, outlet or firm attached first.")
    return _facts_of(body)


def _propose(_session: Session, _actor: Actor, _matter: Matter, body: ProposalIn, _now: datetime) -> Facts:
    return {"remedy": body.remedy, "terms": body.terms, "amount": None if body.amount is None else str(body.amount)}


def _lapse(_session: Session, _actor: Actor, matter: Matter, _body: Any, now: datetime) -> Facts:
    require_over(matter, "firm_answer", now)
    return {}


def _agree(session: Session, actor: Actor, matter: Matter, body: AgreementIn, now: datetime) -> Facts:
    if matter.stage == "mediation" and body.terms is None:
        raise Invalid.field("/terms", "Expected what was agreed in mediation, got nothing.")
    return _settle_as("settled")(session, actor, matter, body, now) or {}


def _call_back(session: Session, _actor: Actor, matter: Matter, body: CallBackIn, _now: datetime) -> Facts:
    if body.reached != (body.satisfaction is not None):
        got = "none" if body.satisfaction is None else "one of somebody who was not reached"
        raise Invalid.field("/satisfaction", f"Expected a satisfaction of who was reached, got {got}.")
    if body.satisfaction is not None:
        session.get_one(Complaint, matter.id).satisfaction = body.satisfaction
    return {"reached": body.reached, "satisfaction": body.satisfaction}


def _rate(session: Session, _actor: Actor, matter: Matter, body: RateIn, _now: datetime) -> Facts:
    session.get_one(Complaint, matter.id).satisfaction = body.satisfaction
    return {"satisfaction": body.satisfaction}


def _add_words(session: Session, _actor: Actor, matter: Matter, body: WordsIn | ReopenIn, now: datetime) -> Facts:
    if body.words is not None:
        session.add(CitizenWords(matter_id=matter.id, at=now, text=body.words))
    return {}


def _reopen(session: Session, actor: Actor, matter: Matter, body: ReopenIn, now: datetime) -> Facts:
    row = session.get_one(Complaint, matter.id)
    before = {"outcome": row.outcome, "satisfaction": row.satisfaction}
    row.outcome = row.settled_at = row.settled_in_time = row.satisfaction = None
    _add_words(session, actor, matter, body, now)
    return before


def _attach(session: Session, _actor: Actor, matter: Matter, body: AttachIn, now: datetime) -> Facts:
    row = session.get_one(Complaint, matter.id)
    goods = find_goods(session, body.code, body.lot, body.serial, now.year)
    outlet = find_outlet(session, body.outlet, NATION, now.year)
    if body.outlet is not None and outlet.place_id is None:
        raise Invalid.field("/outlet", f"Expected a registered place's GLN or whole name, got {body.outlet!r}.")
    if goods.gtin is not None:
        row.gtin, row.lot, row.serial, row.product_id = goods.gtin, goods.lot, goods.serial, goods.product_id
        matter.product_id, matter.batch_id = goods.product_id, goods.batch_id
    if outlet.place_id is not None:
        matter.place_id, row.region = outlet.place_id, outlet.region or row.region
    known = None if matter.place_id is None else matter.party_id
    firm = find_firm(session, body.firm) or outlet.party_id or known or goods.maker_id or matter.party_id
    matter.party_id = row.party_id = firm
    stated = {name: getattr(body, name) for name in AttachIn.model_fields}
    return {name: value for name, value in stated.items() if value is not None}


def _disclose(session: Session, _actor: Actor, matter: Matter, body: DiscloseIn, _now: datetime) -> Facts:
    wanted = [name for name in FIELDS if getattr(body, name)]
    if not wanted:
        raise Invalid.field("/name", f"Expected at least one of {', '.join(FIELDS)}, got none.")
    row = session.get_one(Citizen, matter.id)
    row.disclosed = json.dumps(sorted({*json.loads(row.disclosed), *wanted}))
    return {"disclosed": wanted}


def _turn_into_report(session: Session, actor: Actor, matter: Matter, body: Any, now: datetime) -> Facts:
    """A report of the same goods and firm begins; the citizen goes with it, and his query code opens both."""
    subject = Subject(matter.party_id, matter.place_id, matter.product_id, matter.batch_id)
    report = open_matter(session, REPORT, actor, matter.title, matter.code, subject, now, facts={"from": matter.number})
    row = session.get_one(Complaint, matter.id)
    own = {"matter_id", "kind", "opened_on", "sent_mark", "came_from_id", "claim_fen", *_COUNTED}
    copied = {name: getattr(row, name) for name in _COLUMNS if name not in own}
    session.add(
        Complaint(
            matter_id=report.id,
            kind=report.kind,
            opened_on=now.astimezone(CHINA).date(),
            sent_mark=f"from {matter.number} {report.number}",
            came_from_id=matter.id,
            **copied,
        )
    )
    citizen = session.get_one(Citizen, matter.id)
    said = {name: getattr(citizen, name) for name in (*FIELDS, "outlet", "erase_on")}
    session.add(Citizen(matter_id=report.id, disclosed="[]", **said))
    report.handler_id = matter.handler_id
    _settle_as("turned")(session, actor, matter, body, now)
    return {"report": report.number}


_COLUMNS = tuple(column.name for column in Complaint.__table__.columns)

_COUNTED = (
    *("accepted_at", "accepted_in_time", "first_answer_minutes"),
    *("settled_at", "settled_in_time", "outcome", "satisfaction"),
)


def _by_officer(effect: Effect) -> Effect:
    """A complaint station takes and settles complaints; whether a case is opened is the office's to decide."""

    def checked(session: Session, actor: Actor, matter: Matter, body: Any, now: datetime) -> Facts | None:
        if actor.office is not None and actor.office.post == "station":
            raise NotYourStep("Expected an officer to decide about a case, got a complaint station.")
        return effect(session, actor, matter, body, now)

    return checked


def _conclude(session: Session, actor: Actor, matter: Matter, body: ConclusionIn, now: datetime) -> Facts:
    return _settle_as("upheld" if body.upheld else "unfounded")(session, actor, matter, body, now) or {}


def _facts_of(body: Any) -> Facts:
    stated = body.model_dump() if body is not None else {}
    return {name: value for name, value in stated.items() if value is not None}


def _in_time(matter: Matter, now: datetime) -> bool | None:
    """Whether the clock of the duty that is being done is still good; None without one."""
    duties = ("accept", "check", "answer", "respond", "settle", "conclude")
    running = [
        one
        for one in matter.clocks
        if one.met_at is None and one.dropped_at is None and one.limit.word.startswith(duties)
    ]
    first = min(running, key=lambda one: one.due_at, default=None)
    return None if first is None else now <= first.due_at


_Effects = Mapping[str, Callable[..., Facts | None]]

COMPLAINT_EFFECTS: _Effects = {
    "accept": _accept,
    "decline": _accept_as("declined"),
    "invite": _with_firm,
    "mediate": _with_firm,
    "propose": _propose,
    "lapse": _lapse,
    "agree": _agree,
    "end": _settle_as("ended"),
    "withdraw": _settle_as("withdrawn"),
    "turn-into-report": _turn_into_report,
    "call-back": _call_back,
    "rate": _rate,
    "reopen": _reopen,
    "add-words": _add_words,
    "attach": _attach,
    "disclose": _disclose,
}
REPORT_EFFECTS: _Effects = {
    "file-case": _by_officer(_accept_as("filed")),
    "decline": _by_officer(_accept_as("not_filed")),
    "extend": _by_officer(lambda *_call: None),
    "conclude": _by_officer(_conclude),
    "rate": _rate,
    "reopen": _reopen,
    "add-words": _add_words,
    "attach": _attach,
}
INQUIRY_EFFECTS: _Effects = {
    "answer": _accept_as("answered"),
    "refer": _accept_as("referred"),
    "rate": _rate,
    "call-back": _call_back,
    "reopen": _reopen,
    "add-words": _add_words,
}
PRAISE_EFFECTS: _Effects = {
    "pass-on": lambda *call: {**(_with_firm(*call) or {}), **(_accept_as("passed_on")(*call) or {})},
    "adopt": _accept_as("adopted"),
    "note": _accept_as("noted"),
    "attach": _attach,
    "add-words": _add_words,
}
