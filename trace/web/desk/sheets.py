"""`/desk/sheets`: a firm's own spreadsheets into the record: templates, the check, the choice, what became of it."""

from functools import partial
from typing import Any, BinaryIO

from flask import Flask, url_for

from trace.kit.desk import FIRMS, DeskCall, Entry, Task, add_entry, add_tasks, see_other, show
from trace.kit.errors import Invalid, NotFound
from trace.kit.fields import row_number
from trace.kit.i18n import _, current_language
from trace.kit.transactions import Answer
from trace.kit.web import current_database
from trace.labels.bodies import LabelItem, LabelsIn
from trace.labels.drawing import write_pdf
from trace.labels.orders import draw_labels, read_items, sheet_of
from trace.models import SheetImport
from trace.sheets import CSV_TYPE, XLSX_TYPE
from trace.sheets_in import imports
from trace.sheets_in.kinds import KINDS, SheetKind, kinds_for
from trace.sheets_in.running import run_beside
from trace.sheets_in.tables import MAX_BYTES
from trace.sheets_in.taken import PER_ORDER, taken_batches
from trace.sheets_in.templates import explain, say_mistakes, write_mistakes, write_template
from trace.web.api_labels import PDF_TYPE, printing
from trace.web.desk.desk import desk
from trace.web.desk.words import say_refused
from trace.web.sheet_answers import file_answer

BRINGERS = FIRMS | {"admin"}
SHOWN = 100
AROUND = 64 * 1024
"""Bytes of a form beside its file."""

FORMS = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE}


class SheetNotFound(NotFound):
    """There is no such kind of sheet, or none for this person."""


def _kind(call: DeskCall) -> SheetKind:
    kind = KINDS.get(call.path["kind"])
    if kind is None or kind not in kinds_for(call.user.role):
        raise SheetNotFound("There is no such kind of sheet.")
    return kind


def _import(call: DeskCall) -> SheetImport:
    return imports.read_import(call.session, call.principal, call.path["number"])


def _page_of(row: SheetImport, done: str | None = None) -> Answer:
    return see_other(url_for("trace_desk.import_page", number=row.id), done)


def _go_on(call: DeskCall, row: SheetImport) -> None:
    """Have the import's run begin once this request's transaction is over."""
    call.afterwards.append(partial(run_beside, current_database(), row.id))


@desk.page("/sheets", roles=BRINGERS)
def sheets_page(call: DeskCall) -> Answer:
    """All kinds, and the sheets that were brought last."""
    rows = imports.list_imports(call.session, call.principal)
    seen = [imports.look_at(current_database(), row, call.now) for row in rows]
    return show("desk/sheets.html", kinds=kinds_for(call.user.role), seen=seen, say_state=say_state)


@desk.page("/sheets/<kind>", roles=BRINGERS)
def sheet_page(call: DeskCall) -> Answer:
    """One kind: its template, what belongs in it, and the field for a file."""
    kind = _kind(call)
    here: tuple[str, list[str]] = (url_for("trace_desk.sheet_page", kind=kind.word), [])
    return show("desk/sheet.html", call=call, kind=kind, columns=explain(kind, current_language()), here=here)


@desk.page("/sheets/<kind>/template.<any(csv, xlsx):form>", roles=BRINGERS)
def template_file(call: DeskCall) -> Answer:
    """An empty sheet to fill in."""
    kind, form, language = _kind(call), call.path["form"], current_language()
    name = f"{kind.word}-template-{language}.{form}"
    return file_answer(name, FORMS[form], lambda file: write_template(file, kind, form, language))


@desk.form("/sheets/<kind>", roles=BRINGERS, again=sheet_page, limit=MAX_BYTES + AROUND)
def bring_sheet(call: DeskCall) -> Answer:
    """Take a file and have it checked."""
    kind = _kind(call)
    file = call.files.get("file")
    if file is None or not file.filename:
        raise Invalid.field("/file", "Expected a file, got none.")
    data = file.stream.read(MAX_BYTES + 1)
    row, _new = imports.bring(call.session, call.principal, kind.word, file.filename, data, call.now)
    _go_on(call, row)
    return _page_of(row)


