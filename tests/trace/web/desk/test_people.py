"""People and keys in pages: a firm's administrator manages its own, and what is ended is ended at once."""

import re
import time

import pytest
from flask import Flask
from lxml import html
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from werkzeug.routing import AnyConverter, Rule

from tests.desk import DeskClient, sign_in
from tests.kit.mail_server import running_mail_server
from tests.trace.web.api_client import Api
from tests.trace.web.desk.door import Visitor
from tests.trace.web.firms import DAIRY, make_firms, party_number
from trace.accounts import passwords
from trace.audit_log import Wanted, list_entries
from trace.kit.accounts import find_user
from trace.kit.config import Settings
from trace.kit.db import Database
from trace.kit.web import current_database
from trace.web.desk.browsers import name_browser
from wsgi import create_app

PASSWORD = "three blue cows dancing"


@pytest.fixture
def database_kind() -> str:
    """Nothing here differs between databases."""
    return "sqlite"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real parameters cost a tenth of a second each."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))


@pytest.fixture
def manager(app: Flask) -> DeskClient:
    """The administrator of the dairy."""
    make_firms(app)
    return sign_in(app, "company", party_number(app, DAIRY), manages=True, name="Manager")


def link_shown(page: str) -> str:
    """The path of the link that a page hands over."""
    found: str = html.document_fromstring(page).xpath("//p[contains(@class, 'link')]")[0].text_content()
    return found.removeprefix("https://suyuan.example")


def come_in(app: Flask, path: str) -> Visitor:
    """Choose a password by a link."""
    visitor = Visitor(app)
    done = visitor.send(path, {"name": "New one", "password": PASSWORD, "repeated": PASSWORD})
    assert done.headers["Location"] == "/desk"
    return visitor


def test_an_administrator_invites_and_lets_go(app: Flask, manager: DeskClient) -> None:
    """Who is let go is out at the next click, and cannot come in again."""
    invited = manager.post("/desk/people", {"name": "New one", "email": "New@dairy.example"}, 201)
    visitor = come_in(app, link_shown(invited.text))
    assert visitor.get("/desk").status_code == 200
    person = manager.get("/desk/people").tree.xpath("//a[text()='New one']/@href")[0]
    manager.post(f"{person}/end", {})
    assert visitor.get("/desk").status_code == 303
    assert visitor.sign_in("new@dairy.example", PASSWORD).status_code == 422
    assert "ended" in manager.get("/desk/people").text


def test_who_comes_in_and_who_changes_people_is_on_record(app: Flask, manager: DeskClient) -> None:
    """A firm's as an official's; the link itself is not."""
    come_in(app, link_shown(manager.post("/desk/people", {"name": "New one", "email": "new@dairy.example"}, 201).text))
    person = manager.get("/desk/people").tree.xpath("//a[text()='New one']/@href")[0]
    manager.post(f"{person}/end", {})
    with app.app_context(), current_database().read() as session:
        kept = [(row["path"], row["name"]) for row in list_entries(session, Wanted(), None, 3)]
    came_in = ("/desk/invitation/...", "New one")
    assert kept == [(f"{person}/end", "Manager"), came_in, ("/desk/people", "Manager")]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/116.0 Mobile MicroMessenger/8.0", "WeChat, Android"),
        ("curl/8.0", "curl/8.0"),
        ("", ""),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent: str, words: str) -> None:
    """What is none that people know stays as it names itself."""
    assert name_browser(agent) == words


def test_a_name_has_a_length(manager: DeskClient) -> None:
    """What was typed too long stays in the form, and in no row."""
    for path, form in (("/desk/people", {"email": "new@dairy.example"}), ("/desk/me/name", {})):
        assert manager.post(path, {**form, "name": "n" * 201}, 422).text
    manager.post("/desk/me/name", {"name": "n" * 200})


def test_an_address_is_as_long_as_mail_takes(manager: DeskClient) -> None:
    """Of a refused form's reason the record, which nobody can shorten, keeps the beginning alone."""
    form = {"name": "One", "email": f"one@{'d' * 60}.{'e' * 60}.{'f' * 60}.{'g' * 60}.example", "reason": "x" * 9000}
    assert "not a mail address" in manager.post("/desk/people", form, 422).text
    with manager.app.app_context(), current_database().read() as session:
        assert [len(row["purpose"] or "") for row in list_entries(session, Wanted(), None, 1)] == [2000]


def test_an_address_is_taken_once(manager: DeskClient) -> None:
    """The second invitation is refused, with what was typed."""
    manager.post("/desk/people", {"name": "One", "email": "one@dairy.example"}, 201)
    refused = manager.post("/desk/people", {"name": "Two", "email": "one@dairy.example"}, 409)
    assert html.document_fromstring(refused.text).xpath("//input[@id='name']/@value") == ["Two"]


