"""GS1's lists of what a conformant resolver does: each line of each list has a test here, or this file fails.

A test names the lines that it keeps by list and number, with a word of the line that tells when lists change.
"""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest

from tests.data import DATA, data_path
from tests.trace.resolver.world import (
    BROWSER,
    CHEESE,
    DAIRY,
    GTIN,
    OUTLET,
    PAGES,
    SITE,
    SSCC,
    UNKNOWN,
    VOC,
    YOGURT,
    World,
)
from trace.gs1.ai import AI_TABLE
from trace.gs1.compression import compress
from trace.resolver.levels import SUPPORTED
from trace.resolver.link_types import MEDIA_TYPES

LISTS = {"1.1": "Conformance.txt", "1.2": "Conformance1_2.txt", "1.0": "ConformantResolver1_0.txt"}
Rule = Callable[[World], None]
KEPT: dict[str, tuple[str, Rule]] = {}
SHOWN: set[Rule] = set()
"""Rules that held in this world: lists say much alike, and a look changes nothing."""


def keeps(word: str, *lines: str) -> Callable[[Rule], Rule]:
    """Say that a rule keeps these lines, each of which has `word` in it."""

    def declare(rule: Rule) -> Rule:
        for line in lines:
            assert line not in KEPT, line
            KEPT[line] = (word, rule)
        return rule

    return declare


def read_lines() -> list[Any]:
    """Every line of every list that is no heading."""
    if not (DATA / "gs1/resolver").exists():
        return [pytest.param("", "", marks=pytest.mark.skip(reason="test data missing: gs1/resolver"), id="missing")]
    found = []
    for name, file in LISTS.items():
        for number, text in enumerate(data_path(f"gs1/resolver/{file}").read_text("utf-8").splitlines(), 1):
            if text.strip() and not text.strip().endswith(":"):
                found.append(pytest.param(f"{name}:{number}", text, id=f"{file}:{number}"))
    return found


@pytest.mark.parametrize(("line", "text"), read_lines())
def test_each_line_of_the_lists_is_kept(world: World, line: str, text: str) -> None:
    assert line in KEPT, f"no test keeps {line}: {text}"
    word, rule = KEPT[line]
    assert word.lower() in text.lower(), f"{line} is another line now: {text}"
    if rule not in SHOWN:
        rule(world)
        SHOWN.add(rule)


def schema_of(name: str) -> Any:
    return json.loads(data_path(f"gs1/{name}").read_text("utf-8"))


def compressed(*elements: tuple[str, str]) -> str:
    return "/" + compress(elements)


@keeps("HEAD and OPTIONS", "1.1:2", "1.2:1", "1.0:2")
def get_head_and_options_are_answered(world: World) -> None:
    for path in (YOGURT, f"{YOGURT}?linkType=linkset", UNKNOWN, "/01/1", "/.well-known/gs1resolver"):
        got, head = world.get(path), world.get(path, "HEAD")
        assert (head.status_code, head.data) == (got.status_code, b"")
        assert head.headers.get("Location") == got.headers.get("Location")
        assert head.headers.get("Link") == got.headers.get("Link")
        options = world.get(path, "OPTIONS")
        assert options.status_code < 300
        assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@keeps("TLS", "1.1:3", "1.2:2", "1.0:3")
def everything_it_says_of_itself_is_https_where_the_service_is(world: World) -> None:
    """TLS ends before the service; whatever scheme a request arrives by, every address of ours is the public one."""
    answer = world.get(f"{CHEESE}/10/L1")
    assert answer.headers["Location"].startswith("https://")
    assert "http://" not in answer.headers["Link"]
    for level in world.linkset(f"{YOGURT}/10/L2"):
        assert level["anchor"].startswith(SITE)
    assert world.get("/.well-known/gs1resolver").json["resolverRoot"] == SITE  # type: ignore[index]


@keeps("CORS", "1.1:4", "1.2:3", "1.0:4")
def pages_of_other_sites_may_ask(world: World) -> None:
    for path in (
        YOGURT,
        f"{YOGURT}?linkType=all",
        UNKNOWN,
        "/01/1",
        "/.well-known/gs1resolver",
        compressed(("01", GTIN)),
    ):
        for method in ("GET", "HEAD", "OPTIONS"):
            headers = world.get(path, method, origin="https://app.example").headers
            assert headers["Access-Control-Allow-Origin"] == "*"
            assert set(headers["Access-Control-Expose-Headers"].split(", ")) == {"Link", "Location"}
            assert "OPTIONS" in headers["Access-Control-Allow-Methods"]


