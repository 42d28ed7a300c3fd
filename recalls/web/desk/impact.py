"""`/desk/cases/<number>/impact`: where the goods are, in figures that sum, and every affected place in a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, cast

from flask import url_for
from markupsafe import Markup

from recalls.affected import Affected, find_affected
from recalls.cases import read_case
from recalls.comparison.run_changes import most_changes, read_changes
from recalls.history import case_at
from recalls.impact import load_scope, summarise
from recalls.impact_sheet import SHEET
from recalls.impact_table import (
    FIGURES,
    NO_REGION,
    SORTS,
    STATUS_ORDER,
    PlaceColumns,
    PlaceFilter,
    RegionTotal,
    count_reach,
    each_row,
    read_columns,
    read_table,
    sum_outlets,
    total_regions,
)
from recalls.models import RecallCase
from recalls.products import name_items
from recalls.publication.regions import PROVINCES
from recalls.seen import as_seen_by
from recalls.web.api_progress import read_moment
from recalls.web.desk.case import case_tabs
from recalls.web.desk.desk import desk
from recalls.web.desk.narrowing import choices, link_with, read_choice, read_local_moment, read_page_number, read_text
from recalls.web.desk.supply import read_picture
from recalls.web.desk.words import say_region, say_word
from trace.kit.desk import FIRMS, OFFICERS, DeskCall, show
from trace.kit.errors import Invalid
from trace.kit.formats import Language
from trace.kit.i18n import _, current_language
from trace.kit.paging import PageQuery, link_to_next
from trace.kit.paging import read_page as read_cursor_page
from trace.kit.transactions import Answer
from trace.picture import Tile, draw_supply, draw_tiles
from trace.web.sheet_answers import sheet_answer

A_PAGE = 50
EVIDENCE = ("certain", "derived", "possible")
KINDS = ("plant", "warehouse", "outlet", "other", NO_REGION)

Where = Literal["on_hand", "in_transit", "sold", "consumed", "destroyed", "lost", "unaccounted"]
WHERE: Mapping[Where, str] = {
    "on_hand": "part-out",
    "in_transit": "part-wait",
    "sold": "part-1",
    "consumed": "part-2",
    "destroyed": "part-back",
    "lost": "part-3",
    "unaccounted": "part-gone",
}
"""Where what was made is now, and the class of its part of the bar."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was made in one unit of measure, and where it is: its parts sum to it. ``derived``: made from the others."""

    uom: str | None
    derived: bool
    produced: Decimal
    parts: Mapping[str, Decimal]
    complete: bool


def add_totals(totals: Sequence[Mapping[str, Any]]) -> list[Tally]:
    """Return the totals of an impact by unit of measure; what was made from recalled batches is never added to them."""
    found: dict[tuple[bool, str], list[Mapping[str, Any]]] = {}
    for row in totals:
        found.setdefault((row["derived"], row["uom"] or ""), []).append(row)
    return [
        Tally(
            uom or None,
            derived,
            sum((Decimal(row["produced"]) for row in rows), Decimal(0)),
            {name: sum((Decimal(row[name]) for row in rows), Decimal(0)) for name in WHERE},
            all(row["complete"] for row in rows),
        )
        for (derived, uom), rows in sorted(found.items())
    ]


def _where_words() -> Mapping[str, str]:
    words = figure_words()
    return {name: words[name] for name in WHERE}


def read_as_of(call: DeskCall) -> datetime:
    """The moment that is asked about, else now. Raises Invalid (422) for one that is none, or to come."""
    text = call.args.get("as_of", "").strip()
    try:
        return read_moment(read_local_moment(text) if text else None, call.now)
    except ValueError as error:
        raise Invalid.field("/as_of", str(error)) from error


def read_place_filter(args: Mapping[str, str]) -> PlaceFilter:
    """What the table is narrowed to. Raises NarrowingRefused (400)."""
    return PlaceFilter(
        region=read_choice(args, "region", (*PROVINCES, NO_REGION)),
        status=read_choice(args, "status", STATUS_ORDER),
        evidence=read_choice(args, "evidence", EVIDENCE),
        kind=read_choice(args, "kind", KINDS),
        text=read_text(args),
    )


def draw_maps(totals: Sequence[RegionTotal], language: Language) -> list[tuple[str, str]]:
    """Return the map of the provinces for each unit of measure that outlets have goods in."""
    tiles: dict[str, list[Tile]] = {}
    for one in totals:
        tiles.setdefault(one.uom, []).append(Tile(one.region, one.outlets, one.reached))
    return [(uom, draw_tiles(some, uom, language)) for uom, some in sorted(tiles.items())]


def load_places(call: DeskCall) -> tuple[RecallCase, datetime, Affected, PlaceColumns]:
    """The case that the address names, the moment, and its affected places as this person may read them."""
    case = read_case(call.session, call.principal, call.path["number"])
    as_of = read_as_of(call)
    affected = find_affected(load_scope(call.session, case, as_of))
    return case, as_of, affected, read_columns(call.session, call.principal, affected)


def _read_sort(args: Mapping[str, str]) -> tuple[str, bool]:
    return read_choice(args, "sort", SORTS) or "tier", read_choice(args, "order", ("up", "down")) == "down"


