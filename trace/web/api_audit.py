"""`GET /api/v1/audit`: who read and changed what, for auditors; and what a call of the record is about."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, RootModel
from typing_extensions import TypedDict

from trace.audit_log import AuditRow, Wanted, every_entry, list_entries, require_room
from trace.audit_sheet import SHEET
from trace.field_types import PartyText
from trace.gs1 import Gtin, IdentifierError, canonical_uri, read_identifier, read_lot
from trace.kit.contract import Call
from trace.kit.errors import Invalid
from trace.kit.fields import Text, Timestamp
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.web.api import AUDITORS, api
from trace.web.sheet_answers import FILES, Format, sheet_answer

Method = Literal["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
Who = Literal["company", "regulator", "admin", "auditor", "link"]


def batch_of(path: Mapping[str, Any], query: Mapping[str, str]) -> str | None:
    """Return the batch that a call names in its path or query, by its identifier; several, or none: ``None``."""
    if "gtin" in path and "lot" in path:
        try:
            return canonical_uri(Gtin.read(path["gtin"]).gtin14, read_lot(path["lot"]))
        except IdentifierError:
            return None
    named = query.get("batch")
    return _canonical(named) if named and "|" not in named else None


def subject_of(text: str) -> str:
    """Return what an entry calls a batch, or the number of a case, that somebody names."""
    return _canonical(text) if ":" in text else text


def _canonical(text: str) -> str:
    try:
        return read_identifier(text).uri
    except IdentifierError:
        return text


class AuditQuery(PageQuery):
    """Which entries; `who` is the beginning of a key (the 8 characters after `sy_`), `case` the number of a recall."""

    who: Annotated[str, Field(pattern="^[0-9a-f]{8}$")] | None = None
    role: Who | None = None
    party: PartyText | None = None
    case: Annotated[Text, Field(max_length=20)] | None = None
    batch: Text | None = None
    from_: Annotated[Timestamp | None, Field(alias="from")] = None
    to: Timestamp | None = None
    method: Method | None = None
    format: Format = "json"
    lang: Literal["zh", "en"] | None = None


class AuditPage(TypedDict):
    """A page of calls, the newest first."""

    entries: list[AuditRow]
    next: str | None


class AuditOut(RootModel[AuditPage]):
    """A page of calls, the newest first."""


@api.operation(
    "GET",
    "/audit",
    query=AuditQuery,
    answers={200: AuditOut},
    roles=AUDITORS,
    summary="Who read and changed what, when and why",
    tag="audit",
    files=FILES,
)
def list_audit(call: Call) -> Answer:
    """Every call of an official that needs a key, and every write of anybody in recalls. Newest first.

    As a sheet (`format`) all that are asked for, without pages.
    """
    query: AuditQuery = call.query
    if query.case is not None and query.batch is not None:
        raise Invalid.field("/batch", "Expected a case or a batch, got both: a call is about one of them.")
    subject = query.case if query.batch is None else _canonical(query.batch)
    wanted = Wanted(query.who, query.role, query.party, subject, query.from_, query.to, query.method)
    if query.format != "json":
        if query.format == "xlsx":
            require_room(call.session, wanted)
        return sheet_answer("audit", query.format, SHEET, every_entry(call.session, wanted))
    page = read_page(query)
    after = None if page.after is None else int(page.after[0])
    rows = list_entries(call.session, wanted, after, page.limit + 1)
    shown, following = cut(rows, page, lambda row: [row["id"]])
    return Answer(200, {"entries": list(shown), "next": following})
