"""Steps at the desk with what no form offers: refused in words, never a failure of the service."""

from collections.abc import Mapping

import pytest
from flask import Flask

from tests.desk import sign_in
from tests.oversight.withdrawals.world import make_world
from trace.kit.web import current_database
from trace.models import Party

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])

RECORD = {"word": "penalty", "on": "2026-01-05", "decision": "1号", "text_zh": "处罚", "text_en": "Penalty"}


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/desk/matters/{order}/assign", {"handler": "²"}, 422),
        ("/desk/matters/{order}/assign", {"handler": "9" * 5000}, 422),
        ("/desk/matters/{order}/hand-over", {"code": "320106\0", "reason": "x"}, 400),
        ("/desk/matters/{order}/release", {"reason": "x"}, 409),
        ("/desk/matters/{order}/no-step", {}, 404),
        ("/desk/credit/{firm}/records/99999999999999999999/withdraw", {"reason": "x"}, 404),
        ("/desk/credit/{firm}/records", RECORD | {"weight": "NaN"}, 422),
        ("/desk/credit/{firm}/records", RECORD | {"weight": "0.251"}, 422),
        ("/desk/credit/{firm}/records", RECORD | {"on": "9999-12-31"}, 422),
    ],
)
def test_what_no_form_offers_is_refused(app: Flask, path: str, form: Mapping[str, str], status: int) -> None:
    with app.app_context(), current_database().write() as session:
        world = make_world(session)
        known = {"order": world.order().number, "firm": session.get_one(Party, world.shop.party_id).gln}
    officer = sign_in(app, "regulator")
    assert officer.post(path.format(**known), form, status)
