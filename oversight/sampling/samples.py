"""Samples: taken out of the ledger, tested by a laboratory in scope, objected to, re-tested, and what follows."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.matters.clocks import state_of
from oversight.matters.kinds import Kind
from oversight.matters.messages import telling
from oversight.matters.steps import Actor
from oversight.models import Matter, Sample, SampleResult, SamplingPlan
from oversight.publications.drafts import NewPublication, draft_publication
from oversight.registers.entries import EntryNotFound, find_entry, home_day
from oversight.registers.laboratories import in_scope
from oversight.sampling.bodies import LaboratoryChoice, PublishIn, RecallIn, ReportIn, StopSaleIn, TakeIn
from oversight.sampling.flows import SAMPLE
from oversight.sampling.frames import sampled_above
from oversight.sampling.limits import satisfies, write_exact
from oversight.sampling.messages import TOLD
from oversight.sampling.plans import items_of
from oversight.withdrawals.orders import INSTRUCTIONS, NewWithdrawal, open_withdrawal
from recalls.cases import NewCase, open_case
from recalls.holdings import find_holdings
from recalls.scope import Line
from trace.bodies import Line as Goods
from trace.bodies import Report
from trace.kit.errors import Conflict, FieldError, Invalid
from trace.ledger import read_postings_at
from trace.models import Identifier
from trace.reports import capture_report, sample_event

FIRST, RETEST = 1, 2
OBJECT = ("object", "object-food")


class AlreadySampled(Conflict):
    """A higher level sampled the product within the period (产品质量法 article 15)."""


class OutOfScope(Invalid):
    """The laboratory may not test an item on this day."""


class ResultSaysOtherwise(Conflict):
    """What the laboratory found is not what the step says."""


class ObjectionOver(Conflict):
    """The time to object is over."""


class ObjectionOpen(Conflict):
    """The firm may still object."""


def _take(session: Session, actor: Actor, matter: Matter, body: TakeIn, now: datetime) -> Mapping[str, Any]:
    """The units leave the ledger of the place as destroyed: a test uses them up."""
    sample = session.get_one(Sample, matter.id)
    if sampled_above(session, [sample.product_id], sample.rank, now):
        raise AlreadySampled(f"A higher level has sampled the product of {matter.number} within the period.")
    here = find_holdings(read_postings_at(session, sample.batch_id, sample.place_id))
    there = sum(
        (one.figures.on_hand for one in here if one.place == sample.place_id and one.uom == sample.uom), Decimal(0)
    )
    if body.quantity > there:
        detail = f"Expected at most the {write_exact(there)} that the ledger has there, got {body.quantity}."
        raise Invalid.field("/quantity", detail)
    assert actor.principal is not None
    uris = dict(
        session.execute(
            select(Identifier.id, Identifier.uri).where(Identifier.id.in_((sample.batch_id, sample.place_id)))
        ).all()
    )
    goods = Goods(id=uris[sample.batch_id], quantity=body.quantity, uom=sample.uom or None)
    event = sample_event(Report(location=uris[sample.place_id], lines=[goods], reason=matter.number), now)
    # an official speaks for no firm: the event is the operator's, recorded by the official's own key
    outcome = capture_report(session, replace(actor.principal, role="admin"), event, now)
    sample.quantity, sample.event_id, sample.taken_at = write_exact(body.quantity), outcome.event_id, now
    return {"event": outcome.event_id, "quantity": sample.quantity, "uom": sample.uom or None}


def _choose(session: Session, sample: Sample, number: int, now: datetime) -> str:
    """Return the laboratory's name. Raises OutOfScope naming the items that it may not test."""
    try:
        said = find_entry(session, "laboratories", number).newest
    except EntryNotFound as missing:
        raise Invalid.field("/laboratory", f"Expected an entry of the register, got {number}.") from missing
    items = [one.item for one in items_of(session.get_one(SamplingPlan, sample.plan_id))]
    outside = [item for item in items if not in_scope(session, number, item, home_day(now))]
    if outside:
        detail = f"Expected a laboratory in scope for {', '.join(items)} on {home_day(now)}, got one without "
        raise OutOfScope.field("/laboratory", f"{detail}{', '.join(outside)}.")
    return f"{said.name} ({said.number})"


def _send(session: Session, _actor: Actor, matter: Matter, body: LaboratoryChoice, now: datetime) -> Mapping[str, Any]:
    sample = session.get_one(Sample, matter.id)
    name = _choose(session, sample, body.laboratory, now)
    sample.laboratory_id = body.laboratory
    return {"laboratory": name}


