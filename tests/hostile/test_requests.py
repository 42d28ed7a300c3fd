"""Hostile requests: refused or harmless, never trouble, never an all-clear. Their cost: `python -m tests.hostile`."""

from urllib.parse import urlsplit

import pytest

from tests.hostile.attacks import attacks
from tests.hostile.measure import MOST_MEGABYTES, MOST_SECONDS, measure
from tests.hostile.shapes import read_html
from tests.hostile.world import World
from trace.kit.strict_json import loads


def test_every_hostile_request_is_refused_or_harmless(plain: World) -> None:
    client = plain.app.test_client()
    wrong = []
    for attack in attacks():
        answer = attack.send(client)
        if answer.status_code not in attack.allowed:
            wrong.append((attack.name, answer.status_code, answer.text[:300]))
        kind = answer.content_type or ""  # a redirect has no body
        if "json" in kind:
            body = loads(answer.data)
            if b"no_recall_known" in answer.data or len(answer.data) > 20_000:
                wrong.append((attack.name, answer.status_code, str(body)[:300]))
        elif "html" in kind:
            assert not {"script", "img"} & {tag for tag, names in read_html(answer.text).elements if "src" not in names}
        place = urlsplit(answer.headers.get("Location", ""))
        if place.netloc not in ("", "suyuan.example", "localhost", "milk.example"):
            wrong.append((attack.name, answer.status_code, answer.headers["Location"]))
    assert wrong == []


@pytest.mark.campaign
def test_no_hostile_request_costs_much(plain: World) -> None:
    dear = [row for row in measure(plain.app) if row.seconds > MOST_SECONDS or row.megabytes > MOST_MEGABYTES]
    assert dear == []
