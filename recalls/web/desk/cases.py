"""`/desk/cases`: the cases that a person may see, narrowed by links."""

from collections.abc import Iterator, Mapping
from typing import Literal, cast

from flask import Flask, url_for

from recalls.case_list import GROUPS, CaseFilter, Group, ListedCase, find_cases
from recalls.case_sheet import SHEET
from recalls.cases import KINDS
from recalls.publication.regions import PROVINCES
from recalls.web.desk.desk import desk
from recalls.web.desk.narrowing import choices, link_with, read_choice, read_text
from recalls.web.desk.words import group_words, say_region, say_word
from recalls.web.words import class_words
from trace.kit.desk import AUDITORS, EVERYBODY, OFFICERS, DeskCall, Entry, add_entry, show
from trace.kit.i18n import _
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.web.sheet_answers import sheet_answer

A_PAGE = 20
A_BLOCK = 200

REGIMES = ("cn_food", "cn_consumer", "cn_auto")


def read_filter(args: Mapping[str, str]) -> CaseFilter:
    """What the address asks for. Raises NarrowingRefused (400)."""
    group = cast(Group | None, read_choice(args, "group", GROUPS))
    recall_class = read_choice(args, "class", ("1", "2", "3"))
    drill = read_choice(args, "drill", ("yes", "no"))
    return CaseFilter(
        text=read_text(args),
        stages=() if group is None else GROUPS[group],
        regime=read_choice(args, "regime", REGIMES),
        recall_class=None if recall_class is None else int(recall_class),
        kind=read_choice(args, "kind", KINDS),
        drill=None if drill is None else drill == "yes",
        mine=read_choice(args, "mine", ("yes",)) is not None,
        region=read_choice(args, "region", PROVINCES),
    )


@desk.page("/cases", roles=EVERYBODY)
def cases_page(call: DeskCall) -> Answer:
    """The cases, newest first."""
    wanted, page = read_filter(call.args), read_page(PageQuery(limit=A_PAGE, cursor=call.args.get("cursor")))
    after = None if page.after is None else int(page.after[0])
    found = find_cases(call.session, call.principal, wanted, after, A_PAGE + 1, call.now)
    shown, following = cut(found, page, lambda one: [one.case.id])
    return show(
        "desk/cases.html",
        shown=shown,
        next=following,
        narrowed=wanted != CaseFilter(),
        text=wanted.text,
        kept={name: text for name, text in call.args.items() if text and name not in ("q", "cursor", "done")},
        groups=_groups(),
        exports=[_sheet_link(form) for form in ("csv", "xlsx")],
    )


def _groups() -> list[tuple[str, list[object]]]:
    found: list[tuple[str, list[object]]] = [
        (_("Stage"), [*choices("group", group_words().items())]),
        (_("Class"), [*choices("class", [(str(one), words) for one, words in class_words().items()])]),
        (_("Kind"), [*choices("kind", [(kind, say_word(kind)) for kind in KINDS])]),
        (_("Rules"), [*choices("regime", [(one, say_word(one)) for one in REGIMES])]),
        (_("Region"), [*choices("region", [(code, say_region(code)) for code in PROVINCES])]),
        (_("Only"), [*choices("mine", [("yes", _("those I acted in"))]), *choices("drill", _drill_words())]),
    ]
    return found


def _drill_words() -> list[tuple[str, str]]:
    return [("no", _("recalls")), ("yes", _("drills"))]


def _sheet_link(form: str) -> str:
    query = link_with().partition("?")[2]
    return url_for("recalls_desk.cases_sheet", form=form) + (f"?{query}" if query else "")


@desk.page("/cases.<any(csv, xlsx):form>", roles=EVERYBODY)
def cases_sheet(call: DeskCall) -> Answer:
    """The same cases as a sheet."""
    return sheet_answer("recalls", cast(Literal["csv", "xlsx"], call.path["form"]), SHEET, _each(call))


def _each(call: DeskCall) -> Iterator[ListedCase]:
    wanted, after = read_filter(call.args), None
    while block := find_cases(call.session, call.principal, wanted, after, A_BLOCK, call.now):
        yield from block
        after = block[-1].case.id


def register(app: Flask) -> None:
    """Put it into the navigation of officials."""
    add_entry(
        app,
        Entry(20, "recalls_desk.cases_page", lambda: _("Cases"), OFFICERS | AUDITORS, ("/desk/launch", "/desk/drills")),
    )
