"""The answer as a form on a page: what it asks for each batch at each place, and how what was typed is read."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.models import RecallCase, Response, ResponseLine
from recalls.responses.answer import Answer, AnswerLine, Destruction
from recalls.responses.figures import FIGURES, ZERO, Counted
from recalls.responses.rows import UnitsRow
from recalls.responses.show import show_units
from recalls.responses.stated import Consigned
from recalls.ways_back import Stock
from trace.kit.bulk import among
from trace.models import Product

MOST_ROWS = 200
"""So many batches at places are asked for on one page."""

LONGEST, MOST_URI = 200, 2_000

_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")

NOT_A_NUMBER = "not a number"

TEXTS = ("returned_to", "returned_document", "method", "witness", "document", "shipped_to", "evidence")


@dataclass(frozen=True, slots=True)
class FormRow:
    """What is asked for: the units, the product's names, and what was said in words before."""

    stock: Stock
    units: UnitsRow
    product: str | None
    product_en: str | None
    words: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form: the answer, the row of each of its lines, and what cannot be read, by field name."""

    answer: Answer
    rows: tuple[int, ...]
    problems: Mapping[str, str]


def read_form(
    session: Session, case: RecallCase, consigned: Consigned, after: Stock | None, now: datetime
) -> tuple[list[FormRow], Stock | None]:
    """Return the rows of a page of the form, from above ``after``, and where the next one begins."""
    found = show_units(session, case, consigned, after, MOST_ROWS + 1, now)
    shown = found[:MOST_ROWS]
    names = _product_names(session, {row["gtin"] for _, row in shown if row["gtin"] is not None})
    words = _earlier_words(session, {row["stated"]["response"] for _, row in shown if row["stated"] is not None})
    rows = []
    for stock, row in shown:
        name, name_en = names.get(row["gtin"] or "", (None, None))
        earlier = {} if row["stated"] is None else words.get((row["stated"]["response"], *stock), {})
        rows.append(FormRow(stock, row, name, name_en, earlier))
    return rows, shown[-1][0] if len(found) > MOST_ROWS else None


def read_typed(fields: Mapping[str, str]) -> Typed:
    """Return what was typed; a row of which every figure is empty says nothing and is left out.

    Fields are called ``<row>.<name>``; ``place``, ``batch`` and ``uom`` of a row say what it is about.
    """
    lines: list[AnswerLine] = []
    rows: list[int] = []
    problems: dict[str, str] = {}
    for row in range(MOST_ROWS):
        if f"{row}.batch" not in fields:
            break
        typed = {name: _text(fields.get(f"{row}.{name}")) for name in (*FIGURES, *TEXTS)}
        about = {
            name: fields.get(f"{row}.{name}", "").replace("\0", "")[:MOST_URI] for name in ("place", "batch", "uom")
        }
        figures = dict(_read_figures(row, typed, problems))
        if not figures and not any(name.startswith(f"{row}.") for name in problems):
            continue
        told = Destruction(typed["method"], typed["witness"], typed["document"])
        lines.append(
            AnswerLine(
                batch=about["batch"],
                place=about["place"],
                uom=about["uom"],
                counted=Counted(**figures),
                returned_to=typed["returned_to"],
                returned_document=typed["returned_document"],
                destruction=told if told != Destruction() else None,
                shipped_to=typed["shipped_to"],
                evidence=typed["evidence"],
            )
        )
        rows.append(row)
    return Typed(Answer(lines, None, _text(fields.get("note"), 2000)), tuple(rows), problems)


def fill_from_ledger(rows: Sequence[FormRow]) -> dict[str, str]:
    """Return the fields of a form as the ledger would answer them; what it does not know stays as it is."""
    found: dict[str, str] = {}
    for row, one in enumerate(rows):
        ledger = one.units["ledger"]
        for name in ("on_hand", "returned", "destroyed", "sold", "shipped_on", "lost"):
            found[f"{row}.{name}"] = f"{max(ZERO, Decimal(ledger[name])):f}"
    return found


def _read_figures(row: int, typed: Mapping[str, str | None], problems: dict[str, str]) -> Iterator[tuple[str, Decimal]]:
    for name in FIGURES:
        text = typed[name]
        if text is None:
            continue
        if _NUMBER.fullmatch(text) is None:
            problems[f"{row}.{name}"] = NOT_A_NUMBER
        else:
            yield name, Decimal(text)


def _text(value: str | None, longest: int = LONGEST) -> str | None:
    """What was typed without blanks around it, full-width digits as plain ones; nothing is ``None``."""
    text = unicodedata.normalize("NFKC", (value or "").replace("\0", "")).strip()[:longest]
    return text or None


def _earlier_words(session: Session, responses: set[str]) -> dict[tuple[str, int, int, str], dict[str, str | None]]:
    """Return what was said in words before, by answer and stock, so that a correction need not say it again."""
    query = select(Response.response_id, ResponseLine).join(ResponseLine, ResponseLine.response_id == Response.id)
    rows = session.execute(query.where(among(session, Response.response_id, responses)))
    return {
        (number, line.place_id, line.batch_id, line.uom): {
            "method": line.destroyed_method,
            "witness": line.destroyed_witness,
            "document": line.destroyed_document,
            "returned_document": line.returned_document,
            "shipped_to": line.shipped_to,
            "evidence": line.evidence,
        }
        for number, line in rows
    }


def _product_names(session: Session, gtins: set[str]) -> dict[str, tuple[str, str | None]]:
    rows = session.execute(
        select(Product.gtin, Product.name, Product.name_en).where(among(session, Product.gtin, gtins))
    )
    return {gtin: (name, name_en) for gtin, name, name_en in rows}
