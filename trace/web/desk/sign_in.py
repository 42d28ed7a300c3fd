"""The door of the desk: signing in, the second factor, invitations, a forgotten password, signing out.

Who is not signed in yet has a visit instead of a session: its cookie stands behind the forms' hidden field.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread
from typing import Any

from flask import Response, request, url_for

from trace.accounts.people import find_invited, forgot_password, prepare_password, take_invitation
from trace.accounts.second_factor import provisioning_uri, secret_of
from trace.accounts.signing_in import (
    Browser,
    Opened,
    complete_sign_in,
    counted,
    find_half,
    lasts,
    mark_browser,
    open_session,
    sign_in,
)
from trace.kit import audit
from trace.kit.accounts import end_session, find_signed_in
from trace.kit.desk import EVERYBODY, HTML, NO_STORE, DeskCall, current_sign_in, own_address, see_other, show
from trace.kit.errors import Problem
from trace.kit.forms import cookie_name, form_secret, require_own_form, session_token
from trace.kit.limits import name_client
from trace.kit.mail import MailNotSent, MailServer, hand_over, write_plain
from trace.kit.transactions import Answer
from trace.kit.web import current_database, current_settings
from trace.web.desk.desk import desk
from trace.web.desk.letters import write_invitation
from trace.web.desk.qr import draw_secret

door = desk.blueprint

MARK = "browser"
MARK_SECONDS = 365 * 24 * 3600


@door.get("/sign-in")
def sign_in_page() -> Response:
    """Address and password; who is signed in already goes on."""
    if current_sign_in() is not None:
        return lead(own_address(request.args.get("next")))
    return _show("desk/sign_in.html", by_provider=current_settings().oidc_issuer is not None)


@door.post("/sign-in")
def post_sign_in() -> Response:
    """Open a session, or ask for the second factor."""
    require_own_form(form_secret())
    settings = current_settings()
    try:
        opened = sign_in(
            current_database(),
            settings.secret_key,
            request.form.get("email", ""),
            request.form.get("password", ""),
            browser_of(),
            datetime.now(UTC),
        )
    except Problem as problem:
        return _again("desk/sign_in.html", problem, by_provider=settings.oidc_issuer is not None)
    return go_on(opened, request.form.get("next"))


@door.get("/second-factor")
def second_factor_page() -> Response:
    """Six digits of the telephone; the first time with what sets it up."""
    return _second_factor(None)


@door.post("/second-factor")
def post_second_factor() -> Response:
    """Take the digits, and open the real session."""
    token = session_token()
    require_own_form(token)
    settings, now = current_settings(), datetime.now(UTC)
    try:
        opened, codes = complete_sign_in(
            current_database(), settings.secret_key, token or "", request.form.get("code", ""), browser_of(), now
        )
    except Problem as problem:
        return _second_factor(problem)
    if codes:
        page = _show("desk/recovery_codes.html", codes=codes, go_on=own_address(request.form.get("next")))
        return _give_cookies(page, opened)
    return go_on(opened, request.form.get("next"))


@door.get("/invitation/<token>")
def invitation_page(token: str) -> Response:
    """Whoever has the link chooses name and password."""
    with current_database().read() as session:
        user = find_invited(session, token, datetime.now(UTC))
        return _show("desk/invitation.html", name=user.name, email=user.email)


@door.post("/invitation/<token>")
def post_invitation(token: str) -> Response:
    """Keep name and password, and go on as after signing in."""
    require_own_form(form_secret())
    database, now, form = current_database(), datetime.now(UTC), request.form
    with database.read() as session:
        user = find_invited(session, token, now)
        email = user.email
    name = form.get("name", "")
    try:
        kept = prepare_password(email, name, form.get("password", ""), form.get("repeated", ""))
        with database.write() as session:
            user = take_invitation(session, token, name, kept, now)
            opened = open_session(session, user, browser_of(), now)
    except Problem as problem:
        return _again("desk/invitation.html", problem, name=name, email=email)
    return go_on(opened, None)


@door.get("/forgotten")
def forgotten_page() -> Response:
    """Ask for a link to choose a new password."""
    return _show("desk/forgotten.html", by_mail=current_settings().smtp_url is not None, sent=False)


@door.post("/forgotten")
def post_forgotten() -> Response:
    """Send the link, if anybody has the address; the answer is the same for all."""
    require_own_form(form_secret())
    if current_settings().smtp_url is None:
        return _show("desk/forgotten.html", by_mail=False, sent=False)
    email, now, database = request.form.get("email", "").strip().lower()[:320], datetime.now(UTC), current_database()
    try:
        with counted(database, [("link", email), ("address", browser_of().address)], now), database.write() as session:
            found = forgot_password(session, email, now)
    except Problem as problem:
        return _again("desk/forgotten.html", problem, by_mail=True, sent=False)
    if found is not None:  # nobody waits for the mail: how long the answer takes would tell who has an account
        Thread(target=prepare_link(*found), daemon=True).start()
    return _show("desk/forgotten.html", by_mail=True, sent=True)


@desk.form("/sign-out", roles=EVERYBODY)
def sign_out(call: DeskCall) -> Answer:
    """End this browser's session."""
    end_session(call.session, request.cookies[cookie_name()], call.now)
    return see_other(url_for("trace_desk.sign_in_page"))


