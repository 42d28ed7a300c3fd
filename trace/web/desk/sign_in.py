"""Signing in and out."""

from flask import request, url_for

from trace.kit.accounts import end_session
from trace.kit.desk import EVERYBODY, DeskCall, see_other
from trace.kit.forms import cookie_name
from trace.kit.transactions import Answer
from trace.web.desk.desk import desk


@desk.form("/sign-out", roles=EVERYBODY)
def sign_out(call: DeskCall) -> Answer:
    """End this browser's session."""
    end_session(call.session, request.cookies[cookie_name()], call.now)
    return see_other(url_for("trace_desk.home_page"))
