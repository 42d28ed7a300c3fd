"""Commands of the record: `flask db …`; the later ones join here."""

import click
from flask import Flask
from flask.cli import AppGroup

from trace.kit import migrate
from trace.kit.web import current_database

db = AppGroup("db", help="Migrate the database, or compare it with the models.")


@db.command()
def upgrade() -> None:
    """Bring the database to the newest revision; create it if it is not there."""
    migrate.upgrade(current_database())
    click.echo(f"{current_database().describe()}: at revision {migrate.head() or 'none'}", err=True)


@db.command()
def check() -> None:
    """Fail if the models and the migrations differ."""
    try:
        migrate.require_migrated(current_database())
        found = migrate.differences(current_database())
    except migrate.NotMigrated as error:
        raise click.ClickException(str(error)) from error
    if found:
        raise click.ClickException("Models and migrations differ:\n" + "\n".join(found))


@db.command()
@click.option("-m", "--message", required=True, help="What the revision does, in a few words.")
def revision(message: str) -> None:
    """Write the next revision from the difference between models and database."""
    migrate.new_revision(current_database(), message)


def register(app: Flask) -> None:
    """Add the commands of this package to `app`."""
    app.cli.add_command(db)
