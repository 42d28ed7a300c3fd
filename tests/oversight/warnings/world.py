"""One tank of raw milk in three lots of yogurt, sold by shops in three cities, and citizens who complain."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.complaints.intake import ComplaintIn, receive
from oversight.jurisdictions import add_jurisdiction
from oversight.matters.kinds import act
from oversight.matters.steps import CITIZEN
from oversight.models import Matter
from oversight.warnings.signals import SIGNALS
from oversight.warnings.watch import watch
from tests.oversight.offices import Offices, add_offices
from tests.recalls.chain import START, Chain, batch_uri, gln_of, gtin_of
from trace.kit.auth import Principal
from trace.kit.contract import validate

NOW = START + timedelta(days=3)
SHOPS = {"nanjing": "320106", "suzhou": "320506", "wuxi": "320206"}
LOTS = dict(zip(SHOPS, ("Y1", "Y2", "Y3"), strict=True))


@dataclass
class World:
    """The chain and the offices."""

    session: Session
    chain: Chain
    offices: Offices
    sent: int = 0

    def complain(self, shop: str, at: datetime = NOW, who: int | None = None, lot: str | None = None) -> Matter:
        """A citizen complains of a yogurt from a shop; a number tells citizens apart."""
        self.sent += 1
        said = {
            "kind": "complaint",
            "cause": "spoiled",
            "words": "酸奶有异味",
            "code": _code_of(LOTS[shop] if lot is None else lot),
            "outlet": gln_of(shop),
            "citizen": {"phone": f"1390000{who or self.sent:04d}"},
        }
        return receive(self.session, CITIZEN, validate(ComplaintIn, said), "web", "key", f"{self.sent}", at).matter

    def signals(self, now: datetime = NOW + timedelta(hours=1)) -> list[Matter]:
        """Look for what stands out; return the new signals."""
        numbers = watch(self.session, now)
        return list(self.session.scalars(select(Matter).where(Matter.number.in_(numbers)).order_by(Matter.id)))

    def decide(
        self, matter: Matter, step: str, reason: str | None = None, who: Principal | None = None, **states: object
    ) -> Matter:
        """Take a step in a signal."""
        body = validate(SIGNALS.body_of(step), states)
        return act(self.session, SIGNALS, who or self.offices.nation, matter.number, step, body, reason, NOW)


def make_world(session: Session) -> World:
    """600 litres of raw milk in three lots of 100, each at the shop of a city; and a fourth lot of other milk."""
    chain = Chain(session)
    offices = add_offices(session)
    for code in ("320000", "320500", "320200"):
        add_jurisdiction(session, code, f"局 {code}", f"Office {code}", None, START)
    farm, dairy, trade = (chain.party(name) for name in ("farm", "dairy", "trade"))
    chain.product("milk", farm, "生牛乳")
    chain.product("yogurt", dairy, "酸奶")
    chain.place("farm", "plant", farm, "320106")
    chain.place("plant", "plant", dairy, "320106")
    for shop, region in SHOPS.items():
        chain.place(shop, "outlet", trade, region)
    for tank in ("M1", "M2"):
        chain.make("farm", "milk", tank, 600)
        chain.move("farm", "plant", "milk", tank, 600)
    for lot in LOTS.values():
        chain.blend("plant", [("milk", "M1", 150)], [("yogurt", lot, 100)])
    chain.blend("plant", [("milk", "M2", 150)], [("yogurt", "Y4", 100)])
    for shop, lot in LOTS.items():
        chain.move("plant", shop, "yogurt", lot, 60)
        chain.move("plant", shop, "yogurt", "Y4", 10)
    return World(session, chain, offices)


def _code_of(lot: str) -> str | None:
    """Of a batch; of the yogurt alone for no lot, nothing for a question mark."""
    return {"": gtin_of("yogurt"), "?": None}.get(lot, batch_uri("yogurt", lot))
