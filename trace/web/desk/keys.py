"""`/desk/keys`: API keys, by which a firm's own programs report and ask."""

from flask import url_for

from trace.accounts.keys import end_key, issue_own_key, list_keys
from trace.kit.desk import DeskCall, see_other, show
from trace.kit.transactions import Answer
from trace.web.desk.desk import desk
from trace.web.desk.me import ask_password
from trace.web.desk.people import MANAGERS, role_and_party


@desk.page("/keys", roles=MANAGERS, manages=True)
def keys_page(call: DeskCall) -> Answer:
    """The living keys, and the form that issues one."""
    status = 200 if call.problem is None else call.problem.status
    return show("desk/keys.html", status, keys=list_keys(call.session, call.principal), call=call)


@desk.form("/keys", roles=MANAGERS, manages=True, again=keys_page, secret=True, before=ask_password)
def issue(call: DeskCall) -> Answer:
    """Issue a key and show it, once."""
    role, party = role_and_party(call)
    key = issue_own_key(call.session, call.principal, role, party, call.form.get("name", ""))
    return show("desk/key_issued.html", 201, key=key, name=call.form.get("name", ""))


@desk.form("/keys/<prefix>/end", roles=MANAGERS, manages=True)
def end_one(call: DeskCall) -> Answer:
    """End a key at once."""
    end_key(call.session, call.principal, call.path["prefix"], call.now)
    return see_other(url_for("trace_desk.keys_page"), done="ended")
