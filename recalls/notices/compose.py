"""Gathering what a notice says, at the moment when it goes out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recalls.history import scope_of
from recalls.links import answer_url, make_token
from recalls.models import Notice, PublicNotice, RecallCase
from recalls.notices.contacts import Contact, find_contacts
from recalls.notices.goods import Goods, read_goods
from recalls.notices.letter import CaseFacts, GoodsLine, Letter, Unanswered
from recalls.notices.policy import level_at
from recalls.scope import Line, as_lines
from trace.answers import describe_batches, describe_places
from trace.kit.bulk import among
from trace.models import Location, Party, Product
from trace.vocabulary import name_places

MOST_NAMES = 200
"""Of the authority's list in one message."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter and whom it goes to now; ``party_id`` is whose secret signs it."""

    letter: Letter
    contacts: tuple[Contact, ...]
    party_id: int | None


def read_envelope(session: Session, notice: Notice, site: str, secret: str, now: datetime) -> Envelope:
    """Return the letter of a round that begins ``now``, and the contacts up to the level that the policy names.

    ``site`` is the address of the service, ``secret`` what links are signed with.
    """
    case = session.get(RecallCase, notice.case_id)
    assert case is not None
    level = level_at(case.recall_class, notice.created_at, now)
    contacts = [one for one in contacts_of(session, notice) if one.rank <= level]
    if not contacts:  # a firm may have named no first one
        contacts = contacts_of(session, notice)[:1]
    return Envelope(read_letter(session, case, notice, site, secret, now), tuple(contacts), notice.party_id)


def contacts_of(session: Session, notice: Notice) -> list[Contact]:
    """Return whom the notice can go to, first rank first."""
    if notice.customer_name is not None:
        return [Contact(1, notice.customer_name, notice.customer_email, notice.customer_phone)]
    return [] if notice.party_id is None else find_contacts(session, [notice.party_id]).get(notice.party_id, [])


def read_letter(session: Session, case: RecallCase, notice: Notice, site: str, secret: str, now: datetime) -> Letter:
    """Return what the notice says; its ``tries`` count the round that is being begun."""
    unanswered: Sequence[Unanswered] = ()
    count = 0
    link = answer_url(site, make_token(secret, notice.notice_id, now))
    if notice.kind == "escalation":
        unanswered, count = _read_unanswered(session, case)
        link = f"{site}/api/v1/recalls/{case.number}/notices?state=escalated"
    return Letter(
        notice_id=notice.notice_id,
        kind=notice.kind,
        cause=notice.cause,
        case=_read_case(session, case, site),
        recipient=name_recipients(session, [notice])[notice.notice_id],
        recipient_en=_name_in_english(session, notice),
        goods=_read_goods(session, read_goods(notice.goods)),
        as_of=notice.as_of,
        link=link,
        acknowledge=f"{site}/api/v1/recalls/{case.number}/notices/{notice.notice_id}/acknowledge",
        repeat=max(notice.tries - 1, 0),
        first_at=notice.first_tried_at,
        adds=_was_told_before(session, notice),
        words=notice.words,
        passed_on_by=None if notice.passed_on_by is None else _party_name(session, notice.passed_on_by),
        unanswered=tuple(unanswered),
        unanswered_count=count,
    )


def name_recipients(session: Session, notices: Sequence[Notice]) -> dict[str, str]:
    """Return how people call the recipient of each notice."""
    firms = {one.party_id for one in notices if one.party_id is not None}
    named = session.execute(select(Party.id, Party.name).where(among(session, Party.id, firms)))
    names = {party: name for party, name in named}  # noqa: C416  (a Result is no mapping)
    places = {one.place_id for one in notices if one.place_id is not None}
    described = name_places(session, None, describe_places(session, places))
    found = {}
    for one in notices:
        if one.party_id is not None:
            found[one.notice_id] = names[one.party_id]
        elif one.place_id is not None:
            found[one.notice_id] = described[one.place_id].name or described[one.place_id].id
        else:
            found[one.notice_id] = one.customer_name or ""
    return found


def _name_in_english(session: Session, notice: Notice) -> str | None:
    name = select(Party.name_en).where(Party.id == notice.party_id)
    if notice.party_id is None:
        name = select(Location.name_en).where(Location.id == notice.place_id)
    return session.scalar(name)


def _party_name(session: Session, party: int) -> str | None:
    return session.scalar(select(Party.name).where(Party.id == party))