def _send_retest(
    session: Session, _actor: Actor, matter: Matter, body: LaboratoryChoice, now: datetime
) -> Mapping[str, Any]:
    """食品安全法 article 88: the laboratory of the re-test is another than that of the first test."""
    sample = session.get_one(Sample, matter.id)
    if body.laboratory == sample.laboratory_id:
        raise Invalid.field("/laboratory", "Expected another laboratory than that of the first test, got the same.")
    name = _choose(session, sample, body.laboratory, now)
    sample.retest_laboratory_id = body.laboratory
    return {"laboratory": name}


def _report(session: Session, _actor: Actor, matter: Matter, body: ReportIn, now: datetime) -> Mapping[str, Any]:
    return _keep(session, session.get_one(Sample, matter.id), FIRST, body, now)


def _report_retest(session: Session, _actor: Actor, matter: Matter, body: ReportIn, now: datetime) -> Mapping[str, Any]:
    return _keep(session, session.get_one(Sample, matter.id), RETEST, body, now)


def _keep(session: Session, sample: Sample, which: int, body: ReportIn, now: datetime) -> Mapping[str, Any]:
    """Keep a result for every item of the plan, in its unit, held against its limit."""
    items = {one.item: one for one in items_of(session.get_one(SamplingPlan, sample.plan_id))}
    laboratory = sample.laboratory_id if which == FIRST else sample.retest_laboratory_id
    results = body.all_results()
    given = [one.item for one in results]
    problems = []
    for place, one in enumerate(results):
        if one.item not in items or given.index(one.item) != place:
            problems.append(FieldError(f"/results/{place}/item", f"Expected an item of the plan once, got {one.item}."))
        elif (one.unit or None) != items[one.item].unit:
            wanted = items[one.item].unit or "no unit"
            detail = f"Expected {wanted}, got {one.unit or 'no unit'}."
            problems.append(FieldError(f"/results/{place}/unit", detail))
    missing = [item for item in items if item not in given]
    if missing:
        problems.append(FieldError("/results", f"Expected all items, got none for {', '.join(missing)}."))
    if problems:
        raise Invalid("Expected a result for each item of the plan in its unit.", errors=problems)
    failed = []
    for one in results:
        item = items[one.item]
        satisfied = satisfies(item.to_limit(), one.value)
        failed += [] if satisfied else [one.item]
        session.add(
            SampleResult(
                matter_id=sample.matter_id,
                round=which,
                laboratory_id=laboratory,
                item=item.item,
                standard=item.standard,
                kind=item.kind,
                lower=None if item.lower is None else write_exact(item.lower),
                upper=None if item.upper is None else write_exact(item.upper),
                unit=item.unit,
                value=None if one.value is None else write_exact(one.value),
                satisfied=satisfied,
                at=now,
            )
        )
    session.flush()
    return {"report": body.number, "items": len(given), "failed": failed}


def _require_outcome(session: Session, matter: Matter, which: int, passed: bool) -> None:
    here = (SampleResult.matter_id == matter.id) & (SampleResult.round == which)
    failed = session.scalars(select(SampleResult.item).where(here, SampleResult.satisfied.is_(False))).all()
    if passed == bool(failed):
        said = f"{', '.join(failed)} failed" if failed else "every item passed"
        raise ResultSaysOtherwise(f"Expected a step that fits the results of {matter.number}: {said}.")


def _decide(sample: Sample, outcome: str, now: datetime) -> None:
    sample.outcome, sample.decided_at, sample.year = outcome, now, home_day(now).year


def _pass(session: Session, _actor: Actor, matter: Matter, _body: Any, now: datetime) -> None:
    _require_outcome(session, matter, FIRST, True)
    _decide(session.get_one(Sample, matter.id), "passed", now)


def _fail(session: Session, _actor: Actor, matter: Matter, _body: Any, now: datetime) -> None:
    _note_failure(session, matter, False, now)


def _fail_food(session: Session, _actor: Actor, matter: Matter, _body: Any, now: datetime) -> None:
    _note_failure(session, matter, True, now)


def _note_failure(session: Session, matter: Matter, food: bool, now: datetime) -> None:
    sample = session.get_one(Sample, matter.id)
    if sample.food != food:
        step = "fail-food" if sample.food else "fail"
        raise ResultSaysOtherwise(f"Expected {step} for {matter.number}, whose plan says under which law it is.")
    _require_outcome(session, matter, FIRST, False)
    sample.failed_at = now


def _still_open(matter: Matter, now: datetime) -> bool:
    return any(clock.limit.word in OBJECT and state_of(clock, now) == "open" for clock in matter.clocks)


