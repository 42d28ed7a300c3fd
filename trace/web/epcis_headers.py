"""What the headers of an EPCIS request ask for: versions, extensions, formats, media type (EPCIS 2.0 §12.6)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from werkzeug.datastructures import Headers, MIMEAccept
from werkzeug.http import parse_accept_header

from trace.epcis.epc_format import CbvFormat, EpcFormat
from trace.epcis.names import EPCIS_CONTEXT
from trace.events.errors import NotAcceptableException, ValidationException

JSON_TYPES = ("application/json", "application/ld+json")
XML_TYPES = ("application/xml", "text/xml")
MEDIA_TYPES = (*JSON_TYPES, *XML_TYPES)

VERSION = "2.0.0"
"""Of EPCIS and of the CBV alike."""

Word = TypeVar("Word", EpcFormat, CbvFormat)

MAX_EXTENSIONS = 50
_VERSION = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,3}")
_EXTENSION = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_.-]{0,99})=([A-Za-z][A-Za-z0-9+.-]*:[!-+\--~]{1,1000})\s*")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a client wants: the media type of the answer, and how identifiers and words are written in it.

    `extensions` are the prefixes of `GS1-Extensions` with their namespaces.
    """

    media_type: str
    epc_format: EpcFormat
    cbv_format: CbvFormat
    extensions: Mapping[str, str]

    @property
    def xml(self) -> bool:
        """Whether the answer is to be XML."""
        return self.media_type in XML_TYPES

    @property
    def context(self) -> list[object]:
        """The `@context` by which names in parameters are read: the standard one, then the client's extensions."""
        return [EPCIS_CONTEXT, dict(self.extensions)] if self.extensions else [EPCIS_CONTEXT]


def read_wishes(headers: Headers, offered: Sequence[str] = MEDIA_TYPES, oldest: str = VERSION) -> Wishes:
    """Read the headers of a request.

    `offered` are the media types that the operation can answer with, none if it answers without a body; `oldest` the
    oldest version that it takes. Raises NotAcceptableException (406) for what cannot be met, ValidationException (400)
    for what has no meaning.
    """
    check_versions(headers, oldest)
    return Wishes(
        media_type=choose_media_type(headers.get("Accept"), offered) if offered else JSON_TYPES[0],
        epc_format=_read_word(headers, "GS1-EPC-Format", EpcFormat.ALWAYS_GS1_DIGITAL_LINK),
        cbv_format=_read_word(headers, "GS1-CBV-XML-Format", CbvFormat.NO_PREFERENCE),
        extensions=read_extensions(headers.get("GS1-Extensions", "")),
    )


def check_versions(headers: Headers, oldest: str = VERSION) -> None:
    """Refuse a request that we cannot answer in a version which it takes, or that is written in one which we do not."""
    for standard in ("EPCIS", "CBV"):
        written = _read_version(headers, f"GS1-{standard}-Version")
        if written is not None and not _parts(oldest) <= written <= _parts(VERSION):
            raise NotAcceptableException(
                f"Expected GS1-{standard}-Version from {oldest} to {VERSION}, got {headers[f'GS1-{standard}-Version']}."
            )
        low, high = _read_version(headers, f"GS1-{standard}-Min"), _read_version(headers, f"GS1-{standard}-Max")
        if low is not None and high is not None and low > high:
            raise ValidationException(f"Expected GS1-{standard}-Min at most GS1-{standard}-Max, got it above.")
        if (low is not None and low > _parts(VERSION)) or (high is not None and high < _parts(VERSION)):
            raise NotAcceptableException(
                f"Expected GS1-{standard}-Min and GS1-{standard}-Max around {VERSION}, the version that is spoken here."
            )


def choose_media_type(accept: str | None, offered: Sequence[str] = MEDIA_TYPES) -> str:
    """Return the offered media type that the client likes best, the first where it does not say."""
    if accept is None or not accept.strip():
        return offered[0]
    # `; charset=utf-8` and the like say nothing that we could do otherwise.
    liked = [(kind.partition(";")[0].strip(), quality) for kind, quality in parse_accept_header(accept, MIMEAccept)]
    best: str | None = MIMEAccept(liked).best_match(offered)
    if best is None:
        raise NotAcceptableException(f"Expected Accept with one of {', '.join(offered)}, got {accept[:200]!r}.")
    return best


def read_extensions(text: str) -> dict[str, str]:
    """Read `prefix=namespace, …` as a mapping."""
    found: dict[str, str] = {}
    for part in text.split(",") if text.strip() else ():
        match = _EXTENSION.fullmatch(part)
        if match is None:
            raise ValidationException(f"Expected GS1-Extensions like prefix=https://…, got {part.strip()[:200]!r}.")
        found[match[1]] = match[2]
    if len(found) > MAX_EXTENSIONS:
        raise ValidationException(f"Expected at most {MAX_EXTENSIONS} GS1-Extensions, got {len(found)}.")
    return found


def write_extensions(extensions: Mapping[str, str]) -> str:
    """The same as the text of the header."""
    return ",".join(f"{prefix}={namespace}" for prefix, namespace in extensions.items())


def _read_word(headers: Headers, name: str, default: Word) -> Word:
    words = type(default)
    text = headers.get(name, default).strip()
    try:
        return words(text)
    except ValueError as error:
        raise ValidationException(f"Expected {name} {' or '.join(words)}, got {text[:200]!r}.") from error


def _read_version(headers: Headers, name: str) -> tuple[int, ...] | None:
    text = headers.get(name)
    if text is None:
        return None
    if _VERSION.fullmatch(text.strip()) is None:
        raise ValidationException(f"Expected {name} like {VERSION}, got {text[:200]!r}.")
    return _parts(text.strip())


def _parts(version: str) -> tuple[int, ...]:
    """Numbers that compare as versions do: 2, 2.0 and 2.0.0 are one."""
    numbers = [int(part) for part in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
