"""The resolver over HTTP: `/01/<gtin>…` and the other keys, `/.well-known/gs1resolver` (Resolver Standard 1.2).

No key needed, and nothing is recorded.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, Response, make_response, render_template, request
from werkzeug.exceptions import NotFound as NoPage
from werkzeug.routing import BaseConverter

from trace.gs1 import IdentifierError
from trace.gs1.ai import AI_TABLE
from trace.gs1.digital_link import build_path
from trace.kit import strict_json
from trace.kit.errors import PROBLEM_JSON, Problem, set_problem_writer
from trace.kit.front import remember
from trace.kit.i18n import _, current_language
from trace.kit.web import current_database, current_settings, json_response, raw_path
from trace.resolver.choice import Found, Level, Link, Wanted, choose
from trace.resolver.href import add_query, drop_names
from trace.resolver.levels import SUPPORTED
from trace.resolver.link_types import LINKSET, NAMESPACES
from trace.resolver.linkset import (
    CONTEXT_RELATION,
    JSON_LD_CONTEXT,
    LINKSET_JSON,
    write_choices,
    write_header,
    write_linkset,
)
from trace.resolver.request import Asked, is_compressed, read_asked, read_compressed
from trace.resolver.resolve import BadDigitalLink, NoSuchLink, NothingKnown, resolve
from trace.web.check_words import Headline, say_answer

PRIMARY_KEYS = tuple(ai for ai, spec in AI_TABLE.items() if spec.key is not None)
CONTEXT_PATH = "/gs1/linkset-context.jsonld"
JSON_TYPES = (LINKSET_JSON, "application/json", "application/ld+json")

FIELDS = frozenset({"code", "lot", "serial"})
"""What the service's own pages are asked with: there the path alone says it, not the query of some link."""

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Expose-Headers": "Link, Location",
    "Cache-Control": "no-store",  # a recall that is announced now must be met by the next scan
}

pages = Blueprint("resolver", __name__, template_folder="templates")


class CompressedConverter(BaseConverter):
    """A segment that may be a compressed Digital Link: long enough for a key, in the characters of base64url."""

    regex = "[A-Za-z0-9_-]{10,}"


def resolve_page(**_parts: str) -> Response:
    """A Digital Link: a redirect (307), its links (200), or a choice between some (300)."""
    path, query = _sent()
    try:
        asked = read_compressed(path, query) if is_compressed(path) else read_asked(path, query)
    except IdentifierError as error:
        raise _bad_link(error) from error
    return _answer(asked)


def resolve_compressed(**_parts: str) -> Response:
    """A Digital Link that is compressed whole; any other word is a page that there is not."""
    try:
        asked = read_compressed(*_sent())
    except IdentifierError as error:
        if error.code != "bad_check_digit":
            raise NoPage() from error
        return _answer_problem(_bad_link(error))
    try:
        return _answer(asked)
    except Problem as problem:
        return _answer_problem(problem)


def _sent() -> tuple[str, str]:
    """Path and query as they were sent, behind the prefix under which a server in front may have put the service."""
    return raw_path().removeprefix(request.script_root), request.query_string.decode("latin-1")


def _bad_link(error: IdentifierError) -> BadDigitalLink:
    return BadDigitalLink(str(error), extra={"problem": error.code})


def _answer(asked: Asked) -> Response:
    settings = current_settings()
    remember()
    with current_database().public() as session:
        found = resolve(session, asked, datetime.now(UTC), settings.public_url, settings.link_hosts)
    if asked.link_type == LINKSET or _asks_for_links(found, asked):
        return _answer_links(found, asked)
    links = choose(found, asked.link_type, _wanted(asked))
    if not links:
        every = f"{settings.public_url}{asked.path}?linkType={LINKSET}"
        detail = f"Expected a link type that {asked.path} has, got {asked.link_type}."
        raise NoSuchLink(detail, extra={"links": every})
    answer = _answer_choice(links, found) if len(links) > 1 else _redirect(links[0], asked)
    answer.headers["Link"] = write_header(found, settings.public_url, current_language(), asked.compressed)
    return answer


def _redirect(link: Link, asked: Asked) -> Response:
    answer = Response(status=307)
    del answer.headers["Content-Type"]
    own = link.href.startswith(f"{current_settings().public_url}/")
    answer.headers["Location"] = add_query(link.href, drop_names(asked.query, FIELDS) if own else asked.query)
    return answer


def _asks_for_links(found: Found, asked: Asked) -> bool:
    """Whether the client wants a link set without saying linkType: by its media type, or as JSON that no link is."""
    accepted = [one for one, quality in request.accept_mimetypes if quality > 0]
    if LINKSET_JSON in accepted:
        return True
    reads_pages = request.accept_mimetypes["text/html"] > 0
    if asked.link_type is not None or reads_pages or not any(one in accepted for one in JSON_TYPES):
        return False
    return not any(link.media_type in accepted for link in found.alternatives)


def _wanted(asked: Asked) -> Wanted:
    return Wanted(tuple(request.accept_languages), tuple(request.accept_mimetypes), asked.context)