def link_of(token: str) -> str:
    """The address by which somebody chooses a password."""
    return current_settings().public_url + url_for("trace_desk.invitation_page", token=token)


def send_link(email: str, token: str) -> bool:
    """Mail a link; False where no server takes it. No transaction is open meanwhile."""
    return prepare_link(email, token)()


def prepare_link(email: str, token: str) -> Callable[[], bool]:
    """What mails a link, also after the request is over."""
    settings, (subject, body) = current_settings(), write_invitation(link_of(token))

    def send() -> bool:
        if settings.smtp_url is None:
            return False
        try:
            message = write_plain(settings.mail_from, email, subject, body)
            hand_over(MailServer(settings.smtp_url, settings.mail_from), email, message)
        except (MailNotSent, ValueError):
            return False
        return True

    return send


def browser_of() -> Browser:
    """Where somebody signs in."""
    name = request.headers.get("User-Agent", "")[:200]
    return Browser(name, name_client(request.remote_addr), request.cookies.get(MARK))


def _second_factor(problem: Problem | None) -> Response:
    settings = current_settings()
    with current_database().read() as session:
        half = find_half(session, session_token(), datetime.now(UTC))
        if half is None:
            return lead(url_for("trace_desk.sign_in_page"))
        if half.has_second_factor:
            page = _show("desk/second_factor.html", problem=problem, secret=None)
        else:
            secret = secret_of(settings.secret_key, half.totp_nonce)
            drawn = draw_secret(provisioning_uri(secret, half.user.email))
            page = _show("desk/second_factor.html", problem=problem, secret=secret, drawn=drawn)
    return _with_status(page, problem)


def go_on(opened: Opened, wanted: str | None) -> Response:
    """Lead to where the person wanted to go, or to the second factor, with the cookies of the session."""
    if opened.complete:
        return _give_cookies(lead(own_address(wanted)), opened)
    address = url_for("trace_desk.second_factor_page", next=wanted or None)
    return _give_cookies(lead(address), opened)


def _give_cookies(response: Response, opened: Opened) -> Response:
    settings = current_settings()
    if opened.complete:
        _put_on_record(opened)
    secure = settings.public_url.startswith("https:")
    response.set_cookie(cookie_name(), opened.token, httponly=True, secure=secure, samesite="Lax", path="/")
    if opened.complete:
        mark = mark_browser(settings.secret_key, opened.user_id)
        path = url_for("trace_desk.sign_in_page")
        response.set_cookie(MARK, mark, MARK_SECONDS, path=path, httponly=True, secure=secure, samesite="Lax")
    response.headers.update(NO_STORE)
    return response


def _put_on_record(opened: Opened) -> None:
    now = datetime.now(UTC)
    with current_database().read() as session:
        found = find_signed_in(session, opened.token, now, lasts("company"))
    if found is not None:  # None: ended in this very moment
        audit.note_deed(found.principal)


def _again(template: str, problem: Problem, **values: Any) -> Response:
    if problem.status >= 500:
        raise problem
    return _with_status(_show(template, problem=problem, **values), problem)


def _with_status(page: Response, problem: Problem | None) -> Response:
    if problem is not None:
        page.status_code = problem.status
        page.headers.update(problem.headers)
    return page


def lead(address: str) -> Response:
    """Lead to another page; nobody keeps the answer."""
    return Response(status=303, headers={"Location": address, **NO_STORE})


def _show(template: str, **values: Any) -> Response:
    return Response(show(template, **{"problem": None, **values}).body, headers=NO_STORE, content_type=HTML)
