"""A company never reads of another chain, nor the names of whom its own goods reached beyond its customers."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from lxml import html

from tests.authorization.row import COMPANY, NAMES, Row, Things
from tests.authorization.test_matrix import PARTS, Stage, rows_of, stage  # noqa: F401  (a fixture)
from tests.authorization.world import Town
from tests.desk import DeskClient, sign_in

MOST = 200
"""Pages that are looked through; there are fewer, so that a list which leads on for ever fails."""


def answers(stage: Stage, part: str, things: Things) -> Iterator[tuple[Row, str]]:  # noqa: F811
    for row in rows_of(part):
        if row.who & COMPANY and not row.is_public and not (row.told and things.party != stage.world.own.things.party):
            answer = stage.call("manager", row, things)
            yield row, f"{answer.headers} {answer.get_data().decode('utf-8', 'replace')}"


@pytest.mark.parametrize("part", PARTS)
def test_no_answer_about_own_goods_names_a_firm_beyond_ones_neighbours(stage: Stage, part: str) -> None:  # noqa: F811
    own = stage.world.own
    named = [
        f"{row.method} {row.address} tells {secret}"
        for row, said in answers(stage, part, own.things)
        for secret in (*own.deeper, *stage.world.foreign.secrets)
        if secret in said
    ]
    assert not named, "\n".join(named)


@pytest.mark.parametrize("part", PARTS)
def test_no_name_of_another_chain_opens_anything_of_it(stage: Stage, part: str) -> None:  # noqa: F811
    foreign = stage.world.foreign
    told = [
        f"{row.method} {row.address} tells {secret}"
        for row, said in answers(stage, part, foreign.things)
        for secret in _private_words(foreign)
        if secret in said
    ]
    assert not told, "\n".join(told)


def _private_words(town: Town) -> list[str]:
    """What was not in the question itself."""
    asked = {getattr(town.things, name) for name in NAMES}
    return [word for word in town.secrets if word not in asked]


def crawl(person: DeskClient) -> tuple[set[str], set[str]]:
    """Every address of the service to which the pages of a person lead, and to which their forms are sent."""
    seen, forms, waiting = {"/desk"}, set(), ["/desk"]
    kinds: set[object] = set()
    while waiting:
        here = waiting.pop()
        answer = person.send("GET", here)
        if answer.status_code == 303:
            found = [answer.headers["Location"]]
        elif answer.mimetype == "text/html" and answer.status_code == 200:
            tree = html.document_fromstring(answer.get_data(as_text=True))
            found = tree.xpath("//@href | //@src")
            forms |= {urljoin(here, one.get("action") or here) for one in tree.xpath("//form[@method='post']")}
        else:
            continue
        for link in found:
            parts = urlsplit(urljoin(here, link))
            query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] != "lang"])
            address = parts.path + (f"?{query}" if query else "")
            kind = (parts.path, parts.query if "batch=" in query else query.count("=") > 1)  # not each way to filter
            if parts.path.startswith("/desk") and "/static/" not in address and kind not in kinds:
                kinds.add(kind)
                seen.add(address)
                waiting.append(address)
        assert len(seen) < MOST, "\n".join(sorted(seen))
    return seen, forms


def test_what_one_firm_was_shown_opens_nothing_to_others(stage: Stage) -> None:  # noqa: F811
    """Every address of its pages and forms, sent by another firm and by nobody."""
    world = stage.world
    addresses, forms = crawl(stage.people["manager"])
    assert any(world.own.things.lot in one for one in addresses), sorted(addresses)
    stranger = sign_in(world.app, "company", world.foreign.party, manages=True)
    nobody = world.app.test_client()
    told = []
    for address in sorted(addresses | forms):
        for method in ("GET", "POST"):
            for who, said in (
                ("a stranger", stranger.send(method, address, stranger.hidden() if method == "POST" else None)),
                ("nobody", nobody.open(address, method=method)),
            ):
                text = f"{said.headers} {said.get_data().decode('utf-8', 'replace')}"
                secrets = [one for one in world.own.secrets if one in text and one not in address]
                told += [f"{method} {address} tells {who} {one}" for one in secrets]
                assert said.status_code < 500, (method, address)
    assert not told, "\n".join(told)
