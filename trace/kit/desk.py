"""The desk: pages for people who signed in, on the same operations as the API.

Each page is one transaction, like a call of the contract. A form carries two hidden fields (`hidden()` in templates):
one that only our own pages know, and one by which a form that is sent twice does its work once.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from flask import Blueprint, Flask, Response, current_app, g, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from trace.kit import audit
from trace.kit.accounts import SEEN_EVERY, Person, SignedIn, find_signed_in, note_seen
from trace.kit.auth import Principal
from trace.kit.errors import Forbidden, NotAuthenticated, Problem
from trace.kit.formats import Language
from trace.kit.forms import PREFIX, hidden, keep_visit, read_once, require_own_form, session_token
from trace.kit.i18n import current_language
from trace.kit.transactions import Answer, in_transaction, walled
from trace.kit.web import current_database, raw_path

FIRMS = frozenset({"company"})
OFFICERS = frozenset({"regulator", "admin"})
AUDITORS = frozenset({"auditor", "admin"})
EVERYBODY = frozenset({"company", "regulator", "admin", "auditor"})

HTML = "text/html; charset=utf-8"
NO_STORE = {"Cache-Control": "no-store"}
MAX_FORM = 1 << 20

IDLE: Mapping[str, timedelta] = {
    "company": timedelta(hours=12),
    **dict.fromkeys(("regulator", "admin", "auditor"), timedelta(minutes=30)),
}
"""A browser that was not used for so long has to sign in again."""

MOST_KEPT = 1500
"""Characters of the address that are kept while somebody signs in: a longer one loses its query, then all."""

_PARTS = "suyuan_desk"


@dataclass(frozen=True, slots=True)
class DeskCall:
    """A request of somebody who signed in; `problem` is why a form is shown again, `purpose` why he reads.

    `afterwards` is done when all is committed; an answer of it is shown instead.
    """

    session: Session
    principal: Principal
    user: Person
    form: MultiDict[str, str]
    files: MultiDict[str, FileStorage]
    args: MultiDict[str, str]
    path: Mapping[str, str]
    now: datetime
    sign_in: int
    problem: Problem | None = None
    afterwards: list[Callable[[], object]] = field(default_factory=list)
    purpose: str | None = None


View = Callable[[DeskCall], Answer]
NameFirm = Callable[[Session, int, Language], str]
"""From a firm's row number to what it is called in a language."""
V = TypeVar("V", bound=View)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation; `label` gives its words in the reader's language.

    It is marked on its own page and all below, and on the pages whose addresses begin as those of `also`.
    """

    order: int
    endpoint: str
    label: Callable[[], str]
    roles: Collection[str]
    also: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for this person: words, where it is done, since when; `urgent` ones come first."""

    text: str
    url: str
    since: datetime | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the desk's home: `template` is shown with the values that `read` gives."""

    order: int
    template: str
    roles: Collection[str]
    read: Callable[[DeskCall], Mapping[str, Any]]


ReadNotes = Callable[[DeskCall, Sequence[Any]], Mapping[str, str]]
"""From what a page shows, one or many, to what is said of some of them, as HTML by identifier."""


@dataclass(slots=True)
class _Parts:
    entries: list[Entry] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    tasks: list[tuple[Collection[str], Callable[[DeskCall], Sequence[Task]]]] = field(default_factory=list)
    notes: dict[str, list[ReadNotes]] = field(default_factory=dict)
    name_firm: NameFirm = lambda _session, _party, _language: ""


class SignInNeeded(NotAuthenticated):
    """Nobody is signed in in this browser, or not any more."""

    def __init__(self) -> None:
        super().__init__("You are not signed in, or were signed out. Sign in, then send it again.")
        del self.headers["WWW-Authenticate"]


