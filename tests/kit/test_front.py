"""Answers that are repeated: byte by byte, for a moment, and only while nothing changed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from trace.kit import front
from trace.kit.front import Stamp, Unknown, remember


class World:
    """A clock, a stamp that may be out of reach, and an application that counts how often it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.version: int | None = 1
        self.asked = 0
        self.stamped = 0
        monkeypatch.setattr(front, "monotonic", lambda: self.now)
        self.app = Flask("test")
        self.app.add_url_rule("/thing", view_func=self.view)
        self.app.add_url_rule("/<path:any>", view_func=self.other)
        front.register(self.app, 5, self.read)
        self.client: FlaskClient = self.app.test_client()

    def read(self) -> int:
        self.stamped += 1
        if self.version is None:
            raise OperationalError("SELECT", {}, Exception("gone"))
        return self.version

    def view(self) -> Response:
        self.asked += 1
        remember()
        answer = Response(f"answer {self.asked} in {request.headers.get('Accept-Language')}", content_type="text/plain")
        answer.headers["Vary"] = "Accept-Language"
        if "cookie" in request.args:
            answer.set_cookie("lang", "en")
        if "status" in request.args:
            answer.status_code = int(request.args["status"])
        return answer

    def other(self, any: str) -> str:
        self.asked += 1
        return f"{any} {self.asked}"

    def get(self, target: str = "/thing", **headers: str) -> Any:
        return self.client.get(target, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_an_answer_is_repeated_byte_by_byte_until_it_is_too_old(world: World) -> None:
    first = world.get()
    world.now += 0.5
    again = world.get()
    assert (again.data, list(again.headers), again.status) == (first.data, list(first.headers), first.status)
    world.now += 4.4
    assert world.get().headers["Age"] == "4"
    assert world.asked == 1
    world.now += 0.1
    assert world.get().data != first.data
    assert world.asked == 2


def test_a_change_shows_within_a_second_and_the_stamp_is_asked_for_once_a_second(world: World) -> None:
    world.get()
    world.version = 2
    for _ in range(9):
        world.now += 0.1
        world.get()
    assert (world.asked, world.stamped) == (1, 1)
    world.now += 0.11
    world.get()
    assert (world.asked, world.stamped) == (2, 2)


def test_without_a_stamp_nothing_is_repeated_and_the_view_itself_is_asked(world: World) -> None:
    world.get()
    world.version = None
    world.now += 1
    world.get()
    world.get()
    assert (world.asked, world.stamped) == (3, 2)  # in trouble, too, it is asked for once a second
    world.version = 1
    world.now += 1
    world.get()
    world.get()
    assert (world.asked, world.stamped) == (3, 3)  # nothing had changed: the answer is still good


def test_what_differs_is_answered_apart(world: World) -> None:
    seen = {world.get(Accept_Language=one).text for one in ("zh", "en", "zh", "en")}
    assert len(seen) == world.asked == 2
    world.get("/thing?x=1")
    world.get("/thing?x=%31")  # another spelling is another address
    assert world.asked == 4


@pytest.mark.parametrize("target", ["/other", "/thing?cookie=1", "/thing?status=503", "/thing?status=304"])
def test_only_good_answers_that_may_be_repeated_are(world: World, target: str) -> None:
    world.get(target)
    world.get(target)
    assert world.asked == 2


def test_who_shows_a_key_is_answered_anew(world: World) -> None:
    world.get()
    world.get(Authorization="Bearer x")
    assert world.asked == 2
    assert world.client.post("/thing").status_code == 405


def test_a_tag_that_is_still_right_needs_no_body(world: World) -> None:
    tag = world.get().headers["ETag"]
    for wanted in (tag, f'"x", W/{tag}', "*"):
        answer = world.get(If_None_Match=wanted)
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
        assert "Content-Length" not in answer.headers
        assert answer.headers["Vary"] == "Accept-Language"
    assert world.get(If_None_Match='"x"').status_code == 200
    assert world.asked == 1


def test_a_head_has_the_headers_and_is_not_kept_for_a_get(world: World) -> None:
    head = world.client.head("/thing")
    assert head.data == b""
    assert world.get().data.startswith(b"answer")
    again = world.client.head("/thing")
    assert (again.data, again.headers["Content-Length"]) == (b"", world.get().headers["Content-Length"])


def test_a_tag_stands_for_a_body_and_a_redirect_has_none(world: World) -> None:
    assert "ETag" not in world.client.head("/thing").headers  # its body was not made
    for _ in range(2):
        moved = world.get("/thing?status=307", If_None_Match="*")
        assert (moved.status_code, "ETag" in moved.headers) == (307, False)
    assert world.asked == 2  # one for the HEAD, one for both redirects


def test_an_address_under_another_prefix_is_another_address(world: World) -> None:
    seen = [world.client.get("/thing", environ_overrides={"SCRIPT_NAME": root, "RAW_URI": "/x"}) for root in ("", "/x")]
    assert seen[0].data != seen[1].data


def test_memory_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "MOST_BYTES", 20_000)
    for number in range(100):
        world.get(f"/thing?x={number}")
    kept = world.app.wsgi_app._kept  # type: ignore[attr-defined]
    assert 0 < len(kept) < 20


def test_an_old_stamp_is_not_used_while_another_thread_still_asks() -> None:
    inner: list[Any] = []
    stamp = Stamp(lambda: "new")
    assert stamp.get(0.0) == "new"

    def slow() -> str:
        # what other threads get meanwhile
        for now in (1.75, 1.99, 2.0):
            try:
                inner.append(stamp.get(now))
            except Unknown:
                inner.append(None)
        return "newer"

    read: Callable[[], str] = slow
    stamp._read = read
    assert stamp.get(1.5) == "newer"
    assert inner == ["new", "new", None]
