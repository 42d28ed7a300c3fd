"""Publications drafted, approved, corrected and withdrawn; every version stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.credit.grades import grade_on
from oversight.matters.kinds import Kind
from oversight.matters.steps import Actor, Subject, open_matter
from oversight.models import Matter, Publication, PublicationVersion
from oversight.publications.flow import PUBLICATION
from recalls.publication.softening import find_softening
from trace.kit.errors import FieldError, Forbidden, Invalid
from trace.kit.fields import InputModel, Text
from trace.models import Party, Product

Topic = Literal["inspection", "recall", "blacklist", "grade", "tip"]
TOPICS: tuple[Topic, ...] = get_args(Topic)

ABOUT_DANGER = frozenset({"inspection", "recall"})
"""Topics whose words must not make a danger smaller than it is."""


@dataclass(frozen=True, slots=True)
class NewPublication:
    """What is to be said, in both languages; ``about`` is the number of a matter or recall, ``code`` the office."""

    topic: Topic
    title: str
    title_en: str
    text: str
    text_en: str
    code: str
    about: str | None = None
    party_id: int | None = None
    product_id: int | None = None


class OfficialsAlone(Forbidden):
    """The public is told by an authority."""


class Softening(Invalid):
    """Words that make a danger look smaller than it is."""


class WordsIn(InputModel):
    """The words in both languages."""

    title: Text
    title_en: Text
    text: Text
    text_en: Text


def draft_publication(session: Session, actor: Actor, new: NewPublication, now: datetime) -> Matter:
    """Draft a publication; another person approves it. Raises Softening (422), OfficialsAlone (403), Invalid.

    A grade is that of the firm at this moment, and needs the firm.
    """
    if actor.right not in ("authority", None):
        raise OfficialsAlone(f"Expected an official to draft a publication, got {actor.right}.")
    if new.topic == "grade" and new.party_id is None:
        raise Invalid.field("/party", "Expected the firm whose grade is published, got nothing.")
    words = WordsIn(title=new.title, title_en=new.title_en, text=new.text, text_en=new.text_en)
    _refuse_softening(session, new.topic, new.party_id, new.product_id, words)
    subject = Subject(party_id=new.party_id, product_id=new.product_id)
    matter = open_matter(session, PUBLICATION, actor, new.title, new.code, subject, now, None, {"about": new.about})
    grade = grade_on(session, new.party_id, now) if new.topic == "grade" and new.party_id is not None else None
    session.add(
        Publication(
            matter_id=matter.id,
            topic=new.topic,
            about=new.about,
            party_id=new.party_id,
            product_id=new.product_id,
            grade=grade,
        )
    )
    _add_version(session, matter, words, None, now)
    return matter


def _refuse_softening(
    session: Session, topic: str, party_id: int | None, product_id: int | None, words: WordsIn
) -> None:
    if topic not in ABOUT_DANGER:
        return
    party = None if party_id is None else session.get(Party, party_id)
    product = None if product_id is None else session.get(Product, product_id)
    names = [name for one in (party, product) if one is not None for name in (one.name, one.name_en) if name]
    errors = [
        FieldError(f"/{field}", f"Expected plain words about the danger, got {found.word!r} at {found.at}.")
        for field, text in words.model_dump().items()
        for found in find_softening(text, names)
    ]
    if errors:
        raise Softening(errors[0].detail, errors=errors)


def newest_version(session: Session, matter_id: int) -> PublicationVersion:
    """Return the version that was drafted last."""
    query = select(PublicationVersion).where(PublicationVersion.matter_id == matter_id)
    return session.scalars(query.order_by(PublicationVersion.version.desc()).limit(1)).one()


def _add_version(session: Session, matter: Matter, words: WordsIn, reason: str | None, now: datetime) -> int:
    known = select(PublicationVersion.version).where(PublicationVersion.matter_id == matter.id)
    last = session.scalar(known.order_by(PublicationVersion.version.desc()).limit(1)) or 0
    session.add(
        PublicationVersion(matter_id=matter.id, version=last + 1, reason=reason, drafted_at=now, **words.model_dump())
    )
    session.flush()
    return last + 1


def _write(session: Session, _actor: Actor, matter: Matter, body: WordsIn, now: datetime) -> Mapping[str, Any]:
    row = session.get_one(Publication, matter.id)
    _refuse_softening(session, row.topic, row.party_id, row.product_id, body)
    matter.title = body.title if row.version is None else matter.title
    return {"version": _add_version(session, matter, body, None, now)}


def _approve(session: Session, _actor: Actor, matter: Matter, _body: Any, now: datetime) -> Mapping[str, Any]:
    row, newest = session.get_one(Publication, matter.id), newest_version(session, matter.id)
    newest.approved_at = now
    row.version, row.changed_at = newest.version, now
    row.published_at = row.published_at or now
    matter.title = newest.title
    return {"version": newest.version}


def _withdraw(session: Session, _actor: Actor, matter: Matter, _body: Any, now: datetime) -> None:
    row = session.get_one(Publication, matter.id)
    row.withdrawn_at = row.changed_at = now


PUBLICATIONS = Kind(
    PUBLICATION,
    bodies={"revise": WordsIn, "correct": WordsIn},
    effects={"revise": _write, "correct": _write, "approve": _approve, "withdraw": _withdraw},
)
"""The kind as the edge meets it."""
