"""The desk of firms and officials: what the record's own pages are, and what all of them share."""

from flask import Flask, Response

from trace.kit import audit
from trace.kit import desk as kit
from trace.kit.errors import Problem, set_problem_writer
from trace.kit.forms import PREFIX
from trace.master_data import firm_name
from trace.web.desk import (
    batch,
    batch_picture,
    batches,
    deliveries,
    findings,
    firm_home,
    glossary,
    goods,
    home,
    keys,
    master_data,
    me,
    openid,
    people,
    photo,
    sheets,
    sign_in,
    words,
)
from trace.web.desk.desk import desk

__all__ = [
    "batch",
    "batch_picture",
    "batches",
    "deliveries",
    "desk",
    "findings",
    "glossary",
    "goods",
    "home",
    "keys",
    "me",
    "openid",
    "photo",
    "register",
    "sheets",
    "sign_in",
]


def register(app: Flask) -> None:
    """Serve the desk; pages of other packages join it."""
    kit.register(app)
    kit.name_firms(app, firm_name)
    app.jinja_env.globals["say_refused"] = words.say_refused
    app.jinja_env.globals["say_wrong"] = words.say_wrong
    app.jinja_env.filters["say_unit"] = words.say_unit
    set_problem_writer(app, PREFIX, _problem_page)
    home.register(app)
    app.jinja_env.globals["batch_address"] = batch.batch_address
    batches.register_entry(app)
    firm_home.register(app)
    goods.register(app)
    master_data.register_entry(app)
    sheets.register(app)
    people.register(app)
    for part in (people, keys, me):  # who may come in, and as whom: whoever changes it
        audit.cover(app, part.__name__, lambda _path, _query: None, whole=True)
    desk.register(app)


def _problem_page(problem: Problem) -> Response:
    return kit.show("desk/problem.html", problem.status, problem=problem).to_response()
