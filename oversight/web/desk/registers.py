"""`/desk/registers`: what the authority keeps of firms, licences, certificates, laboratories and standards."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import url_for

from oversight.registers.entering import NotARegistrar, enter, require_registrar
from oversight.registers.entries import (
    WantedEntries,
    find_entry,
    home_day,
    list_entries,
    register_of,
    write_entries,
    write_entry,
)
from oversight.registers.firms import read_firm, write_firm
from oversight.registers.registers import REGISTERS, STANDINGS, Register
from oversight.registers.sheets import all_lines, import_sheet, read_body, say_value, sheet_of, show_states
from oversight.web.desk.desk import desk
from trace.kit.desk import EVERYBODY, OFFICERS, DeskCall, see_other, show
from trace.kit.errors import FieldError, Invalid, Problem
from trace.kit.fields import parse_day
from trace.kit.i18n import _, current_language
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.kit.uploads import AROUND
from trace.mistakes import say_mistake
from trace.own_master_data import own_party
from trace.sheets_in.tables import MAX_BYTES
from trace.web.sheet_answers import sheet_answer

TONES = {
    **dict.fromkeys(("active", "valid", "in_force"), ("clear", "●")),
    **dict.fromkeys(("suspended", "revoked", "cancelled", "expired"), ("stop", "■")),
    "pending": ("wait", "▲"),
    "upcoming": ("wait", "▲"),
}
"""The badge of a state, where it says good or bad."""


class RowMistake(NamedTuple):
    """A mistake of a sheet: the row, the column and what is wrong."""

    row: str
    column: str
    words: str


@desk.page("/registers", roles=EVERYBODY)
def registers_page(call: DeskCall) -> Answer:
    """All registers, and the way to a firm."""
    code = call.args.get("firm", "").strip()
    if code:
        return see_other(url_for("oversight_desk.register_firm_page", code=code))
    own = own_party(call.session, call.principal)
    return show("desk/registers.html", registers=REGISTERS.values(), own=own and (own.uscc or own.gln))


@desk.page("/registers/<register>", roles=EVERYBODY)
def register_page(call: DeskCall) -> Answer:
    """The entries in the order of their numbers, narrowed by words, as they are or as they were after a day."""
    register = register_of(call.path["register"])
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    after = None if page.after is None else str(page.after[0])
    as_of, today = _day(call, "as_of"), home_day(call.now)
    not_valid_on = today if call.args.get("state") == "not_valid" and register.has_validity else None
    wanted = WantedEntries(words=call.args.get("q", "").strip(), as_of=as_of, not_valid_on=not_valid_on)
    rows, following = cut(
        list_entries(call.session, register.word, wanted, after, page.limit + 1), page, lambda one: [one.row.key]
    )
    return show(
        "desk/register.html",
        call=call,
        register=register,
        rows=write_entries(call.session, rows, as_of or today),
        next=following,
        state_words=register.state_words(current_language()),
        tones=TONES,
        may_enter=may_enter(call),
        mistakes_of_rows=_row_mistakes(register, call.problem),
        file_mistake=_wrong(call.problem, {}).get("file", ""),
    )


def may_enter(call: DeskCall) -> bool:
    """Whether this person keeps registers."""
    try:
        require_registrar(call.session, call.principal)
    except NotARegistrar:
        return False
    return True


def _day(call: DeskCall, name: str) -> date | None:
    text = call.args.get(name, "").strip()
    try:
        return parse_day(text) if text else None
    except ValueError as error:
        raise Invalid.field(f"/{name}", str(error)) from error


@desk.page("/registers/<register>.<any(csv, xlsx):form>", roles=EVERYBODY)
def register_sheet(call: DeskCall) -> Answer:
    """The whole register as a sheet, as it is or as it was after a day."""
    register, as_of = register_of(call.path["register"]), _day(call, "as_of")
    rows = all_lines(call.session, register, WantedEntries(as_of=as_of))
    form: Any = call.path["form"]
    return sheet_answer(register.word, form, sheet_of(register, as_of or home_day(call.now)), rows)


@desk.page("/registers/<register>/new", roles=OFFICERS)
def new_entry_page(call: DeskCall) -> Answer:
    """An empty form, or the one that was refused, as it was typed."""
    register = register_of(call.path["register"])
    require_registrar(call.session, call.principal)
    return show(
        "desk/register_new.html",
        call=call,
        register=register,
        values=call.form,
        wrong=_wrong(call.problem, call.form),
    )


@desk.form("/registers/<register>", roles=OFFICERS, again=new_entry_page)
def save_entry(call: DeskCall) -> Answer:
    """Enter something, or say anew what is entered under its number."""
    register = register_of(call.path["register"])
    said = read_body(register, call.form)
    entry, new = enter(call.session, call.principal, register, said, call.form.get("reason"), call.now)
    where = url_for("oversight_desk.entry_page", register=register.word, number=entry.row.id)
    return see_other(where, done="entered" if new else "same")


@desk.form("/registers/<register>/sheet", roles=OFFICERS, again=register_page, limit=MAX_BYTES + AROUND)
def bring_register_sheet(call: DeskCall) -> Answer:
    """Enter every row of a sheet, or none."""
    register, file = register_of(call.path["register"]), call.files.get("file")
    if file is None or not file.filename:
        raise Invalid.field("/file", "Expected a file, got none.")
    data = file.stream.read(MAX_BYTES + 1)
    import_sheet(call.session, call.principal, register, data, call.form.get("reason"), call.now)
    return see_other(url_for("oversight_desk.register_page", register=register.word), done="imported")


@desk.page("/registers/<register>/<number>", roles=EVERYBODY)
def entry_page(call: DeskCall) -> Answer:
    """What is entered, all that was said before, and the form to say it anew."""
    register, as_of, language = register_of(call.path["register"]), _day(call, "as_of"), current_language()
    entry = find_entry(call.session, register.word, call.path["number"], as_of)
    row = write_entry(call.session, entry, as_of or home_day(call.now))
    history = [
        (one, [(field, say_value(field, one["states"].get(field.name), language)) for field in register.fields])
        for one in row["history"]
    ]
    return show(
        "desk/register_entry.html",
        call=call,
        register=register,
        row=row,
        history=history,
        state_words=register.state_words(language),
        tones=TONES,
        may_enter=may_enter(call) and as_of is None,
        values=show_states(register, row["states"]),
        wrong={},
    )


@desk.page("/registers/firms/<code>", roles=EVERYBODY)
def register_firm_page(call: DeskCall) -> Answer:
    """A firm in all registers on a day; a firm reads of itself alone."""
    language = current_language()
    firm = read_firm(call.session, call.principal, call.path["code"], _day(call, "on") or home_day(call.now))
    return show(
        "desk/register_firm.html",
        call=call,
        shown=write_firm(call.session, firm),
        registers=REGISTERS,
        standings={value: zh if language == "zh" else en for value, zh, en in STANDINGS},
        validity=REGISTERS["licences"].state_words(language),
        tones=TONES,
        links=_link_of,
    )


def _link_of(record: str) -> str | None:
    """The page of what shows a finding, where there is one."""
    register, _slash, number = record.partition("/")
    if register not in REGISTERS:
        return None
    return url_for("oversight_desk.entry_page", register=register, number=number)


def _wrong(problem: Problem | None, typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong at each field; what is wrong within a field of several lines is said there too."""
    found: dict[str, list[str]] = {}
    for error in () if problem is None else problem.errors:
        name, _slash, within = error.pointer.removeprefix("/").partition("/")
        line = within.split("/")[0]
        words = say_mistake(error, typed.get(name), current_language())
        if line.isdigit():
            words = _("Line {number}: {words}", number=int(line) + 1, words=words)
        found.setdefault(name, []).append(words)
    return {name: " ".join(words) for name, words in found.items()}


def _row_mistakes(register: Register, problem: Problem | None) -> Sequence[RowMistake]:
    language = current_language()
    labels = {field.name: field.label(language) for field in register.fields}
    found = []
    for error in () if problem is None else problem.errors:
        parts = error.pointer.split("/")
        if parts[1:2] == ["rows"]:
            name = parts[3] if len(parts) > 3 else ""
            words = say_mistake(FieldError(f"/{name}", error.detail), None, language)
            found.append(RowMistake(parts[2], labels.get(name, ""), words))
    return found
