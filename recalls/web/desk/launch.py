"""`/desk/launch`: a recall is launched step by step, from a draft that can be left and taken up again."""

from dataclasses import replace
from typing import cast

from flask import Flask, url_for
from markupsafe import Markup

from recalls.cases import KINDS, REMEDIES, read_case
from recalls.launch.draft import (
    CASE_FIELDS,
    LINE_FIELDS,
    NOTICE_FIELDS,
    REMEDY,
    Draft,
    TooManyLines,
    add_line,
    change_line,
    line_body,
    read_draft,
    read_fields,
)
from recalls.launch.drafts import (
    MOST_PICTURE_BYTES,
    begin_draft,
    change_draft,
    delete_draft,
    find_draft,
    keep_picture,
    list_drafts,
    pictures_in,
)
from recalls.launch.filing import file_draft, find_soft_words
from recalls.launch.scope import find_line, find_products, name_products, weigh_scope
from recalls.models import LaunchDraft
from recalls.next_steps import next_steps
from recalls.publication.fields import PICTURES
from recalls.web.bodies import LineIn
from recalls.web.desk.cases import REGIMES
from recalls.web.desk.desk import desk
from recalls.web.desk.impact import draw_maps
from recalls.web.desk.inbox import recall_tabs
from recalls.web.desk.launch_reading import check_draft, read_launch
from recalls.web.desk.launch_words import NEXT, notice_words, step_links
from recalls.web.words import class_words
from trace.kit.contract import validate
from trace.kit.desk import FIRMS, NO_STORE, OFFICERS, DeskCall, see_other, show
from trace.kit.errors import Invalid, NotFound
from trace.kit.i18n import _, current_language
from trace.kit.transactions import Answer
from trace.mistakes import say_mistake
from trace.typed_lots import read_lots
from trace.web.desk.batch import BatchLink, add_batch_link
from trace.web.desk.batch_form import read_code

WHO = FIRMS | OFFICERS
OWN_KINDS = ("voluntary", "recall", "withdrawal", "safety_alert")
"""Kinds of a recall that a firm decides itself."""


class LineNotFound(NotFound):
    """The draft has no such line."""


@desk.page("/launch", roles=WHO)
def launch_page(call: DeskCall) -> Answer:
    """Begin a recall, or go on with one that was begun."""
    return show(
        "desk/launch.html",
        call=call,
        drafts=list_drafts(call.session, call.principal),
        values={name: call.form.get(name) or call.args.get(name, "") for name in ("code", "gtin", "lot")},
        pages=recall_tabs(call),
        here=(url_for("recalls_desk.launch_page"), []),
    )


@desk.form("/launch", roles=WHO, again=launch_page)
def begin_launch(call: DeskCall) -> Answer:
    """Keep a new draft, with the goods that were scanned or come from a batch's page."""
    draft, at = _with_goods(call, Draft())
    row = begin_draft(call.session, call.principal, draft, call.now)
    return see_other(_after_goods(row.draft_id, at))


def _with_goods(call: DeskCall, draft: Draft) -> tuple[Draft, int | None]:
    """The draft with what the form names: a scanned code, or a product with or without a lot."""
    code, gtin, lot = (call.form.get(name, "").strip() for name in ("code", "gtin", "lot"))
    if code or gtin:
        scanned = read_code(code or gtin, call.now.year)
        gtin, lot = scanned.commodity_code, scanned.lot or lot
        try:
            draft, at = add_line(draft, gtin, lot)
        except TooManyLines as refused:
            raise Invalid.field("/code", "Expected no further product in one draft.") from refused
        find_line(call.session, call.principal, validate(LineIn, line_body(draft.lines[at])).to_line())
        return draft, at
    return draft, None


def _after_goods(draft_id: str, at: int | None) -> str:
    if at is None:
        return url_for("recalls_desk.launch_goods", draft=draft_id)
    return url_for("recalls_desk.launch_batches", draft=draft_id, line=at)


def _open(call: DeskCall) -> tuple[LaunchDraft, Draft]:
    row = find_draft(call.session, call.principal, call.path["draft"])
    return row, read_draft(row.words)


@desk.page("/launch/<draft>/goods", roles=WHO)
def launch_goods(call: DeskCall) -> Answer:
    """Which products are recalled."""
    row, draft = _open(call)
    text = call.args.get("q", "").strip()
    return show(
        "desk/launch_goods.html",
        call=call,
        row=row,
        draft=draft,
        steps=step_links(row.draft_id, "goods"),
        names=name_products(call.session, [line.get("gtin", "") for line in draft.lines]),
        text=text,
        found=find_products(call.session, call.principal, text) if text else None,
        here=(url_for("recalls_desk.launch_goods", draft=row.draft_id), []),
    )