def _answer_links(found: Found, asked: Asked) -> Response:
    site, language = current_settings().public_url, current_language()
    kind = _best_kind()
    if kind == "text/html":
        answer = _page("resolver_links.html", 200, levels=found.levels, found=found)
    else:
        answer = _linkset(write_linkset(found, site, language), kind)
    own = write_header(found, site, language, asked.compressed) if asked.compressed else ""
    answer.headers["Link"] = ", ".join(filter(None, [own, answer.headers.get("Link")]))
    return answer


def _best_kind() -> str:
    """The form of a list of links that the client likes best; one that likes none is given the standard's own."""
    return request.accept_mimetypes.best_match([*JSON_TYPES, "text/html"]) or LINKSET_JSON


def _linkset(document: Mapping[str, Any], kind: str) -> Response:
    """A link set as JSON; JSON-LD brings its context along, the others say where it is (2.10)."""
    context = f"{current_settings().public_url}{CONTEXT_PATH}"
    if kind == "application/ld+json":
        document = {**JSON_LD_CONTEXT, **document}
    answer = Response(strict_json.dumps(document), content_type=kind)
    answer.headers["Link"] = f'<{context}>; rel="{CONTEXT_RELATION}"; type="application/ld+json"'
    answer.headers["Content-Language"] = current_language()
    return answer


def _answer_choice(links: tuple[Link, ...], found: Found) -> Response:
    site, language = current_settings().public_url, current_language()
    kind = _best_kind()
    if kind == "text/html":
        return _page("resolver_links.html", 300, levels=(Level(found.levels[0].elements, links),))
    answer = _linkset(write_choices(links, site + build_path(found.levels[0].elements), language), kind)
    answer.status_code = 300
    return answer


def _page(template: str, status: int, **values: Any) -> Response:
    # the language links of the page must keep the address as it was sent: a lot may hold a slash
    here = (raw_path(), [pair for pair in request.args.items(multi=True) if pair[0] != "lang"])
    return make_response(render_template(template, here=here, **values), status)


def write_problem(problem: Problem) -> Response:
    """What is wrong, as a page for browsers and as a problem document for everybody else."""
    if request.accept_mimetypes.best_match([PROBLEM_JSON, "application/json", "text/html"]) == "text/html":
        return _page("resolver_problem.html", problem.status, problem=problem, headline=_headline(problem))
    return Response(strict_json.dumps(problem.as_dict()), content_type=PROBLEM_JSON)


def _answer_problem(problem: Problem) -> Response:
    """The same where no prefix of the path says that it is the resolver's."""
    response = write_problem(problem)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


def _headline(problem: Problem) -> Headline:
    if isinstance(problem, NothingKnown):
        return Headline("unknown", "◆", _("Nothing is known of this code."))
    if isinstance(problem, NoSuchLink):
        return Headline("unknown", "◆", _("There is no such page about it."))
    if problem.status >= 500:
        return say_answer(None)
    return Headline("unknown", "◆", _("This code cannot be read."))


@pages.get("/.well-known/gs1resolver")
def description_file() -> Response:
    """What this resolver can do (Resolver Standard 1.2, chapter 3)."""
    site = current_settings().public_url
    return json_response(
        {
            "name": "Suyuan",
            "resolverRoot": site,
            "supportedPrimaryKeys": SUPPORTED,
            "supportedLinkType": [{"namespace": uri, "prefix": prefix} for prefix, uri in NAMESPACES.items()],
            "supportedContextValuesExternal": [
                {"nameOfList": "ISO 3166-1 alpha-2", "url": "https://www.iso.org/iso-3166-country-codes.html"}
            ],
            "linkTypeDefaultCanBeLinkset": False,
            "jsonLdContextLocation": f"{site}{CONTEXT_PATH}",
        }
    )


@pages.get(CONTEXT_PATH)
def linkset_context() -> Response:
    """What the members of a link set mean, for readers of JSON-LD."""
    return Response(strict_json.dumps(JSON_LD_CONTEXT), content_type="application/ld+json")


@pages.after_request
def _open_to_all(response: Response) -> Response:
    """Any page may ask (CORS), and no answer outlives the moment."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.vary.update(("Accept", "Accept-Language", "Cookie"))
    return response


def register(app: Flask) -> None:
    """Serve the resolver: every primary key's addresses are read strictly, also those of keys that are not resolved."""
    app.url_map.converters["compressed_link"] = CompressedConverter
    for ai in PRIMARY_KEYS:
        set_problem_writer(app, f"/{ai}", write_problem)
    app.register_blueprint(pages)


for _ai in PRIMARY_KEYS:
    # slashes are left alone: two of them may stand in a lot, percent-encoded, and the server shows them decoded
    for _rule in (f"/{_ai}", f"/{_ai}/<path:rest>"):
        pages.add_url_rule(_rule, "resolve_page", resolve_page, merge_slashes=False, strict_slashes=False)
pages.add_url_rule("/<compressed_link:link>", "resolve_compressed", resolve_compressed, strict_slashes=False)