def test_nobody_changes_his_own_rights_ends_himself_or_gets_a_link_without_the_password(manager: DeskClient) -> None:
    """Another administrator does."""
    for deed in ("manager", "end", "reset", "invite"):
        manager.post(f"/desk/people/{manager.user_id}/{deed}", {"manages": "0"}, 409)


def test_who_becomes_administrator_needs_a_second_factor(app: Flask, manager: DeskClient) -> None:
    """The sessions of before end: they had none."""
    invited = manager.post("/desk/people", {"name": "New one", "email": "new@dairy.example"}, 201)
    visitor = come_in(app, link_shown(invited.text))
    person = manager.get("/desk/people").tree.xpath("//a[text()='New one']/@href")[0]
    manager.post(f"{person}/manager", {"manages": "1"})
    assert visitor.get("/desk").status_code == 303
    visitor.client.delete_cookie("__Host-suyuan", domain="suyuan.example")
    assert visitor.sign_in("new@dairy.example", PASSWORD).headers["Location"].startswith("/desk/second-factor")


def test_who_lost_the_telephone_begins_anew_with_the_link_alone(app: Flask, manager: DeskClient) -> None:
    """The old password alone sets no second factor up."""
    invited = manager.post("/desk/people", {"name": "New one", "email": "new@dairy.example"}, 201)
    come_in(app, link_shown(invited.text))
    person = manager.get("/desk/people").tree.xpath("//a[text()='New one']/@href")[0]
    anew = manager.post(f"{person}/reset", {}, 200)
    assert Visitor(app).sign_in("new@dairy.example", PASSWORD).status_code == 422
    come_in(app, link_shown(anew.text))


def test_a_key_is_shown_once_works_and_is_ended(app: Flask, manager: DeskClient) -> None:
    """It calls the API as the firm, and its list says who issued it."""
    with app.app_context(), current_database().write() as session:
        find_user(session, manager.user_id).password_hash = passwords.hash_password(PASSWORD)
    assert "till" in manager.post("/desk/keys", {"name": "till", "current": "not the password"}, 422).text
    issued = manager.post("/desk/keys", {"name": "till", "current": PASSWORD}, 201).text
    found = re.search(r"sy_([0-9a-f]{8})_[\w-]{43}", issued)
    assert found is not None
    call = {"Authorization": f"Bearer {found[0]}"}
    place = f"/api/v1/parties/{DAIRY}"
    assert app.test_client().get(place, headers=call).status_code == 200
    listed = manager.get("/desk/keys")
    assert found[0] not in listed.body
    assert "Manager" in listed.text
    manager.post(f"/desk/keys/{found[1]}/end", {})
    assert app.test_client().get(place, headers=call).status_code == 401


def test_a_new_password_needs_the_old_one_and_ends_other_browsers(app: Flask, manager: DeskClient) -> None:
    """A browser left open cannot take the account over."""
    invited = manager.post("/desk/people", {"name": "New one", "email": "new@dairy.example"}, 201)
    here = come_in(app, link_shown(invited.text))
    there = Visitor(app)
    there.sign_in("new@dairy.example", PASSWORD)
    form = {"current": "wrong", "password": "four green hens singing", "repeated": "four green hens singing"}
    assert here.send("/desk/me/password", form, "/desk/me").status_code == 422
    assert there.get("/desk").status_code == 200
    assert here.send("/desk/me/password", form | {"current": PASSWORD}, "/desk/me").status_code == 303
    assert (here.get("/desk").status_code, there.get("/desk").status_code) == (200, 303)


def test_a_link_goes_by_mail_and_a_forgotten_password_is_answered_alike(database: Database) -> None:
    """In both languages; an unknown address gets the same page, and no mail."""
    with running_mail_server() as inbox:
        settings = Settings(
            database.engine.url.render_as_string(hide_password=False),
            *("a key for tests", "https://suyuan.example"),
            smtp_url=inbox.url,
            mail_from="desk@suyuan.example",
            repeat_seconds=0,
        )
        app = create_app(settings, database)
        make_firms(app)
        manager = sign_in(app, "company", party_number(app, DAIRY), manages=True)
        invited = manager.post("/desk/people", {"name": "New", "email": "new@dairy.example"}, 201).text
        shown = link_shown(invited)
        assert "was mailed to new@dairy.example" in invited
        assert f"https://suyuan.example{shown}" in inbox.to("new@dairy.example")[0]
        come_in(app, shown)
        pages = set()
        for email in ("new@dairy.example", "nobody@dairy.example"):
            answer = Visitor(app).send("/desk/forgotten", {"email": email})
            pages.add(" ".join(html.document_fromstring(answer.text).xpath("//main")[0].text_content().split()))
        assert len(pages) == 1
        for _ in range(500):  # nobody waits for the mail
            if len(inbox.mails) < 2:
                time.sleep(0.01)
        assert len(inbox.mails) == 2
        link = re.search(r"/desk/invitation/[\w-]+", inbox.to("new@dairy.example")[1])
        assert link is not None
        come_in(app, link[0])


