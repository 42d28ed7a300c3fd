"""Subscribing over HTTP: what a subscription may say, what is shown of it, and whose it is."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import app_over
from tests.trace.subscriptions.desk import name_query, subscribe
from tests.trace.web.firms import Firms, make_firms
from trace.kit.config import Settings
from trace.kit.db import Database
from wsgi import create_app

DEST = "https://client.example.com/queryCallback"
TOKEN = "13df38d8275b13f05704629e5f1cf3d45d6132d5"
STREAM: dict[str, Any] = {"dest": DEST, "stream": True}
PATH = "/epcis/queries/all/subscriptions"


def test_a_stream_is_subscribed_to_shown_and_ended(firms: Firms) -> None:
    response = firms.dairy.send("POST", PATH, {**STREAM, "signatureToken": TOKEN})
    assert response.status_code == 201
    made = response.get_json()
    assert response.headers["Location"] == f"{PATH}/{made['subscriptionID']}"
    shown = firms.dairy.get(response.headers["Location"])
    assert shown == {**made, "attempts": []}
    assert shown["stream"] is True
    assert "schedule" not in shown
    assert shown["dest"] == DEST
    assert shown["queryName"] == "all"
    assert shown["epcFormat"] == "Always_GS1_Digital_Link"
    assert shown["initialRecordTime"] == shown["createdAt"] == shown["minRecordTime"]
    assert "lastNotifiedAt" not in shown
    assert firms.dairy.get(PATH) == [made]
    assert firms.dairy.send("OPTIONS", response.headers["Location"]).status_code == 204
    assert firms.dairy.send("DELETE", response.headers["Location"]).status_code == 204
    gone = firms.dairy.get(response.headers["Location"], status=404)
    assert gone["type"] == "epcisException:NoSuchNameException"
    assert firms.dairy.get(PATH) == []


@pytest.mark.parametrize("name", ["signatureToken", "secret"])
def test_a_token_is_never_shown_again(firms: Firms, name: str) -> None:
    response = firms.dairy.send("POST", PATH, {**STREAM, name: TOKEN})
    assert response.status_code == 201
    for path in (PATH, response.headers["Location"]):
        assert TOKEN not in firms.dairy.send("GET", path).get_data(as_text=True)
    assert TOKEN not in response.get_data(as_text=True)


def test_a_schedule_says_when_it_is_next_due(firms: Firms) -> None:
    number = subscribe(
        firms.dairy,
        DEST,
        schedule={"hour": "1", "minute": "5"},
        reportIfEmpty=True,
        initialRecordTime="2020-04-04T20:33:31.116-06:00",
    )
    shown = firms.dairy.get(f"{PATH}/{number}")
    assert shown["schedule"] == {"hour": "1", "minute": "5"}
    assert "stream" not in shown
    assert shown["reportIfEmpty"] is True
    assert shown["initialRecordTime"] == "2020-04-05T02:33:31.116000Z"
    due = datetime.fromisoformat(shown["nextAttemptAt"])
    assert (due.hour, due.minute, due.second) == (1, 5, 0)
    assert due > datetime.now(UTC)


@pytest.mark.parametrize(
    ("body", "pointer", "exception"),
    [
        ({"dest": DEST}, "", "SubscriptionControlsException"),
        ({"dest": DEST, "stream": False}, "", "SubscriptionControlsException"),
        ({**STREAM, "schedule": {"hour": "1"}}, "", "SubscriptionControlsException"),
        ({"dest": DEST, "schedule": {}}, "/schedule", "SubscriptionControlsException"),
        ({"dest": DEST, "schedule": "hourly"}, "/schedule", "SubscriptionControlsException"),
        ({"dest": DEST, "schedule": {"hour": "25"}}, "/schedule/hour", "SubscriptionControlsException"),
        ({"dest": DEST, "schedule": {"day": "1"}}, "/schedule/day", "SubscriptionControlsException"),
        ({"dest": DEST, "schedule": {"month": "2", "dayOfMonth": "30"}}, "/schedule", "SubscriptionControlsException"),
        ({"stream": True}, "/dest", "ValidationException"),
        ({"dest": 7, "stream": True}, "/dest", "ValidationException"),
        ({"dest": "ftp://client.example.com/", "stream": True}, "/dest", "ValidationException"),
        ({"dest": "https://169.254.169.254/", "stream": True}, "/dest", "ValidationException"),
        ({"dest": DEST, "stream": "yes"}, "/stream", "ValidationException"),
        ({**STREAM, "signatureToken": ""}, "/signatureToken", "ValidationException"),
        ({**STREAM, "signatureToken": 5}, "/signatureToken", "ValidationException"),
        ({**STREAM, "signatureToken": "a", "secret": "b"}, "/secret", "ValidationException"),
        ({**STREAM, "reportIfEmpty": 1}, "/reportIfEmpty", "ValidationException"),
        ({**STREAM, "initialRecordTime": "2020-04-04T20:33:31"}, "/initialRecordTime", "ValidationException"),
        ({**STREAM, "trigger": "x"}, "/trigger", "ValidationException"),
    ],
)
def test_what_is_no_subscription_is_refused_with_its_place(
    firms: Firms, body: dict[str, Any], pointer: str, exception: str
) -> None:
    problem = firms.dairy.post(PATH, body, status=400)
    assert problem["type"] == f"epcisException:{exception}"
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert firms.dairy.get(PATH) == []


@pytest.mark.parametrize(
    "query", [{"maxEventCount": 5}, {"eventCountLimit": 5, "orderBy": "eventTime"}], ids=lambda one: next(iter(one))
)
def test_a_query_that_leaves_events_out_is_not_subscribed_to(firms: Firms, query: dict[str, Any]) -> None:
    name_query(firms.dairy, "some", query)
    problem = firms.dairy.post("/epcis/queries/some/subscriptions", STREAM, status=400)
    assert problem["type"] == "epcisException:SubscriptionControlsException"


def test_another_firm_s_subscriptions_are_not_there(firms: Firms) -> None:
    number = subscribe(firms.dairy, DEST)
    for name in ("all", "mine"):
        if name == "mine":
            name_query(firms.shop, "all")
        path = f"{PATH}/{number}"
        firms.shop.get(path, status=404)
        assert firms.shop.send("DELETE", path).status_code == 404
    assert firms.shop.get(PATH) == []
    firms.consumer.get(PATH, status=401)
    assert len(firms.dairy.get(PATH)) == 1


def test_a_query_takes_its_subscriptions_with_it(firms: Firms) -> None:
    subscribe(firms.dairy, DEST)
    assert firms.dairy.send("DELETE", "/epcis/queries/all").status_code == 204
    name_query(firms.dairy)
    assert firms.dairy.get(PATH) == []


def test_subscriptions_are_listed_page_by_page(firms: Firms) -> None:
    made = [subscribe(firms.dairy, DEST) for _ in range(5)]
    found: list[str] = []
    path = f"{PATH}?perPage=2"
    while path:
        response = firms.dairy.send("GET", path)
        found += [one["subscriptionID"] for one in response.get_json()]
        path = response.headers.get("Link", "<>").partition("<")[2].partition(">")[0]
    assert found == made


def test_the_form_of_deliveries_is_chosen_by_headers(firms: Firms) -> None:
    made = firms.dairy.send("POST", PATH, STREAM, Accept="application/xml", GS1_EPC_Format="Always_EPC_URN")
    assert made.status_code == 201
    assert made.mimetype == "application/xml"
    shown = firms.dairy.get(made.headers["Location"])
    assert (shown["mediaType"], shown["epcFormat"]) == ("application/xml", "Always_EPC_URN")
    assert firms.dairy.send("POST", PATH, STREAM, Accept="image/png").status_code == 406


def test_by_default_only_public_addresses_over_tls_are_subscribed(database: Database) -> None:
    firms = make_firms(app_over(database))
    name_query(firms.dairy)
    strict = create_app(
        Settings(database_url="sqlite://", secret_key="a key for tests", public_url="https://suyuan.example"), database
    )
    dairy = type(firms.dairy)(strict, firms.dairy.key)
    for dest in ("http://client.example.com/", "https://127.0.0.1/", "https://[::1]/", "https://192.168.1.1/"):
        dairy.post(PATH, {"dest": dest, "stream": True}, status=400)
    dairy.post(PATH, STREAM)
