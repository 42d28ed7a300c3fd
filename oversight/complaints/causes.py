"""What people complain of: a table that an operator edits."""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.models import ComplaintCause
from trace.kit.errors import Invalid

_WORD = re.compile(r"[a-z][a-z_]{1,39}")


class CauseRow(TypedDict):
    """A cause as it is answered; one that is not offered any more keeps its statistics."""

    word: str
    text_zh: str
    text_en: str
    offered: bool


def list_causes(session: Session, offered: bool = False) -> Sequence[ComplaintCause]:
    """Return the causes, ``other`` last; with ``offered`` those alone that can be chosen."""
    query = select(ComplaintCause).order_by(ComplaintCause.word == "other", ComplaintCause.word)
    return session.scalars(query.where(ComplaintCause.offered) if offered else query).all()


def set_cause(session: Session, word: str, text_zh: str, text_en: str, offered: bool) -> ComplaintCause:
    """Enter a cause, or its new names, or that it is not offered any more. Raises Invalid for a word that is none."""
    if _WORD.fullmatch(word) is None:
        raise Invalid.field("/word", f"Expected 2 to 40 small letters and underscores, got {word!r}.")
    row = session.get(ComplaintCause, word)
    if row is None:
        row = ComplaintCause(word=word)
        session.add(row)
    row.text_zh, row.text_en, row.offered = text_zh, text_en, offered
    session.flush()
    return row


def find_cause(session: Session, word: str) -> ComplaintCause:
    """Return a cause that is offered. Raises Invalid at ``/cause``."""
    row = session.get(ComplaintCause, word)
    if row is None or not row.offered:
        words = ", ".join(one.word for one in list_causes(session, offered=True))
        raise Invalid.field("/cause", f"Expected a cause of {words}, got {word!r}.")
    return row


def write_cause(row: ComplaintCause) -> CauseRow:
    """Return a cause as it is answered."""
    return {"word": row.word, "text_zh": row.text_zh, "text_en": row.text_en, "offered": row.offered}