@keeps("decompress", "1.1:5", "1.2:4", "1.0:8")
def a_compressed_address_is_read(world: World) -> None:
    lot = (("01", GTIN), ("10", "L2"))
    whole = "/" + compress(lot)
    partly = f"{YOGURT}/{compress(lot[1:])}"
    for path in (whole, partly):
        anchors = [level["anchor"] for level in world.linkset(path)]
        assert anchors == [f"{SITE}{YOGURT}/10/L2", SITE + YOGURT]
        assert world.leads_to(f"{path}?linkType=gs1:certificationInfo").startswith(f"{PAGES}/L2.pdf")
    recalled = world.leads_to(compressed(("01", CHEESE[4:]), ("10", "L1")))
    assert recalled.startswith(f"{SITE}/recalls/2026-0001?code=")


@keeps("owl:sameAs", "1.1:6", "1.2:5", "1.0:10")
def a_compressed_request_is_told_the_uncompressed_address(world: World) -> None:
    for query in ("", "?linkType=linkset"):
        header = world.get(compressed(("01", GTIN), ("10", "L2")) + query).headers["Link"]
        assert f'<{SITE}{YOGURT}/10/L2>; rel="owl:sameAs"' in header
        assert "owl:sameAs" not in world.get(f"{YOGURT}/10/L2{query}").headers["Link"]


@keeps("additional decompression", "1.1:7")
def no_other_compression_is_supported_and_none_is_guessed(world: World) -> None:
    for path in ("/H4sIAAAAAAAAAKvmUgACAA", f"{YOGURT}/10/L2/H4sIAAAA"):
        assert world.get(path).status_code in (400, 404)


@keeps("syntactically validate", "1.1:8", "1.2:6", "1.0:5")
def what_is_no_valid_digital_link_is_400(world: World) -> None:
    wrong = [
        "/01",
        "/01/",
        "/01/09520000000036",  # check digit
        f"/01/{GTIN[1:]}",  # 13 digits
        f"{YOGURT}/21/S1/10/L2",  # order
        f"{YOGURT}/99/x",  # no qualifier
        f"{YOGURT}/10/L%ZZ",  # percent-encoding
        f"{YOGURT}/10/%E6%89%B9",  # not of character set 82
        f"{YOGURT}/10/{'L' * 21}",
        f"{YOGURT}/10/L2/10/L3",
        f"{YOGURT}?10=L2",  # a qualifier in the query
        f"{YOGURT}?17=261399",
        f"{YOGURT}?linkType=gs1:pip&linkType=gs1:epil",
        f"/00/{SSCC[:17]}{(int(SSCC[17]) + 1) % 10}",
        "/8006/095200000000350302",
        "/253/9520000000012",
        "/8003/1",
        compressed(("01", "09520000000036")),
    ]
    for path in wrong:
        answer = world.get(path)
        assert answer.status_code == 400, path
        assert answer.content_type == "application/problem+json"
        assert answer.json["status"] == 400  # type: ignore[index]
        page = world.get(path, accept=BROWSER)
        assert (page.status_code, page.mimetype) == (400, "text/html")


@keeps("trailing slashes", "1.1:9", "1.1:23", "1.2:18", "1.0:32", "1.0:60")
def slashes_at_the_end_make_no_difference(world: World) -> None:
    for path in (YOGURT, f"{YOGURT}/10/A%2FB", f"{CHEESE}/10/L1", f"/00/{SSCC}"):
        assert world.leads_to(f"{path}/") == world.leads_to(f"{path}//") == world.leads_to(path)
    assert world.linkset(f"{YOGURT}/10/L2/") == world.linkset(f"{YOGURT}/10/L2")


@keeps("200 OK", "1.1:10", "1.2:7", "1.0:6")
def no_error_is_a_200(world: World) -> None:
    errors = [(UNKNOWN, 404), (f"{UNKNOWN}?linkType=linkset", 404), ("/01/1?linkType=linkset", 400)]
    errors += [("/253/9520000000011", 404), ("/414/9520009000012", 404), (f"{YOGURT}?linkType=gs1:nothing", 404)]
    for path, status in errors:
        for accept in ("*/*", BROWSER, "application/json"):
            assert world.get(path, accept=accept).status_code == status, (path, accept)


