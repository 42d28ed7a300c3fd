"""What everybody may know of a firm: its licences, whether it is listed, what was published about it, its recalls."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.blacklist.listings import listed_on
from oversight.publications.reading import PublicationRow, Wanted, list_publications, write_publications
from oversight.registers.certificates import certificates_on
from oversight.registers.licences import licences_of
from oversight.registers.standing import standing_on
from recalls.clocks.working_days import CHINA
from recalls.models import RecallCase, ScopeLine
from trace.field_types import read_party_code
from trace.gs1 import IdentifierError
from trace.master_data import PartyNotFound, find_party
from trace.models import Product

MOST = 50


class PermitRow(TypedDict):
    """A licence or certificate and how it stands today."""

    number: str
    scheme: str | None
    valid_to: str | None
    state: str


class CaseRow(TypedDict):
    """An announced recall of one of the firm's products."""

    number: str
    title: str
    title_en: str | None
    announced_on: str


class PublicFirm(TypedDict):
    """A firm without contacts of persons; ``grade`` is the one that was published last."""

    code: str
    name: str
    name_en: str | None
    standing: str
    listed: str | None
    listed_since: str | None
    grade: str | None
    permits: list[PermitRow]
    recalls: list[CaseRow]
    publications: list[PublicationRow]


def read_public_firm(session: Session, code: str) -> PublicFirm:
    """Return what is public of a firm by USCC or GLN. Raises PartyNotFound for what is no firm here."""
    try:
        party = find_party(session, read_party_code(code))
    except IdentifierError as error:
        raise PartyNotFound(f"No firm {code} is known.") from error
    if party is None:
        raise PartyNotFound(f"No firm {code} is known.")
    today = datetime.now(CHINA).date()
    listing = listed_on(session, party.id, today)
    permits: list[PermitRow] = [
        {"number": one.number, "scheme": None, "valid_to": _day(one.valid_to), "state": one.state}
        for one in licences_of(session, party.id, today)
    ]
    permits += [
        {"number": held.number, "scheme": held.scheme, "valid_to": _day(held.valid_to), "state": held.state}
        for held in certificates_on(session, party.id, None, today)
    ]
    told = list_publications(session, Wanted(party_id=party.id), None, MOST)
    return {
        "code": party.uscc or party.gln or "",
        "name": party.name,
        "name_en": party.name_en,
        "standing": standing_on(session, party.id, today),
        "listed": None if listing is None else listing.number,
        "listed_since": None if listing is None else str(listing.starts_on),
        "grade": _published_grade(session, party.id),
        "permits": permits,
        "recalls": _recalls(session, party.id),
        "publications": write_publications(session, told),
    }


def _day(day: object) -> str | None:
    return None if day is None else str(day)


def _published_grade(session: Session, party_id: int) -> str | None:
    newest = list_publications(session, Wanted(topic="grade", party_id=party_id), None, 1)
    return newest[0].grade if newest else None


def _recalls(session: Session, party_id: int) -> list[CaseRow]:
    own = select(ScopeLine.case_id).join(Product, Product.gtin == ScopeLine.gtin).where(Product.party_id == party_id)
    cases = session.scalars(
        select(RecallCase)
        .where(RecallCase.id.in_(own), RecallCase.drill.is_(False), RecallCase.announced_at.is_not(None))
        .order_by(RecallCase.announced_at.desc())
        .limit(MOST)
    )
    return [
        {
            "number": case.number,
            "title": case.title,
            "title_en": case.title_en,
            "announced_on": str(case.announced_at.astimezone(CHINA).date()),
        }
        for case in cases
        if case.announced_at is not None
    ]
