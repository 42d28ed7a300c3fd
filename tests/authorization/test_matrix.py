"""Every route with every method has a row, and answers each kind of caller about each kind of object as it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask, Response
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.authorization.row import ACTORS, COMPANY, OFFICIALS, Actor, Row, Things
from tests.authorization.world import Undone, World, app_of, make_world
from tests.conftest import database_maker
from tests.desk import DeskClient, sign_in
from tests.trace.web.api_client import Api
from trace.kit import audit
from trace.kit.auth import Role

SHORTEST = 4

PARTS = sorted(path.stem for path in (Path(__file__).parent / "rows").glob("[a-z]*.py"))
ROLES: dict[Actor, Role] = {
    "member": "company",
    "manager": "company",
    "regulator": "regulator",
    "auditor": "auditor",
    "operator": "admin",
}


def rows_of(part: str) -> list[Row]:
    rows: list[Row] = import_module(f"tests.authorization.rows.{part}").ROWS
    return rows


@dataclass(frozen=True)
class Stage:
    """The world, and each kind of caller in it, by key and by session."""

    world: World
    keys: dict[Actor, Api]
    people: dict[Actor, DeskClient]

    def call(self, actor: Actor, row: Row, things: Things) -> TestResponse:
        address, body, form = row.fill(things)
        headers = dict(row.headers or {})
        if not row.is_desk:
            return self.keys[actor].send(row.method, address, body, **headers)
        if actor == "nobody":
            return self.world.app.test_client().open(address, method=row.method, data=form)
        if row.method == "POST":
            return self.people[actor].send("POST", address, self.people[actor].hidden() | dict(form or {}))
        return self.people[actor].send(row.method, address)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.campaign)])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    for make in database_maker(request.param, request, tmp_path_factory.mktemp("authorization")):
        database = Undone(make().engine.url.render_as_string(hide_password=False))
        app = app_of(database)
        world = make_world(app)
        keys: dict[Actor, Api] = {"nobody": Api(app, None)}
        people: dict[Actor, DeskClient] = {}
        for actor, role in ROLES.items():
            party = _party_of(app, world, actor)
            keys[actor] = Api.issue(app, role, party)
            people[actor] = sign_in(app, role, party, manages=actor == "manager")
        database.frozen = True
        yield Stage(world, keys, people)
        database.close()


def _party_of(app: Flask, world: World, actor: Actor) -> int | None:
    if actor in COMPANY:
        return world.own.party
    return world.office if actor == "regulator" else None


def test_every_route_with_every_method_has_a_row(stage: Stage) -> None:
    app = stage.world.app
    adapter = app.url_map.bind("localhost")
    known = set()
    for part in PARTS:
        for row in rows_of(part):
            address, _, _ = row.fill(stage.world.own.things)
            try:
                rule, _ = adapter.match(address.partition("?")[0], row.method, return_rule=True)
            except HTTPException as wrong:
                raise AssertionError(f"{part}: no route takes {row.method} {address}: {wrong}") from None
            known.add((row.method, rule.rule))
    served = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.websocket
    }
    missing = sorted(f"{method} {rule}" for method, rule in served - known)
    assert not missing, "add a row to tests/authorization/rows/ (its README.md says how) for\n" + "\n".join(missing)


@pytest.mark.parametrize("part", PARTS)
def test_each_is_answered_as_its_row_says(stage: Stage, part: str) -> None:
    wrong = [fault for row in rows_of(part) for fault in _faults(stage, row)]
    assert not wrong, "\n".join(wrong)


def _faults(stage: Stage, row: Row) -> Iterator[str]:
    world = stage.world
    for actor in ACTORS:
        let_in = actor in row.who
        expected = _expected(actor, row) if let_in else _refusal(actor, row)
        own = stage.call(actor, row, world.own.things)
        yield from _compare(row, actor, "own", expected, own)
        if not (let_in and row.names_something()):
            continue
        turned_away = actor == "nobody" and row.nobody is not None  # before anything is looked at
        absent = stage.call(actor, row, world.absent)
        yield from _compare(row, actor, "absent", expected if turned_away else _absent(actor, row), absent)
        if actor in OFFICIALS:
            continue
        foreign = stage.call(actor, row, world.foreign.things)
        yield from _compare(row, actor, "foreign", expected if turned_away else row.foreign, foreign)
        if row.foreign not in (200, row.own) and not row.told:
            told = _difference(_masked(row, foreign, world.foreign.things), _masked(row, absent, world.absent))
            if told:
                yield f"{row.method} {row.address} tells {actor} a foreign object from an absent one:\n  {told}"


def _difference(one: str, other: str) -> str | None:
    """Where two answers begin to differ, with a few words around it."""
    if one == other:
        return None
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return "\n  ".join(text[max(at - 100, 0) : at + 100] for text in (one, other))


def _expected(actor: Actor, row: Row) -> int:
    if actor == "nobody" and row.nobody is not None:
        return row.nobody
    return row.own if row.officials is None or actor not in OFFICIALS else row.officials


def _absent(actor: Actor, row: Row) -> int:
    return row.absent if row.officials_absent is None or actor not in OFFICIALS else row.officials_absent


def _refusal(actor: Actor, row: Row) -> int:
    if actor != "nobody":
        return 403
    return 303 if row.is_desk and row.method == "GET" else 401


def _compare(row: Row, actor: Actor, whose: str, expected: int, got: TestResponse) -> Iterator[str]:
    if got.status_code != expected:
        said = "" if got.mimetype == "text/html" else got.get_data()[:300].decode("utf-8", "replace")
        yield f"{row.method} {row.address} by {actor}, {whose}: expected {expected}, got {got.status_code} {said}"


def _masked(row: Row, response: TestResponse, things: Things) -> str:
    """What was answered, with the names of the objects asked for taken out."""
    text = f"{response.status_code} {sorted(_headers(response))} {response.get_data().decode('utf-8', 'replace')}"
    for name in sorted(row.names(), key=lambda one: -len(getattr(things, one))):
        value = getattr(things, name)
        for written in dict.fromkeys((value, quote(value, safe=""), quote(value, safe="/"))):
            # a row number is part of many words
            alone = r"(?<![0-9A-Za-z=.])%s(?![0-9A-Za-z])" if len(value) < SHORTEST else "%s"
            text = re.sub(alone % re.escape(written), "{" + name + "}", text)
    return re.sub(r'(name="once" value=")[0-9a-f]+', r"\1", text)  # every page gives its forms another one


def _headers(response: TestResponse) -> Iterator[tuple[str, str]]:
    for name, value in response.headers.items():
        if name not in ("Content-Length", "Set-Cookie"):
            yield name, value


@pytest.mark.parametrize("part", [part for part in PARTS if part.startswith("desk_")])
def test_what_an_official_is_answered_at_the_desk_is_on_record(
    stage: Stage, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages, files, forms and refusals: one entry each."""
    kept: list[str] = []
    insert = audit._insert

    def keep(session: Session, call: Any, response: Response) -> None:
        kept.append(response.status)
        insert(session, call, response)

    monkeypatch.setattr(audit, "_insert", keep)
    missing = []
    for row in rows_of(part):
        if row.is_public:
            continue  # the door: nobody is let in by it yet
        actor: Actor = "regulator" if "regulator" in row.who else "operator"
        kept.clear()
        stage.call(actor, row, stage.world.own.things)
        if row.is_desk and len(kept) != 1:
            missing.append(f"{row.method} {row.address} by {actor}: {len(kept)} entries")
    assert not missing, "\n".join(missing)


def test_a_session_is_no_key_and_a_key_no_session(stage: Stage) -> None:
    lot = f"/api/v1/batches/{stage.world.own.things.gtin}/{stage.world.own.things.lot}"
    assert stage.people["member"].send("GET", lot).status_code == 401
    answer: Any = stage.keys["member"].send("GET", "/desk")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/sign-in?next=%2Fdesk")