@keeps("additional key-value pairs", "1.1:11")
def pairs_that_are_not_of_gs1_do_no_harm(world: World) -> None:
    assert world.leads_to(f"{YOGURT}?utm_source=pack&x").endswith("utm_source=pack&x")


@keeps("linkType set to all", "1.1:12", "1.2:8")
def all_links_of_all_levels_are_listed(world: World) -> None:
    answer = world.get(f"{YOGURT}/10/L2/21/S1?linkType=all")
    assert (answer.status_code, answer.content_type) == (200, "application/linkset+json")
    linkset: Any = answer.json
    jsonschema.validate(linkset, schema_of("resolver/linkset-schema-1.2.json"))
    anchors = [level["anchor"] for level in linkset["linkset"]]
    assert anchors == [SITE + YOGURT + rest for rest in ("/10/L2/21/S1", "/21/S1", "/10/L2", "")]
    types = {name for level in linkset["linkset"] for name in level if name.startswith("https:")}
    assert {f"{VOC}{name}" for name in ("registerProduct", "certificationInfo", "pip", "instructions")} <= types
    for accept in ("application/json", "application/ld+json"):
        other = world.get(f"{YOGURT}?linkType=all", accept=accept)
        assert (other.status_code, other.content_type) == (200, accept)
    assert world.get(f"{YOGURT}?linkType=all", accept=BROWSER).mimetype == "text/html"


@keeps("full list of links", "1.1:13")
def a_redirect_names_all_links_in_its_header(world: World) -> None:
    header = world.get(f"{YOGURT}/10/L2").headers["Link"]
    for level in world.linkset(f"{YOGURT}/10/L2"):
        for relation, links in level.items():
            if relation not in ("anchor", "itemDescription", f"{VOC}defaultLinkMulti"):
                assert all(f'<{link["href"]}>; rel="{relation}"' in header for link in links)
    assert header.isascii()


@keeps("as the default", "1.1:14", "1.2:10", "1.0:20", "1.0:52")
def there_is_exactly_one_default_without_attributes(world: World) -> None:
    for path in (YOGURT, f"{YOGURT}/10/L2", f"{CHEESE}/10/L1", f"/00/{SSCC}", f"/414/{DAIRY}", f"/417/{OUTLET}"):
        defaults = [link for level in world.linkset(path) for link in level.get(f"{VOC}defaultLink", ())]
        assert len(defaults) == 1
        assert set(defaults[0]) == {"href", "title"}
        assert world.leads_to(path) == defaults[0]["href"]


@keeps("title", "1.1:15", "1.2:11", "1.0:16", "1.0:53")
def every_link_has_target_type_and_title(world: World) -> None:
    for language in ("zh", "en"):
        for path in (f"{YOGURT}/10/L2", f"{YOGURT}/21/S1", f"{CHEESE}/10/L1", f"/414/{DAIRY}"):
            for level in world.linkset(path, accept_language=language):
                relations = {name: links for name, links in level.items() if isinstance(links, list)}
                assert all(name.startswith("https://") or name.islower() for name in relations)
                for link in (link for links in relations.values() for link in links):
                    assert link["href"].startswith("https://")
                    assert link["title"].strip()
    ours = world.linkset(CHEESE)[0][f"{VOC}recallStatus"]
    assert all(link["hreflang"] == ["zh", "en"] for link in ours)


@keeps("requested", "1.1:16", "1.2:13", "1.0:23", "1.0:55")
def the_link_type_that_is_asked_for_is_led_to(world: World) -> None:
    for spelling in ("gs1:certificationInfo", f"{VOC}certificationInfo", "https://gs1.org/voc/certificationInfo"):
        for asked in (spelling, quote(spelling, safe="")):
            assert world.leads_to(f"{YOGURT}/10/L2?linkType={asked}").startswith(f"{PAGES}/L2.pdf")
    assert world.leads_to(f"{YOGURT}/10/A%2FB?linkType=https://schema.org/video").startswith(f"{PAGES}/ab.mp4")
    above = world.leads_to(f"{YOGURT}/10/L9/21/X?linkType=gs1:pip", accept_language="en")
    assert above.startswith(f"{PAGES}/en")


