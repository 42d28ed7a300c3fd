"""Identity codes of organisations in China: the unified social credit code and the older organisation code.

USCC (统一社会信用代码): GB 32100-2015. Organisation code (组织机构代码): GB 11714-1997.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from trace.gs1.errors import cannot_read

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015 §4.2: without I, O, S, V, Z
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

# GB 32100-2015 table 1 and its amendment: who registered the organisation.
AUTHORITIES = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监督管理",
    "A": "中央军委改革和编制办公室",
    "N": "农业农村",
    "Y": "其他",
}


def _first_foreign(text: str, allowed: str) -> str | None:
    for position, character in enumerate(text, start=1):
        if character not in allowed:
            return f"{character!r} at position {position} is not one of {allowed}"
    return None


def _uscc_check_character(body: str) -> str:
    total = sum(_VALUE[character] * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def _organisation_check_character(body: str) -> str:
    # GB 11714 §3: letters count 10 to 35, ten is written X.
    total = sum(int(character, 36) * weight for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def _upper(text: object, what: str) -> str:
    if not isinstance(text, str):
        raise cannot_read(text, what, f"expected text, got {type(text).__name__}")
    # Only ASCII letters are raised: 'ı' and 'ß' must not turn into letters of the alphabet.
    return text.upper() if text.isascii() else text


@dataclass(frozen=True, slots=True)
class OrganisationCode:
    """The organisation code of GB 11714: `code` has 8 characters and a check character, no hyphen."""

    code: str

    @classmethod
    def read(cls, text: str) -> OrganisationCode:
        """From 9 characters, with or without the hyphen before the last; lower case becomes upper case.

        Raises `IdentifierError` for every other length, character or check character.
        """
        what = "organisation code"
        code = _upper(text, what)
        if re.fullmatch(r".{8}-.", code, re.DOTALL):
            code = code[:8] + code[9]
        if len(code) != 9:
            raise cannot_read(text, what, f"expected 9 characters, got {len(code)}", "bad_length")
        foreign = _first_foreign(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if foreign:
            raise cannot_read(text, what, foreign, "bad_characters")
        expected = _organisation_check_character(code[:8])
        if code[8] != expected:
            raise cannot_read(text, what, f"check character should be {expected}, got {code[8]}", "bad_check_digit")
        return cls(code)

    @property
    def hyphenated(self) -> str:
        """As printed: `D2143569-X`."""
        return f"{self.code[:8]}-{self.code[8]}"

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class Uscc:
    """A unified social credit code: authority, kind, region (6), organisation code (9), check character."""

    code: str

    @classmethod
    def read(cls, text: str) -> Uscc:
        """From 18 characters; lower case becomes upper case, everything else must be exact.

        Raises `IdentifierError` for another length, authority, region, character or check character.
        A wrong check character in the embedded organisation code is no error: see `organisation_code_ok`.
        """
        what = "USCC"
        code = _upper(text, what)
        if len(code) != 18:
            raise cannot_read(text, what, f"expected 18 characters, got {len(code)}", "bad_length")
        foreign = _first_foreign(code, _ALPHABET)
        if foreign:
            raise cannot_read(text, what, foreign, "bad_characters")
        if code[0] not in AUTHORITIES:
            raise cannot_read(
                text, what, f"registration authority should be one of {''.join(AUTHORITIES)}, got {code[0]}"
            )
        if not code[2:8].isdigit():
            raise cannot_read(text, what, f"region (positions 3 to 8) should be 6 digits, got {code[2:8]}")
        expected = _uscc_check_character(code[:17])
        if code[17] != expected:
            raise cannot_read(text, what, f"check character should be {expected}, got {code[17]}", "bad_check_digit")
        return cls(code)

    @property
    def authority(self) -> str:
        """The registration authority, in Chinese."""
        return AUTHORITIES[self.code[0]]

    @property
    def region(self) -> str:
        """The region of registration, 6 digits of GB/T 2260."""
        return self.code[2:8]

    @property
    def organisation_code(self) -> str:
        """The embedded organisation code, 9 characters (GB 32100-2015 §4.5)."""
        return self.code[8:17]

    @property
    def organisation_code_ok(self) -> bool:
        """Whether its check character is right; only a warning, as some issued codes have a wrong one."""
        return _organisation_check_character(self.code[8:16]) == self.code[16]

    def __str__(self) -> str:
        return self.code