@desk.form("/launch/<draft>/goods", roles=WHO, again=launch_goods)
def add_goods(call: DeskCall) -> Answer:
    """Add a product, or a lot of it."""
    row, draft = _open(call)
    draft, at = _with_goods(call, draft)
    change_draft(call.session, row, draft, call.now)
    return see_other(_after_goods(row.draft_id, at))


@desk.form("/launch/<draft>/goods/<line>/remove", roles=WHO)
def remove_goods(call: DeskCall) -> Answer:
    """Take a line out again."""
    row, draft = _open(call)
    change_draft(call.session, row, change_line(draft, _line(call, draft), None), call.now)
    return see_other(url_for("recalls_desk.launch_goods", draft=row.draft_id))


def _line(call: DeskCall, draft: Draft) -> int:
    text = call.path["line"]
    at = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
    if not 0 <= at < len(draft.lines):
        raise LineNotFound(f"Expected a line of this draft, got {text}.")
    return at


@desk.page("/launch/<draft>/batches/<line>", roles=WHO)
def launch_batches(call: DeskCall) -> Answer:
    """Which batches of a product: by lots, a range of lots, production days, serials; counted at once."""
    row, draft = _open(call)
    at = _line(call, draft)
    kept = draft.lines[at]
    meaning = find_line(call.session, call.principal, validate(LineIn, line_body(kept)).to_line())
    return show(
        "desk/launch_batches.html",
        call=call,
        row=row,
        at=at,
        steps=step_links(row.draft_id, "goods"),
        values=read_fields(call.form, LINE_FIELDS) if call.problem is not None else kept,
        product=name_products(call.session, [kept["gtin"]]).get(kept["gtin"]),
        gtin=kept["gtin"],
        meaning=meaning,
        here=(url_for("recalls_desk.launch_batches", draft=row.draft_id, line=at), []),
    )


@desk.form("/launch/<draft>/batches/<line>", roles=WHO, again=launch_batches)
def choose_batches(call: DeskCall) -> Answer:
    """Keep the choice; stay to see what it means, or go on."""
    row, draft = _open(call)
    at = _line(call, draft)
    ticked = call.form.getlist("lot")
    line = read_fields({**call.form.to_dict(), "gtin": draft.lines[at]["gtin"]}, LINE_FIELDS)
    lots = [*read_lots(call.session, line["gtin"], line.get("lots", "")), *ticked]
    if lots:
        line["lots"] = " ".join(dict.fromkeys(lots))
    find_line(call.session, call.principal, validate(LineIn, line_body(line)).to_line())
    change_draft(call.session, row, change_line(draft, at, line), call.now)
    if call.form.get("then") == "on":
        return see_other(url_for("recalls_desk.launch_goods", draft=row.draft_id))
    return see_other(url_for("recalls_desk.launch_batches", draft=row.draft_id, line=at), done="counted")


@desk.page("/launch/<draft>/meaning", roles=WHO)
def launch_meaning(call: DeskCall) -> Answer:
    """What the scope would mean now: units, outlets by province, who would be told."""
    row, draft = _open(call)
    lines = [validate(LineIn, line_body(line)).to_line() for line in draft.lines]
    meaning = weigh_scope(call.session, call.principal, lines, call.now) if lines else None
    return show(
        "desk/launch_meaning.html",
        row=row,
        steps=step_links(row.draft_id, "meaning"),
        meaning=meaning,
        maps=[(uom, Markup(svg)) for uom, svg in draw_maps(meaning.regions, current_language())] if meaning else [],
    )


@desk.page("/launch/<draft>/notice", roles=WHO)
def launch_notice(call: DeskCall) -> Answer:
    """What the public and the firms will read; words that soften the danger are marked where they stand."""
    row, draft = _open(call)
    return show(
        "desk/launch_notice.html",
        call=call,
        row=row,
        steps=step_links(row.draft_id, "notice"),
        values=read_fields(call.form, NOTICE_FIELDS) if call.problem is not None else draft.notice,
        soft=find_soft_words(draft),
        words=notice_words(),
        pictures=pictures_in(row),
        here=(url_for("recalls_desk.launch_notice", draft=row.draft_id), []),
    )