@keeps("pass on all key=value pairs", "1.1:17", "1.2:14", "1.0:25", "1.0:56")
def the_whole_query_is_passed_on(world: World) -> None:
    query = "linkType=gs1:pip&17=261231&b=2&a=1&a=%E4%B8%AD&empty=&word"
    assert world.leads_to(f"{YOGURT}?{query}", accept_language="zh") == f"{PAGES}/zh?{query}"
    assert world.leads_to(f"{YOGURT}/21/S1?linkType=gs1:registerProduct&c=3").endswith("&c=3#start")
    assert world.leads_to(f"{CHEESE}/10/L1?utm=1").endswith("&utm=1")


@keeps("Accept-Language", "1.1:18", "1.0:26")
def language_media_type_and_context_decide_between_equal_links(world: World) -> None:
    for language, page in (
        ("zh-CN,zh;q=0.9", "zh"),
        ("en-GB", "en"),
        ("fr,en;q=0.5,zh;q=0.4", "en"),
        ("zh;q=0,en", "en"),
    ):
        assert world.leads_to(f"{YOGURT}?linkType=gs1:pip", accept_language=language).startswith(f"{PAGES}/{page}?")
    for accept, page in (("application/pdf", "how.pdf"), (BROWSER, "how.html"), ("text/*,*/*;q=0.1", "how.html")):
        assert world.leads_to(f"{YOGURT}?linkType=gs1:instructions", accept=accept).startswith(f"{PAGES}/{page}")
    for context, page in (("CN", "cn"), ("fr", "fr")):
        assert world.leads_to(f"{YOGURT}?linkType=gs1:hasRetailers&context={context}").startswith(f"{PAGES}/{page}")
    undecided = world.get(f"{YOGURT}?linkType=gs1:hasRetailers")
    assert (undecided.status_code, "Location" in undecided.headers) == (300, False)
    choices: Any = undecided.json
    jsonschema.validate(choices, schema_of("resolver/linkset-schema-1.2.json"))
    assert [link["href"] for link in choices["linkset"][0][f"{VOC}hasRetailers"]] == [f"{PAGES}/cn", f"{PAGES}/fr"]
    page = world.get(f"{YOGURT}?linkType=gs1:hasRetailers", accept=BROWSER)
    assert (page.status_code, page.text.count(f"{PAGES}/")) == (300, 2)


@keeps("description file", "1.1:19", "1.2:15", "1.0:28", "1.0:57")
def the_description_file_is_there_and_valid(world: World) -> None:
    answer = world.get("/.well-known/gs1resolver")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    jsonschema.validate(answer.json, schema_of("resolver/description-file-schema.json"))


@keeps("namespace", "1.1:20", "1.2:16", "1.0:58")
def gs1_s_link_types_are_known_and_none_has_a_twin_elsewhere(world: World) -> None:
    prefixes = {
        one["prefix"]: one["namespace"] for one in world.get("/.well-known/gs1resolver").json["supportedLinkType"]
    }  # type: ignore[index]
    assert prefixes == {"gs1:": VOC, "schema:": "https://schema.org/"}
    names = schema_of("resolver/link_types_en.json")
    for name in names:
        curie = name if ":" in name else f"gs1:{name}"
        body = {"key": {"gtin": GTIN}, "link_type": curie, "href": "https://evil.example/", "title": "x"}
        problem = world.firms.dairy.post("/api/v1/links", body, 422)
        pointers = {error["pointer"] for error in problem["errors"]}
        assert pointers == {"/link_type" if curie == "gs1:recallStatus" else "/href"}, problem
    for twin in ("schema:pip", "schema:instructions", "instructions", "recallStatus", "https://other.example/voc/pip"):
        body = {"key": {"gtin": GTIN}, "link_type": twin, "href": f"{PAGES}/x", "title": "x"}
        world.firms.dairy.post("/api/v1/links", body, 422)


@keeps("handledBy", "1.1:21", "1.2:17", "1.0:31", "1.0:59")
def nothing_is_redirected_by_its_company_prefix_alone(world: World) -> None:
    assert world.get(UNKNOWN).status_code == 404
    assert "handledBy" not in world.get(YOGURT).headers["Link"]
    body = {"key": {"gtin": GTIN}, "link_type": "gs1:handledBy", "href": f"{PAGES}/x", "title": "x"}
    world.firms.dairy.post("/api/v1/links", body, 422)


