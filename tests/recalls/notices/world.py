"""A dairy with its customers, an announced recall, a clock that tests turn, and channels that remember."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls import cases
from recalls.cases import NewCase
from recalls.models import Notice, NoticeAttempt, RecallCase
from recalls.notices.channels import Outcome
from recalls.notices.channels.sending import Ways
from recalls.notices.delivery import deliver_job, escalate_job
from recalls.notices.letter import Letter
from recalls.notices.reconciliation import reconcile_job
from recalls.scope import Line
from tests.recalls import taking
from tests.recalls.chain import COLLEAGUE, REGULATOR, START, Chain, gtin_of
from trace.kit import strict_json
from trace.kit.auth import issue_key
from trace.kit.config import Settings
from trace.kit.db import Database
from trace.kit.jobs import Work

NOW = START + timedelta(days=30)
SETTINGS = Settings(database_url="", secret_key="a key for tests", public_url="https://suyuan.example")


def make_chain(
    session: Session, recall_class: int = 1, serials: tuple[str | None, str | None] = (None, None), **values: Any
) -> tuple[Chain, RecallCase, dict[str, int]]:
    """100 made; 40 to north, who passes 25 on to mall; 30 to south, who passes 20 on to market.

    Nobody registered a firm for market, and south has no address.
    """
    chain = Chain(session)
    firms = {name: chain.party(name) for name in ("dairy", "north", "south", "mall", "bureau")}
    for name in ("dairy", "north", "mall", "bureau"):
        firms[name].email = f"{name}@example.com"
    firms["north"].webhook = "https://north.example/recalls"
    firms["mall"].phone = "+86 10 5555 0101"
    issue_key(session, "regulator", firms["bureau"].id, "bureau")
    for name, kind in (("dairy", "plant"), ("north", "warehouse"), ("south", "warehouse"), ("mall", "outlet")):
        chain.place(name, kind, firms[name])
    chain.product("yogurt", firms["dairy"], "草莓酸奶")
    chain.make("dairy", "yogurt", "L1", 100)
    chain.move("dairy", "north", "yogurt", "L1", 40)
    chain.move("dairy", "south", "yogurt", "L1", 30)
    chain.move("north", "mall", "yogurt", "L1", 25)
    chain.move("south", "market", "yogurt", "L1", 20)
    case = open_case(session, recall_class, serials, **values)
    return chain, case, {name: firm.id for name, firm in firms.items()}


def open_case(
    session: Session, recall_class: int = 1, serials: tuple[str | None, str | None] = (None, None), **values: Any
) -> RecallCase:
    new = NewCase(
        title="草莓酸奶召回",
        title_en="Strawberry yogurt recall",
        hazard="检出李斯特菌",
        instructions="请退回供货商。",
        scope=[Line(gtin=gtin_of("yogurt"), lots=("L1",), serial_from=serials[0], serial_to=serials[1])],
        recall_class=recall_class,
        **values,
    )
    case = cases.open_case(session, REGULATOR, new, NOW)
    taking.file_plan(session, REGULATOR, case.number, NOW)
    return case


def announce(session: Session, case: RecallCase, now: datetime = NOW) -> RecallCase:
    return taking.announce(session, COLLEAGUE, case.number, now)


def notices(session: Session, kind: str | None = "notification") -> dict[str, list[Notice]]:
    """The notices by recipient, oldest first."""
    found: dict[str, list[Notice]] = {}
    for one in session.scalars(select(Notice).order_by(Notice.id)):
        if kind is None or one.kind == kind:
            found.setdefault(one.recipient, []).append(one)
    return found


@dataclass
class Post:
    """Channels that answer as they are told (by address; taken otherwise) and remember what came."""

    refuse: set[str] = field(default_factory=set)
    letters: list[tuple[str, str, Letter | dict[str, Any]]] = field(default_factory=list)

    def ways(self) -> Ways:
        return Ways("a key for tests", self._webhook, self._written("mail"), self._written("sms"))

    def _webhook(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.letters.append(("webhook", url, strict_json.loads(body)))
        return 500 if url in self.refuse else 200

    def _written(self, channel: str) -> Any:
        def send(address: str, letter: Letter) -> Outcome:
            self.letters.append((channel, address, letter))
            refused = address in self.refuse
            return Outcome(channel, address, not refused, 450 if refused else 250, "later" if refused else None)

        return send

    def repeats(self, address: str) -> list[int]:
        """Which repeats an address was sent."""
        return [one["repeat"] if isinstance(one, dict) else one.repeat for _, to, one in self.letters if to == address]


@dataclass
class Desk:
    """Turns the clock and runs the jobs."""

    database: Database
    post: Post = field(default_factory=Post)
    now: datetime = NOW

    @property
    def work(self) -> Work:
        return Work(self.database, SETTINGS, lambda: self.now)

    def run(self, **later: float) -> int:
        """Wait so long, then do all that is due; how many rounds of sending that were."""
        self.now += timedelta(**later)
        rounds, busy, deliver = 0, True, deliver_job(self.post.ways())
        while busy:
            busy = reconcile_job(self.work) | escalate_job(self.work)
            while deliver(self.work):
                rounds, busy = rounds + 1, True
        return rounds

    def run_forward(self, step: timedelta, until: datetime) -> None:
        while self.now < until:
            self.run(seconds=step.total_seconds())

    def notice(self, party: int, kind: str = "notification") -> Notice:
        with self.database.read() as session:
            return notices(session, kind)[f"party:{party}"][-1]

    def attempts(self, notice: Notice) -> list[NoticeAttempt]:
        with self.database.read() as session:
            mine = NoticeAttempt.notice_id == notice.notice_id
            return list(session.scalars(select(NoticeAttempt).where(mine).order_by(NoticeAttempt.id)))
