"""A batch from a supplier looked at: everything that speaks against taking it in, each with the record that says so."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from oversight.blacklist.listings import Listing, listed_on
from oversight.purchases.known import Categories, Goods
from oversight.purchases.outcomes import Finding, Word
from oversight.registers.bodies import Standing
from oversight.registers.certificates import CertificateOn, certificates_on
from oversight.registers.licences import Licence, licences_of
from oversight.registers.standing import standing_on

_STANDING_ZH = {"suspended": "停业整顿", "revoked": "被吊销", "cancelled": "已注销"}


@dataclass(slots=True)
class Looker:
    """Looks at batches on one day; what it read of a firm it does not read again."""

    session: Session
    on: date
    _categories: Categories = field(init=False)
    _listings: dict[int, Listing | None] = field(default_factory=dict)
    _standings: dict[int, Standing] = field(default_factory=dict)
    _licences: dict[tuple[int, date], list[Licence]] = field(default_factory=dict)
    _certificates: dict[int, list[CertificateOn]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._categories = Categories(self.session)

    def look(self, goods: Goods, supplier_id: int | None, receiver_id: int, at: datetime) -> list[Finding]:
        """Return what is found of a batch that a supplier (None: unknown) sends to a firm, at a moment of the day."""
        found = [*self._firm("supplier", supplier_id)]
        if goods.maker_id != supplier_id:
            found += self._firm("maker", goods.maker_id)
        return [
            *found,
            *self._supplier_licence(goods, supplier_id),
            *self._licence(goods),
            *self._certificate(goods),
            *self._batch(goods, at),
            *self._reports(goods, (goods.maker_id, supplier_id, receiver_id)),
        ]

    def _firm(self, who: str, party_id: int | None) -> Iterable[Finding]:
        if party_id is None:
            return
        zh, en = {"supplier": ("供货者", "The supplier"), "maker": ("生产者", "The maker")}[who]
        listed: Word = "supplier_listed" if who == "supplier" else "maker_listed"
        fallen: Word = "supplier_not_in_standing" if who == "supplier" else "maker_not_in_standing"
        if party_id not in self._listings:
            self._listings[party_id] = listed_on(self.session, party_id, self.on)
            self._standings[party_id] = standing_on(self.session, party_id, self.on)
        listing, standing = self._listings[party_id], self._standings[party_id]
        if listing is not None:
            said = f"{listing.starts_on} 起列入严重违法失信名单（{listing.decision}）"
            english = f"{en} has been on the blacklist since {listing.starts_on} ({listing.decision})."
            yield Finding(listed, listing.number, f"{zh}自 {said}。", english)
        if standing != "active":
            yield Finding(fallen, f"standing/{party_id}", f"{zh}{_STANDING_ZH[standing]}。", f"{en} is {standing}.")

    def _licences_on(self, party_id: int, day: date) -> list[Licence]:
        if (party_id, day) not in self._licences:
            self._licences[party_id, day] = licences_of(self.session, party_id, day)
        return self._licences[party_id, day]

    def _supplier_licence(self, goods: Goods, supplier_id: int | None) -> Iterable[Finding]:
        """Of the licences that the supplier has for such goods, or, where they need none, at all, one must be valid."""
        if supplier_id is None:
            return
        category = self._categories.of(goods, self.on)
        held = self._licences_on(supplier_id, self.on)
        held = [one for one in held if category is None or category.word in one.categories]
        if held and all(one.state != "valid" for one in held):
            last = max(held, key=lambda one: (one.valid_to or date.max, one.entry_id))
            zh, en = _said(last.state, last.valid_to)
            yield Finding(
                "supplier_licence_not_valid",
                f"licences/{last.entry_id}",
                f"供货者许可证 {last.number} {zh}。",
                f"The supplier's licence {last.number} {en}.",
            )

    def _licence(self, goods: Goods) -> Iterable[Finding]:
        """The maker's, on the day on which the batch was made; where nobody recorded that, today."""
        day = goods.made_on or self.on
        category = self._categories.of(goods, day)
        if category is None or goods.maker_id is None:
            return
        held = self._licences_on(goods.maker_id, day)
        if not any(category.word in one.categories and one.state == "valid" for one in held):
            yield Finding(
                "made_without_licence",
                f"categories/{category.word}",
                f"{goods.named}：生产者在 {day} 没有有效的“{category.name}”生产许可。",
                f"{goods.named}: on {day} the maker had no valid licence for {category.name_en}.",
            )

    def _certificate(self, goods: Goods) -> Iterable[Finding]:
        """Of each scheme under which the product is certified, one certificate must be valid."""
        if goods.maker_id is None or goods.product_id is None:
            return
        if goods.maker_id not in self._certificates:
            self._certificates[goods.maker_id] = certificates_on(self.session, goods.maker_id, None, self.on)
        mine = [one for one in self._certificates[goods.maker_id] if one.product_id == goods.product_id]
        for scheme in sorted({one.scheme for one in mine}):
            some = [one for one in mine if one.scheme == scheme]
            if all(one.state != "valid" for one in some):
                last = max(some, key=lambda one: (one.valid_to or date.max, one.entry_id))
                zh, en = _said(last.state, last.valid_to)
                yield Finding(
                    "certificate_not_valid",
                    f"certificates/{last.entry_id}",
                    f"{goods.named}：{scheme} 证书 {last.number} {zh}。",
                    f"{goods.named}: certificate {scheme} {last.number} {en}.",
                )

    def _batch(self, goods: Goods, at: datetime) -> Iterable[Finding]:
        held = [reference for reference, since in goods.holds if since <= at]
        for reference in held:
            said = f"{goods.named} 已停止销售（{reference}）。", f"{goods.named} is off sale ({reference})."
            yield Finding("batch_held", reference, *said)
        for reference in (reference for reference, since in goods.may_hold if since <= at and reference not in held):
            chinese = f"{goods.named} 批号不明，而该产品有批次已停止销售（{reference}）。"
            english = f"{goods.named}: no lot is known, and some lot of this product is off sale ({reference})."
            yield Finding("lot_may_be_held", reference, chinese, english)
        if not goods.registered:
            said = f"{goods.named} 未登记批次。", f"{goods.named} is a batch that nobody registered."
            yield Finding("batch_not_registered", goods.named, *said)

    def _reports(self, goods: Goods, firms: Collection[int | None]) -> Iterable[Finding]:
        """The newest test up to this day counts that the maker, the supplier or the receiver attached."""
        some = [one for one in goods.reports if one.party_id in firms and one.tested_on <= self.on]
        last = some[-1] if some else None
        if last is not None and not last.passed:
            said = f"检验报告 {last.number} 不合格。", f"Test report {last.number} says that it failed."
            yield Finding("test_report_failed", f"test-reports/{last.id}", *said)
        elif last is None:
            category = self._categories.of(goods, goods.made_on or self.on)
            word: Word = "no_test_report" if category is None else "licensed_without_test_report"
            said = f"{goods.named} 没有检验报告。", f"{goods.named} has no test report."
            yield Finding(word, goods.named, *said)


def _said(state: str, valid_to: date | None) -> tuple[str, str]:
    words = {
        "expired": (f"已于 {valid_to} 到期", f"expired on {valid_to}"),
        "pending": ("尚未生效", "is not valid yet"),
        "suspended": ("已被暂停", "is suspended"),
        "revoked": ("已被撤销", "was revoked"),
    }
    return words[state]