def test_who_invites_is_told_that_no_mail_was_sent(app: Flask, manager: DeskClient, database: Database) -> None:
    """Without a mail server, and where it takes nothing; the link works nevertheless."""
    assert "not sent by mail" in manager.post("/desk/people", {"name": "A", "email": "a@dairy.example"}, 201).text
    address = database.engine.url.render_as_string(hide_password=False)
    settings = Settings(
        address,
        *("a key for tests", "https://suyuan.example"),
        smtp_url="smtp://127.0.0.1:9",
        mail_from="desk@suyuan.example",
        repeat_seconds=0,
    )
    app = create_app(settings, database)
    manager = sign_in(app, "company", party_number(app, DAIRY), manages=True)
    told = manager.post("/desk/people", {"name": "B", "email": "b@dairy.example"}, 201).text
    assert "could not be sent" in told
    come_in(app, link_shown(told))


def test_no_mailbox_is_filled_with_links(database: Database) -> None:
    """Whether anybody has the address or not, the fourth wish in a quarter of an hour is refused."""
    settings = Settings(
        database.engine.url.render_as_string(hide_password=False),
        *("a key for tests", "https://suyuan.example"),
        smtp_url="smtp://127.0.0.1:9",
        mail_from="desk@suyuan.example",
        repeat_seconds=0,
    )
    app = create_app(settings, database)
    statuses = [
        Visitor(app, f"192.0.2.{at}").send("/desk/forgotten", {"email": "nobody@dairy.example"}).status_code
        for at in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


def test_an_administrator_of_a_firm_manages_no_official(app: Flask) -> None:
    """Not even one who belongs to the same party: a link for his password would be his rights."""
    make_firms(app)
    party = party_number(app, DAIRY)
    manager, official = sign_in(app, "company", party, manages=True), sign_in(app, "regulator", party)
    key = Api.issue(app, "regulator", party)
    prefix = (key.key or "").split("_")[1]
    assert len(manager.get("/desk/people").tree.xpath("//tbody/tr")) == 1
    for path in (f"people/{official.user_id}/reset", f"people/{official.user_id}/end", f"keys/{prefix}/end"):
        manager.post(f"/desk/{path}", {}, 404)
    assert prefix not in manager.get("/desk/keys").text


def _any_of(rule: Rule, name: str) -> str:
    kind = rule._converters[name]
    return min(kind.items) if isinstance(kind, AnyConverter) else "1"


def test_no_form_of_the_desk_is_taken_from_elsewhere(app: Flask, manager: DeskClient) -> None:
    """Every address that takes a form refuses one without our hidden field, and one that another site sent."""
    addresses = app.url_map.bind("suyuan.example")
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/desk") or "POST" not in (rule.methods or ()):
            continue
        path = addresses.build(rule.endpoint, {name: _any_of(rule, name) for name in rule.arguments}, method="POST")
        for form, site in (({}, "same-origin"), (manager.hidden(), "cross-site")):
            answer = manager.send("POST", path, form, Sec_Fetch_Site=site)
            assert answer.status_code in (403, 404), (path, answer.status_code)
            assert answer.status_code == 403 or rule.endpoint.endswith("post_invitation"), path
            tried += 1
    assert tried > 40


def test_the_first_people_are_invited_at_the_command_line(app: Flask) -> None:
    """The link alone is printed; again for the same address it is a new one; an end is an end."""
    make_firms(app)
    run = app.test_cli_runner().invoke
    invite = ["users", "invite", "--email", "boss@office.example", "--role", "regulator", "--party", DAIRY]
    first, second = run(args=invite).output.strip(), run(args=invite).output.strip()
    assert first != second
    visitor = Visitor(app)
    assert visitor.get(first.removeprefix("https://suyuan.example")).status_code == 404
    assert visitor.get(second.removeprefix("https://suyuan.example")).status_code == 200
    assert "boss@office.example" in run(args=["users", "list"]).output
    assert run(args=["users", "end", "boss@office.example"]).exit_code == 0
    assert visitor.get(second.removeprefix("https://suyuan.example")).status_code == 404
    assert run(args=["users", "end", "boss@office.example"]).exit_code == 1
    refused = run(args=["users", "invite", "--email", "x@y.example", "--role", "company"])
    assert refused.exit_code == 1
    assert "--party" in refused.output
