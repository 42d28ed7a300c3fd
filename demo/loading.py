"""The chain into the database, through the same operations as the real thing: all of it or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from demo.chain import write_documents
from demo.registration import register_firm, register_item, register_lot, register_place
from demo.values import Chain, Firm
from demo.world import regulator
from trace.capture import capture_document
from trace.epcis.json_format import parse_document
from trace.kit.auth import ApiKey, Principal, Role, authenticate, issue_key, revoke_key
from trace.models import Party, Product

KEY_NAME = "demonstration"

OPERATOR = Principal("admin", None, 0, KEY_NAME)
"""Loads for everybody; no key is behind it, so nobody can call with it."""

Progress = Callable[[int], None]
"""Called with the number of steps just done."""


class NotCaptured(Exception):
    """An event of the demonstration was refused: the generator and the rules disagree."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded, and how many seconds it took."""

    events: int
    documents: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Keys:
    """A regulator's and a company's API key, whole, and the callers that two officials' keys name."""

    regulator: str
    company: str
    principal: Principal
    colleague: Principal


def count_steps(chain: Chain) -> int:
    """Return how many steps `load_chain` reports in all: one each registration and event."""
    registrations = len(chain.firms) + 1 + len(chain.places) + len(chain.products) + len(chain.lots)
    return registrations + len(chain.happenings)


def is_loaded(session: Session, chain: Chain) -> bool:
    """Whether the demonstration is in the database; it is there whole or not at all."""
    gtin = chain.recalled.product.gtin14
    return session.scalar(select(Product.id).where(Product.gtin == gtin)) is not None


def load_chain(session: Session, chain: Chain, now: datetime, progress: Progress = lambda done: None) -> Loaded:
    """Register firms, places and products, capture all events as of ``now``, register the batches.

    The caller commits once, so an interrupted load leaves nothing behind. Raises NotCaptured, and the problems of
    the operations where other data is in the way.
    """
    started = perf_counter()
    for firm in (*chain.firms, regulator()):
        register_firm(session, OPERATOR, firm, now)
        progress(1)
    for place in chain.places:
        register_place(session, OPERATOR, place, now)
        progress(1)
    for product in chain.products:
        register_item(session, OPERATOR, product, now)
        progress(1)
    events = documents = 0
    for data in write_documents(chain):
        captured = _capture(session, data, now)
        events, documents = events + captured, documents + 1
        progress(captured)
    for lot in chain.lots:
        register_lot(session, OPERATOR, lot, now)
        progress(1)
    return Loaded(events, documents, perf_counter() - started)


def renew_keys(session: Session, chain: Chain) -> Keys:
    """Issue the keys of the demonstration; those of an earlier run end, since nobody can be shown them again."""
    earlier = select(ApiKey.prefix).where(ApiKey.name == KEY_NAME, ApiKey.revoked_at.is_(None))
    for prefix in session.scalars(earlier).all():
        revoke_key(session, prefix)
    by_regulator = _issue(session, "regulator", regulator())
    by_company = _issue(session, "company", chain.affected[1].product.firm)
    principal = authenticate(session, f"Bearer {by_regulator}")
    colleague = authenticate(session, f"Bearer {_issue(session, 'regulator', regulator())}")
    assert principal is not None
    assert colleague is not None
    return Keys(by_regulator, by_company, principal, colleague)


def _issue(session: Session, role: Role, firm: Firm) -> str:
    party = session.scalars(select(Party.id).where(Party.uscc == firm.uscc)).one()
    return issue_key(session, role, party, KEY_NAME)


def _capture(session: Session, data: bytes, now: datetime) -> int:
    """Capture one document as `POST /epcis/capture` does; return how many events it brought."""
    document = parse_document(data)
    job = capture_document(session, document.events, OPERATOR, now, now, "rollback")
    if not job.success:
        raise NotCaptured(f"Expected every event to be captured, got {job.refused} refused: {job.errors}")
    return job.captured
