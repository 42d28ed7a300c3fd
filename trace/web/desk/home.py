"""`/desk`: what needs doing, and what each part of the service has to say first."""

from flask import Flask

from trace.kit.desk import EVERYBODY, DeskCall, Entry, add_entry, read_sections, read_tasks, show
from trace.kit.i18n import _
from trace.kit.transactions import Answer
from trace.web.desk.desk import desk


@desk.page("", roles=EVERYBODY)
def home_page(call: DeskCall) -> Answer:
    """The first page after signing in."""
    return show("desk/home.html", tasks=read_tasks(call), sections=read_sections(call))


def register(app: Flask) -> None:
    """Put it first in the navigation."""
    add_entry(app, Entry(10, "trace_desk.home_page", lambda: _("Home"), EVERYBODY))