@desk.page("/cases/<number>/impact", roles=FIRMS | OFFICERS)
def impact_page(call: DeskCall) -> Answer:
    """What the case means: figures, map, table, findings."""
    wanted, (sort, falling) = read_place_filter(call.args), _read_sort(call.args)
    page = read_page_number(call.args)
    case, as_of, affected, columns = load_places(call)
    impact = as_seen_by(
        call.session, call.principal, case, summarise(call.session, case_at(case, as_of), as_of, affected)
    )
    table = read_table(
        call.session, call.principal, columns, wanted, sort, falling, (page - 1) * A_PAGE, A_PAGE, current_language()
    )
    outlets, provinces = count_reach(columns)
    return show(
        "desk/impact.html",
        case=case,
        pages=case_tabs(call, case.number),
        impact=impact,
        asked_as_of=call.args.get("as_of", ""),
        tallies=add_totals(impact["totals"]),
        where=WHERE,
        where_words=_where_words(),
        outlets=outlets,
        at_outlets=sum_outlets(columns),
        names=name_items(call.session, [row["gtin"] for row in impact["totals"]]),
        provinces=provinces,
        picture=Markup(draw_supply(read_picture(call, case.number, columns).view, current_language()))
        if outlets
        else "",
        maps=[(unit, Markup(svg)) for unit, svg in draw_maps(total_regions(columns), current_language())],
        table=table,
        page=page,
        last_page=max(1, -(-table.shown // A_PAGE)),
        narrowed=wanted != PlaceFilter(),
        wanted=wanted,
        heads=_heads(sort, falling),
        figures=FIGURES,
        groups=_groups(table.choices),
        kept={name: text for name, text in call.args.items() if text and name not in ("q", "page", "done")},
        link_with=link_with,
        exports=[_sheet_link(case.number, form) for form in ("csv", "xlsx")],
    )


def _heads(sort: str, falling: bool) -> list[tuple[str, str, str, bool]]:
    """The heads of the columns: (column, words, link that sorts by it, aria-sort)."""
    words = {
        "name": _("Place"),
        "tier": _("Tier"),
        "region": _("Region"),
        "status": _("State"),
        "evidence": _("Evidence"),
        "reached": _("Reached"),
        "on_hand": _("On hand"),
        "in_transit": _("On the way"),
        "sold": _("Sold"),
        "shipped": _("Sent on"),
        "returned": _("of it back"),
        "destroyed": _("Destroyed"),
        "lost": _("Lost"),
    }
    found = []
    for name, text in words.items():
        begins_down = name in FIGURES
        down = (not falling) if name == sort else begins_down
        state = "none" if name != sort else "descending" if falling else "ascending"
        found.append((name, text, link_with(sort=name, order="down" if down else "up"), state))
    return cast(list[tuple[str, str, str, bool]], found)


def _groups(counts: Mapping[str, Sequence[Any]]) -> list[tuple[str, list[Any]]]:
    labels = {"region": _("Region"), "status": _("State"), "evidence": _("Evidence"), "kind": _("Kind of place")}
    return [
        (
            label,
            choices(
                name,
                [
                    (one.value, say_region(one.value) if name == "region" else say_word(one.value), one.rows)
                    for one in counts[name]
                ],
            ),
        )
        for name, label in labels.items()
    ]


def _sheet_link(number: str, form: str) -> str:
    query = link_with().partition("?")[2]
    return url_for("recalls_desk.impact_sheet", number=number, form=form) + (f"?{query}" if query else "")


@desk.page("/cases/<number>/impact.<any(csv, xlsx):form>", roles=FIRMS | OFFICERS)
def impact_sheet(call: DeskCall) -> Answer:
    """The table as a sheet, narrowed and sorted as it is shown."""
    wanted, (sort, falling) = read_place_filter(call.args), _read_sort(call.args)
    case, _as_of, _affected, columns = load_places(call)
    rows: Iterator[Any] = each_row(call.session, columns, wanted, sort, falling, current_language())
    return sheet_answer(f"{case.number}-places", cast(Literal["csv", "xlsx"], call.path["form"]), SHEET, rows)


@desk.page("/cases/<number>/changes/<digest>", roles=FIRMS | OFFICERS)
def changes_page(call: DeskCall) -> Answer:
    """What changed since an impact was frozen, and by which event."""
    case = read_case(call.session, call.principal, call.path["number"])
    page = read_cursor_page(PageQuery(cursor=call.args.get("cursor")))
    as_of = call.now if page.after is None else datetime.fromisoformat(page.after[0])
    after = None if page.after is None else (page.after[1], page.after[2], page.after[3])
    later = call.args.get("to") or None
    limit = most_changes(call.principal, page.limit)
    changes, key = read_changes(call.session, case, call.path["digest"], later, as_of, after, limit)
    return show(
        "desk/changes.html",
        case=case,
        pages=case_tabs(call, case.number),
        changes=as_seen_by(call.session, call.principal, case, changes),
        others=[run for run in case.runs if run.digest != call.path["digest"]],
        next=None if key is None else link_to_next(page, [as_of.isoformat(), *key]),
        figure_words=figure_words(),
    )


def figure_words() -> Mapping[str, str]:
    """What the figures of a place and of a tally are called."""
    return {
        "produced": _("made"),
        "received": _("received"),
        "reached": _("reached"),
        "lower": _("reached, at least"),
        "expected": _("reached, expected"),
        "upper": _("reached, at most"),
        "on_hand": _("on hand"),
        "in_transit": _("on the way"),
        "sold": _("sold"),
        "shipped": _("sent on"),
        "returned": _("sent back"),
        "consumed": _("used up"),
        "destroyed": _("destroyed"),
        "lost": _("lost"),
        "unaccounted": _("unaccounted for"),
        "status": _("state"),
        "evidence": _("evidence"),
        "tier": _("tier"),
        "complete": _("complete"),
        "name": _("name"),
        "name_en": _("English name"),
        "region": _("region"),
        "kind": _("kind of place"),
        "party": _("firm"),
        "party_name": _("name of the firm"),
        "gln": _("GLN"),
    }
