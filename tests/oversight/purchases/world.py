"""A dairy that ships yogurt to a shop; its licence, blacklist entry and certificates as each test enters them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.blacklist.listings import LISTINGS, NewListing, propose_listing
from oversight.matters.kinds import act
from oversight.purchases.checking import Judged, judge_delivery
from oversight.registers.bodies import CategoryIn, LicenceIn
from oversight.registers.entering import enter
from oversight.registers.registers import REGISTERS
from tests.oversight.offices import Offices, add_offices
from tests.recalls.chain import START, Chain, gln_of
from trace.deliveries import Delivery, list_open_deliveries
from trace.kit.auth import Principal
from trace.kit.contract import validate
from trace.models import Party, Product

NOW = START + timedelta(days=2)
"""The third of March 2026; goods are made on the first."""


@dataclass
class World:
    """The chain, the offices, and the two firms' keys."""

    session: Session
    chain: Chain
    offices: Offices
    dairy: Principal
    shop: Principal

    def ship(self, lot: str = "L1", quantity: int = 60) -> Delivery:
        """The dairy ships a lot to the shop; returns the delivery as the shop sees it."""
        event = self.chain.ship("plant", "shop", "yogurt", lot, quantity)
        rows = list_open_deliveries(self.session, self.shop).rows
        return next(one for one in rows if one.event_id == event)

    def judge(self, delivery: Delivery) -> Judged:
        """What the check finds of its only batch."""
        [judged] = judge_delivery(self.session, delivery, NOW)
        return judged

    def words(self, delivery: Delivery) -> list[str]:
        return [one.word for one in self.judge(delivery).findings]

    def enter(self, register: str, body: Any) -> None:
        enter(self.session, self.offices.nation, REGISTERS[register], body, None, NOW)

    def license(self, valid_from: str, valid_to: str, number: str = "SC1") -> None:
        """Give the dairy a licence for dairy products, which yogurt falls under."""
        product = self.session.scalars(select(Product).where(Product.name == "酸奶")).one()
        product.classifications = '[{"scheme": "SC", "value": "0501"}]'
        if number == "SC1":
            category = {"word": "dairy", "scheme": "SC", "prefix": "05", "name": "乳制品", "name_en": "dairy products"}
            self.enter("categories", validate(CategoryIn, category | {"needed_from": "2020-01-01", "source": "x"}))
        licence = {"party": gln_of("party dairy"), "number": number, "categories": ["dairy"], "valid_from": valid_from}
        self.enter("licences", validate(LicenceIn, licence | {"valid_to": valid_to}))

    def blacklist(self) -> str:
        """List the dairy from the third of March on; returns the number of the listing."""
        nation = self.offices.nation
        new = NewListing(gln_of("party dairy"), "多次生产不合格食品", "repeatedly unsafe", "第十条", "检验报告")
        matter = propose_listing(self.session, nation, new, NOW)
        for who, step, states in (
            (nation, "notify", {}),
            (nation, "state-case", {}),
            (Principal("admin", None, 1, "operator"), "list",
             {"decision": "国市监信〔2026〕1号", "starts_on": "2026-03-03", "review_on": "2029-03-02"}),
        ):  # fmt: skip
            body = validate(LISTINGS.body_of(step), states)
            act(self.session, LISTINGS, who, matter.number, step, body, "已告知并听取申辩", NOW)
        return matter.number


def make_world(session: Session) -> World:
    """100 of each of two lots made; nothing sent yet."""
    chain, offices = Chain(session), add_offices(session)
    dairy, shop = chain.party("dairy"), chain.party("shop")
    chain.product("yogurt", dairy, "酸奶")
    chain.place("plant", "plant", dairy, "320106")
    chain.place("shop", "outlet", shop, "320106")
    for lot in ("L1", "L2"):
        chain.make("plant", "yogurt", lot, 100, productionDate="2026-03-01")
    return World(session, chain, offices, _key(dairy, 901), _key(shop, 902))


def _key(party: Party, number: int) -> Principal:
    return Principal("company", party.id, number, f"{party.name} staff")
