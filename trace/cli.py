"""Commands of the record: migrate, issue keys, import, look up, rebuild, work (CONTRACT)."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, get_args

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from trace.audit_log import Wanted, list_entries
from trace.derivation.announced import mend_interrupted
from trace.derivation.rebuild import find_differences
from trace.derivation.rebuild import rebuild as rebuild_record
from trace.fcl.export import export_part
from trace.fcl.names import require_namespace
from trace.genealogy import Direction
from trace.gs1 import Gtin, IdentifierError, canonical_uri, read_lot
from trace.import_files import FileRefused, import_document, read_file
from trace.key_desk import KeyRefused, issue_party_key
from trace.kit import migrate, strict_json
from trace.kit.auth import Principal, Role, revoke_key
from trace.kit.db import lock_writes
from trace.kit.errors import Problem
from trace.kit.fields import parse_timestamp
from trace.kit.jobs import Work, jobs_of
from trace.kit.web import current_database, current_settings
from trace.kit.webhook import Policy
from trace.mixing.answers import PossibleRows
from trace.readings import Balance, Trace, read_balance, read_trace
from trace.sheets_in.files import import_sheet, principal_for, read_sheet_file, say_row
from trace.sheets_in.kinds import KINDS
from trace.text_table import write_table
from trace.worker import sender, work

OPERATOR = Principal("admin", None, 0, "command line")
"""Whoever may run commands on this machine may do everything."""

db = AppGroup("db", help="Migrate the database, or compare it with the models.")
keys = AppGroup("keys", help="Issue and revoke API keys.")


@db.command()
def upgrade() -> None:
    """Bring the database to the newest revision; create it if it is not there."""
    migrate.upgrade(current_database())
    click.echo(f"{current_database().describe()}: at revision {migrate.head() or 'none'}", err=True)


@db.command()
def check() -> None:
    """Fail if the models and the migrations differ."""
    _require_migrated()
    found = migrate.differences(current_database())
    if found:
        raise click.ClickException("Models and migrations differ:\n" + "\n".join(found))


def _require_migrated() -> None:
    try:
        migrate.require_migrated(current_database())
    except migrate.NotMigrated as error:
        raise click.ClickException(str(error)) from error


@db.command()
@click.option("-m", "--message", required=True, help="What the revision does, in a few words.")
def revision(message: str) -> None:
    """Write the next revision from the difference between models and database."""
    migrate.new_revision(current_database(), message)


@keys.command()
@click.option("--party", metavar="CODE", help="USCC or GLN of the firm; only an operator's key needs none.")
@click.option("--role", type=click.Choice(get_args(Role)), required=True, help="What the key may do.")
@click.option("--name", default="", help="What the key is for, in a few words.")
@click.option("--party-name", help="Registers an unknown regulator, operator or auditor under this name.")
def issue(party: str | None, role: Role, name: str, party_name: str | None) -> None:
    """Print a new API key; it is shown this once only."""
    try:
        with current_database().write() as session:
            key = issue_party_key(session, role, party, name, party_name, datetime.now(UTC))
    except KeyRefused as error:
        raise click.ClickException(str(error)) from error
    click.echo(key)


@keys.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """End the key that begins with sy_PREFIX_."""
    with current_database().write() as session:
        ended = revoke_key(session, prefix)
    if not ended:
        raise click.ClickException(f"Expected the 8 characters after sy_ of a living key, got {prefix!r}.")
    click.echo(f"revoked {prefix}")


def _read_namespace(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    try:
        return None if text is None else require_namespace(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--namespace", metavar="N", callback=_read_namespace, help="Of a sheet's stations: urn:fcl:N:station:….")
@click.option("--kind", type=click.Choice(list(KINDS)), help="What a sheet's rows are: then CSV and XLSX are taken.")
@click.option("--party", metavar="CODE", help="USCC or GLN of the firm whose sheet it is; without it, an operator's.")
@click.option("--good-rows", is_flag=True, help="Take the rows that are right; else one wrong row keeps all out.")
@with_appcontext
def import_files(
    files: tuple[Path, ...], namespace: str | None, kind: str | None, party: str | None, good_rows: bool
) -> None:
    """Import EPCIS documents (JSON or XML), FoodChain-Lab sheets, or sheets of a --kind; each file whole or not at all.

    A sheet's headings are those of the templates at the desk, in Chinese or English.
    """
    failed = False
    for path in files:
        try:
            if kind is not None:
                failed |= not _import_sheet(path, kind, party, good_rows)
            else:
                failed |= not _import_file(path, namespace)
        except FileRefused as error:
            click.echo(str(error), err=True)
            failed = True
    if failed:
        raise SystemExit(1)


def _import_sheet(path: Path, kind: str, party: str | None, good_rows: bool) -> bool:
    file = read_sheet_file(path, kind)
    with current_database().write() as session, _bar(path.name, 2 * len(file.table.rows)) as bar:
        principal = OPERATOR if party is None else principal_for(session, party)
        reported = import_sheet(session, principal, file, good_rows, datetime.now(UTC), bar.update)
        if not reported.taken:
            session.rollback()
    for one in reported.wrong:
        click.echo(say_row(file, one))
    wrong = len({one.row for one in reported.wrong})
    click.echo(f"{path}: {reported.rows} rows, {reported.taken} taken, {reported.there} there already, {wrong} wrong")
    return not wrong


def _import_file(path: Path, namespace: str | None) -> bool:
    file = read_file(path, namespace)
    document = file.document
    with current_database().write() as session:
        with _bar(path.name, len(document.events)) as bar:
            imported = import_document(session, document, OPERATOR, datetime.now(UTC), bar.update)
        if imported.refusals:
            session.rollback()
    for refusal in imported.refusals:
        reasons = "; ".join(f"{pointer}: {detail}" for pointer, detail in refusal.problems)
        click.echo(f"{path}: {file.where(refusal)} refused: {reasons}")
    refused = len(imported.refusals)
    taken = f"nothing taken, {refused} refused" if refused else f"{imported.taken} taken, {imported.repeated} repeated"
    click.echo(f"{path}: {len(document.events)} events, {taken}")
    return not refused


@click.command("export")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, writable=True))
@click.option("--batch", required=True, metavar="ID", help="The batch, by its identifier in any form.")
@click.option("--backward", is_flag=True, help="What it was made from, instead of what was made from it.")
@with_appcontext
def export_sheet(path: Path, batch: str, backward: bool) -> None:
    """Write where a batch went, or came from, as a FoodChain-Lab all-in-one sheet (.xlsx)."""
    direction: Direction = "backward" if backward else "forward"
    path.write_bytes(_read(lambda session: export_part(session, OPERATOR, batch, direction)))
    click.echo(f"{path} written")


def _bar(label: str, length: int) -> Any:
    """A progress bar on standard error."""
    return click.progressbar(length=length, label=label, file=sys.stderr)


def _batch_arguments(command: Callable[..., None]) -> Callable[..., None]:
    command = click.argument("lot", required=False)(command)
    command = click.argument("gtin")(command)
    command = click.option("--as-of", metavar="TIME", help="Up to this moment (RFC 3339 with a zone).")(command)
    return click.option("--json", "as_json", is_flag=True, help="The answer of the API instead of a table.")(command)


@click.command("trace")
@_batch_arguments
@click.option("--backward", is_flag=True, help="Toward the origin instead of the consumer.")
@with_appcontext
def show_trace(gtin: str, lot: str | None, as_of: str | None, as_json: bool, backward: bool) -> None:
    """Where the batch GTIN LOT (or the identifier GTIN alone) went, or came from."""
    uri, moment = _batch_uri(gtin, lot), _moment(as_of)

    def read(session: Any) -> Trace:
        return read_trace(session, OPERATOR, uri, "backward" if backward else "forward", moment)

    found = _read(read)
    click.echo(_as_json(found) if as_json else _trace_text(found))


@click.command("balance")
@_batch_arguments
@with_appcontext
def show_balance(gtin: str, lot: str | None, as_of: str | None, as_json: bool) -> None:
    """How many units of the batch GTIN LOT (or the identifier GTIN alone) are where."""
    uri, moment = _batch_uri(gtin, lot), _moment(as_of)
    found = _read(lambda session: read_balance(session, OPERATOR, uri, moment))
    click.echo(_as_json(found) if as_json else _balance_text(found))


def _read(read: Callable[[Any], Any]) -> Any:
    try:
        with current_database().read() as session:
            return read(session)
    except Problem as error:
        raise click.ClickException(error.detail) from error


def _batch_uri(gtin: str, lot: str | None) -> str:
    if lot is None:
        return gtin
    try:
        return canonical_uri(Gtin.read(gtin).gtin14, read_lot(lot))
    except IdentifierError as error:
        raise click.ClickException(str(error)) from error


def _moment(text: str | None) -> datetime | None:
    try:
        return None if text is None else parse_timestamp(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--as-of") from error


def _as_json(value: Any) -> str:
    return strict_json.dumps(value).decode()


FIGURES = ("produced", "on_hand", "in_transit", "sold", "consumed", "destroyed", "lost", "unaccounted", "complete")


def _balance_text(found: Balance) -> str:
    figures: list[Any] = list(found["figures"])
    places: list[Any] = list(found["locations"])
    columns = ("received", "on_hand", "in_transit", "shipped", "sold", "counted")
    return "\n\n".join(
        [
            write_table(("uom", *FIGURES), [[row[name] for name in ("uom", *FIGURES)] for row in figures]),
            write_table(
                ("place", "name", "uom", *columns),
                [[row["gln"] or row["id"], row["name"], row["uom"], *(row[one] for one in columns)] for row in places],
            ),
            *_finding_lines(found["findings"]),
        ]
    )


def _trace_text(found: Trace) -> str:
    return "\n\n".join(
        [
            write_table(
                ("batch", "lot", "evidence", "depth"),
                [[row["gtin"] or row["id"], row["lot"], row["evidence"], row["depth"]] for row in found["batches"]],
            ),
            write_table(
                ("from", "to", "batch", "lot", "uom", "shipped", "received"),
                [_movement_cells(row) for row in found["movements"]],
            ),
            write_table(
                ("place", "name", "kind", "tier", "evidence"),
                [
                    [row["gln"] or row["id"], row["name"], row["kind"], row["tier"], row["evidence"]]
                    for row in found["locations"]
                ],
            ),
            *_possible_lines(found["possible"]),
            *_finding_lines(found["findings"]),
        ]
    )


def _possible_lines(found: PossibleRows) -> list[str]:
    rows = [
        [row["gln"] or row["id"], row["name"], row["uom"], row["lower"], row["expected"], row["upper"]]
        for row in found["locations"]
    ]
    return [write_table(("may have reached", "name", "uom", "at least", "expected", "at most"), rows)] if rows else []


def _movement_cells(row: Any) -> list[Any]:
    ends = [row["from"] or row["from_id"], row["to"] or row["to_id"]]
    return [*ends, row["gtin"] or row["id"], row["lot"], row["uom"], row["shipped"], row["received"]]


def _finding_lines(findings: list[Any]) -> list[str]:
    lines = [f"{row['severity']}: {row['rule']}: {row['message']} ({row['event_id'] or '-'})" for row in findings]
    return ["\n".join(lines)] if lines else []


@click.command("audit")
@click.option("--case", metavar="NUMBER", help="What was called about one case alone.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@with_appcontext
def show_audit(case: str | None, limit: int) -> None:
    """Who read and changed what over HTTP, the newest first."""
    rows = _read(lambda session: list_entries(session, Wanted(subject=case), None, limit))
    columns = ("at", "role", "party", "name", "method", "path", "status", "purpose")
    click.echo(write_table(columns, [[row[one] for one in columns] for row in rows]))


@click.command("rebuild")
@click.option("--check", "only_check", is_flag=True, help="Only compare; exit 1 on a difference.")
@click.option("--interrupted", is_flag=True, help="Only what a commit over several servers left half done.")
@with_appcontext
def rebuild(only_check: bool, interrupted: bool) -> None:
    """Derive movements, balances and holds anew from the events; it must change nothing."""
    if interrupted:
        with _transaction() as session:
            lock_writes(session)
            batches = mend_interrupted(session)
        click.echo(f"{len(batches)} batches")
        return
    with _bar("rebuild", 1) as bar, _transaction() as session:
        if only_check:
            differences = find_differences(session, _progress(bar))
            session.rollback()
        else:
            events = rebuild_record(session, _progress(bar))
    if not only_check:
        click.echo(f"{events} events")
        return
    click.echo(f"{differences} differences")
    if differences:
        raise SystemExit(1)


def _transaction() -> AbstractContextManager[Any]:
    return current_database().write()


def _progress(bar: Any) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        bar.length = total
        bar.update(done - bar.pos)

    return show


@click.command("worker")
@click.option("--once", is_flag=True, help="One round: end when nothing is due; exit 1 if a delivery broke off.")
@with_appcontext
def run_worker(once: bool) -> None:
    """Deliver, and do what else falls due, until told to stop (SIGTERM, Ctrl-C). Any number of workers share it."""
    settings = current_settings()
    policy = Policy(settings.webhooks_allow_http, settings.webhooks_allow_private)
    _require_migrated()
    jobs = Work(current_database(), settings)
    others = [partial(one.job, jobs) for one in jobs_of(current_app) for _ in range(one.threads)]
    with _told_to_stop() as stop:
        sound = work(current_database(), sender(policy), once=once, stop=stop, others=others)
    if once and not sound:
        raise SystemExit(1)


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set: what is under way is finished, then the command ends."""
    stop = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(one, lambda *_: stop.set()) for one in signals]
    try:
        yield stop
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)


def register(app: Flask) -> None:
    """Add the commands of this package to `app`."""
    commands = (db, keys, import_files, export_sheet, show_trace, show_balance, show_audit, rebuild, run_worker)
    for command in commands:
        app.cli.add_command(command)
