"""Capture: events in, ledger out, in one transaction. Every way in ends here (ARCHITECTURE 4)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy.orm import Session

from trace.derivation.announced import announce_write, mend_interrupted
from trace.derivation.derive import derive
from trace.epcis.event import BadEvent, Event, VocabularyElement
from trace.events.rows import ReadEvent, read_event
from trace.events.store import find_earlier, note_conflicts, store_events, void_events
from trace.holds import spread_holds
from trace.kit import strict_json
from trace.kit.auth import Principal
from trace.kit.bulk import go_by_indexes
from trace.kit.db import lock_writes
from trace.models import CaptureJob
from trace.permissions import find_refusals, reporting_party
from trace.vocabulary import store_vocabulary

ErrorBehaviour = Literal["rollback", "proceed"]
Fate = Literal["captured", "repeated", "refused", "not_captured"]

AHEAD = timedelta(hours=24)
"""How far in the future an event time may lie: clocks and time zones are wrong, but not by more than a day (C)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one event of a document was not captured: RFC 9457 members, and pointers to what is wrong."""

    index: int
    event_id: str | None
    status: int
    title: str
    problems: tuple[tuple[str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """The problem as the capture job tells it."""
        return {
            "type": f"urn:suyuan:problem:{self.title.lower().replace(' ', '-')}",
            "title": self.title,
            "status": self.status,
            "detail": "; ".join(detail for _, detail in self.problems),
            "index": self.index,
            "eventID": self.event_id,
            "errors": [{"pointer": pointer, "detail": detail} for pointer, detail in self.problems],
        }


@dataclass(slots=True)
class Captured:
    """What became of a list of events: a fate for each, in order, and why for those refused."""

    fates: list[Fate]
    event_ids: list[str | None]
    refusals: list[Refusal] = field(default_factory=list)
    batches: set[int] = field(default_factory=set)

    @property
    def success(self) -> bool:
        """Whether nothing was refused."""
        return not self.refusals


def capture_events(
    session: Session,
    events: Sequence[Event | BadEvent],
    principal: Principal,
    now: datetime,
    behaviour: ErrorBehaviour = "rollback",
    capture_id: str | None = None,
) -> Captured:
    """Store ``events`` and bring the ledger up to date with them.

    With ``rollback`` nothing is stored if any event is refused; with ``proceed`` the good ones are. An event that is
    there already with the same content is ``repeated`` and changes nothing (RULES 5).
    """
    lock_writes(session)
    go_by_indexes(session)
    captured = Captured(["captured"] * len(events), [_id_of(event) for event in events])
    mend_interrupted(session)
    good = _read_good(captured, events, now)
    copied = _check(session, captured, good, principal)
    if captured.refusals and behaviour == "rollback":
        captured.fates = ["refused" if fate == "refused" else "not_captured" for fate in captured.fates]
        return captured
    new = [read for index, read in good if captured.fates[index] == "captured"]
    if new:
        stored = store_events(session, new, now, reporting_party(principal), capture_id)
        voided = void_events(session, stored.names, copied)
        effective = {number: event for number, event in stored.fold.items() if number not in voided}
        derived = derive(session, voided.union(stored.events), stored.new_identifiers, effective)
        announce_write(session, derived.batches, derived.replayed)
        captured.batches = derived.batches
        spread_holds(session, captured.batches)
    return captured


def check_events(
    session: Session, events: Sequence[Event | BadEvent], principal: Principal, now: datetime
) -> list[Refusal]:
    """Return why capturing ``events`` would refuse some of them, and write nothing."""
    captured = Captured(["captured"] * len(events), [_id_of(event) for event in events])
    _check(session, captured, _read_good(captured, events, now), principal)
    return captured.refusals


def capture_document(
    session: Session,
    events: Sequence[Event | BadEvent],
    principal: Principal,
    started: datetime,
    now: datetime,
    behaviour: ErrorBehaviour,
    master_data: Sequence[VocabularyElement] = (),
) -> CaptureJob:
    """Capture the events of one document and keep a job that tells what became of each.

    Its master data is kept with the events: not at all where a refused event takes the whole document back.
    """
    capture_id = str(uuid.uuid4())
    captured = capture_events(session, events, principal, now, behaviour, capture_id)
    if captured.success or behaviour == "proceed":
        store_vocabulary(session, master_data, principal, now)
    fates = captured.fates
    job = CaptureJob(
        id=capture_id,
        created_at=started,
        finished_at=now,
        success=captured.success,
        error_behaviour=behaviour,
        captured=fates.count("captured"),
        repeated=fates.count("repeated"),
        refused=fates.count("refused"),
        outcomes=strict_json.dumps(
            [{"eventID": uri, "outcome": fate} for uri, fate in zip(captured.event_ids, fates, strict=True)]
        ).decode(),
        errors=strict_json.dumps([refusal.as_dict() for refusal in captured.refusals]).decode(),
        captured_by=reporting_party(principal),
    )
    session.add(job)
    session.flush()
    conflicts = {one.event_id for one in captured.refusals if one.status == 409 and one.event_id is not None}
    note_conflicts(session, principal, sorted(conflicts), capture_id)
    return job


def _id_of(event: Event | BadEvent) -> str | None:
    return event.event_id


def _read_good(captured: Captured, events: Sequence[Event | BadEvent], now: datetime) -> list[tuple[int, ReadEvent]]:
    good: list[tuple[int, ReadEvent]] = []
    for index, event in enumerate(events):
        if isinstance(event, BadEvent):
            problems = tuple((problem.pointer, problem.detail) for problem in event.problems)
            _refuse(captured, index, 400, "Invalid event", problems)
        elif event.event_time > now + AHEAD:
            detail = (
                f"Cannot take {event.event_time.isoformat()} as event time: expected at most {AHEAD} after now "
                f"({now.isoformat(timespec='seconds')})."
            )
            _refuse(captured, index, 400, "Invalid event", ((f"/epcisBody/eventList/{index}/eventTime", detail),))
        else:
            read = read_event(event)
            captured.event_ids[index] = read.uri
            good.append((index, read))
    return good


def _check(
    session: Session, captured: Captured, good: Sequence[tuple[int, ReadEvent]], principal: Principal
) -> set[str]:
    """Refuse what may not be captured; return the event IDs that events of others have too."""
    reads = [read for _, read in good]
    refusals = find_refusals(session, principal, reads)
    for (index, _), refusal in zip(good, refusals, strict=True):
        if refusal is not None:
            _refuse(captured, index, 404, "Not found", ((f"/epcisBody/eventList/{index}", refusal),))
    allowed = [(index, read) for index, read in good if captured.fates[index] == "captured"]
    earlier = find_earlier(session, principal, [read for _, read in allowed])
    for (index, read), found in zip(allowed, earlier.found, strict=True):
        if found == "same":
            captured.fates[index] = "repeated"
        elif found == "other":
            detail = f"conflicting_event: {read.uri} was captured before with other content."
            _refuse(
                captured,
                index,
                409,
                "Conflicting event",
                ((f"/epcisBody/eventList/{index}/eventID", detail),),
            )
    return earlier.copied


def _refuse(captured: Captured, index: int, status: int, title: str, problems: tuple[tuple[str, str], ...]) -> None:
    captured.fates[index] = "refused"
    captured.refusals.append(Refusal(index, captured.event_ids[index], status, title, problems))
    captured.refusals.sort(key=lambda refusal: refusal.index)
