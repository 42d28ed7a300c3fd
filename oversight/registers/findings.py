"""What the registers find about a firm: standing, licences, certificates, and goods made without a licence.

Found by looking, on any day; nothing is kept, so what is mended is no finding any more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.registers.certificates import certificates_on
from oversight.registers.entries import entries_of
from oversight.registers.licences import licences_of
from oversight.registers.registers import VALIDITY, standing_among
from trace.answers import describe_batches
from trace.fold.entries import Entry as Posted
from trace.kit.bulk import among
from trace.models import Identifier, Posting, Product
from trace.permits import category_among, classes_of, read_categories, read_permits
from trace.unpermitted import Making, find_unpermitted

MOST_BATCHES = 1_000
"""The newest batches of a firm that are looked at."""

Rule = Literal["standing", "licence_not_valid", "licence_missing", "certificate_not_valid", "made_without_licence"]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding in both languages; ``record`` is what shows it: a register's entry, a product or a batch."""

    rule: Rule
    message: str
    message_zh: str
    record: str


class FoundRow(TypedDict):
    """A finding as it is answered."""

    rule: str
    message: str
    message_zh: str
    record: str


def find_findings(session: Session, party_id: int, on: date) -> list[Found]:
    """Return what the registers find about a firm on a day; batches are those made up to then, the newest 1,000."""
    return [
        *_standing(session, party_id, on),
        *_licences(session, party_id, on),
        *_missing(session, party_id, on),
        *_certificates(session, party_id, on),
        *_batches(session, party_id, on),
    ]


def write_found(found: Iterable[Found]) -> list[FoundRow]:
    """Return findings as they are answered."""
    return [
        {"rule": one.rule, "message": one.message, "message_zh": one.message_zh, "record": one.record} for one in found
    ]


def _standing(session: Session, party_id: int, on: date) -> Iterable[Found]:
    words = {"suspended": "停业整顿", "revoked": "吊销", "cancelled": "注销"}
    for entry in entries_of(session, "standing", party_id):
        said = standing_among(entry.said, on)
        if said is not None and said.state in words:
            english = f"The firm is {said.state} since {said.since}: {said.ground}"
            chinese = f"企业自 {said.since} 起{words[said.state]}：{said.ground}"
            yield Found("standing", english, chinese, f"standing/{entry.row.id}")


def _licences(session: Session, party_id: int, on: date) -> Iterable[Found]:
    for one in licences_of(session, party_id, on):
        if one.state not in ("valid", "pending"):
            zh, en = _state(one.state)
            english, chinese = f"Licence {one.number} is {en} on {on}.", f"生产许可证 {one.number} 在 {on} {zh}。"
            yield Found("licence_not_valid", english, chinese, f"licences/{one.entry_id}")


def _certificates(session: Session, party_id: int, on: date) -> Iterable[Found]:
    for one in certificates_on(session, party_id, None, on):
        if one.state not in ("valid", "pending"):
            zh, en = _state(one.state)
            english = f"Certificate {one.scheme} {one.number} is {en} on {on}."
            chinese = f"{one.scheme} 证书 {one.number} 在 {on} {zh}。"
            yield Found("certificate_not_valid", english, chinese, f"certificates/{one.entry_id}")


def _state(state: str) -> tuple[str, str]:
    return next((zh, en) for value, zh, en in VALIDITY if value == state)


def _missing(session: Session, party_id: int, on: date) -> Iterable[Found]:
    """Products of the firm that need a licence on that day, for which it has none."""
    products = _licensed_products(session, party_id)
    known = read_permits(session, [one.gtin for one in products], [party_id])
    for one in products:
        category = known.missing(one.gtin, party_id, on)
        if category is not None:
            english = f"{one.gtin} needs a licence for {category.name_en}; the firm has none that is valid on {on}."
            chinese = f"产品 {one.gtin}（{one.name}）须取得“{category.name}”生产许可，企业在 {on} 没有有效许可。"
            yield Found("licence_missing", english, chinese, f"products/{one.gtin}")


def _licensed_products(session: Session, party_id: int) -> Sequence[Product]:
    """Those of a firm that fall, or fell, under a category on some day."""
    categories = read_categories(session)
    if not categories:
        return []
    mine = session.scalars(select(Product).where(Product.party_id == party_id).order_by(Product.gtin))
    days = {one.needed_from for one in categories}
    return [
        one for one in mine if any(category_among(categories, classes_of(one.classifications), day) for day in days)
    ]


def _batches(session: Session, party_id: int, on: date) -> Iterable[Found]:
    """What is on record as made, however it got there: registration refuses such batches, captured events stay."""
    gtins = [one.gtin for one in _licensed_products(session, party_id)]
    if not gtins:
        return
    rows = session.execute(
        select(Posting.batch_id, Posting.destination_id, Posting.at, Posting.event_id)
        .join(Identifier, Identifier.id == Posting.batch_id)
        .where(
            among(session, Identifier.gtin, gtins),
            Identifier.kind == "batch",
            Posting.entry.in_((Posted.MADE, Posted.YIELDED)),
        )
        .order_by(Identifier.id.desc())
        .limit(MOST_BATCHES)
    )
    found = [one for one in find_unpermitted(session, [Making(*row) for row in rows]) if one.day <= on]
    named = describe_batches(session, [one.making.batch for one in found])
    for one in found:
        batch = named[one.making.batch]
        what = f"{batch['gtin']} {batch['lot']}"
        english = f"Batch {what} was made on {one.day} without a valid licence for {one.category.name_en}."
        chinese = f"批次 {what} 于 {one.day} 生产时没有有效的“{one.category.name}”生产许可。"
        yield Found("made_without_licence", english, chinese, f"batches/{batch['gtin']}/{batch['lot']}")