class Desk:
    """The pages of one package below `/desk`.

    >>> desk = Desk("trace_desk", __name__)
    >>> @desk.page("/batches", roles=FIRMS)
    ... def batches_page(call: DeskCall) -> Answer: ...
    >>> @desk.form("/batches", roles=FIRMS, again=batches_page)
    ... def register(call: DeskCall) -> Answer: ...

    `manages` lets company administrators and operators in alone. A refusal within a form is rolled back, then drawn by
    `again` with the form as it was typed.
    """

    def __init__(self, name: str, module: str) -> None:
        self.blueprint = Blueprint(name, module, url_prefix=PREFIX)

    def page(self, path: str, *, roles: Collection[str], manages: bool = False) -> Callable[[V], V]:
        """Declare a page (GET)."""

        def declare(function: V) -> V:
            @wraps(function)
            def view(**parts: str) -> Response:
                try:
                    who = _identify(roles, manages)
                except SignInNeeded:
                    return Response(status=303, headers={"Location": _sign_in_address(), **NO_STORE})
                return in_transaction(who.principal, lambda session: function(_call(session, who, parts)))

            self.blueprint.add_url_rule(path, function.__name__, view, methods=["GET"])
            return function

        return declare

    def form(
        self,
        path: str,
        *,
        roles: Collection[str],
        again: View | None = None,
        manages: bool = False,
        only_reads: bool = False,
        secret: bool = False,
        before: Callable[[SignedIn], None] | None = None,
        limit: int = MAX_FORM,
    ) -> Callable[[V], V]:
        """Declare what a form does (POST); `only_reads` shows something and changes nothing.

        The answer of one that is `secret` is not kept for a form that is sent twice: it is seen once. `before` is
        done outside of any transaction, such as asking for the password again.
        """

        def declare(function: V) -> V:
            @wraps(function)
            def view(**parts: str) -> Response:
                request.max_content_length = limit
                who = _identify(roles, manages)
                require_own_form(session_token())
                reason = request.form.get("reason", "")[: audit.MAX_REASON]
                audit.note_request(_Said(reason or None), only_reads)
                once = None if only_reads or secret else read_once(who.principal)

                later: list[Callable[[], object]] = []

                def work(session: Session) -> Answer:
                    return function(replace(_call(session, who, parts), afterwards=later))

                try:
                    if before is not None:
                        before(who)
                    response = in_transaction(who.principal, work, only_reads, once=once)
                    for one in later:
                        told = one()
                        response = told.to_response() if isinstance(told, Answer) else response
                    return response
                except Problem as problem:
                    if again is None or problem.status >= 500:
                        raise
                    return _draw_again(again, who, parts, problem)

            self.blueprint.add_url_rule(path, function.__name__, view, methods=["POST"])
            return function

        return declare

    def register(self, app: Flask) -> None:
        """Serve the pages."""
        app.register_blueprint(self.blueprint)


@dataclass(frozen=True, slots=True)
class _Said:
    reason: str | None


def _draw_again(again: View, who: SignedIn, parts: Mapping[str, str], problem: Problem) -> Response:
    with current_database().read(walled(who.principal)) as session:
        response = again(replace(_call(session, who, parts), problem=problem)).to_response()
    response.status_code = problem.status
    return response


def _call(session: Session, who: SignedIn, parts: Mapping[str, str]) -> DeskCall:
    g.desk_user = who.user
    g.desk_firm = (
        "" if who.user.party_id is None else _parts().name_firm(session, who.user.party_id, current_language())
    )
    return DeskCall(
        session=session,
        principal=who.principal,
        user=who.user,
        form=request.form,
        files=request.files,
        args=request.args,
        path=parts,
        now=datetime.now(UTC),
        sign_in=who.number,
    )


# -- who it is -----------------------------------------------------------------------------------------


def current_sign_in() -> SignedIn | None:
    """Whose browser this is, if anybody is signed in."""
    token, now = session_token(), datetime.now(UTC)
    if token is None:
        return None
    with current_database().read() as session:
        found = find_signed_in(session, token, now, max(IDLE.values()))
    if found is None or found.seen_at < now - IDLE[found.user.role]:
        return None
    if found.seen_at < now - SEEN_EVERY:
        with current_database().write() as session:
            note_seen(session, found.number, now)
    return found


def _identify(roles: Collection[str], manages: bool) -> SignedIn:
    who = current_sign_in()
    if who is None:
        raise SignInNeeded
    audit.note_caller(who.principal, needs_key=True)
    audit.note_purpose(who.purpose)
    if who.user.role not in roles:
        raise Forbidden(f"This page is for {' or '.join(sorted(roles))}; you are signed in as {who.user.role}.")
    if manages and not (who.user.manages or who.user.role == "admin"):
        raise Forbidden("This page is for administrators of a firm.")
    return who


