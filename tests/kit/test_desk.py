"""The desk's kernel: who is let in, forms of ours alone, a form sent twice, refusals drawn with what was typed."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from sqlalchemy import update

from tests.desk import DeskClient, sign_in
from tests.trace.web.firms import DAIRY, make_firms, party_number
from trace.kit.accounts import SignIn
from trace.kit.desk import own_address
from trace.kit.forms import csrf_token
from trace.kit.web import current_database

HOME = "/desk"


@pytest.fixture
def database_kind() -> str:
    """What is asked here is alike on both databases."""
    return "sqlite"


@pytest.fixture
def dairy(app: Flask) -> DeskClient:
    """A person of the dairy's."""
    make_firms(app)
    return sign_in(app, "company", party_number(app, DAIRY), name="Quality")


def test_who_is_not_signed_in_is_led_to_the_door_and_back(app: Flask) -> None:
    """The page that was asked for is not forgotten."""
    response = app.test_client().get(HOME + "?x=1", headers={"Accept": "text/html"})
    assert response.status_code == 303
    assert response.headers["Location"] == "/desk/sign-in?next=%2Fdesk%3Fx%3D1"


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("/desk/batches/0952/A%3F1%25%2FB", "/desk/batches/0952/A%3F1%25%2FB"),
        ("/desk/batches?q=" + "x" * 1900, "/desk/batches"),
        ("/desk/batches/0952/" + "x" * 1900, None),
    ],
)
def test_any_page_is_found_again_after_signing_in(app: Flask, asked: str, kept: str | None) -> None:
    """Also that of a lot with signs in it; what is too long to be kept loses its end."""
    response = app.test_client().get(asked, headers={"Accept": "text/html"})
    door = urlsplit(response.headers["Location"])
    assert dict(parse_qsl(door.query)).get("next") == kept
    if kept is not None:
        with app.test_request_context("/"):
            assert own_address(kept) == kept


def test_home_says_whose_desk_it_is_and_is_kept_nowhere(dairy: DeskClient) -> None:
    """Firm and person stand in the head; no cache keeps the page."""
    page = dairy.get(HOME)
    assert f"企业 {DAIRY} · Quality" in page.text
    assert dairy.send("GET", HOME).headers["Cache-Control"] == "no-store"


def test_a_form_without_our_hidden_field_does_nothing(dairy: DeskClient) -> None:
    """Nor does one that another site sent with it."""
    assert dairy.send("POST", "/desk/sign-out", {}).status_code == 403
    assert dairy.send("POST", "/desk/sign-out", {"csrf": "0" * 64}).status_code == 403
    assert dairy.send("GET", HOME).status_code == 200


def test_a_form_of_another_site_does_nothing(dairy: DeskClient) -> None:
    """The browser says where it came from; the same form from our own page ends the session."""
    with dairy.app.app_context():
        form = {"csrf": csrf_token(dairy.token)}
    assert dairy.send("POST", "/desk/sign-out", form, Sec_Fetch_Site="cross-site").status_code == 403
    assert dairy.send("POST", "/desk/sign-out", form, Origin="https://evil.example").status_code == 403
    assert dairy.send("GET", HOME).status_code == 200
    dairy.post("/desk/sign-out", {})
    assert dairy.send("GET", HOME).status_code == 303


@pytest.mark.parametrize("change", ["ended_at", "expires_at", "seen_at"])
def test_a_session_ends_at_once(app: Flask, dairy: DeskClient, change: str) -> None:
    """Ended, over, or not used for too long."""
    with app.app_context(), current_database().write() as session:
        session.execute(update(SignIn).values({change: datetime.now(UTC) - timedelta(days=1)}))
    assert dairy.send("GET", HOME).status_code == 303


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/desk/batches?cursor=1", "/desk/batches?cursor=1"),
        ("//evil.example/desk", "/desk"),
        ("https://evil.example/desk", "/desk"),
        ("/desk//evil.example", "/desk"),
        ("/desk\\evil", "/desk"),
        ("//[", "/desk"),
        ("/recalls", "/desk"),
        ("javascript:alert(1)", "/desk"),
        (None, "/desk"),
    ],
)
def test_nobody_is_led_to_another_site(app: Flask, asked: str | None, led: str) -> None:
    """After signing in a person goes where he wanted to, within the desk."""
    with app.test_request_context("/"):
        assert own_address(asked) == led
