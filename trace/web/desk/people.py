"""`/desk/people`: who may come in, and as what."""

from flask import Flask, url_for

from trace.accounts.people import (
    end_person,
    find_person,
    invite,
    list_people,
    make_new_link,
    reset_person,
    set_manager,
)
from trace.kit.accounts import User
from trace.kit.auth import Role
from trace.kit.desk import EVERYBODY, DeskCall, Entry, add_entry, see_other, show
from trace.kit.i18n import _
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.master_data import require_party
from trace.web.desk.desk import desk
from trace.web.desk.sign_in import link_of, send_link

PAGE = 100

MANAGERS = frozenset({"company", "admin"})


@desk.page("/people", roles=MANAGERS, manages=True)
def people_page(call: DeskCall) -> Answer:
    """Everybody whom this person administers, and the form that invites one more."""
    found = list_people(call.session, call.principal, call.args.get("after"), PAGE + 1)
    rest = url_for("trace_desk.people_page", after=found[PAGE - 1].email) if len(found) > PAGE else None
    status = 200 if call.problem is None else call.problem.status
    return show("desk/people.html", status, people=found[:PAGE], next=rest, call=call)


@desk.form("/people", roles=MANAGERS, manages=True, again=people_page, secret=True)
def invite_person(call: DeskCall) -> Answer:
    """Keep a new person, and show the link to hand over; it is mailed too."""
    role, party = role_and_party(call)
    user, token = invite(
        call.session,
        call.principal,
        call.form.get("email", ""),
        call.form.get("name", ""),
        role,
        party,
        call.form.get("manages") == "1",
        call.now,
    )
    return _hand_over(call, user, token, 201)


@desk.page("/people/<number>", roles=MANAGERS, manages=True)
def person_page(call: DeskCall) -> Answer:
    """What can be done about one person, each with what it means."""
    user = find_person(call.session, call.principal, call.path["number"])
    return show("desk/person.html", person=user, myself=user.id == call.user.id, company=call.user.role == "company")


@desk.form("/people/<number>/invite", roles=MANAGERS, manages=True, secret=True)
def invite_again(call: DeskCall) -> Answer:
    """A new link; the one before ends."""
    user, token = make_new_link(call.session, call.principal, call.path["number"], call.now)
    return _hand_over(call, user, token)


@desk.form("/people/<number>/reset", roles=MANAGERS, manages=True, secret=True)
def reset(call: DeskCall) -> Answer:
    """Forget a lost second factor; a link for a new password."""
    user = find_person(call.session, call.principal, call.path["number"])
    token = reset_person(call.session, call.principal, call.path["number"], call.now)
    return _show_link(user.name, user.email, token)


@desk.form("/people/<number>/end", roles=MANAGERS, manages=True)
def end(call: DeskCall) -> Answer:
    """Let somebody go, at once."""
    end_person(call.session, call.principal, call.path["number"], call.form.get("keys") == "1", call.now)
    return see_other(url_for("trace_desk.people_page"), done="ended")


@desk.form("/people/<number>/manager", roles=MANAGERS, manages=True)
def make_manager(call: DeskCall) -> Answer:
    """Make somebody administrator, or no longer."""
    set_manager(call.session, call.principal, call.path["number"], call.form.get("manages") == "1", call.now)
    return see_other(url_for("trace_desk.people_page"), done="changed")


def _hand_over(call: DeskCall, user: User, token: str, status: int = 200) -> Answer:
    """Mail the link when all is committed, and show it with what became of the mail."""
    name, email = user.name, user.email

    def send() -> Answer:
        return _show_link(name, email, token, status, "sent" if send_link(email, token) else "failed")

    if current_settings().smtp_url is None:
        return _show_link(name, email, token, status)
    call.afterwards.append(send)
    return Answer(status)


def _show_link(name: str, email: str, token: str, status: int = 200, mail: str | None = None) -> Answer:
    return show("desk/invited.html", status, name=name, email=email, link=link_of(token), mail=mail)


def role_and_party(call: DeskCall) -> tuple[Role, int | None]:
    """A firm's administrator invites for the own firm; an operator says for whom."""
    if call.user.role == "company":
        return "company", call.principal.party_id
    role: Role = call.form.get("role", "company")  # type: ignore[assignment]  # the operation refuses others
    code = call.form.get("party", "").strip()
    return role, require_party(call.session, code).id if code else None


def register(app: Flask) -> None:
    """People and keys of an authority are a line of their own; a firm's are found under "Firm"."""
    add_entry(app, Entry(90, "trace_desk.me_page", lambda: _("My account"), EVERYBODY))
    add_entry(app, Entry(80, "trace_desk.people_page", lambda: _("People and keys"), {"admin"}))
