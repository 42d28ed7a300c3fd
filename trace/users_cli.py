"""`flask users`: the first people of an installation, and whoever has to go at once."""

from datetime import UTC, datetime
from typing import get_args

import click
from flask import Flask
from flask.cli import AppGroup

from trace.accounts.people import INVITATION_LASTS, end_person, find_by_email, invite, list_people, renew_invitation
from trace.cli import OPERATOR
from trace.key_desk import KeyRefused, party_of_role
from trace.kit.auth import Role
from trace.kit.errors import Problem
from trace.kit.web import current_database, current_settings
from trace.text_table import write_table

users = AppGroup("users", help="Invite people to the desk, list them, end accounts.")


@users.command("invite")
@click.option("--email", required=True, help="The address by which the person signs in.")
@click.option("--name", help="What the person is called; the address until he says it himself.")
@click.option("--role", type=click.Choice(get_args(Role)), required=True, help="What the person may do.")
@click.option("--party", metavar="CODE", help="USCC or GLN of the firm or authority; an operator needs none.")
@click.option("--party-name", help="Registers an unknown authority under this name.")
@click.option("--manager", is_flag=True, help="Administrator of the firm: invites its people, issues its keys.")
def invite_person(
    email: str, name: str | None, role: Role, party: str | None, party_name: str | None, manager: bool
) -> None:
    """Print the link by which a person chooses a password: alone, once, good for seven days.

    For an address that has an account it is a new link, and the one before ends.
    """
    now = datetime.now(UTC)
    try:
        with current_database().write() as session:
            known = find_by_email(session, email)
            if known is not None:
                token = renew_invitation(session, known.id, INVITATION_LASTS, now)
            else:
                number = party_of_role(session, role, party, party_name, now)
                _user, token = invite(session, OPERATOR, email, name or email, role, number, manager, now)
    except (KeyRefused, Problem) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{current_settings().public_url}/desk/invitation/{token}")


@users.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=1000, show_default=True)
def list_users(limit: int) -> None:
    """Who may come in, as what, and when he last did."""
    with current_database().read() as session:
        rows = list_people(session, OPERATOR, None, limit)
    cells = [
        (one.email, one.name, one.role + ("*" if one.manages else ""), one.party_name, one.seen_at, one.ended_at)
        for one in rows
    ]
    click.echo(write_table(("address", "name", "role", "party", "seen", "ended"), [list(row) for row in cells]))


@users.command("end")
@click.argument("email")
@click.option("--keys", is_flag=True, help="End the API keys too that the person issued.")
def end_user(email: str, keys: bool) -> None:
    """End an account: every browser of it is signed out at once."""
    try:
        with current_database().write() as session:
            user = find_by_email(session, email)
            if user is None:
                raise click.ClickException(f"Nobody has the address {email}.")
            end_person(session, OPERATOR, str(user.id), keys, datetime.now(UTC))
    except Problem as error:
        raise click.ClickException(error.detail) from error
    click.echo(f"ended {email}")


def register(app: Flask) -> None:
    """Add the commands to `app`."""
    app.cli.add_command(users)
