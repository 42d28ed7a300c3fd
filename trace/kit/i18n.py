"""Chinese and English: the language of a request, and messages from .po files read at start.

Message ids are the English texts, so English needs no catalogue. `_("Text with {name}", name=…)` in Python and
in templates gives the text in the language of the request. A test fails on a Chinese text missing or fuzzy.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask, Response, current_app, g, has_request_context, request
from werkzeug.datastructures import LanguageAccept

from trace.kit.config import ROOT

LANGUAGES = ("zh", "en")
DEFAULT = "zh"
COOKIE = "lang"

_CATALOGUES = "suyuan_catalogues"
_YEAR = 365 * 24 * 3600

Catalogues = Mapping[str, Mapping[str, str]]


def choose_language(asked: str | None, cookie: str | None, accepted: LanguageAccept) -> str:
    """'zh' or 'en': what the address asks for, else the cookie, else the browser's list, else Chinese."""
    for wish in (asked, cookie):
        if wish in LANGUAGES:
            return wish
    for wish, _quality in accepted:
        language = wish.lower().split("-")[0]
        if language in LANGUAGES:
            return language
    return DEFAULT


def catalogue_files() -> list[Path]:
    """Every `<package>/translations/<language>/LC_MESSAGES/messages.po`."""
    return sorted(ROOT.glob("*/translations/*/LC_MESSAGES/messages.po"))


def read_catalogue(file: Path) -> Catalog:
    """One .po file. Raises babel's PoFileError where it is not well-formed."""
    with file.open("rb") as stream:
        return read_po(stream, abort_invalid=True)


def load_catalogues(files: Iterable[Path]) -> Catalogues:
    """The finished translations by language and English text."""
    found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for file in files:
        for message in read_catalogue(file):
            if isinstance(message.id, str) and message.id and message.string and not message.fuzzy:
                found[file.parent.parent.name][message.id] = str(message.string)
    return found


def translate(catalogues: Catalogues, text: str, language: str, values: Mapping[str, Any]) -> str:
    """`text` in `language` with `{name}` filled in; the English text where there is no translation."""
    found = catalogues.get(language, {}).get(text, text)
    return found.format_map(values) if values else found


def current_language() -> str:
    """The language of this request; Chinese outside one."""
    if not has_request_context():
        return DEFAULT
    if "language" not in g:
        g.language = choose_language(request.args.get("lang"), request.cookies.get(COOKIE), request.accept_languages)
    language: str = g.language
    return language


def _(text: str, **values: Any) -> str:
    """`text` in the language of this request."""
    return translate(current_app.extensions[_CATALOGUES], text, current_language(), values)


def register_languages(app: Flask) -> None:
    """Read the catalogues; give templates `_`, `language` and `languages`; remember `?lang=` in a cookie."""
    app.extensions[_CATALOGUES] = load_catalogues(catalogue_files())
    app.context_processor(
        lambda: {"_": _, "language": current_language(), "languages": LANGUAGES}  # read for each page
    )
    app.after_request(_remember)


def _remember(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", current_language())
        response.vary.update(("Accept-Language", "Cookie"))
        asked = request.args.get("lang")
        if asked in LANGUAGES:
            response.set_cookie(COOKIE, asked, max_age=_YEAR, httponly=True, samesite="Lax")
    return response


def used_messages(folder: Path) -> dict[str, str]:
    """Every text given to `_(…)` below `folder`, with the place where it is first used (for the test)."""
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
    found: dict[str, str] = {}
    for name, line, text, _comments, _context in extract_from_dir(folder, methods, keywords={"_": None}):
        if isinstance(text, str):
            found.setdefault(text, f"{name}:{line}")
    return found
