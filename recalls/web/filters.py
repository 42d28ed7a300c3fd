"""The address of a list of recalls: what it is narrowed to, and links that narrow and widen it."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple, get_args
from urllib.parse import urlencode

from recalls.cases import Kind
from recalls.publication.listing import STAGES_OF, Choices, Filters, code_in
from recalls.publication.regions import PROVINCES
from recalls.web.words import class_words, kind_words, state_words
from trace.kit.errors import BadRequest, FieldError
from trace.kit.i18n import _, current_language

MOST_CHARACTERS = 500
MOST_WORDS = 10
FIRST_YEAR, LAST_YEAR = 2000, 2100

KEPT = ("lang", "q", "product", "firm", "region", "from", "to", "year", "class", "kind", "state")
"""Parameters that links keep, in their order; what else an address has is left behind."""


class BadFilter(BadRequest):
    """A list that is narrowed to what cannot be; every wrong parameter is named."""


class Option(NamedTuple):
    """A filter to choose, or one that is chosen: its link chooses it, or takes it away."""

    text: str
    link: str
    chosen: bool = False


class Group(NamedTuple):
    """Filters of one kind."""

    label: str
    options: list[Option]


def read_filters(args: Mapping[str, str]) -> Filters:
    """Return what an address asks for; an empty parameter is none. Raises BadFilter (400)."""
    problems: list[FieldError] = []

    def read(name: str, reader: Callable[[str], Any]) -> Any:
        text = args.get(name, "").strip()
        if not text:
            return None
        try:
            return reader(text)
        except ValueError as error:
            problems.append(FieldError(name, str(error)))
            return None

    first, last = read("from", _read_day), read("to", _read_day)
    if first is not None and last is not None and last < first:
        problems.append(FieldError("to", f"Expected a day from {first} on, got {last}."))
    found = Filters(
        text=read("q", _read_text) or "",
        product=read("product", _read_product),
        firm=read("firm", _read_firm),
        region=read("region", _one_of(PROVINCES, "the first two digits of a region")),
        first=first,
        last=last,
        year=read("year", _read_year),
        recall_class=read("class", lambda text: int(_one_of(("1", "2", "3"), "a class")(text))),
        kind=read("kind", _one_of(get_args(Kind), "a kind of recall")),
        state=read("state", _one_of(STAGES_OF, "a state")),
    )
    if problems:
        raise BadFilter(problems[0].detail, errors=problems)
    return found


def _read_text(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"Expected at most {MOST_CHARACTERS} characters, got {len(text)}.")
    if len(text.split()) > MOST_WORDS:
        raise ValueError(f"Expected at most {MOST_WORDS} words, got {len(text.split())}.")
    return text


def _read_product(text: str) -> str:
    gtin = code_in(text)
    if gtin is None:
        raise ValueError(f"Expected a GTIN, or a code that holds one, got {text[:40]!r}.")
    return gtin


def _read_firm(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"Expected at most {MOST_CHARACTERS} characters, got {len(text)}.")
    return text


def _read_day(text: str) -> date:
    expected = f"Expected a day such as 2026-11-22, from {FIRST_YEAR} to {LAST_YEAR}, got {text[:40]!r}."
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) is None:
        raise ValueError(expected)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(expected) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(expected)
    return day


def _read_year(text: str) -> int:
    if re.fullmatch(r"\d{4}", text, re.ASCII) is None or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise ValueError(f"Expected a year from {FIRST_YEAR} to {LAST_YEAR}, got {text[:40]!r}.")
    return int(text)


def _one_of(known: Any, what: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"Expected {what} ({', '.join(known)}), got {text[:40]!r}.")
        return text

    return read


def say_mistakes(problem: BadRequest) -> Mapping[str, str]:
    """Return how a reader is told what is wrong, by the name of the parameter."""
    years = {"first": FIRST_YEAR, "last": LAST_YEAR}
    said = {
        "q": _(
            "At most {count} characters and {words} words can be searched for.", count=MOST_CHARACTERS, words=MOST_WORDS
        ),
        "product": _("This is no number of a bar code: compare it digit by digit."),
        "firm": _("No firm has a name as long as this."),
        "from": _("Give the day as year-month-day, such as 2026-11-22."),
        "to": _("Give the day as year-month-day, such as 2026-11-22, and no earlier one than the first."),
        "year": _("Give a year from {first} to {last}.", **years),
        "region": _("There is no such region."),
        "class": _("There are classes 1, 2 and 3."),
        "kind": _("There is no such kind of recall."),
        "state": _("There is no such state."),
        "before": _("The list has no such page."),
    }
    return {one.pointer: said[one.pointer] for one in problem.errors}


def kept(args: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of an address that its links keep."""
    return {name: args[name].strip()[:MOST_CHARACTERS] for name in KEPT if args.get(name, "").strip()}


def link(path: str, args: Mapping[str, str], **changes: str | None) -> str:
    """Return the address of a list with some parameters changed, ``None`` taking one away."""
    found = kept(args) | changes
    query = urlencode([(name, found[name]) for name in (*KEPT, "before") if found.get(name)])
    return f"{path}?{query}" if query else path


def list_chosen(path: str, args: Mapping[str, str], names: Mapping[str, str]) -> list[Option]:
    """Return the filters in force, each with the link that takes it away; ``names`` are those of product and firm."""
    words = _words()
    said = {
        "product": _("product: {name}", name=names.get("product", "")),
        "firm": _("firm: {name}", name=names.get("firm", "")),
        "from": _("from {day}", day=args.get("from", "")),
        "to": _("until {day}", day=args.get("to", "")),
        "year": args.get("year", ""),
    }
    chosen = [name for name in kept(args) if name not in ("lang", "q")]
    return [
        Option(
            said.get(name) or words[name].get(args[name].strip(), args[name]), link(path, args, **{name: None}), True
        )
        for name in chosen
    ]


def list_groups(path: str, args: Mapping[str, str], choices: Choices) -> list[Group]:
    """Return the filters that there are recalls for; one that would change nothing is left out."""
    words = _words()
    values: Mapping[str, tuple[str, list[str]]] = {
        "state": (_("State"), list(words["state"])),
        "class": (_("Class"), list(words["class"])),
        "kind": (_("Kind"), list(words["kind"])),
        "year": (_("Year"), [str(year) for year in choices.years]),
        "region": (_("Region"), list(choices.regions)),
    }
    groups = []
    for name, (label, options) in values.items():
        chosen = args.get(name, "").strip()
        if len(options) > 1 or chosen:
            texts = [(value, words.get(name, {}).get(value, value)) for value in options]
            groups.append(
                Group(
                    label,
                    [
                        Option(text, link(path, args, **{name: None if value == chosen else value}), value == chosen)
                        for value, text in texts
                    ],
                )
            )
    return groups


def _words() -> Mapping[str, Mapping[str, str]]:
    at = 0 if current_language() == "zh" else 1
    return {
        "state": state_words(),
        "class": {str(number): word for number, word in class_words().items()},
        "kind": kind_words(),
        "region": {code: names[at] for code, names in PROVINCES.items()},
    }
