"""Announced recalls as the public lists them: searched, filtered, page by page; and what keeps the list in step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, cast

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, selectinload

from recalls.models import PublicEntry, PublicMark, PublicNotice, RecallCase, StageStep
from recalls.publication.fields import Told, Words
from recalls.publication.records import Facts, Language
from recalls.publication.regions import PROVINCES
from recalls.publication.search import Mark, MarkKind, fold, index_notice, needle
from recalls.stages import Stage
from trace.gs1 import IdentifierError, read_scan
from trace.kit.db import insert_rows
from trace.kit.errors import BadRequest, FieldError
from trace.kit.formats import BEIJING

State = Literal["open", "completed", "closed", "cancelled"]

STAGES_OF: Mapping[State, Sequence[Stage]] = {
    "open": ("announced", "executing", "scope_extended"),
    "completed": ("completed", "summary_filed", "assessed"),
    "closed": ("terminated",),
    "cancelled": ("cancelled",),
}
"""The stages of an announced case as the public tells them apart."""


class NoSuchPage(BadRequest):
    """A page of the list begins after a recall that is in it."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of recalls is narrowed to; days are inclusive, ``product`` a GTIN-14, ``region`` two digits."""

    text: str = ""
    product: str | None = None
    firm: str | None = None
    region: str | None = None
    first: date | None = None
    last: date | None = None
    year: int | None = None
    recall_class: int | None = None
    kind: str | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A recall as a list tells it; ``products`` and ``firms`` as its notice has them, in its order."""

    number: str
    title: str
    title_en: str | None
    announced_at: datetime
    stage: str
    kind: str
    recall_class: int
    products: Sequence[Mark]
    firms: Sequence[Mark]

    def told(self, language: Language) -> Told:
        """Return the title for a reader: in Chinese where it is not said in English."""
        return Told(self.title_en, "en") if language == "en" and self.title_en else Told(self.title, "zh")


_CARD = (
    PublicEntry.case_id,
    RecallCase.number,
    PublicEntry.title,
    PublicEntry.title_en,
    PublicEntry.announced_at,
    RecallCase.stage,
    RecallCase.kind,
    RecallCase.recall_class,
)
"""The row of a card, its key first; the text that is searched is not read."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of recalls, the newest first; ``older`` is the number below which the next page begins."""

    cards: Sequence[Card]
    hits: int
    older: str | None


@dataclass(frozen=True, slots=True)
class Choices:
    """By what there is something to filter: regions and years (the newest first) of announced recalls."""

    regions: Sequence[str]
    years: Sequence[int]


def index_recall(session: Session, case: RecallCase, words: Words, facts: Facts) -> None:
    """Enter an announced recall as the newest version of its notice has it, in place of what was there; no drill."""
    if case.drill or case.announced_at is None:
        return
    found = index_notice(case.number, words, facts)
    for model in (PublicMark, PublicEntry):
        session.execute(delete(model).where(model.case_id == case.id))
    row = {"case_id": case.id, "announced_at": case.announced_at, "text": found.text}
    insert_rows(session, PublicEntry, [row | {"title": found.title, "title_en": found.title_en}])
    marks = [{"case_id": case.id, "position": at, **mark._asdict()} for at, mark in enumerate(found.marks)]
    insert_rows(session, PublicMark, marks)


def find_recalls(session: Session, filters: Filters, limit: int, before: str | None = None) -> Listing:
    """Return up to ``limit`` announced recalls, from after recall ``before`` on, and how many there are in all.

    Raises NoSuchPage (400) for a ``before`` that was not announced.
    """
    conditions = list(_conditions(filters))
    hits = session.scalar(select(func.count()).select_from(PublicEntry).where(*conditions)) or 0
    place = (PublicEntry.announced_at, PublicEntry.case_id)
    if before is not None:
        at = session.execute(select(*place).join(RecallCase).where(RecallCase.number == before)).first()
        if at is None:
            detail = f"Expected the number of an announced recall, got {before[:40]!r}."
            raise NoSuchPage(detail, errors=[FieldError("before", detail)])
        conditions.append(tuple_(*place) < tuple(at))
    query = select(*_CARD).join(RecallCase).where(*conditions)
    rows = session.execute(query.order_by(*(column.desc() for column in place)).limit(limit + 1)).all()
    marks = _marks_of(session, [row.case_id for row in rows[:limit]])
    cards = [Card(*row[1:], *marks.get(row.case_id, ((), ()))) for row in rows[:limit]]
    return Listing(cards, hits, cards[-1].number if len(rows) > limit else None)


def find_cases(session: Session, filters: Filters, limit: int) -> list[RecallCase]:
    """Return the cases of up to ``limit`` announced recalls with their steps, the newest first."""
    query = select(RecallCase).join(PublicEntry).where(*_conditions(filters)).options(selectinload(RecallCase.steps))
    query = query.order_by(PublicEntry.announced_at.desc(), PublicEntry.case_id.desc())
    return list(session.scalars(query.limit(limit)))


