"""What somebody typed into the launch of a recall, and the bodies of the API that it makes. Pure."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from recalls.publication.fields import PICTURES
from trace.kit.strict_json import canonical_dumps, loads

MOST_LINES = 50
"""Products of one draft; a larger recall is opened by the API."""

LONGEST = 2_000
MOST_LOTS_TEXT = 20_000

LINE_FIELDS = ("gtin", "lots", "lot_from", "lot_to", "produced_from", "produced_to", "serial_from", "serial_to")
NOTICE_TEXTS = ("title", "defect", "consequence", "what_to_do", "lot_position", "channels", "feedback")
"""What a notice says in Chinese and, with ``_en``, in English."""

CONTACT = ("phone", "email", "address")
NOTICE_DAYS = ("sold_from", "sold_to")
PLAN_FIELDS = ("measures", "disposal", "contact", "starts_on", "ends_on")
CASE_FIELDS = ("kind", "regime", "class", "depth", "learned_at", "cause", "reason", *("plan_" + n for n in PLAN_FIELDS))
REMEDY = "remedy"

NOTICE_FIELDS = (*(name + end for name in NOTICE_TEXTS for end in ("", "_en")), *CONTACT, *NOTICE_DAYS)

UNPLANNED: frozenset[str] = frozenset({"notified", "ordered"})
"""Kinds that begin with a notice or an order to the firm: the plan is the firm's to file."""

BEIJING_OFFSET = "+08:00"
_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")


class TooManyLines(ValueError):
    """A draft has no room for another product."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The words of a draft as they were typed: lines of the scope, the notice, the case with its plan."""

    lines: Sequence[Mapping[str, str]] = ()
    notice: Mapping[str, str] = field(default_factory=dict)
    case: Mapping[str, str] = field(default_factory=dict)
    remedies: Sequence[str] = ()

    @property
    def title(self) -> str:
        """Return what the draft is called, empty where nobody has said it yet."""
        return self.notice.get("title", "")

    @property
    def files_plan(self) -> bool:
        """Return whether the plan is filed with the case: not where the firm is to file its own."""
        return self.case.get("kind", "") not in UNPLANNED


def read_draft(text: str) -> Draft:
    """Return a stored draft."""
    kept = loads(text.encode())
    return Draft(kept["lines"], kept["notice"], kept["case"], kept["remedies"])


def write_draft(draft: Draft) -> str:
    """Return a draft for storing."""
    return canonical_dumps(
        {
            "lines": [dict(line) for line in draft.lines],
            "notice": dict(draft.notice),
            "case": dict(draft.case),
            "remedies": list(draft.remedies),
        }
    ).decode()


def read_fields(form: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """Return what was typed into the fields of these names, without blanks around it and without what is empty."""
    longest = {"lots": MOST_LOTS_TEXT}
    typed = {name: form.get(name, "").replace("\0", "").strip()[: longest.get(name, LONGEST)] for name in names}
    return {name: text for name, text in typed.items() if text}


def add_line(draft: Draft, gtin: str, lot: str) -> tuple[Draft, int]:
    """Return the draft with a product, and the line that it is: a lot of a product that is named by lots joins them.

    Raises TooManyLines above `MOST_LINES`.
    """
    lines = [dict(line) for line in draft.lines]
    for at, line in enumerate(lines):
        if line.get("gtin") == gtin and (not lot or set(line) <= {"gtin", "lots"} and line.get("lots")):
            if lot and lot not in line_body(line)["lots"]:
                line["lots"] = f"{line['lots']} {lot}"
            return replace(draft, lines=lines), at
    if len(lines) >= MOST_LINES:
        raise TooManyLines
    return replace(draft, lines=[*lines, {"gtin": gtin} | ({"lots": lot} if lot else {})]), len(lines)


def change_line(draft: Draft, at: int, line: Mapping[str, str] | None) -> Draft:
    """Return the draft with another line at a place, or without the one there."""
    lines = list(draft.lines)
    lines[at : at + 1] = [] if line is None else [line]
    return replace(draft, lines=lines)


def line_body(line: Mapping[str, str]) -> dict[str, Any]:
    """Return a line of the scope as the API takes it."""
    body: dict[str, Any] = {name: line[name] for name in LINE_FIELDS if name in line and name != "lots"}
    lots = line.get("lots", "").split()
    return body | {"lots": list(dict.fromkeys(lots))} if lots else body


def notice_body(draft: Draft, pictures: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the public notice as the API takes it."""
    said = draft.notice
    body: dict[str, Any] = {name: said[name] for name in NOTICE_FIELDS if name in said and name not in CONTACT}
    contact = {name: said[name] for name in CONTACT if name in said}
    if contact:
        body["contact"] = contact
    shown = {name: {"data": base64.b64encode(pictures[name]).decode()} for name in PICTURES if name in pictures}
    return body | shown


def case_body(draft: Draft) -> dict[str, Any]:
    """Return the case as the API takes it: its hazard and instructions are the notice's, nothing is typed twice."""
    said, case = draft.notice, draft.case
    body: dict[str, Any] = {
        name: case[name] for name in ("kind", "regime", "depth", "learned_at", "cause") if name in case
    }
    if _LOCAL.fullmatch(body.get("learned_at", "")):
        body["learned_at"] += BEIJING_OFFSET
    body |= {name: said[name] for name in ("title", "title_en", "consequence") if name in said}
    if "defect" in said:
        body["hazard"] = said["defect"]
    if "what_to_do" in said:
        body["instructions"] = said["what_to_do"]
    if case.get("class", "").isascii() and case.get("class", "").isdigit():
        body["class"] = int(case["class"])
    if draft.remedies:
        body[REMEDY] = list(draft.remedies)
    return body | {"scope": [line_body(line) for line in draft.lines]}


def plan_body(draft: Draft) -> dict[str, Any]:
    """Return the plan as the API takes it."""
    named = {"plan_" + name: name for name in PLAN_FIELDS}
    return {name: draft.case[typed] for typed, name in named.items() if typed in draft.case}
