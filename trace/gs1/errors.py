"""The one error of the item coding package."""

from __future__ import annotations

_SHOWN = 60


class IdentifierError(ValueError):
    """A text is not the identifier it was read as; the message says what was expected and what came.

    `code` is the rule word for findings: `bad_check_digit`, `bad_length`, `bad_characters` or `bad_syntax`.
    """

    def __init__(self, message: str, code: str = "bad_syntax") -> None:
        super().__init__(message)
        self.code = code


def cannot_read(text: object, what: str, reason: str, code: str = "bad_syntax") -> IdentifierError:
    """An `IdentifierError` in the house form: `Cannot read '6901…' as GTIN: <reason>.`"""
    shown = repr(text)
    if len(shown) > _SHOWN:
        shown = shown[: _SHOWN - 2] + "…'"
    return IdentifierError(f"Cannot read {shown} as {what}: {reason}.", code)
