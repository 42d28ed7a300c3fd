"""The versions of a case's public notice, read; and what is wrong with what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NotRequired

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.findings import say as say_finding
from recalls.models import PublicNotice, RecallCase
from recalls.publication.fields import BY_NAME, ENGLISH, FIELDS, Words, contradicted, missing, names_of, own_texts
from recalls.publication.fields import say as say_field
from recalls.publication.records import LANGUAGES, Facts
from recalls.publication.softening import Softened, find_softening
from trace.answers import FindingRow, write_finding, write_time
from trace.findings import Finding
from trace.kit.errors import FieldError, NotFound
from trace.kit.strict_json import loads


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a notice; without a ``number`` it is a draft, without ``recorded_at`` only what it would say now."""

    words: Words
    facts: Facts
    number: int | None = None
    recorded_at: datetime | None = None
    published_at: datetime | None = None
    step: str | None = None
    scope_version: int | None = None
    actor: str | None = None
    reason: str | None = None
    digest: str | None = None
    run: str | None = None


class SoftenedRow(TypedDict):
    """A word that makes the danger look smaller; ``at`` counts characters of the field from 1."""

    field: str
    word: str
    at: int


class NoticeRow(TypedDict):
    """Where a case's public notice stands: its newest published version, and what that lacks (names of fields)."""

    version: int
    published_at: str
    complete: bool
    missing: list[str]
    softened: list[SoftenedRow]
    findings: list[FindingRow]


class SaidRow(TypedDict):
    """What a notice says of one field in both languages; ``en`` is left out where one text serves both."""

    name: str
    label: str
    label_en: str
    text: str | None
    text_en: NotRequired[str | None]


class VersionNotFound(NotFound):
    """No version of the notice has this number."""


def find_versions(session: Session, case: RecallCase) -> list[Version]:
    """Return every version and every draft, oldest first."""
    query = select(PublicNotice).where(PublicNotice.case_id == case.id).order_by(PublicNotice.id)
    return [_read(row) for row in session.scalars(query)]


def find_published(session: Session, case: RecallCase, number: int | None = None) -> Version | None:
    """Return the published version of this number, else the newest; ``None`` where there is none."""
    query = select(PublicNotice).where(PublicNotice.case_id == case.id, PublicNotice.version.is_not(None))
    if number is not None:
        query = query.where(PublicNotice.version == number)
    row = session.scalars(query.order_by(PublicNotice.version.desc()).limit(1)).first()
    return None if row is None else _read(row)


def find_newest(session: Session, cases: Sequence[RecallCase]) -> dict[int, Version]:
    """Return the newest published version of each of some cases, by the case's row."""
    numbers = [case.id for case in cases]
    newest = (
        select(func.max(PublicNotice.id))
        .where(PublicNotice.case_id.in_(numbers), PublicNotice.version.is_not(None))
        .group_by(PublicNotice.case_id)
    )
    return {row.case_id: _read(row) for row in session.scalars(select(PublicNotice).where(PublicNotice.id.in_(newest)))}


def newest_words(session: Session, case: RecallCase) -> Words:
    """Return what an author wrote last, be it published or a draft; nothing where nobody did."""
    query = select(PublicNotice.words).where(PublicNotice.case_id == case.id).order_by(PublicNotice.id.desc())
    text = session.scalars(query.limit(1)).first()
    return {} if text is None else loads(text.encode())


def _read(row: PublicNotice) -> Version:
    return Version(
        words=loads(row.words.encode()),
        facts=loads(row.facts.encode()),
        number=row.version,
        recorded_at=row.recorded_at,
        published_at=row.published_at,
        step=row.step,
        scope_version=row.scope_version,
        actor=row.actor_name,
        reason=row.reason,
        digest=row.digest,
        run=row.run,
    )


def find_softened(words: Words, facts: Facts) -> list[tuple[str, Softened]]:
    """Return every softening word of a notice with the name of its field, ``_en`` where it stands in English."""
    names = names_of(facts)
    return [(name, one) for name, text in own_texts(words, facts) for one in find_softening(text, names)]


def write_notice(session: Session, case: RecallCase) -> NoticeRow | None:
    """Return where the public notice of a case stands; ``None`` before there is one."""
    found = find_published(session, case)
    if found is None or found.number is None:
        return None
    lacks, softened = missing(found.words, found.facts), find_softened(found.words, found.facts)
    findings = [_say_incomplete(lacks)] if lacks else []
    findings += [say_finding("notice_softened", word=one.word, field=name) for name, one in softened]
    return {
        "version": found.number,
        "published_at": write_time(found.published_at) or "",
        "complete": not lacks,
        "missing": lacks,
        "softened": [{"field": name, "word": one.word, "at": one.at} for name, one in softened],
        "findings": [write_finding(one, {}, {}) for one in findings],
    }


def _say_incomplete(lacks: Sequence[str]) -> Finding:
    named = [(BY_NAME[name.removesuffix(ENGLISH)], name.endswith(ENGLISH)) for name in lacks]
    english = ", ".join(field.en + (" (in English)" if other else "") for field, other in named)
    chinese = "、".join(field.zh + ("（英文）" if other else "") for field, other in named)
    return say_finding("notice_incomplete", fields=english, fields_zh=chinese)


def say_all(version: Version) -> list[SaidRow]:
    """Return what a version says, field by field in their order."""
    rows: list[SaidRow] = []
    for field in FIELDS:
        zh, en = (say_field(field.name, version.words, version.facts, language) for language in LANGUAGES)
        row: SaidRow = {"name": field.name, "label": field.zh, "label_en": field.en, "text": zh}
        rows.append(row | {"text_en": en} if field.both or zh != en else row)
    return rows


def find_wrong(words: Words, facts: Facts) -> list[FieldError]:
    """Return what is wrong with a notice apart from what it lacks, with pointers below ``/notice``."""
    problems = [
        FieldError(f"/notice/{name}", f"Expected nothing, because the records say {recorded!r}, got {words[name]!r}.")
        for name, recorded in contradicted(words, facts)
    ]
    for first, last in (("sold_from", "sold_to"), ("starts_on", "ends_on")):
        begin, end = (say_field(name, words, facts, "zh") for name in (first, last))
        if begin and end and date.fromisoformat(end) < date.fromisoformat(begin):
            detail = f"Expected a day from {first} ({begin}) on, got {end}."
            problems.append(FieldError(f"/notice/{last}", detail))
    for name, one in find_softened(words, facts):
        detail = f"Expected plain words, got {one.word!r} at character {one.at}: it makes the danger look smaller."
        problems.append(FieldError(f"/notice/{name}", detail))
    return problems


def find_missing(words: Words, facts: Facts) -> list[FieldError]:
    """Return every field that a notice lacks, with pointers below ``/notice``."""
    return [FieldError(f"/notice/{name}", _expected(name)) for name in missing(words, facts)]


def _expected(name: str) -> str:
    if name == "contact":
        return "Expected a phone number or an e-mail address (/notice/contact/phone, email), got neither."
    field = BY_NAME[name.removesuffix(ENGLISH)]
    language = " in English" if name.endswith(ENGLISH) else " in Chinese" if field.both else ""
    return f"Expected “{field.en}” ({field.zh}){language}, got nothing."
