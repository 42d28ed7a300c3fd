"""One line of the authorization matrix: an address, who is let in, and what is answered for whose object."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

Actor = Literal["nobody", "member", "manager", "regulator", "auditor", "operator"]
"""``member`` and ``manager`` are of one company: a person without and with the right to administer it.

Calls of the API come by key (where ``manager`` is the same as ``member``), pages below ``/desk`` by a session.
"""

ACTORS: tuple[Actor, ...] = ("nobody", "member", "manager", "regulator", "auditor", "operator")
OFFICIALS = ("regulator", "auditor", "operator")

COMPANY = frozenset({"member", "manager"})
OFFICERS = frozenset({"regulator", "operator"})
AUDITORS = frozenset({"auditor", "operator"})
READERS = COMPANY | OFFICERS
WRITERS = COMPANY | {"operator"}
HISTORIANS = READERS | {"auditor"}
MANAGERS = frozenset({"manager", "operator"})
ANYBODY = frozenset(ACTORS)

REGISTER = "that a number is registered, and under which name, every firm may look up"


@dataclass(frozen=True, slots=True)
class Things:
    """What one company has, by the names that rows use in braces. There are three: own, foreign and absent ones."""

    party: str
    place: str
    customer: str
    """Its customer's place: that firm is known to it, and is not its own."""
    gtin: str
    lot: str
    batch: str
    raw: str
    raw_lot: str
    """What it had from its supplier."""
    sscc: str
    case: str
    """A recall of its own product."""
    inbox: str
    """A recall of its supplier's product, of which it was told."""
    notice: str
    """What it was told in ``inbox``."""
    drill: str
    digest: str
    draw: str
    report: str
    event: str
    capture: str
    query: str
    subscription: str
    link: str
    mixing: str
    answer: str
    """The path of the page where it answers ``inbox``: who has it may answer."""
    labels: str
    """The path of a sheet of its labels, likewise."""
    sheet: str
    """A spreadsheet that it brought, with a good row and a wrong one."""
    person: str
    """A member of it, who has not signed in yet."""
    key: str
    """What one of its API keys begins with."""
    order: str
    """A stop-sale order on a batch of its own."""
    plan: str
    """A sampling plan that was drawn from goods of its own."""
    sample: str
    """A sample of its goods, which passed."""
    signal: str
    """A signal about its goods, of which it is told nothing."""
    complaint: str
    """What a citizen complained of its product; it was asked to settle it."""
    task: str
    """What its place has to do about it."""
    invitation: str
    """The end of the link by which that member chooses a password: who has it may."""


NAMES = tuple(field.name for field in fields(Things))


@dataclass(frozen=True, slots=True)
class Row:
    """What is answered at one address: ``{names}`` in it, in ``body`` and in ``form`` are of `Things`.

    ``own`` is the status for whoever is let in and asks for its own (or for officials: for any), ``foreign`` for a
    company that asks for another company's, ``absent`` for what there is not. A foreign object has to look as an
    absent one, byte for byte: where it is known to everybody, or may be named, ``foreign`` equals ``own``.
    ``officials`` is their status where it differs from ``own``, ``nobody`` that of who is not
    signed in, ``officials_absent`` theirs for what there is not. ``told`` says why a foreign object may be told from an
    absent one, where it may. ``body`` is JSON, ``form`` a desk's form.
    """

    method: str
    address: str
    who: frozenset[str]
    own: int = 200
    foreign: int = 404
    absent: int = 404
    officials: int | None = None
    nobody: int | None = None
    officials_absent: int | None = None
    told: str = ""
    body: Any = None
    form: Mapping[str, Any] | None = None
    headers: Mapping[str, str] | None = None

    @property
    def is_desk(self) -> bool:
        """Whether a person calls, who signed in."""
        return self.address.startswith("/desk")

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it, so that it holds nothing of a company's own."""
        return self.who == ANYBODY

    def names_something(self) -> bool:
        """Whether the call names an object of a company."""
        return bool(self.names())

    def names(self) -> list[str]:
        """The kinds of objects that the call names."""
        return [name for name in NAMES if f"{{{name}}}" in repr((self.address, self.body, self.form))]

    def fill(self, things: Things) -> tuple[str, Any, Any]:
        """Return the address, the body and the form for these objects."""
        return fill(self.address, things), fill(self.body, things), fill(self.form, things)


def fill(value: Any, things: Things) -> Any:
    """Put the objects' names into every text of ``value``."""
    if isinstance(value, str):
        for name in NAMES:
            value = value.replace(f"{{{name}}}", getattr(things, name))
        return value
    if isinstance(value, Mapping):
        return {key: fill(one, things) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [fill(one, things) for one in value]
    return value


def get(address: str, who: frozenset[str], **expected: Any) -> Row:
    """Return the row of a GET."""
    return Row("GET", address, who, **expected)


def post(address: str, who: frozenset[str], body: Any = None, own: int = 201, **expected: Any) -> Row:
    """Return the row of a POST of the API with a JSON body."""
    return Row("POST", address, who, own, body={} if body is None else body, **expected)


def form(
    address: str, who: frozenset[str], own: int = 303, fields: Mapping[str, Any] | None = None, **expected: Any
) -> Row:
    """Return the row of a form of the desk; csrf and the once-token are added."""
    return Row("POST", address, who, own, form=fields or {}, **expected)
