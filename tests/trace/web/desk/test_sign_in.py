"""The door: invitation, password, second factor; strangers learn nothing, and try no more often than is written."""

import time
from datetime import UTC, datetime

import pytest
from flask import Flask
from lxml import html
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from tests.trace.web.desk.door import Visitor, secret_shown
from tests.trace.web.firms import DAIRY, make_firms, party_number
from trace.accounts import passwords
from trace.accounts.attempts import LIMITS
from trace.accounts.people import invite
from trace.kit.auth import Principal, Role
from trace.kit.web import current_database

PASSWORD = "three blue cows dancing"
OPERATOR = Principal("admin", None, 0, "operator")


@pytest.fixture
def database_kind() -> str:
    """The counting is one statement, tried on both databases in its own test."""
    return "sqlite"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real parameters cost a tenth of a second each."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))
    monkeypatch.setattr(passwords, "_nobody", [])


def invited(app: Flask, email: str, role: Role = "company", party: int | None = None, manages: bool = False) -> str:
    """The path of a new person's link."""
    with app.app_context(), current_database().write() as session:
        _user, token = invite(session, OPERATOR, email, "Test person", role, party, manages, datetime.now(UTC))
    return f"/desk/invitation/{token}"


@pytest.fixture
def member(app: Flask) -> str:
    """The address of a member of the dairy who has a password."""
    make_firms(app)
    path = invited(app, "member@dairy.example", party=party_number(app, DAIRY))
    done = Visitor(app).send(path, {"name": "Member", "password": PASSWORD, "repeated": PASSWORD})
    assert done.status_code == 303
    return "member@dairy.example"


def regulator(app: Flask) -> tuple[Visitor, str]:
    """A regulator who has just signed in for the first time, and the secret of the telephone."""
    visitor = Visitor(app)
    path = invited(app, "officer@office.example", "regulator", party_number(app, DAIRY))
    done = visitor.send(path, {"name": "Officer", "password": PASSWORD, "repeated": PASSWORD})
    assert done.headers["Location"].startswith("/desk/second-factor")
    secret = secret_shown(visitor.get("/desk/second-factor"))
    return visitor, secret


def test_an_invited_person_chooses_a_password_and_is_in(app: Flask, member: str) -> None:
    """The session's cookie is for this host alone; the link works once."""
    visitor = Visitor(app)
    answer = visitor.sign_in(member.upper(), PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-suyuan="))
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert visitor.get("/desk").status_code == 200


def test_a_link_works_once_and_a_guessable_password_is_refused(app: Flask) -> None:
    """What was typed stays, what is wrong stands at its field."""
    make_firms(app)
    path = invited(app, "new@dairy.example", party=party_number(app, DAIRY))
    visitor = Visitor(app)
    for password in ("short", "aaaaaaaaaaaa", "123456789012", "new@dairy.example1", "password1234"):
        refused = visitor.send(path, {"name": "新人", "password": password, "repeated": password})
        assert refused.status_code == 422, password
        tree = html.document_fromstring(refused.text)
        assert tree.xpath("//input[@id='name']/@value") == ["新人"]
        assert tree.xpath("//input[@id='password']/@aria-invalid") == ["true"]
    form = {"name": "新人", "password": PASSWORD, "repeated": PASSWORD}
    assert visitor.send(path, form | {"repeated": "another one entirely"}).status_code == 422
    assert visitor.send(path, form).status_code == 303
    assert visitor.get(path).status_code == 404


def test_strangers_learn_nothing(app: Flask, member: str) -> None:
    """An unknown address, a wrong password, somebody without a password: one answer."""
    invited(app, "idle@dairy.example", party=party_number(app, DAIRY))
    pages = set()
    for email in (member, "nobody@dairy.example", "idle@dairy.example"):
        answer = Visitor(app).sign_in(email, "not the password")
        assert answer.status_code == 422
        tree = html.document_fromstring(answer.text)
        pages.add(" ".join(tree.xpath("//main")[0].text_content().split()))
    assert len(pages) == 1


def test_after_so_many_wrong_attempts_not_even_the_right_one_is_looked_at(app: Flask, member: str) -> None:
    """Nor does it help to come from elsewhere; only a browser that the person used before has attempts of its own."""
    known = Visitor(app)
    assert known.sign_in(member, PASSWORD).status_code == 303
    known.client.delete_cookie("__Host-suyuan", domain="suyuan.example")
    for number in range(LIMITS["account"]):
        assert Visitor(app, f"192.0.2.{number}").sign_in(member, "wrong wrong wrong").status_code == 422
    refused = Visitor(app, "198.51.100.9").sign_in(member, PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert known.sign_in(member, PASSWORD).status_code == 303


def test_a_regulator_shows_a_second_factor_and_each_code_once(app: Flask) -> None:
    """The session before it opens no page; its token is another one afterwards; a code is used up."""
    make_firms(app)
    visitor, secret = regulator(app)
    assert visitor.get("/desk").status_code == 303
    before = visitor.client.get_cookie("__Host-suyuan", domain="suyuan.example")
    now = time.time()
    kept = visitor.show_code(secret, now)
    assert kept.status_code == 200
    assert len(html.document_fromstring(kept.text).xpath("//ul[@class='codes']/li")) == 10
    after = visitor.client.get_cookie("__Host-suyuan", domain="suyuan.example")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert visitor.get("/desk").status_code == 200
    second = Visitor(app)
    assert second.sign_in("officer@office.example", PASSWORD).headers["Location"].startswith("/desk/second-factor")
    assert second.show_code(secret, now).status_code == 422
    recovery = html.document_fromstring(kept.text).xpath("//ul[@class='codes']/li")[0].text_content()
    assert second.send("/desk/second-factor", {"code": recovery}).status_code == 303
    third = Visitor(app)
    third.sign_in("officer@office.example", PASSWORD)
    assert third.send("/desk/second-factor", {"code": recovery}).status_code == 422
    assert third.show_code(secret, now + 30).status_code == 303


def test_digits_cannot_be_tried_out(app: Flask) -> None:
    """After so many wrong ones the right one is refused too, in whatever browser."""
    make_firms(app)
    visitor, secret = regulator(app)
    for _ in range(LIMITS["code"]):
        assert visitor.send("/desk/second-factor", {"code": "000000"}).status_code == 422
    assert visitor.show_code(secret).status_code == 429


def test_a_session_that_somebody_planted_is_worth_nothing(app: Flask, member: str) -> None:
    """Signing in makes a new token, whatever cookie was there."""
    visitor = Visitor(app)
    visitor.client.set_cookie("__Host-suyuan", "planted", domain="suyuan.example", secure=True)
    assert visitor.sign_in(member, PASSWORD).status_code == 303
    cookie = visitor.client.get_cookie("__Host-suyuan", domain="suyuan.example")
    assert cookie is not None
    assert cookie.value != "planted"


def test_the_way_back_leads_to_the_desk_alone(app: Flask, member: str) -> None:
    """Where a person wanted to go, and never to another site."""
    for wanted, led in (("/desk/batches?x=1", "/desk/batches?x=1"), ("//evil.example/", "/desk")):
        form = {"email": member, "password": PASSWORD, "next": wanted}
        assert Visitor(app).send("/desk/sign-in", form).headers["Location"] == led


def test_forgotten_passwords_are_answered_alike(app: Flask, member: str) -> None:
    """Without a mail server the page says whom to ask."""
    pages = {Visitor(app).get("/desk/forgotten").text for _ in range(1)}
    assert "sends no mail" in pages.pop()
