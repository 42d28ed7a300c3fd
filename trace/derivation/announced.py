"""A ledger on several servers: they do not commit as one, so what is about to be committed is announced before.

Events are on one server alone, in one transaction; what is derived from them can be derived again. A write that broke
off between two servers leaves its announcement, and the next capture derives those batches anew before anything else.
"""

import json
from collections.abc import Collection

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from trace.derivation.derive import derive
from trace.kit.bulk import among
from trace.kit.db import dialect_of
from trace.models import AnnouncedWrite, Event, PackedPostings, Posting


def announce_write(session: Session, batches: Collection[int], events: Collection[int]) -> None:
    """Tell that this transaction changes postings of ``batches``, and took away those of ``events`` there.

    Only where the ledger is on several servers; costs a small commit of its own.
    """
    if not batches or not _is_spread(session):
        return
    values = {"batches": json.dumps(sorted(batches)), "events": json.dumps(sorted(events))}
    engine = session.get_bind().engine
    with engine.begin() as own:
        number = own.execute(insert(AnnouncedWrite).values(values).returning(AnnouncedWrite.id)).scalar_one()
    session.execute(delete(AnnouncedWrite).where(AnnouncedWrite.id == number))


def _is_spread(session: Session) -> bool:
    if dialect_of(session) == "sqlite":
        return False
    return bool(session.execute(text("SELECT EXISTS (SELECT FROM pg_foreign_table)")).scalar_one())


def mend_interrupted(session: Session) -> set[int]:
    """Derive anew, under the write lock, what announced writes left half done; return their batches.

    All postings of the batches go; those of the events that were stored come back. Postings of events that were not
    stored, under numbers that are given again, are thereby gone.
    """
    writes = session.scalars(select(AnnouncedWrite)).all()
    batches: set[int] = {number for write in writes for number in json.loads(write.batches)}
    if not batches:
        return batches
    events: set[int] = {number for write in writes for number in json.loads(write.events)}
    there = among(session, Posting.batch_id, sorted(batches))
    events.update(session.scalars(select(Posting.event_id).where(there).distinct()))
    stored = set(session.scalars(select(Event.id).where(among(session, Event.id, sorted(events)))))
    session.execute(delete(Posting).where(there))
    session.execute(delete(PackedPostings).where(among(session, PackedPostings.batch_id, sorted(batches))))
    derived = derive(session, stored)
    announce_write(session, derived.batches | batches, derived.replayed | stored)
    session.execute(delete(AnnouncedWrite).where(AnnouncedWrite.id.in_([write.id for write in writes])))
    return batches
