"""A yogurt, its maker, a shop in a county, the county's station, and a citizen who bought it, for tests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from oversight.complaints.intake import Channel, ComplaintIn, Received, receive
from oversight.complaints.kinds import COMPLAINTS
from oversight.matters.kinds import act
from oversight.matters.steps import CITIZEN, actor_of
from oversight.models import Matter
from tests.oversight.offices import COUNTY, NOW, Offices, add_offices, add_official
from trace.gs1 import read_identifier
from trace.identifiers import intern_identifiers
from trace.kit.auth import Principal
from trace.kit.contract import validate
from trace.models import Location, Party, Product

GTIN, LOT = "09521234000013", "L1"
SHOP, DAIRY = "9521234000020", "9521234000037"
SECRET = "a key for tests"
NAME, PHONE, EMAIL = "王小明", "13800138000", "wang@mail.example"
WORDS = f"酸奶有异味，请打 {PHONE} 联系我王小明。"
KINDS = {kind.flow.kind: kind for kind in COMPLAINTS}


@dataclass(frozen=True, slots=True)
class Town:
    """Who is there; ``station`` works at the county's complaint station."""

    offices: Offices
    station: Principal
    shop: Principal
    dairy: Principal


def add_town(session: Session) -> Town:
    """Register the firms, the shop and the product, and enter the offices."""
    offices = add_offices(session)
    station = add_official(session, COUNTY, "station", "station")
    parties = [Party(gln=gln, name=name, registered_at=NOW) for gln, name in ((SHOP, "示范超市"), (DAIRY, "晨露乳业"))]
    session.add_all(parties)
    session.flush()
    uris = [f"https://id.gs1.org/{path}" for path in (f"01/{GTIN}", f"01/{GTIN}/10/{LOT}", f"414/{SHOP}")]
    numbers = intern_identifiers(session, [read_identifier(uri) for uri in uris])
    session.add(
        Product(
            id=numbers[uris[0]], gtin=GTIN, commodity_code=GTIN[1:], name="原味酸奶", name_en="Yogurt",
            party_id=parties[1].id, registered_at=NOW,
        )
    )  # fmt: skip
    session.add(
        Location(
            id=numbers[uris[2]], gln=SHOP, name="示范超市鼓楼店", party_id=parties[0].id, kind="outlet", region=COUNTY,
            registered_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    shop, dairy = (Principal("company", party.id, 900 + at, party.name) for at, party in enumerate(parties))
    return Town(offices, station, shop, dairy)


def said(**changes: Any) -> ComplaintIn:
    """What the citizen says: a yogurt from the shop that was off."""
    body = {
        "kind": "complaint",
        "cause": "spoiled",
        "words": WORDS,
        "code": f"https://id.gs1.org/01/{GTIN}/10/{LOT}",
        "outlet": SHOP,
        "claim": 128,
        "citizen": {"name": NAME, "phone": PHONE, "email": EMAIL, "address": "南京市鼓楼区示范路1号"},
    }
    return validate(ComplaintIn, {name: value for name, value in (body | changes).items() if value is not None})


def bring(
    session: Session,
    by: Principal | None = None,
    channel: Channel = "web",
    sent: str = "one form",
    now: datetime = NOW,
    **changes: Any,
) -> Received:
    """Receive it, from the web or taken by an official."""
    actor = CITIZEN if by is None else actor_of(session, by)
    return receive(session, actor, said(**changes), channel, SECRET, sent, now)


def step(
    session: Session,
    matter: Matter,
    who: Principal,
    taken: str,
    reason: str | None = None,
    /,
    now: datetime = NOW,
    **states: Any,
) -> Matter:
    """Take a step, as the API does."""
    kind = KINDS[matter.kind]
    return act(session, kind, who, matter.number, taken, validate(kind.body_of(taken), states), reason, now)
