"""Without network: the installed page says that nothing can be said, and shows no answer of before."""

import pytest

from tests.e2e.conftest import Visit
from tests.e2e.words import SAID
from tests.e2e.world import RECALLED, SAFE, YOGURT
from trace.kit.strict_json import loads


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_network_nothing_is_said_about_goods(visit: Visit, language: str) -> None:
    visitor = visit(language)
    page = visitor.open(f"/check?code={YOGURT}&lot={SAFE}")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    visitor.wait_until("navigator.serviceWorker.controller !== null")
    visitor.context.set_offline(True)
    for path in (f"/check?code={YOGURT}&lot={SAFE}", f"/check?code={YOGURT}&lot={RECALLED}", "/", "/recalls"):
        page.goto(visitor.url + path)
        assert SAID[language]["offline"] in visitor.text
        assert SAID[language]["no all-clear"] in visitor.text
        assert SAID[language]["no_recall_known"] not in visitor.text
    visitor.context.set_offline(False)
    visitor.open(f"/check?code={YOGURT}&lot={RECALLED}")
    assert SAID[language]["recalled"] in visitor.headline


def test_no_answer_is_kept_by_the_service_worker(visit: Visit) -> None:
    visitor = visit("en")
    page = visitor.open(f"/check?code={YOGURT}&lot={RECALLED}")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (name) =>"
        " (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat()"
    )
    assert kept
    assert not [path for path in kept if path.startswith(("/check", "/recalls", "/api", "/01", "/products"))]


@pytest.mark.parametrize(("language", "name"), [("zh", "溯源查询"), ("en", "Suyuan")])
def test_it_can_be_installed(visit: Visit, language: str, name: str) -> None:
    visitor = visit(language)
    page = visitor.open("/check")
    address = page.evaluate("document.querySelector('link[rel=manifest]').href")
    manifest = loads(visitor.context.request.get(address).body())
    assert (manifest["name"], manifest["display"]) == (name, "standalone")
    for icon in manifest["icons"]:
        answer = visitor.context.request.get(visitor.url + icon["src"])
        assert answer.headers["content-type"].startswith(icon["type"])
