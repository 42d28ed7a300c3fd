"""Files into the record: EPCIS documents of any size, each file whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from trace.capture import Refusal, capture_events
from trace.epcis import json_format, xml_format
from trace.epcis.event import Document, DocumentError
from trace.kit.auth import Principal

CHUNK = 1_000
"""Events captured at once, so that progress shows; the transaction is the caller's and spans the file."""

SHEETS = frozenset({".csv", ".xlsx"})


class FileRefused(ValueError):
    """A file that cannot be read as a whole."""


@dataclass(slots=True)
class Imported:
    """What became of a file's events; the caller rolls back where any is refused."""

    taken: int = 0
    repeated: int = 0
    refusals: list[Refusal] = field(default_factory=list)


def read_file(path: Path) -> Document:
    """Read an EPCIS document, JSON or XML by its first character. Raises FileRefused."""
    if path.suffix.lower() in SHEETS:
        raise FileRefused(f"{path}: sheets ({path.suffix}) cannot be imported yet, only EPCIS in JSON or XML.")
    try:
        data = path.read_bytes()
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return xml_format.parse_document(data, max_events=None, max_bytes=None)
        return json_format.parse_document(data, max_events=None)
    except OSError as error:
        raise FileRefused(f"{path}: {error.strerror}.") from error
    except DocumentError as error:
        raise FileRefused(f"{path}: {error.detail}.") from error


def import_document(
    session: Session,
    document: Document,
    principal: Principal,
    now: datetime,
    progress: Callable[[int], None] = lambda events: None,
) -> Imported:
    """Capture every event; ``progress`` is told how many more are done."""
    imported = Imported()
    for start in range(0, len(document.events), CHUNK):
        some = document.events[start : start + CHUNK]
        captured = capture_events(session, some, principal, now)
        imported.taken += captured.fates.count("captured")
        imported.repeated += captured.fates.count("repeated")
        imported.refusals += [
            Refusal(start + one.index, one.event_id, one.status, one.title, one.problems) for one in captured.refusals
        ]
        progress(len(some))
    return imported
