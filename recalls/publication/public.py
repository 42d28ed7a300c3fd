"""What everybody may read: announced recalls with their notices. Nothing unannounced and no drill is ever among it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.cases import RecallNotFound, read_public
from recalls.models import PublicNotice, RecallCase
from recalls.publication.feeds import Entry
from recalls.publication.fields import Told, pictures_of, tell
from recalls.publication.listing import Filters, find_cases
from recalls.publication.notices import compose
from recalls.publication.photographs import find_picture
from recalls.publication.records import Language
from recalls.publication.versions import Version, find_newest, find_published, find_versions
from trace.answers import write_time

IN_FEED = 50
"""So many recalls, the newest, are in a feed."""

TELLING = ("product", "batches", "defect", "consequence", "what_to_do", "remedy")
"""What a feed tells of a notice."""

Published = tuple[int, datetime]
"""(version, when it was published)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An announced recall and one version of its notice; ``versions`` are all that were published, oldest first."""

    case: RecallCase
    version: Version
    versions: Sequence[Published]
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def newest(self) -> int | None:
        """Return the number of the newest version; ``None`` for a recall announced before notices were kept."""
        return self.versions[-1][0] if self.versions else None

    @property
    def published_at(self) -> datetime:
        """Return when this version was published."""
        moment = self.version.published_at or self.case.announced_at
        assert moment is not None
        return moment


def read_notice(session: Session, number: str, wanted: int | None, now: datetime) -> Notice:
    """Return the newest version of an announced recall's notice, or the ``wanted`` one.

    Raises RecallNotFound for what was not announced, for drills, and for a version that there is not.
    """
    case = read_public(session, number)
    query = select(PublicNotice.version, PublicNotice.published_at)
    rows = session.execute(
        query.where(PublicNotice.case_id == case.id, PublicNotice.version.is_not(None)).order_by(PublicNotice.version)
    )
    versions = [(version, at) for version, at in rows if version is not None and at is not None]
    found = find_published(session, case, wanted)
    if found is None and (versions or wanted is not None):
        raise RecallNotFound(f"No version {wanted} of the notice of recall {number} is known.")
    shown = found or compose(session, case, now)
    pictures = {name: find_picture(session, case, digest) for name, digest in pictures_of(shown.words).items()}
    return Notice(case, shown, versions, {name: data for name, data in pictures.items() if data is not None})


def read_photograph(session: Session, number: str, digest: str) -> bytes:
    """Return a picture of an announced recall. Raises RecallNotFound, also for one that only a draft has."""
    case = read_public(session, number)
    published = [one for one in find_versions(session, case) if one.number is not None]
    shown = any(digest in pictures_of(one.words).values() for one in published)
    found = find_picture(session, case, digest) if shown else None
    if found is None:
        raise RecallNotFound(f"No picture {digest} of recall {number} is known.")
    return found


def _title(case: RecallCase, version: Version | None, language: Language) -> Told:
    told = None if version is None else tell("title", version.words, version.facts, language)
    if told is not None:
        return told
    return Told(case.title_en, "en") if language == "en" and case.title_en else Told(case.title, "zh")


def read_entries(
    session: Session, site: str, language: Language, stages: Mapping[str, str], filters: Filters
) -> list[Entry]:
    """Return the newest announced recalls that a list is narrowed to, as entries of a feed.

    ``site`` is the address that the pages lie under, ``stages`` how the public reads a stage.
    """
    cases = find_cases(session, filters, IN_FEED)
    versions = find_newest(session, cases)
    return [_write_entry(case, versions.get(case.id), site, language, stages[case.stage]) for case in cases]


def _write_entry(case: RecallCase, version: Version | None, site: str, language: Language, stage: str) -> Entry:
    url = f"{site}/recalls/{case.number}"
    # a reader of the feed hears of every new version, and of every stage that the case comes to
    changed = [step.at for step in case.steps] + ([version.published_at] if version and version.published_at else [])
    told = {} if version is None else {name: tell(name, version.words, version.facts, language) for name in TELLING}
    title = _title(case, version, language)
    author = None if version is None else tell("producer", version.words, version.facts, language)
    lines = [text.text for text in told.values() if text is not None] or [case.hazard, case.instructions]
    return Entry(
        url=url,
        paper=f"{url}/notice.pdf?lang={language}",
        title=title.text,
        text="\n".join([stage, *lines]),
        author=None if author is None else author.text,
        published=write_time(case.announced_at) or "",
        updated=write_time(max(changed)) or "",
        language="zh-CN" if title.language == "zh" else "en",
    )
