"""`/desk/trace`: find anything by code or name; and from cases back to what can explain them."""

from typing import Any

from flask import Flask
from markupsafe import Markup

from recalls.case_list import CaseFilter, find_cases
from recalls.web.desk.desk import desk
from recalls.web.desk.narrowing import read_text
from trace.find_anything import find_anything
from trace.kit.contract import validate
from trace.kit.desk import OFFICERS, DeskCall, Entry, add_entry, show
from trace.kit.errors import FieldError, Invalid
from trace.kit.i18n import _, current_language
from trace.kit.transactions import Answer
from trace.picture import draw_supply
from trace.sources.bodies import SourcesIn
from trace.sources.picture import picture_sources
from trace.sources.search import find_sources

MOST_LINES = 200
CASES_SHOWN = 10
SOURCES_SHOWN = 100

GLN_DIGITS = 13


@desk.page("/trace", roles=OFFICERS)
def trace_page(call: DeskCall) -> Answer:
    """What a code or a name means."""
    text = read_text(call.args)
    found = find_anything(call.session, call.principal, text, call.now.year) if text else []
    cases = find_cases(call.session, call.principal, CaseFilter(text=text), None, CASES_SHOWN, call.now) if text else []
    return show("desk/trace.html", text=text, found=found, cases=cases)


@desk.page("/trace/sources", roles=OFFICERS)
def trace_sources_page(call: DeskCall) -> Answer:
    """The form: where something was found."""
    return show("desk/trace_sources.html", call=call, sources=None, most=SOURCES_SHOWN)


@desk.form("/trace/sources", roles=OFFICERS, again=trace_sources_page, only_reads=True)
def trace_sources(call: DeskCall) -> Answer:
    """What can explain the cases, the strongest first."""
    body = validate(SourcesIn, {"cases": _read_cases(call.form.get("cases", ""))})
    sources = find_sources(call.session, call.principal, body)
    view = picture_sources(sources, current_language())
    return show(
        "desk/trace_sources.html",
        call=call,
        sources=sources,
        most=SOURCES_SHOWN,
        picture=Markup(draw_supply(view, current_language())) if view.links else "",
        names={node.key: node.name for node in view.nodes},
        links=sorted(view.links, key=lambda one: (-one.units, one.origin, one.target)),
    )


def _read_cases(text: str) -> list[dict[str, Any]]:
    """One case a line: a place's GLN, a batch as its code and lot or as a link, or `#` and the number of a document."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_LINES:
        raise Invalid.field("/cases", f"Expected from 1 to {MOST_LINES} lines, got {len(lines)}.")
    problems: list[FieldError] = []
    cases: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        parts = line.split()
        if line.startswith("#") and line[1:].strip():
            cases.append({"document": line[1:].strip()})
        elif len(parts) == 1 and line.isascii() and line.isdigit() and len(line) == GLN_DIGITS:
            cases.append({"location": line})
        elif len(parts) == 2 and parts[0].isascii() and parts[0].isdigit():
            cases.append({"batch": {"gtin": parts[0], "lot": parts[1]}})
        elif len(parts) == 1 and ":" in line:
            cases.append({"batch": line})
        else:
            detail = (
                f"Line {number}: expected a GLN, a bar code and a lot, a link, or # and a document, got {line[:60]!r}."
            )
            problems.append(FieldError("/cases", detail))
    if problems:
        raise Invalid(problems[0].detail, errors=problems)
    return cases


def register(app: Flask) -> None:
    """Put it into the navigation of officials."""
    add_entry(app, Entry(30, "recalls_desk.trace_page", lambda: _("Trace"), OFFICERS))
