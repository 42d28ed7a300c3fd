"""`flask recall impact <number>`: the same figures as the API, as a table or as JSON."""

from datetime import UTC, datetime

import click
from flask import Flask
from flask.cli import AppGroup

from recalls.cases import RecallNotFound, find_case
from recalls.clocks.reminders import keep_deadlines
from recalls.drills.exercise import HOURS, MOST_HOURS, NewDrill, read_drill, run_drill
from recalls.drills.text import write_report
from recalls.effectiveness.counted import count_next
from recalls.impact import read_impact
from recalls.notices.delivery import deliver_job, escalate_job, find_lag
from recalls.notices.reconciliation import reconcile_job
from recalls.report_text import write_impact
from trace.cli import OPERATOR
from trace.gs1 import Gtin, IdentifierError, canonical_uri, read_lot
from trace.kit.errors import Problem
from trace.kit.fields import parse_timestamp
from trace.kit.jobs import add_job
from trace.kit.strict_json import dumps
from trace.kit.web import add_gauge, current_database

recall = AppGroup("recall", help="Recalls: what they mean.")


def _moment(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime:
    if value is None:
        return datetime.now(UTC)
    try:
        return parse_timestamp(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@recall.command()
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="The answer of the API, as JSON.")
@click.option("--as-of", callback=_moment, help="Up to which moment, such as 2026-03-01T08:30:00+08:00; else now.")
def impact(number: str, as_json: bool, as_of: datetime) -> None:
    """Print the affected outlets, the tally and its conservation line."""
    with current_database().read() as session:
        try:
            found = read_impact(session, find_case(session, number), as_of)
        except RecallNotFound as error:
            raise click.ClickException(error.detail) from error
    click.echo(dumps(found).decode() if as_json else write_impact(found))


@recall.command()
@click.argument("gtin")
@click.argument("lot", required=False)
@click.option("--hours", type=click.IntRange(1, MOST_HOURS), default=HOURS, show_default=True, help="The clock.")
@click.option("--participant", "participants", metavar="CODE", multiple=True, help="A firm that gets its messages.")
@click.option("--backward", is_flag=True, help="Also the table of what the batch was made from.")
@click.option("--json", "as_json", is_flag=True, help="The answer of the API, as JSON.")
def drill(gtin: str, lot: str | None, hours: int, participants: tuple[str, ...], backward: bool, as_json: bool) -> None:
    """Drill a recall of the batch GTIN LOT (or the identifier GTIN alone); nobody is told but participants."""
    try:
        batch = gtin if lot is None else canonical_uri(Gtin.read(gtin).gtin14, read_lot(lot))
        with current_database().write() as session:
            case = run_drill(session, OPERATOR, NewDrill(batch, hours, participants), datetime.now(UTC))
            report = read_drill(session, OPERATOR, case.number, datetime.now(UTC))
    except (Problem, IdentifierError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(dumps(report).decode() if as_json else write_report(report, backward))


def register(app: Flask) -> None:
    """Add the commands and the jobs of this package to `app`."""
    app.cli.add_command(recall)
    add_job(app, keep_deadlines)
    add_job(app, deliver_job(), threads=4)
    add_job(app, escalate_job)
    add_job(app, reconcile_job)
    add_job(app, count_next)
    add_gauge(app, "notices_lag_seconds", find_lag)
