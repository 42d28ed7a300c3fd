"""Findings in a firm's own records that it has to explain, and what it said about them.

An explanation is words beside a finding: it changes no figure and hides nothing, it only says that somebody looked.
Findings are computed whenever they are read, so they are looked for in some batches at a time: those that the firm
told of last (`find_recent`), or all of them page by page (`list_findings`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from trace.answers import BatchRef, Place, describe_batches, describe_places
from trace.batch_list import BatchFilter, find_numbers_before
from trace.findings import Finding
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.errors import Forbidden, NotFound
from trace.kit.fields import InputModel, Text
from trace.ledger import read_postings_here
from trace.models import Event, Explanation, Posting
from trace.readings import OF_ONE_PLACE, find_batch, seen_findings
from trace.record_findings import find_findings
from trace.visibility import own_places
from trace.vocabulary import name_places

LOOKED_AT = 200
"""Batches in which one page looks for findings."""

RECENT_EVENTS = 300
"""Of the firm's last so many events are the batches in which the desk's home looks."""


class NothingToExplain(NotFound):
    """No such finding is in the record now, or none that this firm may see."""


class ExplanationIn(InputModel):
    """Which finding is meant, by what it says itself (``event``, ``said``), and the firm's words about it."""

    batch: Text
    rule: Text
    event: str = ""
    said: Text
    words: Text


@dataclass(frozen=True, slots=True)
class Explained:
    """What a firm said of a finding; ``name`` is who said it."""

    party: int
    words: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """A finding with what it is about, and the explanations that still fit it, newest first."""

    finding: Finding
    batch: BatchRef
    place: Place | None
    explained: tuple[Explained, ...]

    @property
    def waits(self) -> bool:
        """Whether somebody has to say something: what is merely worth knowing needs no explanation."""
        return not self.explained and self.finding.severity != "info"


@dataclass(frozen=True, slots=True)
class FindingPage:
    """Findings in some batches; ``before`` is the batch number that the next page stops short of."""

    rows: list[ListedFinding]
    looked_at: int
    before: int | None


def list_findings(session: Session, principal: Principal, before: int | None = None) -> FindingPage:
    """Return the findings in the firm's own records of its newest `LOOKED_AT` batches with a number below ``before``,
    those that wait for an explanation first."""
    numbers = find_numbers_before(session, principal, BatchFilter(), LOOKED_AT + 1, before)
    some = numbers[:LOOKED_AT]
    rows = _describe(session, principal, _own_findings(session, principal, some))
    rows.sort(key=lambda row: not row.waits)
    return FindingPage(rows, len(some), some[-1] if len(numbers) > LOOKED_AT else None)


def find_recent(session: Session, principal: Principal) -> list[ListedFinding]:
    """Return the findings that wait for an explanation, in the batches of the last events that the firm captured."""
    latest = (
        select(Event.id)
        .where(Event.captured_by == (principal.party_id or 0))
        .order_by(Event.id.desc())
        .limit(RECENT_EVENTS)
    )
    events = session.scalars(latest).all()
    named = select(Posting.batch_id).where(among(session, Posting.event_id, events)).distinct()
    numbers = sorted(session.scalars(named), reverse=True)[:LOOKED_AT]
    found = _describe(session, principal, _own_findings(session, principal, numbers))
    return [row for row in found if row.waits]


def findings_of_batch(session: Session, principal: Principal, batch: str) -> list[ListedFinding]:
    """Return all that a check finds in one batch and this key may see, with what was said of it. Raises as
    `find_batch`."""
    number = find_batch(session, principal, batch).id
    return _describe(session, principal, seen_findings(session, principal, [number]))


def explain_finding(session: Session, principal: Principal, body: ExplanationIn, now: datetime) -> Explanation:
    """Keep a firm's words about a finding; said again in the same words by the same firm, they are kept once.

    Raises Forbidden (403) for a key without a firm, NothingToExplain (404) where the record has no such finding now,
    and as `find_batch`.
    """
    if principal.role != "company" or principal.party_id is None:
        raise Forbidden("Findings are explained by the firm in whose records they are.")
    batch = find_batch(session, principal, body.batch).id
    for finding in _own_findings(session, principal, [batch]):
        if (finding.rule, finding.event_id or "", finding.message) == (body.rule, body.event, body.said):
            break
    else:
        raise NothingToExplain("The record has no such finding any more: its figures changed, or it was corrected.")
    row = Explanation(
        party_id=principal.party_id,
        batch_id=batch,
        rule=finding.rule,
        event_id=finding.event_id,
        place_id=finding.place,
        said=finding.message,
        words=body.words.strip(),
        key_id=principal.key_id,
        name=principal.name,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def _own_findings(session: Session, principal: Principal, batches: Collection[int]) -> list[Finding]:
    """What `seen_findings` gives a firm and is more than worth knowing, computed over its own part of the ledger: of a
    batch that went all over the country, a firm looks at its own rows."""
    places = own_places(session, principal) or set()
    if not batches or not places:
        return []
    postings = read_postings_here(session, batches, places)
    found = [one for one in find_findings(session, batches, None, postings) if one.severity != "info"]
    elsewhere = {one.event_id for one in found if one.place not in places and one.event_id is not None}
    own_events = _events_at(session, elsewhere, places)
    return [
        one
        for one in found
        if one.place in places
        or (one.event_id in own_events and one.rule not in OF_ONE_PLACE)
        or (one.event_id is None and one.place is None)
    ]


def _events_at(session: Session, events: Collection[str], places: Collection[int]) -> set[str]:
    here = or_(among(session, Posting.origin_id, places), among(session, Posting.destination_id, places))
    moved = select(Posting.id).where(Posting.event_id == Event.id, here).exists()
    return set(session.scalars(select(Event.event_id).where(among(session, Event.event_id, events), moved)))


Key = tuple[int, str, str, int, str]


def _key(batch: int | None, rule: str, event: str | None, place: int | None, said: str) -> Key:
    return batch or 0, rule, event or "", place or 0, said


def _describe(session: Session, principal: Principal, found: Iterable[Finding]) -> list[ListedFinding]:
    """Findings about a batch; those about a place alone are that place's matter."""
    listed = [one for one in found if one.batch is not None]
    batches = describe_batches(session, {one.batch for one in listed if one.batch is not None})
    numbers = {one.place for one in listed if one.place is not None}
    places = name_places(session, principal, describe_places(session, numbers))
    said = _read_explanations(session, principal, batches)
    return [
        ListedFinding(
            one,
            batches[one.batch],
            places.get(one.place) if one.place is not None else None,
            tuple(said.get(_key(one.batch, one.rule, one.event_id, one.place, one.message), ())),
        )
        for one in listed
        if one.batch is not None
    ]


def _read_explanations(session: Session, principal: Principal, batches: Collection[int]) -> dict[Key, list[Explained]]:
    """What was said about findings in these batches: to a firm what it said itself, to officials what all did."""
    query = select(Explanation).where(among(session, Explanation.batch_id, batches))
    if principal.role == "company":
        query = query.where(Explanation.party_id == (principal.party_id or 0))
    found: dict[Key, list[Explained]] = {}
    for row in session.scalars(query.order_by(Explanation.id.desc())):
        key = _key(row.batch_id, row.rule, row.event_id, row.place_id, row.said)
        found.setdefault(key, []).append(Explained(row.party_id, row.words, row.name, row.at))
    return found