def _object(_session: Session, _actor: Actor, matter: Matter, _body: Any, now: datetime) -> None:
    if not _still_open(matter, now):
        raise ObjectionOver(f"The time to object to the result of {matter.number} is over.")


def _accept(session: Session, _actor: Actor, matter: Matter, _body: Any, now: datetime) -> None:
    _decide(session.get_one(Sample, matter.id), "failed", now)


def _conclude(session: Session, _actor: Actor, matter: Matter, _body: Any, now: datetime) -> None:
    if _still_open(matter, now):
        raise ObjectionOpen(f"The firm may still object to the result of {matter.number}, or accept it.")
    _decide(session.get_one(Sample, matter.id), "failed", now)


def _retest_pass(session: Session, _actor: Actor, matter: Matter, _body: Any, now: datetime) -> None:
    _require_outcome(session, matter, RETEST, True)
    _decide(session.get_one(Sample, matter.id), "passed", now)


def _retest_fail(session: Session, _actor: Actor, matter: Matter, _body: Any, now: datetime) -> None:
    _require_outcome(session, matter, RETEST, False)
    _decide(session.get_one(Sample, matter.id), "failed", now)


def _ground(session: Session, matter: Matter) -> str:
    """What the results that stand found outside its limits, each cited with its value."""
    sample = session.get_one(Sample, matter.id)
    which = FIRST if sample.retest_laboratory_id is None else RETEST
    here = (SampleResult.matter_id == matter.id) & (SampleResult.round == which)
    rows = session.scalars(select(SampleResult).where(here, SampleResult.satisfied.is_(False)))
    found = [f"{one.item} {one.value or '未检出'}{' ' + one.unit if one.unit else ''}" for one in rows]
    return f"监督抽查不合格({matter.number}): {'; '.join(found)}"


def _scope(session: Session, matter: Matter) -> list[Line]:
    return [Line(id=session.get_one(Identifier, matter.batch_id).uri)]


def _stop_sale(session: Session, actor: Actor, matter: Matter, body: StopSaleIn, now: datetime) -> Mapping[str, Any]:
    """Order a stop-sale of the batch that failed."""
    new = NewWithdrawal(
        title=matter.title,
        ground=_ground(session, matter),
        scope=_scope(session, matter),
        code=matter.code,
        party_id=matter.party_id,
        product_id=matter.product_id,
        cause=matter.number,
        instructions=body.instructions or INSTRUCTIONS,
    )
    return {"withdrawal": open_withdrawal(session, actor, new, now).number}


def _recall(session: Session, actor: Actor, matter: Matter, body: RecallIn, now: datetime) -> Mapping[str, Any]:
    """Open a recall case of the batch that failed."""
    assert actor.principal is not None
    new = NewCase(
        title=matter.title,
        hazard=body.hazard,
        instructions=body.instructions,
        scope=_scope(session, matter),
        kind=body.kind,
        recall_class=int(body.recall_class),
        cause=_ground(session, matter),
    )
    return {"recall": open_case(session, actor.principal, new, now).number}


def _publish(session: Session, actor: Actor, matter: Matter, body: PublishIn, now: datetime) -> Mapping[str, Any]:
    """Draft what the public is told of the final result; another person approves it."""
    words = {"title": body.title, "title_en": body.title_en, "text": body.text, "text_en": body.text_en}
    about = {"about": matter.number, "party_id": matter.party_id, "product_id": matter.product_id}
    new = NewPublication(topic="inspection", code=matter.code, **words, **about)  # type: ignore[arg-type]
    return {"publication": draft_publication(session, actor, new, now).number}


SAMPLES = Kind(
    SAMPLE,
    bodies={
        "take": TakeIn,
        "send": LaboratoryChoice,
        "send-retest": LaboratoryChoice,
        "report": ReportIn,
        "report-retest": ReportIn,
        "publish": PublishIn,
        "stop-sale": StopSaleIn,
        "recall": RecallIn,
    },
    effects=telling(
        TOLD,
        {
            "take": _take,
            "send": _send,
            "send-retest": _send_retest,
            "report": _report,
            "report-retest": _report_retest,
            "pass": _pass,
            "fail": _fail,
            "fail-food": _fail_food,
            "object": _object,
            "accept": _accept,
            "conclude": _conclude,
            "retest-pass": _retest_pass,
            "retest-fail": _retest_fail,
            "publish": _publish,
            "stop-sale": _stop_sale,
            "recall": _recall,
        },
    ),
)
"""The kind as the edge meets it."""
