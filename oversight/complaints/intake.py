"""The first word: a citizen on the web, staff for a caller, a station for a visitor; each makes one matter."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.complaints.causes import find_cause
from oversight.complaints.codes import hash_code, make_code, mark_of, source_of
from oversight.complaints.flows import FLOWS
from oversight.complaints.subjects import Goods, Outlet, find_firm, find_goods, find_outlet
from oversight.gb2260 import NATION, check_code
from oversight.jurisdictions import nearest_office, staff_of
from oversight.matters.routing import assign
from oversight.matters.steps import Actor, Subject, open_matter
from oversight.models import Citizen, CitizenWords, Complaint, ComplaintCause, Matter
from recalls.clocks.working_days import CHINA
from trace.kit.db import lock_writes
from trace.kit.errors import Invalid
from trace.kit.fields import Day, InputModel, QuantityOrZero
from trace.kit.mail import read_address
from trace.models import Party

ComplaintKind = Literal["complaint", "report", "inquiry", "praise"]
KINDS: tuple[ComplaintKind, ...] = get_args(ComplaintKind)

Channel = Literal["web", "phone", "station", "letter"]
"""How it came: the public page, a call, somebody at a station's counter, a letter."""

CHANNELS: tuple[Channel, ...] = get_args(Channel)

KEPT_YEARS = 3
"""Personal data are erased so long after a matter came, once it has ended (Civil Code 188: claims lapse in 3 years)."""

MOST_YUAN = Decimal(10**10)

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Letter = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S")]
Code = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]


class CitizenIn(InputModel):
    """Who it is, as far as he says so; for a complaint a telephone or a mail address is needed."""

    name: Line | None = None
    phone: Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()-]{5,28}$")] | None = None
    address: Line | None = None
    email: Line | None = None


class ComplaintIn(InputModel):
    """What a citizen says; ``code`` is typed or scanned, ``claim`` in yuan, ``region`` a GB/T 2260 code."""

    kind: ComplaintKind
    cause: Line
    words: Letter
    code: Code | None = None
    lot: Line | None = None
    serial: Line | None = None
    outlet: Line | None = None
    firm: Line | None = None
    region: Line | None = None
    bought_on: Day | None = None
    claim: QuantityOrZero | None = None
    citizen: CitizenIn = CitizenIn()


@dataclass(frozen=True, slots=True)
class Received:
    """A matter that was received, and the citizen's query code, which nobody is told again."""

    matter: Matter
    query_code: str


def receive(
    session: Session, actor: Actor, said: ComplaintIn, channel: Channel, secret: str, sent: str, now: datetime
) -> Received:
    """Open a matter; the same ``sent`` text makes it once. Raises Invalid with the field that is wrong.

    What a citizen sends goes to the office of the place concerned. What staff takes is in the hands of who took it,
    and of his office, which hands it over where another one answers for the place.
    """
    lock_writes(session)
    code, mark = make_code(secret, sent), mark_of(sent)
    known = session.scalar(select(Complaint).where(Complaint.sent_mark == mark))
    if known is not None:
        return Received(session.get_one(Matter, known.matter_id), code)
    cause = find_cause(session, said.cause)
    _require_reachable(said)
    region = _read_region(said.region)
    goods = find_goods(session, said.code, said.lot, said.serial, now.year)
    outlet = find_outlet(session, said.outlet, region or NATION, now.year)
    party = find_firm(session, said.firm) or outlet.party_id or goods.maker_id
    today = now.astimezone(CHINA).date()
    _require_past(said.bought_on, today)
    place = outlet.region or region or (NATION if actor.office is None else actor.office.code)
    office = nearest_office(session, place) if actor.office is None else actor.office.code
    subject = Subject(party, outlet.place_id, goods.product_id, goods.batch_id)
    title, facts = _title(session, cause, goods, party), {"channel": channel, "cause": cause.word}
    matter = open_matter(session, FLOWS[said.kind], actor, title, office, subject, now, facts=facts)
    complaint = Complaint(
        matter_id=matter.id,
        kind=said.kind,
        channel=channel,
        cause=cause.word,
        region=place,
        opened_on=today,
        product_id=goods.product_id,
        party_id=party,
        gtin=goods.gtin,
        lot=goods.lot,
        serial=goods.serial,
        bought_on=said.bought_on,
        claim_fen=None if said.claim is None else int(said.claim * 100),
        query_hash=hash_code(code),
        sent_mark=mark,
        source=source_of(secret, said.citizen.phone, said.citizen.email) or matter.number,
    )
    session.add(complaint)
    _keep_citizen(session, matter, said, outlet, today, now)
    session.flush()
    if any(number == actor.key_id for number, _name, _post in staff_of(session, office)):
        assign(session, matter, actor, actor.key_id or 0, now)
    return Received(matter, code)


def _require_reachable(said: ComplaintIn) -> None:
    citizen = said.citizen
    if said.kind == "complaint" and citizen.phone is None and citizen.email is None:
        raise Invalid.field("/citizen/phone", "Expected a telephone or a mail address for a complaint, got neither.")
    if citizen.email is not None:
        try:
            read_address(citizen.email)
        except ValueError as error:
            detail = f"Expected one mail address such as name@example.com, got {citizen.email!r}."
            raise Invalid.field("/citizen/email", detail) from error
    if said.claim is not None and (said.claim >= MOST_YUAN or said.claim * 100 % 1):
        raise Invalid.field("/claim", f"Expected yuan with at most two decimals, below {MOST_YUAN}, got {said.claim}.")


def _require_past(day: date | None, today: date) -> None:
    if day is not None and day > today:
        raise Invalid.field("/bought_on", f"Expected a day up to {today}, got {day}.")


def _read_region(code: str | None) -> str | None:
    if code is None:
        return None
    try:
        return check_code(code)
    except ValueError as error:
        raise Invalid.field("/region", str(error)) from error


def _title(session: Session, cause: ComplaintCause, goods: Goods, party: int | None) -> str:
    """Of what is on record alone: what a citizen writes may name him."""
    firm = None if party is None else session.get_one(Party, party).name
    return " · ".join(one for one in (cause.text_zh, goods.name or goods.gtin, firm) if one)


def _keep_citizen(
    session: Session, matter: Matter, said: ComplaintIn, outlet: Outlet, today: date, now: datetime
) -> None:
    citizen = said.citizen
    session.add(
        Citizen(
            matter_id=matter.id,
            name=citizen.name,
            phone=citizen.phone,
            address=citizen.address,
            email=citizen.email,
            outlet=None if outlet.place_id is not None else outlet.name,
            disclosed="[]",
            erase_on=date(today.year + KEPT_YEARS, today.month, min(today.day, 28)),
        )
    )
    session.add(CitizenWords(matter_id=matter.id, at=now, text=said.words))
