"""What a form says of a complaint, as the API takes it; what is left empty is not said."""

import re
import secrets
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from werkzeug.datastructures import MultiDict

from trace.kit.web import NulCharacter

FIELDS = ("kind", "cause", "words", "code", "lot", "serial", "outlet", "firm", "region", "bought_on", "claim")
CITIZEN = ("name", "phone", "address", "email")


def read_said(form: MultiDict[str, str]) -> dict[str, Any]:
    """Return the body of a `ComplaintIn`; a sum that is none stays text, and is refused as that."""
    said: dict[str, Any] = _filled(form, FIELDS)
    if "claim" in said:
        said["claim"] = _number(said["claim"])
    citizen = _filled(form, CITIZEN)
    return said | ({"citizen": citizen} if citizen else {})


def read_sent(form: Mapping[str, str]) -> str:
    """Return the random text of the page's own form, by which sending it twice makes one matter; else a new one."""
    known = form.get("once", "")
    return known if re.fullmatch(r"[0-9a-f]{32}", known) else secrets.token_hex(16)


def require_text(form: MultiDict[str, str]) -> None:
    """Raise NulCharacter (400) where a field holds one: no database keeps it."""
    if any("\0" in text for _name, text in form.items(multi=True)):
        raise NulCharacter("Expected fields of characters, got U+0000.")


def _filled(form: Mapping[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    typed = {name: form.get(name, "").strip() for name in names}
    return {name: text for name, text in typed.items() if text}


def _number(text: str) -> Decimal | str:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return text