@desk.page("/imports/<number>", roles=BRINGERS)
def import_page(call: DeskCall) -> Answer:
    """What was found in a sheet, and what may be done now; while something runs, how far it is."""
    row = _import(call)
    seen = imports.look_at(current_database(), row, call.now)
    values: dict[str, Any] = {"call": call, "seen": seen, "row": row, "kind": seen.kind, "say_state": say_state}
    values["here"] = (url_for("trace_desk.import_page", number=row.id), [])
    if row.state == "unreadable":
        values["unreadable"] = say_refused(Invalid(row.detail or ""))
    if not seen.running and row.state in ("columns", "checked", "taken"):
        checked = imports.read_checked(row)
        values |= {
            "checked": checked,
            "said": say_mistakes(checked.by_field, seen.kind, checked.wrong[:SHOWN], current_language()),
            "columns": [(column.field, column.heading(current_language())) for column in seen.kind.columns],
            "orders": range(1, -(-row.taken // PER_ORDER) + 1) if row.kind == "batches" else (),
        }
    return show("desk/import.html", **values)


@desk.form("/imports/<number>/columns", roles=BRINGERS, again=import_page)
def choose_columns(call: DeskCall) -> Answer:
    """Take what somebody says of columns, and check the sheet anew."""
    row = _import(call)
    headings = imports.read_checked(row).headings
    chosen = {heading: call.form.get(f"column-{at}", "") for at, heading in enumerate(headings) if heading}
    imports.tell_columns(call.session, row, chosen, call.now)
    _go_on(call, row)
    return _page_of(row)


@desk.form("/imports/<number>/take", roles=BRINGERS, again=import_page)
def take_sheet(call: DeskCall) -> Answer:
    """Have the rows recorded."""
    row = _import(call)
    imports.order(row, call.form.get("mode", ""), call.now)
    _go_on(call, row)
    return _page_of(row)


@desk.form("/imports/<number>/again", roles=BRINGERS, again=import_page)
def check_again(call: DeskCall) -> Answer:
    """Check anew, or go on after a run that was interrupted."""
    row = _import(call)
    if row.state in imports.RUNNING:
        imports.try_again(row, imports.look_at(current_database(), row, call.now), call.now)
    else:
        imports.require_state(row, ("columns", "checked", "unreadable"))
        imports.start_again(row, call.now)
    _go_on(call, row)
    return _page_of(row)


@desk.page("/imports/<number>/mistakes.<any(csv, xlsx):form>", roles=BRINGERS)
def mistakes_file(call: DeskCall) -> Answer:
    """The wrong rows as they came, each with what is wrong: to be mended and brought again."""
    row, form, language = _import(call), call.path["form"], current_language()
    imports.require_state(row, ("checked", "taken"))
    table, layout = imports.read_layout(call.session, row)
    wrong = imports.read_checked(row).wrong

    def write(file: BinaryIO) -> None:
        write_mistakes(file, table, layout, wrong, form, language)

    return file_answer(f"{row.kind}-{row.id}-mistakes.{form}", FORMS[form], write)


@desk.page("/imports/<number>/labels.pdf", roles=BRINGERS)
def labels_of_import(call: DeskCall) -> Answer:
    """Labels of the batches that a sheet registered, so many at a time."""
    row = _import(call)
    part = call.args.get("part", "1")
    lots = taken_batches(call.session, row, max(1, row_number(part)))
    wanted = {f"/items/{at}": LabelItem(gtin=gtin, lot=lot) for at, (gtin, lot) in enumerate(lots)}
    items = read_items(call.session, call.principal, wanted)
    order = LabelsIn(items=list(wanted.values()))
    sheet = sheet_of(items, order)
    drawn = draw_labels(items, sheet, order, printing())
    font = printing().font
    return file_answer("labels.pdf", PDF_TYPE, lambda file: write_pdf(file, "Suyuan", sheet, drawn, font, 1))


def say_state(seen: imports.Seen) -> str:
    """Where a sheet stands, in a few words."""
    if seen.interrupted:
        return _("Interrupted, nothing was recorded")
    words = {
        "waiting": _("Being checked"),
        "checking": _("Being checked"),
        "columns": _("Which column is which?"),
        "unreadable": _("Cannot be read"),
        "checked": _("Checked, not recorded yet"),
        "taking": _("Being recorded"),
        "taken": _("Recorded"),
    }
    return words[seen.row.state]


def read_sheet_tasks(call: DeskCall) -> list[Task]:
    """Sheets that were checked and wait for somebody's word."""
    waiting = [row for row in imports.list_imports(call.session, call.principal) if row.state in ("columns", "checked")]
    return [
        Task(
            _("Sheet {number} ({kind}) waits for your decision", number=row.id, kind=KINDS[row.kind].title(language)),
            url_for("trace_desk.import_page", number=row.id),
            row.created_at,
        )
        for language in (current_language(),)
        for row in waiting
        if row.fresh or row.state == "columns"
    ]


def register(app: Flask) -> None:
    """Put it into the navigation, and what waits on the desk's home."""
    add_tasks(app, BRINGERS, read_sheet_tasks)
    add_entry(app, Entry(50, "trace_desk.sheets_page", lambda: _("Sheets"), BRINGERS, ("/desk/imports",)))
