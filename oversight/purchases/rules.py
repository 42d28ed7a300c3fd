"""The policy table: what follows from each finding, dated; a changed rule is a new row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.models import PurchaseRule
from oversight.purchases.outcomes import Outcome, Word
from trace.answers import write_time
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import NotFound
from trace.kit.fields import InputModel, Text


class RuleNotFound(NotFound):
    """No rule of this finding is in force."""


class RuleIn(InputModel):
    """What is to follow from now on, by what source; ``confirmed``: compared with the official text."""

    outcome: Outcome
    source: Text
    confirmed: bool = False


class RuleRow(TypedDict):
    """A version of a rule; ``valid_to`` is null for the one in force."""

    word: str
    outcome: str
    text_zh: str
    text_en: str
    source: str
    confirmed: bool
    valid_from: str
    valid_to: str | None


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules in force at a moment; ``newest`` is the row by which anybody can tell them from later ones."""

    outcomes: Mapping[Word, Outcome]
    newest: int


@dataclass(frozen=True, slots=True)
class Policies:
    """All versions of all rules, the oldest first."""

    versions: Sequence[tuple[int, Word, Outcome, datetime]]

    def at(self, moment: datetime) -> Policy:
        """Return the rules in force at a moment; before there were any, the first ones."""
        return self._chosen(lambda _number, since: since <= moment)

    def up_to(self, newest: int) -> Policy:
        """Return the rules by which was judged what names this row as the newest."""
        return self._chosen(lambda number, _since: number <= newest)

    def _chosen(self, counts: Callable[[int, datetime], bool]) -> Policy:
        found: dict[Word, tuple[int, Outcome]] = {}
        for number, word, outcome, since in self.versions:
            if word not in found or counts(number, since):
                found[word] = number, outcome
        return Policy(
            {word: outcome for word, (_number, outcome) in found.items()},
            max((number for number, _outcome in found.values()), default=0),
        )


def read_policies(session: Session) -> Policies:
    """Return every version of the rules."""
    columns = (PurchaseRule.id, PurchaseRule.word, PurchaseRule.outcome, PurchaseRule.valid_from)
    rows = session.execute(select(*columns).order_by(PurchaseRule.id))
    return Policies([(number, cast(Word, word), cast(Outcome, out), since) for number, word, out, since in rows])


def list_rules(session: Session, word: str | None = None) -> Sequence[PurchaseRule]:
    """Return the rules in force, or all versions of one, the newest first."""
    if word is None:
        wanted = select(PurchaseRule).where(PurchaseRule.valid_to.is_(None)).order_by(PurchaseRule.word)
        return session.scalars(wanted).all()
    return session.scalars(select(PurchaseRule).where(PurchaseRule.word == word).order_by(PurchaseRule.id.desc())).all()


def change_rule(session: Session, principal: Principal, word: str, body: RuleIn, now: datetime) -> PurchaseRule:
    """Have something else follow from a finding from now on. Raises RuleNotFound."""
    lock_writes(session)
    in_force = (PurchaseRule.word == word) & PurchaseRule.valid_to.is_(None)
    before = session.scalar(select(PurchaseRule).where(in_force))
    if before is None:
        raise RuleNotFound(f"No rule {word} is in force.")
    before.valid_to = now
    row = PurchaseRule(
        word=word,
        outcome=body.outcome,
        text_zh=before.text_zh,
        text_en=before.text_en,
        source=body.source,
        confirmed=body.confirmed,
        valid_from=now,
        recorded_by=principal.key_id,
    )
    session.add(row)
    session.flush()
    return row


def write_rule(row: PurchaseRule) -> RuleRow:
    """Return a rule as it is answered."""
    return {
        "word": row.word,
        "outcome": row.outcome,
        "text_zh": row.text_zh,
        "text_en": row.text_en,
        "source": row.source,
        "confirmed": row.confirmed,
        "valid_from": write_time(row.valid_from) or "",
        "valid_to": None if row.valid_to is None else write_time(row.valid_to),
    }
