"""Flags on places that mix lots, over HTTP (RULES 7)."""

import pytest
from flask import Flask

from tests.trace.web.firms import GTIN, OUTLET, PLANT, Firms, batch, make_firms, shipment

PATH = f"/api/v1/locations/{PLANT}/mixing"


@pytest.fixture
def firms(app: Flask) -> Firms:
    return make_firms(app)


def test_a_firm_says_when_its_place_mixes_lots_and_when_it_stopped(firms: Firms) -> None:
    flag = firms.dairy.post(PATH, {"gtin": GTIN, "since": "2026-03-01", "reason": "同仓混放"})
    wanted = {"gtin": GTIN, "since": "2026-03-01", "until": None, "reason": "同仓混放"}
    assert flag == {"number": flag["number"], **wanted}
    assert firms.dairy.post(PATH, {"gtin": GTIN[1:], "since": "2026-03-01", "reason": "同仓混放"}, 200) == flag
    ended = firms.dairy.post(f"{PATH}/{flag['number']}/end", {"until": "2026-03-31"}, 200)
    assert ended == {**flag, "until": "2026-03-31"}
    assert firms.dairy.post(f"{PATH}/{flag['number']}/end", {"until": "2026-03-30"}, 200)["until"] == "2026-03-30"
    firms.dairy.post(f"{PATH}/{flag['number']}/end", {"until": "2026-04-01"}, 409)
    wrong = firms.dairy.post(f"{PATH}/{flag['number']}/end", {"until": "2026-02-01"}, 422)
    assert wrong["errors"][0]["pointer"] == "/until"
    every = firms.admin.post(PATH, {})
    assert firms.regulator.get(PATH) == {"flags": [{**flag, "until": "2026-03-30"}, every]}


def test_what_left_a_mixing_place_under_another_lot_is_possible_until_mixing_ended(firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch(lot="L1", quantity=40))
    firms.dairy.post("/api/v1/batches", batch(lot="L2", quantity=60))
    lines = [{"gtin": GTIN, "lot": "L2", "quantity": 30}]
    firms.dairy.post("/api/v1/shipments", shipment(shipped_at="2026-03-10T08:00:00Z", lines=lines))
    flag = firms.dairy.post(PATH, {"gtin": GTIN})
    trace = firms.regulator.get(f"/api/v1/batches/{GTIN}/L1/trace")
    (row,) = trace["possible"]["locations"]
    assert (row["gln"], row["lower"], row["expected"], row["upper"]) == (OUTLET, 0, 12, 30)
    assert (row["inbound"], [one["lot"] for one in trace["possible"]["batches"]]) == (True, ["L2"])
    firms.dairy.post(f"{PATH}/{flag['number']}/end", {"until": "2026-03-05"}, 200)
    assert not firms.regulator.get(f"/api/v1/batches/{GTIN}/L1/trace")["possible"]["locations"]


def test_another_firm_s_place_has_no_flags_for_it(firms: Firms) -> None:
    flag = firms.dairy.post(PATH, {})
    firms.shop.get(PATH, 404)
    firms.shop.post(PATH, {}, 404)
    firms.shop.post(f"{PATH}/{flag['number']}/end", {"until": "2026-03-31"}, 404)
    firms.shop.post(f"/api/v1/locations/{OUTLET}/mixing/{flag['number']}/end", {"until": "2026-03-31"}, 404)
    firms.admin.post("/api/v1/locations/9520009000012/mixing", {}, 404)
    firms.admin.post(f"{PATH}/x/end", {"until": "2026-03-31"}, 404)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"gtin": "9520000000034"}, "/gtin"),
        ({"since": "2026-02-30"}, "/since"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, ""),
        ({"lot": "L1"}, "/lot"),
    ],
)
def test_a_wrong_flag_is_refused_by_its_field(firms: Firms, body: dict[str, str], pointer: str) -> None:
    assert firms.dairy.post(PATH, body, 422)["errors"][0]["pointer"] == pointer
    assert firms.dairy.get(PATH) == {"flags": []}
