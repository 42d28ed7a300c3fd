"""The calls of complaints, and the second wall around citizens on PostgreSQL."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from oversight.jurisdictions import add_jurisdiction, assign_staff
from oversight.models import Citizen, CitizenLook, CitizenWords
from tests.oversight.complaints.people import EMAIL, GTIN, NAME, PHONE, SHOP, Town, add_town, bring, step
from tests.oversight.offices import ADMIN, COUNTY, NOW
from tests.trace.web.api_client import Api
from trace.kit.auth import ApiKey
from trace.kit.db import Database
from trace.kit.web import current_database

SAID = {
    "kind": "complaint",
    "cause": "quality",
    "channel": "station",
    "words": f"请打 {PHONE}",
    "code": GTIN,
    "outlet": SHOP,
    "claim": 12.5,
    "citizen": {"name": NAME, "phone": PHONE, "email": EMAIL},
}


@pytest.fixture
def town(app: Flask) -> Town:
    with app.app_context(), current_database().write() as session:
        return add_town(session)


def station_of(app: Flask) -> Api:
    """A key of the county's complaint station."""
    station = Api.issue(app, "regulator")
    with app.app_context(), current_database().write() as session:
        add_jurisdiction(session, COUNTY, "鼓楼区市场监督管理局", "Gulou", None, NOW)
        number = session.scalars(select(func.max(ApiKey.id))).one()
        assign_staff(session, ADMIN, number, COUNTY, "station", NOW)
    return station


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_station_takes_looks_counts_and_erases(app: Flask, town: Town) -> None:
    station, operator = station_of(app), Api.admin(app)
    taken = station.post("/api/v1/complaints", SAID)
    assert "query_code" not in taken
    path = f"/api/v1/complaints/{taken['number']}"
    read = station.get(path)
    assert (read["complaint"]["claim"], read["citizen"]["phone"], read["looks"]) == (12.5, "*********00", [])
    assert operator.get(path)["citizen"] is None
    assert station.post(f"{path}/citizen", {"reason": "核实"}, 200)["phone"] == PHONE
    operator.post(f"{path}/citizen", {"reason": "核实"}, 403)
    assert [one["reason"] for one in station.get(path)["looks"]] == ["核实"]
    assert [one["number"] for one in station.get("/api/v1/complaints?shelf=mine")["matters"]] == [taken["number"]]
    counted = station.get(f"/api/v1/complaints/statistics?by=product&within={COUNTY}")["rows"]
    assert [(one["key"], one["complaint"], one["total"]) for one in counted] == [(GTIN, 1, 1)]
    station.get("/api/v1/complaints/statistics", 403)
    station.get("/api/v1/complaints/statistics?by=weather", 422)
    station.post(f"{path}/erase", {"reason": "本人要求"}, 409)
    station.post(f"/api/v1/matters/{taken['number']}/decline", {"reason": "不属于职责范围"}, 200)
    station.post(f"{path}/erase", {"reason": "本人要求"}, 200)
    assert station.get(path)["citizen"]["phone"] is None
    [duty] = operator.get("/api/v1/complaints/duties")["duties"]
    assert (duty["taken_up_in_time"], duty["outcomes"]) == (1, {"declined": 1})


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_cause_is_entered_and_taken_out(app: Flask, town: Town) -> None:
    operator, station = Api.admin(app), station_of(app)
    names = {"text_zh": "天气", "text_en": "Weather"}
    assert operator.send("PUT", "/api/v1/complaint-causes/weather", names).status_code == 200
    station.post("/api/v1/complaints", SAID | {"cause": "weather"})
    operator.send("PUT", "/api/v1/complaint-causes/weather", names | {"offered": False})
    station.post("/api/v1/complaints", SAID | {"cause": "weather"}, 422)
    assert operator.send("PUT", "/api/v1/complaint-causes/Weather!", names).status_code == 422


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_behind_the_second_wall_a_firm_finds_what_was_disclosed_to_it(database: Database) -> None:
    with database.write() as session:
        town = add_town(session)
        told, untold = (bring(session, town.station, "phone", sent=str(at)).matter for at in range(2))
        for matter in (told, untold):
            step(session, matter, town.station, "accept")
            step(session, matter, town.station, "invite", summary="变质")
        step(session, told, town.station, "disclose", "便于退款", phone=True)
        told_id, shop, dairy = told.id, town.shop.party_id, town.dairy.party_id
    for party, expected in ((shop, [told_id]), (dairy, []), (None, [told_id, untold.id])):
        with database.read(party) as session:
            assert session.scalars(select(Citizen.matter_id).order_by(Citizen.matter_id)).all() == expected
            assert len(session.scalars(select(CitizenWords.id)).all()) == (2 if party is None else 0)
            assert session.scalars(select(CitizenLook.id)).all() == []
