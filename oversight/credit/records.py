"""What officials enter into a quality-credit file: penalties, corrections, honours, commitments (主体责任记录)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.credit.entries import CreditEntry
from oversight.jurisdictions import office_of
from oversight.models import CreditRecord
from recalls.clocks.working_days import CHINA
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Forbidden, Invalid, NotFound
from trace.master_data import require_party

RecordWord = Literal["penalty", "correction_done", "correction_overdue", "commitment", "honour"]
RECORD_WORDS: tuple[RecordWord, ...] = get_args(RecordWord)


class RecordNotFound(NotFound):
    """No such record."""


class RecordOfAnother(Forbidden):
    """The record was entered by an office that is neither the reader's nor below it."""


class RecordWithdrawn(Conflict):
    """The record was taken back already."""


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A firm (USCC or GLN), what it is, its day, the decision or document, and how grave (1 is usual)."""

    party: str
    word: RecordWord
    on: date
    decision: str
    text_zh: str
    text_en: str
    weight: Decimal = Decimal(1)


def enter_record(session: Session, principal: Principal, new: NewRecord, now: datetime) -> CreditRecord:
    """Enter a record. Raises Invalid at /party, /on for a day to come, /weight outside of 0.25 to 3."""
    party = require_party(session, new.party)
    if new.on > now.astimezone(CHINA).date():
        raise Invalid.field("/on", f"Expected a day up to today, got {new.on}.")
    hundredths = new.weight * 100
    if hundredths != int(hundredths) or not 25 <= hundredths <= 300:
        raise Invalid.field("/weight", f"Expected 0.25 to 3 with two decimals, got {new.weight}.")
    row = CreditRecord(
        party_id=party.id,
        word=new.word,
        on=new.on,
        decision=new.decision,
        text_zh=new.text_zh,
        text_en=new.text_en,
        weight=int(hundredths),
        recorded_at=now,
        recorded_by=principal.key_id,
        code=office_of(session, principal).code,
    )
    session.add(row)
    session.flush()
    return row


def withdraw_record(session: Session, principal: Principal, number: int, reason: str, now: datetime) -> CreditRecord:
    """Take a record back: it counts no more, on any day; that it was there stays.

    The office that entered it does so, or one above it. Raises RecordNotFound, RecordOfAnother, RecordWithdrawn.
    """
    lock_writes(session)
    row = session.get(CreditRecord, number) if number < 2**63 else None
    if row is None:
        raise RecordNotFound(f"No credit record {number} is known.")
    if not may_withdraw(session, principal, row):
        raise RecordOfAnother(
            f"Credit record {number} was entered by {row.code}: expected that office or one above it to take it back."
        )
    if row.withdrawn_at is not None:
        raise RecordWithdrawn(f"Credit record {number} was taken back already.")
    row.withdrawn_at, row.withdrawn_reason = now, reason
    session.flush()
    return row


def may_withdraw(session: Session, principal: Principal, row: CreditRecord) -> bool:
    """Whether somebody works in the office that entered a record, or in one above it."""
    return office_of(session, principal).covers(row.code)


def records_of(session: Session, party_id: int) -> Sequence[CreditRecord]:
    """Return all records of a firm, those taken back too, the newest first."""
    return session.scalars(
        select(CreditRecord)
        .where(CreditRecord.party_id == party_id)
        .order_by(CreditRecord.on.desc(), CreditRecord.id.desc())
    ).all()


def credit_entries(session: Session, party_id: int, until: datetime) -> list[CreditEntry]:
    """Return the records that count."""
    return [
        CreditEntry(row.on, row.word, f"credit-records/{row.id}", row.text_zh, row.text_en, None, row.factor)
        for row in records_of(session, party_id)
        if row.withdrawn_at is None and row.recorded_at <= until
    ]