@desk.form("/launch/<draft>/notice", roles=WHO, again=launch_notice, limit=2 * MOST_PICTURE_BYTES + (1 << 20))
def write_launch_notice(call: DeskCall) -> Answer:
    """Keep the words and pictures; softening words are shown before it goes on."""
    row, draft = _open(call)
    draft = replace(draft, notice=read_fields(call.form, NOTICE_FIELDS))
    change_draft(call.session, row, draft, call.now)
    for name in PICTURES:
        file = call.files.get(name)
        if file is not None and file.filename:
            keep_picture(call.session, row, name, file.stream.read(MOST_PICTURE_BYTES + 1))
        elif call.form.get(f"without_{name}"):
            keep_picture(call.session, row, name, None)
    step = "notice" if find_soft_words(draft) else NEXT["notice"]
    return see_other(url_for(f"recalls_desk.launch_{step}", draft=row.draft_id))


@desk.page("/launch/<draft>/pictures/<name>", roles=WHO)
def launch_picture(call: DeskCall) -> Answer:
    """A picture of the draft's notice."""
    row, _draft = _open(call)
    data = pictures_in(row).get(call.path["name"])
    if data is None:
        raise NotFound("The draft has no such picture.")
    return Answer(200, data, NO_STORE, "image/jpeg")


@desk.page("/launch/<draft>/case", roles=WHO)
def launch_case(call: DeskCall) -> Answer:
    """Under which rules it is recalled, how grave it is, what is to be done with the goods."""
    row, draft = _open(call)
    again = call.problem is not None
    return show(
        "desk/launch_case.html",
        call=call,
        row=row,
        steps=step_links(row.draft_id, "case"),
        values=read_fields(call.form, CASE_FIELDS) if again else draft.case,
        remedies=call.form.getlist(REMEDY) if again else draft.remedies,
        all_remedies=REMEDIES,
        kinds=OWN_KINDS if call.user.role in FIRMS else KINDS,
        regimes=REGIMES,
        classes=class_words(),
        here=(url_for("recalls_desk.launch_case", draft=row.draft_id), []),
    )


@desk.form("/launch/<draft>/case", roles=WHO, again=launch_case)
def write_launch_case(call: DeskCall) -> Answer:
    """Keep it, and go on to the check."""
    row, draft = _open(call)
    chosen = [one for one in call.form.getlist(REMEDY) if one in REMEDIES]
    draft = replace(draft, case=read_fields(call.form, CASE_FIELDS), remedies=chosen)
    change_draft(call.session, row, draft, call.now)
    return see_other(url_for("recalls_desk.launch_check", draft=row.draft_id))


@desk.page("/launch/<draft>/check", roles=WHO)
def launch_check(call: DeskCall) -> Answer:
    """Everything once more, what is still to be mended, and what filing does."""
    row, draft = _open(call)
    checked = check_draft(call, draft, pictures_in(row))
    return show(
        "desk/launch_check.html",
        call=call,
        row=row,
        draft=draft,
        steps=step_links(row.draft_id, "check"),
        checked=checked,
        words=notice_words(),
        say_error=lambda error: say_mistake(error, None, current_language()),
        names=name_products(call.session, [line.get("gtin", "") for line in draft.lines]),
        here=(url_for("recalls_desk.launch_check", draft=row.draft_id), []),
    )


@desk.form("/launch/<draft>/file", roles=WHO, again=launch_check)
def file_launch(call: DeskCall) -> Answer:
    """Open the case and file its plan."""
    row, draft = _open(call)
    launch = read_launch(draft, pictures_in(row))
    case = file_draft(call.session, call.principal, row.draft_id, launch, call.now)
    return see_other(url_for("recalls_desk.launch_filed", number=case.number))


@desk.page("/launch/filed/<number>", roles=WHO)
def launch_filed(call: DeskCall) -> Answer:
    """What is done, and who can announce it."""
    case = read_case(call.session, call.principal, call.path["number"])
    steps = {cast(str, one.step): one for one in next_steps(call.principal, case)}
    return show("desk/launch_filed.html", case=case, announce=steps.get("announce"), steps=list(steps.values()))


@desk.form("/launch/<draft>/delete", roles=WHO)
def delete_launch(call: DeskCall) -> Answer:
    """Forget a draft."""
    row, _draft = _open(call)
    delete_draft(call.session, row)
    return see_other(url_for("recalls_desk.launch_page"), done="deleted")


def register(app: Flask) -> None:
    """Let it begin from the page of a batch."""
    add_batch_link(app, BatchLink(40, lambda: _("Start a recall"), _address_with, WHO))


def _address_with(gtin: str, lot: str) -> str:
    return url_for("recalls_desk.launch_page", gtin=gtin, lot=lot)
