"""A bakery of which nobody thinks well, and what it sent to a shop: goods that a purchase check speaks against."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from demo.loading import OPERATOR
from demo.numbers import company_prefix, make_gln, make_gtin, make_uscc
from demo.people import cast
from demo.registration import register_firm, register_item, register_lot, register_place
from demo.story import BEIJING
from demo.values import Chain, Firm, Lot, Place, Product
from demo.world import BAODING
from trace.bodies import Shipment
from trace.kit.auth import Principal
from trace.models import Party
from trace.reports import report_shipment

_NUMBER = 900
MADE_DAYS_AGO, KEEPS_DAYS = 40, 180
SENT = Decimal(48)


def bakery() -> Firm:
    """Return the firm."""
    prefix = company_prefix(_NUMBER)
    uscc, gln = make_uscc(BAODING.region, _NUMBER), make_gln(prefix, 0)
    return Firm(prefix, uscc, gln, "示例旧炉糕点厂", "Example Old Oven Bakery", BAODING)


def find_shop(session: Session, chain: Chain) -> Place:
    """Return an outlet of the retailer of the demonstration."""
    return next(one for one in chain.outlets if one.firm == cast(session, chain)[2].firm)


def send_pastry(session: Session, chain: Chain, now: datetime) -> Firm:
    """Register the bakery, what it makes and a lot of it, and ship some to the shop of the demonstration; once."""
    firm = bakery()
    if session.scalar(select(Party.id).where(Party.uscc == firm.uscc)) is not None:
        return firm
    oven = Place(
        *(make_gln(firm.prefix, 1), firm, "plant", f"{firm.name}烘焙车间", f"{firm.name_en}, oven", firm.city),
        *(f"{firm.city.province}{firm.city.name}示例路1号", firm.city.latitude, firm.city.longitude),
    )
    pastry = Product(make_gtin(firm.prefix, 1), firm, "红豆酥饼", "Red bean pastry", "60 g/个", None)
    made = now.astimezone(BEIJING).date() - timedelta(days=MADE_DAYS_AGO)
    lot = Lot(pastry, "RB-01", Decimal(960), oven, made, made + timedelta(days=KEEPS_DAYS))
    register_firm(session, OPERATOR, firm, now)
    register_place(session, OPERATOR, oven, now)
    register_item(session, OPERATOR, pastry, now)
    register_lot(session, OPERATOR, lot, now - timedelta(hours=5))
    party = session.scalars(select(Party.id).where(Party.uscc == firm.uscc)).one()
    shop = find_shop(session, chain)
    line = {"gtin": pastry.gtin, "lot": lot.lot, "quantity": SENT}
    body = {"from": oven.gln, "to": shop.gln, "document": "JL-2026", "lines": [line]}
    report_shipment(
        session, Principal("company", party, OPERATOR.key_id, firm.name), Shipment.model_validate(body), now
    )
    return firm
