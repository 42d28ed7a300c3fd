"""The desk over a small demonstration chain: who may sign in, and what waits for whom.

`desk_site` is a served application, `desk_visit` makes visitors of it, and `sign_in(visitor, desk_site, "distributor")`
signs one in by the pages alone. Tests share the site: each uses goods of its own, `DELIVERIES` for instance.
"""

import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from demo.chain import build_chain
from demo.cli import first_day_before
from demo.people import invite_people
from demo.values import Chain, Place
from tests.conftest import app_over
from tests.e2e.conftest import Site, Visit, Visitor, visitors
from tests.faults.gunicorn import Server
from trace.accounts.people import prepare_password, take_invitation
from trace.batches import register_batch
from trace.bodies import BatchIn, Shipment
from trace.kit.auth import Principal
from trace.kit.db import Database
from trace.kit.web import current_database
from trace.models import Party
from trace.reports import report_shipment

CASES_PER_PALLET = 6
LOT = "DESK-1"
STATED = 48
DELIVERIES = ("LS-zh-phone", "LS-en-phone", "LS-zh-desktop", "LS-en-desktop", "LS-spare")
"""Delivery notes of `STATED` yogurts each, on their way from the dairy to the distributor."""

EMAILS: Mapping[str, str] = {
    "dairy": "quality@dairy.example",
    "distributor": "goods@distributor.example",
    "shop": "shop@outlet.example",
    "first": "first@office.example",
    "second": "second@office.example",
}
"""Who plays in the journeys; both officials and the dairy's administrator show a second factor."""


@dataclass(frozen=True)
class DeskSite(Site):
    """The site with its people: one password for all, and the cookies of those who signed in already."""

    password: str = ""
    cookies: dict[str, list[dict[str, object]]] = field(default_factory=dict)


def make_desk_world(app: Flask, now: datetime) -> tuple[str, str]:
    """Load the demonstration, let its people choose a password, send deliveries; the recall's number and password."""
    shown = app.test_cli_runner().invoke(args=["demo", "--cases-per-pallet", str(CASES_PER_PALLET)])
    assert shown.exit_code == 0, shown.output
    number = re.search(r"/recalls/(\d{4}-\d{4})", shown.output)
    assert number is not None
    chain = build_chain(first_day_before(now), cases_per_pallet=CASES_PER_PALLET)
    password = secrets.token_urlsafe(16)
    with app.app_context(), current_database().write() as session:
        for one in invite_people(session, chain, now):
            assert one.token is not None
            name = one.who.part.split(" ", 1)[-1]
            hashed = prepare_password(one.who.email, name, password, password)
            take_invitation(session, one.token, name, hashed, now)
    _send_deliveries(app, chain, now)
    return number[1], password


def _send_deliveries(app: Flask, chain: Chain, now: datetime) -> None:
    product = chain.affected[1].product
    plant = next(one for one in chain.places if one.firm is product.firm and one.kind == "plant")
    makers = {one.firm for one in chain.products}
    warehouse = next(one for one in chain.places if one.kind == "warehouse" and one.firm not in makers)
    with app.app_context(), current_database().write() as session:
        party = session.scalars(select(Party.id).where(Party.uscc == product.firm.uscc)).one()
        dairy = Principal("company", party, 1, "dairy")
        made = BatchIn.model_validate(
            {"commodity_code": product.gtin, "lot": LOT, "quantity": Decimal(1000), "location": plant.gln}
        )
        register_batch(session, dairy, made, now - timedelta(hours=3))
        for note in DELIVERIES:
            report_shipment(session, dairy, _shipment(plant, warehouse, product.gtin, note), now - timedelta(hours=2))


def _shipment(origin: Place, destination: Place, gtin: str, note: str) -> Shipment:
    line = {"gtin": gtin, "lot": LOT, "quantity": Decimal(STATED)}
    return Shipment.model_validate({"from": origin.gln, "to": destination.gln, "document": note, "lines": [line]})


@pytest.fixture(scope="session")
def desk_site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskSite]:
    """Two gunicorn workers over the demonstration chain."""
    folder = tmp_path_factory.mktemp("desk")
    url = f"sqlite:///{folder / 'world.sqlite3'}"
    shutil.copyfile(sqlite_template, folder / "world.sqlite3")
    database = Database(url)
    number, password = make_desk_world(app_over(database), datetime.now(UTC))
    database.close()
    server = Server(url, folder / "gunicorn.log")
    try:
        yield DeskSite(server.wait().url, number, password=password)
    finally:
        server.kill()


@pytest.fixture
def desk_visit(desk_site: DeskSite, browser: Browser) -> Iterator[Visit]:
    """As `visit`, over the desk's world."""
    yield from visitors(desk_site, browser)


def sign_in(visitor: Visitor, site: DeskSite, who: str) -> None:
    """Sign in by the pages; whoever did so before in this session comes back with the same cookies.

    A second factor is set up at the first time, as its page asks for it: a code cannot be used twice.
    """
    known = site.cookies.get(who)
    if known is not None:
        visitor.context.add_cookies(known)  # type: ignore[arg-type]
        visitor.open("/desk")
        return
    page = visitor.open("/desk/sign-in")
    page.fill("#email", EMAILS[who])
    page.fill("#password", site.password)
    page.click("main form button")
    page.wait_for_load_state()
    if page.locator(".secret-text").count():
        secret = page.locator(".secret-text").inner_text().strip().replace(" ", "")
        page.fill("#code", pyotp.TOTP(secret).at(int(time.time())))
        page.click("main form button")
        page.wait_for_load_state()
    visitor.open("/desk")
    site.cookies[who] = [dict(one) for one in visitor.context.cookies()]