def _was_told_before(session: Session, notice: Notice) -> bool:
    """What a firm passes on may be known from the recall itself; of a notification only others add to it."""
    kinds = {"notification": ["notification"], "sub_recall": ["notification", "sub_recall"]}.get(notice.kind, [])
    earlier = (Notice.case_id == notice.case_id) & (Notice.recipient == notice.recipient) & Notice.kind.in_(kinds)
    tried = (Notice.id != notice.id) & (Notice.created_at <= notice.created_at) & (Notice.tries > 0)
    return session.scalar(select(Notice.id).where(earlier, tried).limit(1)) is not None


def _read_case(session: Session, case: RecallCase, site: str) -> CaseFacts:
    runner = None if case.initiator_id is None else session.get(Party, case.initiator_id)
    published = _published_words(session, case)
    return CaseFacts(
        number=case.number,
        title=case.title,
        title_en=case.title_en,
        kind=case.kind,
        recall_class=case.recall_class,
        drill=case.drill,
        hazard=case.hazard,
        hazard_en=published.get("defect_en"),
        instructions=case.instructions,
        instructions_en=published.get("what_to_do_en"),
        remedies=tuple(json.loads(case.remedies)),
        scope=tuple(_write_line(line) for line in as_lines(scope_of(case))),
        runner=None if runner is None else runner.name,
        runner_phone=None if runner is None else runner.phone,
        runner_email=None if runner is None else runner.email,
        page=None if case.drill or case.announced_at is None else f"{site}/recalls/{case.number}",
    )


def _published_words(session: Session, case: RecallCase) -> Mapping[str, Any]:
    mine = (PublicNotice.case_id == case.id) & PublicNotice.version.is_not(None)
    words = session.scalar(select(PublicNotice.words).where(mine).order_by(PublicNotice.id.desc()).limit(1))
    found: Mapping[str, Any] = {} if words is None else json.loads(words)
    return found


def _write_line(line: Line) -> str:
    """Return one line of the scope in marks that both languages read."""
    parts = [f"GTIN {line.gtin}" if line.gtin else str(line.id)]
    if line.lots:
        parts.append("LOT " + ", ".join(line.lots))
    ranges = (
        ("LOT", line.lot_from, line.lot_to),
        ("PROD", line.produced_from, line.produced_to),
        ("SN", line.serial_from, line.serial_to),
    )
    parts += [f"{name} {low or '…'} – {high or '…'}" for name, low, high in ranges if low or high]
    return ("− " if line.exclude else "") + "; ".join(parts)


def _read_goods(session: Session, goods: Sequence[Goods]) -> tuple[GoodsLine, ...]:
    places = name_places(session, None, describe_places(session, {one.place for one in goods}))
    batches = describe_batches(session, {one.batch for one in goods})
    gtins = {batch["gtin"] for batch in batches.values() if batch["gtin"] is not None}
    products = {one.gtin: one for one in session.scalars(select(Product).where(among(session, Product.gtin, gtins)))}
    lines = []
    for one in goods:
        place, batch = places[one.place], batches[one.batch]
        product = products.get(batch["gtin"] or "")
        lines.append(
            GoodsLine(
                place=place.name or place.gln or place.id,
                place_en=place.name_en,
                place_id=place.id,
                gln=place.gln,
                product=batch["gtin"] or batch["id"] if product is None else _describe(product, product.name),
                product_en=None if product is None or not product.name_en else _describe(product, product.name_en),
                batch_id=batch["id"],
                gtin=batch["gtin"],
                lot=batch["lot"],
                uom=one.uom or None,
                received=one.received,
                on_hand=one.on_hand,
                in_transit=one.in_transit,
                complete=one.complete,
            )
        )
    return tuple(lines)


def _describe(product: Product, name: str) -> str:
    return " ".join(filter(None, (product.brand, name, product.specification)))


def _read_unanswered(session: Session, case: RecallCase) -> tuple[list[Unanswered], int]:
    listed = (
        Notice.case_id == case.id,
        Notice.escalated_at.is_not(None),
        Notice.acknowledged_at.is_(None),
        Notice.closed_at.is_(None),
    )
    count = session.scalar(select(func.count()).where(*listed)) or 0
    rows = session.scalars(select(Notice).where(*listed).order_by(Notice.id).limit(MOST_NAMES)).all()
    names = name_recipients(session, rows)
    contacts = find_contacts(session, {one.party_id for one in rows if one.party_id is not None})
    found = []
    for one in rows:
        known = contacts.get(one.party_id or 0, [Contact(1, None, one.customer_email, one.customer_phone)])
        address = ", ".join(filter(None, (known[0].phone, known[0].email))) or None
        found.append(Unanswered(names[one.notice_id], one.escalation_reason or "", address, one.created_at))
    return found, count
