"""Files into the record: EPCIS documents and FoodChain-Lab sheets of any size, each file whole or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from trace.capture import Refusal, capture_events
from trace.epcis import json_format, xml_format
from trace.epcis.event import Document, DocumentError
from trace.fcl.reading import read_all_in_one
from trace.fcl.sheet import SheetRefused
from trace.gs1 import read_identifier
from trace.identifiers import intern_identifiers
from trace.kit.auth import Principal
from trace.vocabulary import store_vocabulary

CHUNK = 1_000
"""Events captured at once, so that progress shows; the transaction is the caller's and spans the file."""

TABLES = frozenset({".csv"})


class FileRefused(ValueError):
    """A file that cannot be read as a whole."""


@dataclass(slots=True)
class Imported:
    """What became of a file's events; the caller rolls back where any is refused."""

    taken: int = 0
    repeated: int = 0
    refusals: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class File:
    """A file that was read; of a sheet's events ``rows`` says where each comes from."""

    document: Document
    rows: Sequence[str] = ()

    def where(self, refusal: Refusal) -> str:
        """What people look for to put a refused event right."""
        if self.rows:
            return self.rows[refusal.index]
        return f"event {refusal.index} ({refusal.event_id or 'without ID'})"


def read_file(path: Path, namespace: str | None = None) -> File:
    """Read an EPCIS document, JSON or XML by its first character, or a FoodChain-Lab all-in-one sheet (.xlsx).

    ``namespace`` keeps a sheet's stations apart from those of others with the same IDs. Raises FileRefused.
    """
    kind = path.suffix.lower()
    if kind in TABLES:
        raise FileRefused(f"{path}: expected --kind, which says what the rows of a {kind} file are.")
    try:
        data = path.read_bytes()
        if kind == ".xlsx":
            return File(*read_all_in_one(data, namespace))
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return File(xml_format.parse_document(data, max_events=None, max_bytes=None))
        return File(json_format.parse_document(data, max_events=None))
    except OSError as error:
        raise FileRefused(f"{path}: {error.strerror}.") from error
    except DocumentError as error:
        raise FileRefused(f"{path}: {error.detail}.") from error
    except SheetRefused as error:
        raise FileRefused("\n".join(f"{path}: {one}" for one in error.wrong or (error,))) from error


def import_document(
    session: Session,
    document: Document,
    principal: Principal,
    now: datetime,
    progress: Callable[[int], None] = lambda events: None,
) -> Imported:
    """Capture every event, and keep the master data; ``progress`` is told how many more events are done.

    What only master data names (a station that nothing came to) is known to the record as well.
    """
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
    store_vocabulary(session, document.master_data, principal, now)
    intern_identifiers(session, [read_identifier(element.id) for element in document.master_data])
    return imported
