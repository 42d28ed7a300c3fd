"""How a sheet's names are written as identifiers, and read from them again (pure; CONTRACT).

`urn:fcl:station:<Company_ID>`, `urn:fcl:lot:<station>:<product>:<lot>`, `urn:fcl:goods:<delivery>:<product>` where the
sheet names no lot; percent-encoded, with the namespace after `urn:fcl:` where one is given.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

_NAMESPACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
_WORDS = ("station", "lot", "goods")
_NAME = re.compile(rf"urn:fcl:(?:[^:]+:)?(?P<kind>{'|'.join(_WORDS)}):(?P<rest>.*)")


def require_namespace(text: str) -> str:
    """Return a namespace as given. Raises ValueError for what cannot stand in a URN, or looks like a kind of name."""
    if not _NAMESPACE.fullmatch(text) or text in (*_WORDS, "shipping", "receiving", "making"):
        raise ValueError(f"Expected a namespace of letters, digits and _.-, at most 63, got {text!r}.")
    return text


@dataclass(frozen=True, slots=True)
class Namer:
    """Writes identifiers in one namespace."""

    namespace: str | None = None

    def _urn(self, *parts: str) -> str:
        return ":".join(["urn:fcl", *([self.namespace] if self.namespace else []), *parts])

    def station(self, name: str) -> str:
        """A station as a place."""
        return self._urn("station", _encode(name))

    def lot(self, station: str, product: str | None, lot: str) -> str:
        """A lot as a batch; its station is the first that it left."""
        return self._urn("lot", _encode(station), _encode(product or ""), _encode(lot))

    def goods(self, delivery: str, product: str | None) -> str:
        """What was delivered without a lot, as a batch of its own."""
        return self._urn("goods", _encode(delivery), _encode(product or ""))

    def event(self, kind: str, *parts: str) -> str:
        """An event's ID."""
        return self._urn(kind, *map(_encode, parts))


def _encode(text: str) -> str:
    return quote(text, safe="")


def read_station(uri: str) -> str:
    """Return the Company_ID of a station; any other place is its own."""
    match = _NAME.fullmatch(uri)
    return unquote(match["rest"]) if match and match["kind"] == "station" else uri


def read_goods(uri: str) -> tuple[str | None, str | None] | None:
    """Return (product, lot) of a sheet's batch, each None where the sheet had none; None for another batch."""
    match = _NAME.fullmatch(uri)
    parts = [unquote(part) or None for part in match["rest"].split(":")] if match else []
    if match and match["kind"] == "lot" and len(parts) == 3:
        return parts[1], parts[2]
    if match and match["kind"] == "goods" and len(parts) == 2:
        return parts[1], None
    return None
