"""A farm, a dairy with a plant and a warehouse, and two shops, as ledgers are asked about them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from oversight.ledgers.firms import Wanted, open_ledger
from oversight.ledgers.lines import Side
from oversight.ledgers.reading import each_line
from oversight.ledgers.rows import LedgerRow, write_lines
from tests.recalls.chain import START, Chain, place_uri
from trace.kit.auth import Principal
from trace.models import Party

NOW: datetime = START + timedelta(days=30)


@dataclass
class World:
    """The chain and its firms."""

    session: Session
    chain: Chain
    dairy: Party
    shop: Party

    def rows(self, firm: Party, side: Side, wanted: Wanted | None = None) -> list[LedgerRow]:
        """A firm's ledger as it reads it."""
        ledger = open_ledger(self.session, firm, side, wanted or Wanted())
        who = Principal("company", firm.id, 900, firm.name)
        return write_lines(self.session, who, list(each_line(self.session, ledger, NOW)))

    def void(self, origin: str, to: str, item: str, quantity: int) -> str:
        """Take a shipment back, as far as it is still on its way."""
        chain = self.chain
        body = chain._object("DELETE", "void_shipping", origin, chain._amount(item, "L1", quantity))
        return chain.capture(chain._between(body, origin, to))

    def take_back(self, place: str, item: str, quantity: int) -> str:
        """A consumer brings goods back."""
        chain = self.chain
        body = chain._object("OBSERVE", "receiving", place, chain._amount(item, "L1", quantity))
        return chain.capture({**body, "disposition": "returned"})

    def receive_pallet(self, origin: str, to: str, sscc: str) -> str:
        """Receive what is in a logistic unit."""
        body = {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "bizStep": "receiving",
            "readPoint": {"id": place_uri(to)},
            "epcList": [f"https://id.gs1.org/00/{sscc}"],
        }
        return self.chain.capture(self.chain._between(body, origin, to))


def make_world(session: Session) -> World:
    """The farm's milk comes to the plant; the yogurt (to be used by 31 August) goes to the warehouse and the shops."""
    chain = Chain(session)
    farm, dairy, shop, other = (chain.party(name) for name in ("farm", "dairy", "shop", "other"))
    dairy.address, dairy.phone = "南京市鼓楼区中山路 1 号", "025-1234567"
    chain.product("yogurt", dairy)
    chain.place("meadow", "plant", farm, "320102")
    chain.place("plant", "plant", dairy, "320106")
    chain.place("warehouse", "warehouse", dairy, "320106")
    chain.place("outlet", "outlet", shop, "320106")
    chain.place("corner", "outlet", other, "320102")
    chain.make("meadow", "milk", "M1", 500)
    chain.move("meadow", "plant", "milk", "M1", 400)
    chain.make("plant", "yogurt", "L1", 100, itemExpirationDate="2026-08-31", productionDate="2026-03-01")
    chain.move("plant", "warehouse", "yogurt", "L1", 90)
    return World(session, chain, dairy, shop)
