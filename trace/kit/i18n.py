"""Chinese and English: the language of a request, and messages from .po files read at start.

Message ids are the English texts, so English needs no catalogue. `_("Text with {name}", name=…)` in Python and
in templates gives the text in the language of the request; `_n("{number} batch", "{number} batches", count)` the one
that fits a number. A test fails on a Chinese text missing or fuzzy.
"""

import gettext
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask, Response, current_app, g, has_request_context, request
from markupsafe import escape
from werkzeug.datastructures import LanguageAccept

from trace.kit import formats
from trace.kit.config import ROOT
from trace.kit.formats import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")
DEFAULT: Language = "zh"
COOKIE = "lang"

MessageId = str | tuple[str, str]
"""The English text; of a text with a number its singular and its plural."""

FILTERS = (formats.say_day, formats.say_moment, formats.say_period, formats.say_number, formats.say_list)

_CATALOGUES = "suyuan_catalogues"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Translation:
    """The forms of a text, and which of them fits a number; a text without a number has one form."""

    forms: tuple[str, ...]
    form_for: Callable[[int], int]


Catalogue = Mapping[MessageId, Translation]
Catalogues = Mapping[str, Catalogue]


def choose_language(asked: str | None, cookie: str | None, accepted: LanguageAccept) -> Language:
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
    found: dict[str, dict[MessageId, Translation]] = {language: {} for language in LANGUAGES}
    for file in files:
        found[file.parent.parent.name].update(_finished(file, file.stat().st_mtime_ns))
    return found


@cache
def _finished(file: Path, _changed: int) -> Catalogue:
    """What is finished in a file as it was when it was changed: it is read once for all applications of a process."""
    catalogue = read_catalogue(file)
    form_for = gettext.c2py(catalogue.plural_expr)
    found: dict[MessageId, Translation] = {}
    for message in catalogue:
        forms = _several(message.string or "")
        if message.id and all(forms) and not message.fuzzy:
            found[message_id(message.id)] = Translation(forms, form_for)
    return found


def message_id(text: Any) -> MessageId:
    """What Babel has as the id of a message, as we name it: text, or singular and plural."""
    return text if isinstance(text, str) else (text[0], text[1])


def _several(text: str | Iterable[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def translate(
    catalogues: Catalogues, text: MessageId, language: str, values: Mapping[str, Any], number: int = 1
) -> str:
    """`text` in `language`, in the form for `number`, with `{name}` filled in; in English where it is missing.

    With a value that is HTML already, as a template's macro gives it, the whole is HTML: nothing is escaped twice.
    """
    found = catalogues.get(language, {}).get(text) or Translation(_several(text), _one_or_more)
    form = found.forms[found.form_for(number)] if len(found.forms) > 1 else found.forms[0]
    if any(hasattr(value, "__html__") for value in values.values()):
        return escape(form).format(**values)
    return form.format_map(values) if values else form


def _one_or_more(number: int) -> int:
    """Which of its two forms English has for a number."""
    return int(number != 1)


def current_language() -> Language:
    """The language of this request; Chinese outside one."""
    if not has_request_context():
        return DEFAULT
    if "language" not in g:
        g.language = choose_language(request.args.get("lang"), request.cookies.get(COOKIE), request.accept_languages)
    language: Language = g.language
    return language


def _(text: str, **values: Any) -> str:
    """`text` in the language of this request."""
    return translate(current_app.extensions[_CATALOGUES], text, current_language(), values)


def _n(singular: str, plural: str, number: int, **values: Any) -> str:
    """The one of two texts that fits `number` in the language of this request; `{number}` is filled in as written."""
    language = current_language()
    values["number"] = formats.say_number(number, language)
    return translate(current_app.extensions[_CATALOGUES], (singular, plural), language, values, number)


def register_languages(app: Flask) -> None:
    """Read the catalogues; give templates `_`, `_n`, `language`, `languages` and FILTERS; remember `?lang=`."""
    app.extensions[_CATALOGUES] = load_catalogues(catalogue_files())
    app.context_processor(
        lambda: {"_": _, "_n": _n, "language": current_language(), "languages": LANGUAGES}  # read for each page
    )
    for say in FILTERS:
        app.add_template_filter(_in_reader_language(say), say.__name__)
    app.after_request(_remember)


def _in_reader_language(say: Callable[..., str]) -> Callable[..., str]:
    return lambda *values: say(*values, current_language())


def _remember(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", current_language())
        response.vary.update(("Accept-Language", "Cookie"))
        asked = request.args.get("lang")
        if asked in LANGUAGES:
            response.set_cookie(COOKIE, asked, max_age=_YEAR, httponly=True, samesite="Lax")
    return response


def used_messages(folder: Path) -> dict[MessageId, str]:
    """Every text given to `_(…)` or `_n(…)` below `folder`, with the place where it is first used (for the test)."""
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
    keywords = {"_": None, "_n": (1, 2)}
    found: dict[MessageId, str] = {}
    for name, line, text, _comments, _context in extract_from_dir(folder, methods, keywords=keywords):
        found.setdefault(message_id(text), f"{name}:{line}")
    return found