def _sign_in_address() -> str:
    path = raw_path().removeprefix(request.script_root)  # a lot may hold ? and %
    query = request.query_string.decode("latin-1")
    asked = (urlencode({"next": one}) for one in ((f"{path}?{query}" if query else path), path))
    kept = next((one for one in asked if len(one) <= MOST_KEPT), "")
    return f"{request.script_root}{PREFIX}/sign-in" + (f"?{kept}" if kept else "")


def own_address(text: str | None) -> str:
    """Return where a person wanted to go if it is a page of the desk, else the desk's home: never another site."""
    try:
        parts = urlsplit(text or "")
    except ValueError:  # such as a host that opens a bracket
        parts = urlsplit("")
    inside = parts.path == PREFIX or parts.path.startswith(PREFIX + "/")
    if parts.scheme or parts.netloc or not inside or "\\" in (text or "") or "//" in parts.path:
        return f"{request.script_root}{PREFIX}"
    return request.script_root + quote(parts.path, safe="/%:@()") + (f"?{parts.query}" if parts.query else "")


# -- answers -------------------------------------------------------------------------------------------


def show(template: str, status: int = 200, **values: Any) -> Answer:
    """A page of the desk."""
    return Answer(status, render_template(template, **values), NO_STORE, HTML)


def see_other(url: str, done: str | None = None) -> Answer:
    """Lead to a page after something was done; `done` is the word by which that page says so."""
    if done is not None:
        url += ("&" if "?" in url else "?") + urlencode({"done": done})
    return Answer(303, None, {"Location": url, **NO_STORE})


# -- parts that packages add ---------------------------------------------------------------------------


def _parts() -> _Parts:
    found: _Parts = current_app.extensions[_PARTS]
    return found


def _parts_of(app: Flask) -> _Parts:
    found: _Parts = app.extensions.setdefault(_PARTS, _Parts())
    return found


def add_entry(app: Flask, entry: Entry) -> None:
    """Put a line into the navigation."""
    _parts_of(app).entries.append(entry)


def add_section(app: Flask, section: Section) -> None:
    """Put a part on the desk's home."""
    _parts_of(app).sections.append(section)


def add_tasks(app: Flask, roles: Collection[str], read: Callable[[DeskCall], Sequence[Task]]) -> None:
    """Add to what needs doing, for these roles."""
    _parts_of(app).tasks.append((roles, read))


def add_notes(app: Flask, slot: str, notes: ReadNotes) -> None:
    """Show what a later package says of what a page shows wherever a page names the slot."""
    _parts_of(app).notes.setdefault(slot, []).append(notes)


def read_notes(call: DeskCall, slot: str, about: Sequence[Any]) -> Mapping[str, Markup]:
    """What the packages say in a slot, as HTML by identifier."""
    found: dict[str, Markup] = {}
    for read in _parts().notes.get(slot, []) if about else []:
        for identifier, said in read(call, about).items():
            found[identifier] = found.get(identifier, Markup("")) + Markup(said)
    return found


def name_firms(app: Flask, name_firm: NameFirm) -> None:
    """Say how the head of each page knows whose desk it is."""
    _parts_of(app).name_firm = name_firm


def entries_for(role: str) -> list[Entry]:
    """The lines of the navigation for a role, in their order."""
    return sorted((one for one in _parts().entries if role in one.roles), key=lambda one: one.order)


def read_sections(call: DeskCall) -> list[tuple[Section, Mapping[str, Any]]]:
    """The parts of the home for this person, each with its values."""
    mine = sorted((one for one in _parts().sections if call.user.role in one.roles), key=lambda one: one.order)
    return [(one, one.read(call)) for one in mine]


def read_tasks(call: DeskCall) -> list[Task]:
    """What needs doing: urgent first, then the oldest."""
    found = [task for roles, read in _parts().tasks if call.user.role in roles for task in read(call)]
    return sorted(found, key=lambda task: (not task.urgent, task.since or datetime.max.replace(tzinfo=UTC)))


def register(app: Flask) -> None:
    """Give templates `hidden()`, and what the desk's layout shows; remember visits."""
    _parts_of(app)
    app.jinja_env.globals["hidden"] = hidden
    app.context_processor(_layout)
    app.after_request(keep_visit)


def _layout() -> dict[str, Any]:
    user: Person | None = g.get("desk_user")
    if user is None:
        return {}
    return {"user": user, "firm": g.desk_firm, "entries": entries_for(user.role)}
