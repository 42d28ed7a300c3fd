"""Publications as everybody may read them: the newest first, one with all its versions; never a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.jurisdictions import find_jurisdiction
from oversight.models import Matter, MatterStep, Publication, PublicationVersion
from oversight.publications.drafts import Topic
from trace.answers import write_time
from trace.kit.errors import NotFound
from trace.kit.strict_json import loads
from trace.models import Party, Product


class PublicationNotFound(NotFound):
    """No such publication, or none that was published."""


Position = tuple[datetime, int]
"""(published_at, row) of the last row of a page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which publications: all that meet every condition that is given."""

    topic: Topic | None = None
    party_id: int | None = None
    gtin: str | None = None


class VersionRow(TypedDict):
    """Words as the public read them from ``since`` on; ``reason`` is why they were changed."""

    version: int
    since: str
    title: str
    title_en: str
    text: str
    text_en: str
    reason: str | None


class PublicationRow(TypedDict):
    """A publication with its present words; ``withdrawn_at`` is when it was taken back."""

    number: str
    topic: str
    title: str
    title_en: str
    text: str
    text_en: str
    office: str
    office_en: str
    party: str | None
    party_name: str | None
    gtin: str | None
    about: str | None
    grade: str | None
    version: int
    published_at: str
    changed_at: str
    withdrawn_at: str | None


class WholePublication(PublicationRow):
    """A publication with every version that the public read, the newest first, and why it was withdrawn."""

    versions: list[VersionRow]
    withdrawn_because: str | None


def list_publications(session: Session, wanted: Wanted, after: Position | None, limit: int) -> list[Publication]:
    """Return up to ``limit`` publications that stand, the newest first."""
    conditions: list[ColumnElement[bool]] = [Publication.published_at.is_not(None), Publication.withdrawn_at.is_(None)]
    if wanted.topic is not None:
        conditions.append(Publication.topic == wanted.topic)
    if wanted.party_id is not None:
        conditions.append(Publication.party_id == wanted.party_id)
    if wanted.gtin is not None:
        conditions.append(Publication.product_id.in_(select(Product.id).where(Product.gtin == wanted.gtin)))
    if after is not None:
        conditions.append(tuple_(Publication.published_at, Publication.matter_id) < after)
    query = select(Publication).where(*conditions)
    newest = query.order_by(Publication.published_at.desc(), Publication.matter_id.desc())
    return list(session.scalars(newest.limit(limit)))


def write_publications(session: Session, rows: Sequence[Publication]) -> list[PublicationRow]:
    """Return publications as they are answered."""
    if not rows:
        return []
    numbers = [row.matter_id for row in rows]
    matters = {one.id: one for one in session.scalars(select(Matter).where(Matter.id.in_(numbers)))}
    wanted = [(row.matter_id, row.version) for row in rows]
    versions = {
        one.matter_id: one
        for one in session.scalars(
            select(PublicationVersion).where(
                tuple_(PublicationVersion.matter_id, PublicationVersion.version).in_(wanted)
            )
        )
    }
    parties = {row.party_id for row in rows} - {None}
    firms = {one.id: one for one in session.scalars(select(Party).where(Party.id.in_(parties)))}
    products = {row.product_id for row in rows} - {None}
    goods = {one.id: one for one in session.scalars(select(Product).where(Product.id.in_(products)))}
    return [_write(session, row, matters[row.matter_id], versions[row.matter_id], firms, goods) for row in rows]


def _write(
    session: Session,
    row: Publication,
    matter: Matter,
    words: PublicationVersion,
    firms: dict[int, Party],
    goods: dict[int, Product],
) -> PublicationRow:
    office = find_jurisdiction(session, matter.code)
    firm = None if row.party_id is None else firms[row.party_id]
    product = None if row.product_id is None else goods.get(row.product_id)
    return {
        "number": matter.number,
        "topic": row.topic,
        "title": words.title,
        "title_en": words.title_en,
        "text": words.text,
        "text_en": words.text_en,
        "office": office.name,
        "office_en": office.name_en,
        "party": None if firm is None else firm.uscc or firm.gln,
        "party_name": None if firm is None else firm.name,
        "gtin": None if product is None else product.gtin,
        "about": row.about,
        "grade": row.grade,
        "version": words.version,
        "published_at": write_time(row.published_at) or "",
        "changed_at": write_time(row.changed_at) or "",
        "withdrawn_at": write_time(row.withdrawn_at),
    }


def read_publication(session: Session, number: str) -> WholePublication:
    """Return a publication that was published, also one that was withdrawn since. Raises PublicationNotFound."""
    found = session.scalar(
        select(Publication)
        .join(Matter, Matter.id == Publication.matter_id)
        .where(Matter.number == number, Publication.published_at.is_not(None))
    )
    if found is None:
        raise PublicationNotFound(f"No publication {number} is known.")
    query = select(PublicationVersion).where(
        PublicationVersion.matter_id == found.matter_id, PublicationVersion.approved_at.is_not(None)
    )
    versions = session.scalars(query.order_by(PublicationVersion.version.desc())).all()
    because = select(MatterStep.reason).where(MatterStep.matter_id == found.matter_id, MatterStep.step == "withdraw")
    return {
        **write_publications(session, [found])[0],
        "versions": [
            {
                "version": one.version,
                "since": write_time(one.approved_at) or "",
                "title": one.title,
                "title_en": one.title_en,
                "text": one.text,
                "text_en": one.text_en,
                "reason": _reason_of(session, found.matter_id, one.version),
            }
            for one in versions
        ],
        "withdrawn_because": None if found.withdrawn_at is None else session.scalar(because.limit(1)),
    }


def _reason_of(session: Session, matter_id: int, version: int) -> str | None:
    """The reason that stands in the history with the step that drafted the version."""
    steps = select(MatterStep).where(MatterStep.matter_id == matter_id, MatterStep.step == "correct")
    said = {loads(row.facts.encode()).get("version"): row.reason for row in session.scalars(steps)}
    return said.get(version)


def position_of(session: Session, number: str) -> list[object]:
    """Return the position behind which a page goes on after a publication."""
    row = session.scalar(
        select(Publication).join(Matter, Matter.id == Publication.matter_id).where(Matter.number == number)
    )
    assert row is not None
    assert row.published_at is not None
    return [row.published_at.isoformat(), row.matter_id]
