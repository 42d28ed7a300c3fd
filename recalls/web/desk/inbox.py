"""`/desk/inbox`: the recalls that concern a firm, with what waits for its answer."""

from collections.abc import Sequence

from flask import Flask, url_for

from recalls.cases import agree_to_take_part
from recalls.inbox import Concern, find_concerns, find_invitations
from recalls.web.desk.desk import desk
from recalls.web.desk.words import say_either
from trace.kit.desk import FIRMS, DeskCall, Entry, Task, add_entry, add_tasks, see_other, show
from trace.kit.i18n import _
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer

A_PAGE = 20


@desk.page("/inbox", roles=FIRMS)
def inbox_page(call: DeskCall) -> Answer:
    """What the firm was told, newest first; drills that it is asked to join."""
    page = read_page(PageQuery(limit=A_PAGE, cursor=call.args.get("cursor")))
    after = None if page.after is None else int(page.after[0])
    found = find_concerns(call.session, call.principal, after, A_PAGE + 1)
    shown, following = cut(found, page, lambda one: [one.case.id])
    return show(
        "desk/inbox.html",
        waiting=[one for one in shown if one.state == "to_answer"],
        rest=[one for one in shown if one.state != "to_answer"],
        invited=find_invitations(call.session, call.principal),
        next=following,
        pages=recall_tabs(call),
    )


def recall_tabs(call: DeskCall) -> list[tuple[str, str]]:
    """The pages about recalls that this person has: (words, address)."""
    cases = url_for("recalls_desk.cases_page")
    own = [(_("Inbox"), url_for("recalls_desk.inbox_page")), (_("Own recalls"), cases)]
    return [
        *(own if call.user.role in FIRMS else [(_("Cases"), cases)]),
        (_("Start a recall"), url_for("recalls_desk.launch_page")),
        (_("Drills"), url_for("recalls_desk.drills_page")),
    ]


@desk.form("/inbox/<number>/join", roles=FIRMS, again=inbox_page)
def join_drill(call: DeskCall) -> Answer:
    """Take part in a drill."""
    agree_to_take_part(call.session, call.principal, call.path["number"], call.now)
    return see_other(url_for("recalls_desk.inbox_page"), done="joined")


def read_tasks(call: DeskCall) -> Sequence[Task]:
    """Recalls that wait for the firm's answer, and drills that it is asked to join."""
    concerns = find_concerns(call.session, call.principal, only_open=True, limit=A_PAGE)
    tasks = [_task(one) for one in concerns if one.state == "to_answer"]
    invited = find_invitations(call.session, call.principal)
    return tasks + [
        Task(_("You are asked to join drill {number}", number=case.number), url_for("recalls_desk.inbox_page"))
        for case in invited
    ]


def _task(one: Concern) -> Task:
    title = say_either(one.case.title, one.case.title_en)
    words = (
        _("Answer drill {number}: {title}", number=one.case.number, title=title)
        if one.case.drill
        else _("Answer recall {number}: {title}", number=one.case.number, title=title)
    )
    address = url_for("recalls_desk.inbox_case", number=one.case.number)
    return Task(words, address, one.told_at, urgent=not one.case.drill)


RECALLS = tuple(f"/desk/{name}" for name in ("cases", "launch", "drills"))
"""A firm's own recalls and drills."""


def register(app: Flask) -> None:
    """Put it into the navigation of firms, and what waits onto their home."""
    add_entry(app, Entry(40, "recalls_desk.inbox_page", lambda: _("Recalls and drills"), FIRMS, RECALLS))
    add_tasks(app, FIRMS, read_tasks)
