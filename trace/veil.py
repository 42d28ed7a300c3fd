"""Answers as a firm may read them: rows about places, firms and batches beyond its neighbours lose their names. Pure.

What is known to a firm is listed (`Known`); whatever else an answer names is veiled, so that a new field of a row is
never a leak. Figures, tiers and states stay: the firm sees how many units are where, not who has them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

IDENTITIES = frozenset({"id", "gln", "gtin", "uscc", "party", "place", "consignee", "location", "recipient"})
"""Fields that say who or what a row is about: texts, or rows that have such fields."""

PLAIN = frozenset(
    {
        "kind",
        "cause",
        "status",
        "state",
        "stage",
        "evidence",
        "missing",
        "uom",
        "level",
        "way",
        "via",
        "change",
        "channel",
    }
    | {"as_of", "at", "since", "created_at", "answered_at", "recorded_at", "checked_at", "drawn_at", "closed_at"}
    | {"first_sent_at", "next_attempt_at", "escalated_at", "number", "recall", "unit"}
)
"""Fields that hold a word of a short list, a number or a moment, whomever the row is about."""

NAMES = {"name": "zh", "name_en": "en", "location_name": "zh", "place_name": "zh", "consignee": "en"}
"""Fields that show what something is called; they show its alias instead."""

BATCH = ("id", "gtin")
"""Fields by which goods are told, also where they are at a place that is unnamed."""

FIRMS = frozenset({"participants", "invited"})
"""Fields that list firms by their codes; those that are unnamed are left out."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PROVINCE = 2


@dataclass(frozen=True, slots=True)
class Alias:
    """What stands for something unnamed: its number in this case, and whether it is an outlet (``None``: no place)."""

    number: int
    outlet: bool | None = None

    @property
    def uri(self) -> str:
        """The identifier that stands for the real one."""
        return f"urn:suyuan:unnamed:{self.number}"

    def say(self, language: str) -> str:
        """The name that stands for the real one."""
        if language == "en":
            return f"{'outlet' if self.outlet else 'place'} {self.number}"
        return f"{'门店' if self.outlet else '地点'} {self.number}"


UNLISTED = Alias(0)
"""Stands for what is not in the case any more, or never was a place of it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a firm may read by name in one case (identifiers, and codes of firms), and the aliases of all else."""

    named: frozenset[str]
    own: frozenset[str]
    aliases: Mapping[str, Alias]

    def hides(self, identity: str) -> bool:
        """Whether the firm may not read who this is."""
        return identity not in self.named


def veil(answer: Any, known: Known) -> Any:
    """Return an answer (plain JSON values) as the firm may read it. Findings about others' places are left out.

    Within a list that is ordered by tier, unnamed rows come in the order of their aliases: their real order would tell.
    """
    return _veil(answer, known, None)


def _veil(value: Any, known: Known, about: Alias | None, key: str = "") -> Any:
    if isinstance(value, Mapping):
        hidden = [one for one in _identities(value) if known.hides(one)]
        if hidden and about is None:
            about = next((known.aliases[one] for one in hidden if one in known.aliases), UNLISTED)
        own_batch = any(isinstance(value.get(key), str) and value[key] in known.named for key in BATCH)
        return {
            name: one if name == "lot" and own_batch else _veil(one, known, about, name) for name, one in value.items()
        }
    if isinstance(value, list):
        if key in FIRMS:
            return [one for one in value if not known.hides(one)]
        rows = [(row, _alias_of(row, known)) for row in value if not _is_secret_finding(row, known)]
        if any(alias for _, alias in rows) and all(isinstance(row, Mapping) and "tier" in row for row, _ in rows):
            rows.sort(key=lambda pair: _order(*pair))
        return [_veil(row, known, about, key) for row, _ in rows]
    if about is not None and isinstance(value, str):
        return _veil_text(key, value, known, about)
    return value


def _veil_text(key: str, text: str, known: Known, about: Alias) -> str | None:
    if key in NAMES:
        return about.say(NAMES[key])
    if key == "region":
        return text[:_PROVINCE].ljust(len(text), "0")
    if key in PLAIN or _UUID.fullmatch(text):
        return text
    if key in BATCH and text in known.named:  # a batch of its own, at a place that is not
        return text
    return about.uri if key == "id" else None


def _identities(row: Mapping[str, Any]) -> Iterator[str]:
    for key in IDENTITIES & row.keys():
        value = row[key]
        if isinstance(value, Mapping):
            yield from _identities(value)
        elif isinstance(value, str) and (key != "id" or value.startswith(("http", "urn:"))):
            yield value
    if row.get("customer") is True:  # whom a consignee named, and nobody else knows
        yield ""
    if row.get("party", "") is None and isinstance(row.get("places"), list):
        for place in row["places"][:1]:
            yield from _identities(place)


def _alias_of(row: Any, known: Known) -> Alias | None:
    hidden = [one for one in _identities(row) if known.hides(one)] if isinstance(row, Mapping) else []
    return next((known.aliases[one] for one in hidden if one in known.aliases), UNLISTED if hidden else None)


def _order(row: Mapping[str, Any], alias: Alias | None) -> tuple[bool, int, int]:
    tier = row["tier"]
    return tier is None, tier or 0, -1 if alias is None else alias.number


def _is_secret_finding(row: Any, known: Known) -> bool:
    """Findings are made from everybody's records: a firm reads those of its own places, and those of no place."""
    if not isinstance(row, Mapping) or not {"rule", "severity", "message"} <= row.keys():
        return False
    place, batch = row.get("place"), row.get("batch")
    if place is not None:
        return place["id"] not in known.own
    return row.get("event_id") is not None or (batch is not None and known.hides(batch["id"]))
