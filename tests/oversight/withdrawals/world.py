"""A dairy, a warehouse and two shops with one lot of yogurt, and a county that takes it off sale."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from oversight.matters.steps import actor_of
from oversight.models import Matter
from oversight.withdrawals.orders import NewWithdrawal, open_withdrawal
from recalls.scope import Line
from tests.oversight.offices import COUNTY, Offices, add_offices
from tests.recalls.chain import START, Chain, gtin_of
from trace.kit.auth import Principal

NOW = START + timedelta(days=2)


@dataclass
class World:
    """The chain, the offices, and the two shops' keys."""

    session: Session
    chain: Chain
    offices: Offices
    shop: Principal
    other: Principal

    def order(self, who: Principal | None = None, now: datetime = NOW) -> Matter:
        """Take lot L1 off sale."""
        new = NewWithdrawal("原味酸奶下架", "菌落总数超标", [Line(gtin=gtin_of("yogurt"), lots=("L1",))], COUNTY)
        return open_withdrawal(self.session, actor_of(self.session, who or self.offices.county), new, now)


def make_world(session: Session) -> World:
    """100 made, 60 sent to one shop, which sold 10; 30 to the other."""
    chain = Chain(session)
    offices = add_offices(session)
    maker, first, second = (chain.party(name) for name in ("dairy", "first", "second"))
    chain.product("yogurt", maker)
    chain.place("plant", "plant", maker, "320106")
    chain.place("shop", "outlet", first, "320106")
    chain.place("other", "outlet", second, "320102")
    chain.make("plant", "yogurt", "L1", 100)
    chain.move("plant", "shop", "yogurt", "L1", 60)
    chain.move("plant", "other", "yogurt", "L1", 30)
    chain.sell("shop", "yogurt", "L1", 10)
    keys = (Principal("company", first.id, 901, "first"), Principal("company", second.id, 902, "second"))
    return World(session, chain, offices, *keys)