@keeps("content directly", "1.1:22")
def the_links_themselves_are_given_directly(world: World) -> None:
    page = world.get(f"{YOGURT}/10/L2", accept="application/linkset+json")
    assert (page.status_code, "Location" in page.headers) == (200, False)


@keeps("link to the linkset", "1.2:9", "1.0:51")
def a_redirect_says_where_the_link_set_is(world: World) -> None:
    for path in (YOGURT, f"{YOGURT}/10/A%2FB", f"{CHEESE}/10/L1"):
        header = world.get(path).headers["Link"]
        where = re.match(r'<([^>]*)>; rel="linkset"; type="application/linkset\+json"', header)
        assert where is not None
        assert where[1] == f"{SITE}{path}?linkType=linkset"
        assert world.get(where[1].removeprefix(SITE)).content_type == "application/linkset+json"


@keeps("default link unless", "1.2:12", "1.0:21", "1.0:54")
def without_a_link_type_the_default_is_led_to_unless_another_fits_better(world: World) -> None:
    assert world.leads_to(YOGURT) == f"{PAGES}/zh"
    assert world.leads_to(YOGURT, accept_language="fr") == f"{PAGES}/zh"
    assert world.leads_to(YOGURT, accept_language="en") == f"{PAGES}/en"
    assert world.leads_to(YOGURT, accept_language="en", accept="application/pdf") == f"{PAGES}/en"
    assert world.leads_to(f"{CHEESE}/10/L7").startswith(f"{SITE}/check?code=")


@keeps("key qualifiers", "1.0:1")
def every_qualifier_of_a_supported_key_is_read(world: World) -> None:
    values = {"22": "V1", "10": "L2", "21": "S1", "235": "TPX1", "254": "EXT", "7040": "1ABC"}
    keys = {"01": GTIN, "8006": f"{GTIN}0102", "414": DAIRY, "417": OUTLET, "00": SSCC}
    assert set(keys) == set(SUPPORTED)
    for ai, value in keys.items():
        for sequence in AI_TABLE[ai].key or ():
            for count in range(len(sequence) + 1):
                for start in range(len(sequence) - count + 1):
                    rest = "".join(f"/{name}/{values[name]}" for name in sequence[start : start + count])
                    assert world.get(f"/{ai}/{value}{rest}").status_code == 307, (ai, rest)


@keeps("same resolver", "1.0:9")
def a_compressed_address_does_not_lead_to_its_long_form_here(world: World) -> None:
    where = world.leads_to(compressed(("01", GTIN), ("10", "L2")))
    assert not where.startswith((f"{SITE}/01/", "/01/"))


@keeps("alternative resolver", "1.0:11")
def what_is_told_to_other_services_is_uncompressed(world: World) -> None:
    """No other resolver is led to; the code that goes with a redirect to a page is the long form."""
    where = world.leads_to(compressed(("01", CHEESE[4:]), ("10", "L1")))
    assert where == f"{SITE}/recalls/2026-0001?code={quote(f'{SITE}{CHEESE}/10/L1', safe='')}"


@keeps("linkType set to linkset", "1.0:13")
def a_link_set_is_given_by_query_and_by_accept(world: World) -> None:
    expected = world.get(f"{YOGURT}?linkType=linkset").json
    accepted = world.get(YOGURT, accept="application/linkset+json")
    assert (accepted.json, accepted.content_type) == (expected, "application/linkset+json")
    assert world.get(YOGURT, accept="application/linkset+json, text/html;q=0.5").json == expected
    assert world.get(YOGURT, accept="application/json").json == expected
    for schema in ("resolver/linkset-schema-1.2.json", "linkset/gs1-linkset-schema.json"):
        jsonschema.validate(expected, schema_of(schema))


@keeps("each level", "1.0:14")
def links_of_every_level_up_to_the_key_are_in_the_link_set(world: World) -> None:
    levels = {level["anchor"]: level for level in world.linkset(f"{YOGURT}/22/V/10/L2/21/S1")}
    assert f"{VOC}registerProduct" in levels[f"{SITE}{YOGURT}/21/S1"]
    assert f"{VOC}certificationInfo" in levels[f"{SITE}{YOGURT}/10/L2"]
    assert f"{VOC}pip" in levels[f"{SITE}{YOGURT}"]


@keeps("uncompressed version", "1.0:15")
def the_subject_of_a_link_set_is_the_uncompressed_address(world: World) -> None:
    assert world.linkset(compressed(("01", GTIN), ("10", "A/B")))[0]["anchor"] == f"{SITE}{YOGURT}/10/A%2FB"


