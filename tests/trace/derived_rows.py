"""The derived tables read back in terms that tests compare: URIs instead of numbers, figures as the oracle has them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tests.oracle import Derived
from trace.amounts import from_stored
from trace.capture import Captured, capture_events
from trace.epcis.event import Event as Value
from trace.fold.entries import ACCOUNTS, RECEIPTS, SHIPPED_SIGNS, Account, End, Entry
from trace.kit.auth import Principal
from trace.models import Event, Identifier, Posting, Void

OPERATOR = Principal("admin", None, 1, "operator")
NOW = datetime(2027, 1, 1, tzinfo=UTC)


def capture(session: Session, events: Sequence[Value], principal: Principal = OPERATOR) -> Captured:
    """Capture events that must all be good."""
    captured = capture_events(session, events, principal, NOW)
    assert captured.success, captured.refusals
    return captured


def read_rows(session: Session) -> Counter[tuple[Any, ...]]:
    """Every posting and void by URIs: what must not depend on the order of arrival."""
    uris = _uris(session)
    closed, closed_event = aliased(Posting), aliased(Event)
    rows = session.execute(
        select(Posting, Event.event_id, closed.entry, closed.instance_id, closed_event.event_id)
        .join(Event, Event.id == Posting.event_id)
        .outerjoin(closed, closed.id == Posting.closes_id)
        .outerjoin(closed_event, closed_event.id == closed.event_id)
    )
    own = {number: uri for number, uri in session.execute(select(Event.id, Event.event_id))}  # noqa: C416  (a Result is no mapping)
    found: Counter[tuple[Any, ...]] = Counter()
    for row, event, entry, instance, closes in rows:
        joined = row.transformation_id
        joined = own[-joined] if joined is not None and joined < 0 else uris.get(joined)
        found[
            event,
            Entry(row.entry).name,
            uris[row.batch_id],
            row.uom,
            uris.get(row.origin_id),
            uris.get(row.destination_id),
            None if row.amount is None else from_stored(row.amount, row.scale),
            uris.get(row.instance_id),
            row.is_open,
            joined,
            (closes, None if entry is None else Entry(entry).name, uris.get(instance)),
        ] += 1
    voided = session.scalars(select(Event.event_id).join(Void, Void.event_id == Event.id))
    found.update(("void", uri) for uri in voided)
    return found


def read_derived(session: Session) -> Derived:
    """The ledger in the oracle's terms, by the accounts of each posting."""
    uris = _uris(session)
    derived = Derived()
    ends: dict[int, tuple[set[str], set[str]]] = {}
    for row in session.scalars(select(Posting)):
        batch, origin, destination = uris[row.batch_id], uris.get(row.origin_id), uris.get(row.destination_id)
        entry = Entry(row.entry)
        derived.name(batch, origin, destination)
        quantity = Decimal(0) if row.amount is None else from_stored(row.amount, row.scale)
        if entry in ACCOUNTS:
            accounts = ACCOUNTS[entry]
            for account, end, sign in (
                (accounts.debit, accounts.debit_end, -1),
                (accounts.credit, accounts.credit_end, 1),
            ):
                where: Any = {End.FROM: origin, End.TO: destination, End.BETWEEN: (origin, destination)}.get(end)
                if account is Account.MADE:
                    sign = -sign
                if account in (Account.MADE, Account.SOLD, Account.CONSUMED, Account.DESTROYED, Account.LOST):
                    where = None if entry is Entry.LOST_IN_TRANSIT else origin or destination
                derived.add(batch, row.uom, account.value, where, sign * quantity)
        if entry in SHIPPED_SIGNS or entry in RECEIPTS:
            edge = derived.edges.setdefault((origin, destination, batch, row.uom), [Decimal(0), Decimal(0), 0, 0])
            received = entry in RECEIPTS
            edge[received] += quantity * SHIPPED_SIGNS.get(entry, 1)
            edge[2 + received] += row.amount is None
        if row.transformation_id is not None:
            ends.setdefault(row.transformation_id, (set(), set()))[entry is Entry.YIELDED].add(batch)
    derived.links = {(used, made) for inputs, outputs in ends.values() for used in inputs for made in outputs}
    derived.figures = Counter({key: amount for key, amount in derived.figures.items() if amount})
    derived.edges = {key: edge for key, edge in derived.edges.items() if any(edge)}
    return derived


def unbalanced(derived: Derived) -> list[Any]:
    """RULES 8: produced = everything else, per batch and unit. Returns what does not balance."""
    sums: Counter[tuple[str, str]] = Counter()
    for (batch, uom, figure, _), amount in derived.figures.items():
        sums[batch, uom] += -amount if figure == "produced" else amount  # type: ignore[assignment]
    return [key for key, rest in sums.items() if rest]


def describe(derived: Derived) -> Iterable[str]:
    """One sorted line a fact, for readable differences."""
    yield from sorted(f"figure {key} = {amount.normalize():f}" for key, amount in derived.figures.items())
    yield from sorted(
        f"edge {key} = {[format(Decimal(one).normalize(), 'f') for one in edge]}" for key, edge in derived.edges.items()
    )
    yield from sorted(f"link {link}" for link in derived.links)
    yield from sorted(f"place {place}" for place in derived.places)


def _uris(session: Session) -> dict[int, str]:
    return {number: uri for number, uri in session.execute(select(Identifier.id, Identifier.uri))}  # noqa: C416  (a Result is no mapping)
