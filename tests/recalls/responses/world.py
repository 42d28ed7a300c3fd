"""A dairy, a distributor, two shops and an unregistered stall; a recall of their yogurt that was announced."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from recalls import cases
from recalls.cases import NewCase
from recalls.models import RecallCase, Response
from recalls.responses.answer import Answer, AnswerLine, Destruction, Sender
from recalls.responses.figures import FIGURES, Counted
from recalls.responses.record import record_response
from recalls.scope import Line
from tests.recalls import taking
from tests.recalls.chain import ADMIN, START, Chain, batch_uri, gtin_of, place_uri
from trace.identifiers import find_numbers
from trace.ledger import read_postings
from trace.models import Party
from trace.tally import Figures, PlaceFigures, tally, tally_places

GTIN = gtin_of("yogurt")
NOW = START + timedelta(days=20)
HOW = Destruction("焚烧", "县局监督员", "销毁-001")


class World:
    """100 were made; 60 went to the distributor; of them 30 to the shop, which sold 8, and 10 to the stall."""

    def __init__(
        self, session: Session, drill: bool = False, taking_part: Sequence[str] = ("dairy", "depot", "shop")
    ) -> None:
        self.session, self.chain = session, Chain(session)
        chain = self.chain
        self.firms = {name: chain.party(name) for name in ("dairy", "depot", "shop")}
        for name, firm in self.firms.items():
            chain.place(name, "outlet" if name == "shop" else "plant", firm)
        chain.product("yogurt", self.firms["dairy"])
        chain.make("dairy", "yogurt", "L1", 100)
        chain.move("dairy", "depot", "yogurt", "L1", 60)
        chain.move("depot", "shop", "yogurt", "L1", 30)
        chain.sell("shop", "yogurt", "L1", 8)
        chain.move("depot", "stall", "yogurt", "L1", 10)
        self.case = announced(session, drill, [self.firms[name] for name in taking_part] if drill else [])

    def opened_again(self, session: Session) -> "World":
        """The same world in another session, after this one was committed."""
        other = copy(self)
        other.session, other.chain = session, Chain(session, hours=self.chain.hours, count=self.chain.count)
        other.firms = {name: session.get_one(Party, firm.id) for name, firm in self.firms.items()}
        other.case = session.get_one(RecallCase, self.case.id)
        return other

    def sender(self, name: str, **values: Any) -> Sender:
        """The firm of that name by its own key; a place without one by a link."""
        if name not in self.firms:
            return Sender("link", None, self.number(place_uri(name)), name, **values)
        return Sender("api", self.firms[name].id, None, name, **values)

    def answer(self, who: str, at: datetime = NOW, **values: Any) -> Response:
        """Record an answer of one line about L1; figures are numbers, the rest as in `AnswerLine` and `Answer`."""
        return record_response(self.session, self.case, self.sender(who), one_line(**values), at)

    def number(self, uri: str) -> int:
        return find_numbers(self.session, [uri])[uri]

    def at(self, place: str, lot: str = "L1") -> PlaceFigures:
        """What the ledger says of the lot at a place."""
        postings = read_postings(self.session, [self.number(batch_uri("yogurt", lot))])
        return tally_places(postings)[self.number(place_uri(place)), ""]

    def total(self, lot: str = "L1") -> Figures:
        """What the ledger says of the whole lot."""
        number = self.number(batch_uri("yogurt", lot))
        return tally(read_postings(self.session, [number]))[number, ""]


def announced(session: Session, drill: bool = False, parties: Any = ()) -> RecallCase:
    """A case of L1 and L2, announced before the answers."""
    before = NOW - timedelta(days=1)
    new = NewCase(
        title="酸奶召回",
        hazard="菌落总数超标",
        instructions="停止销售。",
        scope=[Line(gtin=GTIN, lots=("L1", "L2"))],
        drill=drill,
        participants=[party.gln for party in parties],
    )
    case = cases.open_case(session, ADMIN, new, before)
    taking.file_plan(session, ADMIN, case.number, before)
    return taking.announce(session, ADMIN, case.number, before)


def one_line(lot: str = "L1", answered_at: datetime | None = None, note: str | None = None, **values: Any) -> Answer:
    """An answer of one line."""
    counted = {name: Decimal(str(values.pop(name))) for name in FIGURES if name in values}
    line = AnswerLine(batch_uri("yogurt", lot), counted=Counted(**counted), **values)
    return Answer([line], answered_at, note)