@keeps("IANA", "1.0:17")
def media_types_are_registered_ones(world: World) -> None:
    for path in (f"{YOGURT}/10/A%2FB", f"{CHEESE}/10/L1"):
        for level in world.linkset(path):
            links = [link for links in level.values() if isinstance(links, list) for link in links]
            assert {link["type"] for link in links if "type" in link} <= MEDIA_TYPES
    body = {
        "key": {"gtin": GTIN},
        "link_type": "gs1:faqs",
        "href": f"{PAGES}/x",
        "title": "x",
        "media_type": "text/funny",
    }
    world.firms.dairy.post("/api/v1/links", body, 422)


@keeps("descriptive link type", "1.0:18")
def default_links_stand_with_their_own_type_too(world: World) -> None:
    for path in (YOGURT, f"{YOGURT}/10/L2", f"{CHEESE}/10/L1", f"{CHEESE}/10/L2", f"/414/{DAIRY}"):
        levels = world.linkset(path)
        described = {
            link["href"]
            for level in levels
            for relation, links in level.items()
            if isinstance(links, list) and "defaultLink" not in relation
            for link in links
        }
        for level in levels:
            for name in ("defaultLink", "defaultLinkMulti"):
                assert {link["href"] for link in level.get(VOC + name, ())} <= described
    assert len(world.linkset(YOGURT)[0][f"{VOC}defaultLinkMulti"]) == 2


@keeps("json-ld#context", "1.0:19")
def a_link_set_says_where_its_context_is(world: World) -> None:
    header = world.get(f"{YOGURT}?linkType=linkset").headers["Link"]
    relation = 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    where = re.fullmatch(f"<{SITE}(/[^>]*)>; {re.escape(relation)}", header)
    assert where is not None
    context = world.get(where[1])
    assert context.content_type == "application/ld+json"
    embedded: Any = world.get(f"{YOGURT}?linkType=linkset", accept="application/ld+json").json
    assert embedded["@context"] == context.json["@context"]  # type: ignore[index]


@keeps("no matter how granular", "1.0:22")
def however_granular_there_is_a_default(world: World) -> None:
    assert world.leads_to(f"{YOGURT}/22/V/10/nobody-knows/21/it") == f"{PAGES}/zh"
    assert world.leads_to(f"{CHEESE}/22/V/10/L8/21/it").startswith(f"{SITE}/check?code=")
    assert world.leads_to(f"/414/{DAIRY}/254/dock") == f"{PAGES}/place"


@keeps("404 Not Found", "1.0:24")
def a_link_type_that_is_not_there_is_404(world: World) -> None:
    for path in (f"{YOGURT}?linkType=gs1:epil", f"{YOGURT}?linkType=pip", f"/414/{DAIRY}?linkType=gs1:pip"):
        assert world.get(path).status_code == 404
        page = world.get(path, accept=BROWSER)
        assert (page.status_code, page.mimetype) == (404, "text/html")


@keeps("primary identifiers", "1.0:29")
def the_supported_keys_are_declared(world: World) -> None:
    declared = world.get("/.well-known/gs1resolver").json["supportedPrimaryKeys"]  # type: ignore[index]
    assert set(declared) == {"00", "01", "414", "417", "8006"}


@keeps("JSON-LD", "1.0:30")
def the_context_is_declared(world: World) -> None:
    where = world.get("/.well-known/gs1resolver").json["jsonLdContextLocation"]  # type: ignore[index]
    assert where.startswith(SITE)
    assert world.get(where.removeprefix(SITE)).content_type == "application/ld+json"


def test_the_standard_s_own_link_set_is_written_as_we_write_ours(world: World) -> None:
    """Its shape: full addresses as relations, `hreflang` as a list, the default by address and title."""
    model = schema_of("resolver/modelLinkset.json")["linkset"][0]
    ours = world.linkset(YOGURT)[0]
    for level in (model, ours):
        assert set(level[f"{VOC}defaultLink"][0]) == {"href", "title"}
        assert {name for name in level if not name.startswith(VOC)} == {"anchor", "itemDescription"}
    members = {name for links in model.values() if isinstance(links, list) for link in links for name in link}
    assert {name for links in ours.values() if isinstance(links, list) for link in links for name in link} <= members
