"""`/desk/me`: what a person may change about himself, and where he is signed in."""

from datetime import UTC, datetime

from flask import g, request, url_for

from trace.accounts.people import prepare_password, rename, set_password
from trace.accounts.second_factor import (
    count_recovery_codes,
    demands_second_factor,
    provisioning_uri,
    renew_recovery_codes,
    reset_second_factor,
    secret_of,
    use_code,
)
from trace.accounts.signing_in import confirm_password, list_browsers
from trace.kit.accounts import SignedIn, end_sessions, find_user
from trace.kit.desk import EVERYBODY, DeskCall, see_other, show
from trace.kit.errors import Conflict
from trace.kit.transactions import Answer
from trace.kit.web import current_database, current_settings
from trace.web.desk.browsers import name_browser
from trace.web.desk.desk import desk
from trace.web.desk.qr import draw_secret


def ask_password(who: SignedIn) -> None:
    """The present password, before what matters is changed."""
    confirm_password(current_database(), who.user.id, request.form.get("current", ""), datetime.now(UTC))


@desk.page("/me", roles=EVERYBODY)
def me_page(call: DeskCall) -> Answer:
    """Name, password, second factor, browsers."""
    user = find_user(call.session, call.user.id)
    secret = secret_of(current_settings().secret_key, user.totp_nonce)
    setting_up = user.totp_step is None
    return show(
        "desk/me.html",
        200 if call.problem is None else call.problem.status,
        call=call,
        person=user,
        name_browser=name_browser,
        browsers=list_browsers(call.session, user.id, call.now),
        demanded=demands_second_factor(call.user.role, call.user.manages),
        codes_left=count_recovery_codes(call.session, user.id),
        secret=secret if setting_up else None,
        drawn=draw_secret(provisioning_uri(secret, user.email)) if setting_up else None,
    )


@desk.form("/me/name", roles=EVERYBODY, again=me_page)
def change_name(call: DeskCall) -> Answer:
    """Keep a new name."""
    rename(call.session, find_user(call.session, call.user.id), call.form.get("name", ""))
    return see_other(url_for("trace_desk.me_page"), done="name")


def ask_both_passwords(who: SignedIn) -> None:
    """The present one, and the new one as it is kept: hashing takes long, and no transaction waits for it."""
    ask_password(who)
    form, user = request.form, who.user
    g.password_hash = prepare_password(user.email, user.name, form.get("password", ""), form.get("repeated", ""))


@desk.form("/me/password", roles=EVERYBODY, again=me_page, secret=True, before=ask_both_passwords)
def change_password(call: DeskCall) -> Answer:
    """Keep a new password, if the old one is right; every other browser is signed out."""
    user = find_user(call.session, call.user.id)
    set_password(call.session, user, g.password_hash, call.now, but=call.sign_in)
    return see_other(url_for("trace_desk.me_page"), done="password")


@desk.form("/me/second-factor", roles=EVERYBODY, again=me_page, secret=True, before=ask_password)
def set_up_second_factor(call: DeskCall) -> Answer:
    """Take the first code, and show recovery codes once."""
    user = find_user(call.session, call.user.id)
    if user.totp_step is not None:
        raise Conflict("Expected no second factor yet, got one that is set up.")
    use_code(call.session, user, current_settings().secret_key, call.form.get("code", ""), call.now)
    codes = renew_recovery_codes(call.session, user.id)
    return show("desk/recovery_codes.html", codes=codes, go_on=url_for("trace_desk.me_page"))


@desk.form("/me/recovery-codes", roles=EVERYBODY, again=me_page, secret=True, before=ask_password)
def new_recovery_codes(call: DeskCall) -> Answer:
    """Show new recovery codes once; those of before end."""
    user = find_user(call.session, call.user.id)
    if user.totp_step is None:
        raise Conflict("Expected a second factor that is set up, got none.")
    codes = renew_recovery_codes(call.session, user.id)
    return show("desk/recovery_codes.html", codes=codes, go_on=url_for("trace_desk.me_page"))


@desk.form("/me/second-factor/end", roles=EVERYBODY, again=me_page, secret=True, before=ask_password)
def end_second_factor(call: DeskCall) -> Answer:
    """Do without it, where it is not demanded."""
    user = find_user(call.session, call.user.id)
    if demands_second_factor(call.user.role, call.user.manages):
        raise Conflict("Expected somebody who may do without a second factor, got one of whom it is demanded.")
    reset_second_factor(call.session, user)
    return see_other(url_for("trace_desk.me_page"), done="second-factor")


@desk.form("/me/browsers/end", roles=EVERYBODY)
def end_browsers(call: DeskCall) -> Answer:
    """Sign out everywhere else."""
    end_sessions(call.session, call.user.id, call.now, but=call.sign_in)
    return see_other(url_for("trace_desk.me_page"), done="browsers")
