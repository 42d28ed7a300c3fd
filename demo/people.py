"""People who may sign in to the desk of the demonstration: each gets a link to choose a password of one's own."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from demo.loading import OPERATOR
from demo.values import Chain, Firm
from demo.world import regulator
from recalls.models import Notice
from trace.accounts.people import INVITATION_LASTS, find_by_email, invite, renew_invitation
from trace.kit.auth import Role
from trace.models import Party


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the demonstration, and what to call the part that he plays."""

    email: str
    part: str
    firm: Firm
    role: Role = "company"
    manages: bool = False


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was invited; `token` is None for one who has chosen a password already."""

    who: Someone
    token: str | None


def cast(session: Session, chain: Chain) -> list[Someone]:
    """The dairy that made the recalled yogurt, a distributor, a retailer who has not answered yet, two officials."""
    dairy, office = chain.affected[1].product.firm, regulator()
    makers = {product.firm for product in chain.products}
    distributor = next(one.firm for one in chain.places if one.kind == "warehouse" and one.firm not in makers)
    retailers = {one.firm for one in chain.places if one.kind == "outlet"} - makers - {distributor}
    silent = set(
        session.scalars(
            select(Party.uscc).join(Notice, Notice.party_id == Party.id).where(Notice.acknowledged_at.is_(None))
        )
    )
    shops = Counter(one.firm for one in chain.places)
    shop = min(retailers, key=lambda firm: (firm.uscc not in silent, shops[firm], firm.uscc))
    return [
        Someone("quality@dairy.example", "乳品厂管理员 dairy, administrator", dairy, manages=True),
        Someone("goods@distributor.example", "经销商 distributor", distributor),
        Someone("shop@outlet.example", "门店 retailer", shop),
        Someone("first@office.example", "监管人员一 regulator", office, "regulator"),
        Someone("second@office.example", "监管人员二 second regulator", office, "regulator"),
    ]


def invite_people(session: Session, chain: Chain, now: datetime) -> list[Invited]:
    """Invite them, or give whoever has no password yet a new link."""
    found = []
    for one in cast(session, chain):
        user = find_by_email(session, one.email)
        if user is None:
            party = session.scalars(select(Party.id).where(Party.uscc == one.firm.uscc)).one()
            _user, token = invite(session, OPERATOR, one.email, one.part, one.role, party, one.manages, now)
            found.append(Invited(one, token))
        elif user.password_hash is None:
            found.append(Invited(one, renew_invitation(session, user.id, INVITATION_LASTS, now)))
        else:
            found.append(Invited(one, None))
    return found


def write_people(invited: list[Invited], base: str) -> list[str]:
    """Lines that say who may sign in, and by which link."""
    lines = ["工作台登录，每人先打开链接设置密码 / The desk: each opens the link and chooses a password"]
    for one in invited:
        where = "已设置密码 has a password" if one.token is None else f"{base}/desk/invitation/{one.token}"
        lines.append(f"  {one.who.part} ({one.who.firm.name_en}), {one.who.email}\n    {where}")
    return lines