def find_choices(session: Session) -> Choices:
    """Return by what announced recalls can be filtered."""
    there = [_has_mark("region", code).label(code) for code in PROVINCES]
    regions = session.execute(select(*there)).mappings().one()
    # each by itself: SQLite takes only a single one from the end of an index
    first = session.scalar(select(func.min(PublicEntry.announced_at)))
    last = session.scalar(select(func.max(PublicEntry.announced_at)))
    years: Sequence[int] = ()
    if first is not None and last is not None:
        years = range(last.astimezone(BEIJING).year, first.astimezone(BEIJING).year - 1, -1)
    return Choices([code for code in PROVINCES if regions[code]], years)


def find_label(session: Session, kind: MarkKind, value: str) -> Mark:
    """Return how a mark is called by the newest recall that has it; without a label where none has."""
    query = select(PublicMark).where(PublicMark.kind == kind, PublicMark.value == value)
    row = session.scalars(query.order_by(PublicMark.case_id.desc()).limit(1)).first()
    return Mark(kind, value) if row is None else _read_mark(row)


def count_recalls(session: Session) -> int:
    """Return how many recalls were announced."""
    return session.scalar(select(func.count()).select_from(PublicEntry)) or 0


def find_changes(session: Session, start: int, limit: int) -> list[tuple[str, datetime]]:
    """Return (number, when it last changed) of announced recalls by age, from the ``start``-th oldest on."""
    steps = select(func.max(StageStep.at)).where(StageStep.case_id == PublicEntry.case_id)
    versions = select(func.max(PublicNotice.published_at)).where(PublicNotice.case_id == PublicEntry.case_id)
    query = select(RecallCase.number, PublicEntry.announced_at, steps.scalar_subquery(), versions.scalar_subquery())
    rows = session.execute(query.join(PublicEntry).order_by(PublicEntry.case_id).offset(start).limit(limit))
    return [(number, max(at for at in moments if at is not None)) for number, *moments in rows]


def code_in(text: str) -> str | None:
    """Return the GTIN-14 of a search that is an item's code, in whatever form; ``None`` for any other text."""
    try:
        return read_scan(text).gtin
    except IdentifierError:
        return None


def _conditions(filters: Filters) -> Iterable[ColumnElement[bool]]:
    if terms := fold(filters.text).split():
        every = and_(*(or_(_says(term), _marked("lot", term)) for term in terms))
        gtin = code_in(filters.text)
        yield every if gtin is None else or_(every, _marked("product", gtin))
    marks: Mapping[MarkKind, str | None] = {
        "product": filters.product,
        "firm": filters.firm,
        "region": filters.region,
    }
    yield from (_marked(kind, value) for kind, value in marks.items() if value is not None)
    if filters.first is not None:
        yield PublicEntry.announced_at >= _begin(filters.first)
    if filters.last is not None:
        yield PublicEntry.announced_at < _begin(filters.last + timedelta(days=1))
    if filters.year is not None:
        yield PublicEntry.announced_at >= _begin(date(filters.year, 1, 1))
        yield PublicEntry.announced_at < _begin(date(filters.year + 1, 1, 1))
    of_case: list[ColumnElement[bool]] = []
    if filters.recall_class is not None:
        of_case.append(RecallCase.recall_class == filters.recall_class)
    if filters.kind is not None:
        of_case.append(RecallCase.kind == filters.kind)
    if filters.state is not None:
        of_case.append(RecallCase.stage.in_(STAGES_OF[filters.state]))
    if of_case:
        yield PublicEntry.case_id.in_(select(RecallCase.id).where(*of_case))


def _says(term: str) -> ColumnElement[bool]:
    return PublicEntry.text.contains(needle(term), autoescape=True)


def _marked(kind: MarkKind, value: str) -> ColumnElement[bool]:
    return PublicEntry.case_id.in_(select(PublicMark.case_id).where(PublicMark.kind == kind, PublicMark.value == value))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)


def _has_mark(kind: MarkKind, value: str) -> ColumnElement[bool]:
    return exists().where(PublicMark.kind == kind, PublicMark.value == value)


def _marks_of(session: Session, cases: Sequence[int]) -> dict[int, tuple[list[Mark], list[Mark]]]:
    """Return the products and the firms of each case, as its notice has them."""
    found: dict[int, tuple[list[Mark], list[Mark]]] = {}
    query = select(PublicMark).where(PublicMark.case_id.in_(cases), PublicMark.kind.in_(("product", "firm")))
    for row in session.scalars(query.order_by(PublicMark.case_id, PublicMark.position)):
        products, firms = found.setdefault(row.case_id, ([], []))
        (products if row.kind == "product" else firms).append(_read_mark(row))
    return found


def _read_mark(row: PublicMark) -> Mark:
    return Mark(cast(MarkKind, row.kind), row.value, row.label, row.label_en)
