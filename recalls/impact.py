"""What a case means at a moment: the batches in scope, where they are, and what the records leave open (CONTRACT)."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import IO, Any

from sqlalchemy.orm import Session

from recalls.affected import (
    Affected,
    PageKey,
    Row,
    describe_affected,
    find_affected,
    numbers,
    order_by_name,
    write_rows,
)
from recalls.figures import total_figures
from recalls.findings import find_case_findings, name_unregistered
from recalls.history import CaseAt, case_at
from recalls.models import RecallCase
from recalls.places import find_unregistered
from recalls.possible import possible_batches
from recalls.scope import Scoped, find_seeds, item_uri
from recalls.violations import microseconds
from trace.answers import (
    BatchRef,
    FindingRow,
    describe_batches,
    describe_places,
    write_finding,
    write_time,
)
from trace.kit.auth import Principal
from trace.kit.db import chunked
from trace.kit.strict_json import canonical_dumps
from trace.mixing.answers import write_batches, write_totals
from trace.record_findings import find_findings
from trace.supply_graph import Supply, load_recorded
from trace.tally import BATCH_FIGURES
from trace.veil import veil
from trace.visibility import names_seen

Impact = dict[str, Any]
"""The answer as plain JSON values; quantities are exact Decimals, ``None`` where unknown."""

Named = Mapping[int, BatchRef]

AT_ONCE = 4_000
"""So many rows of places are made, written and forgotten at a time."""


def read_impact(session: Session, case: RecallCase, as_of: datetime, principal: Principal | None = None) -> Impact:
    """Return the impact of ``case`` at ``as_of`` (inclusive, to the microsecond), with the scope in force then.

    Every figure of RULES 8; outlets are retail places, consignees all others. The order of everything is fixed, so
    the same records give the same ``digest``. Places that nobody registered have the names that documents give them,
    as far as ``principal`` may use them (``None``: everybody). A firm reads no names of strangers (`trace.veil`), and
    its view has no digest. Raises ConservationBroken for a defect of the ledger.
    """
    affected = find_affected(load_scope(session, case, as_of))
    impact = summarise(session, case_at(case, as_of), as_of, affected)
    places = describe_affected(session, principal, affected.supply.places)
    rows = write_rows(session, affected, places, order_by_name(affected, places))
    impact |= {"next": None, **split(rows)}
    if principal is not None and principal.role == "company":
        return _as_seen(session, principal, affected, impact | {"digest": None})
    impact["digest"] = digest(impact)
    return impact


def write_impact(
    session: Session, case: RecallCase, as_of: datetime, principal: Principal | None, file: IO[bytes]
) -> None:
    """Write the same to ``file`` as JSON, a few thousand rows at a time, and at its end the digest of all before it."""
    if principal is not None and principal.role == "company":
        file.write(canonical_dumps(read_impact(session, case, as_of, principal)))
        return
    affected = find_affected(load_scope(session, case, as_of))
    impact = summarise(session, case_at(case, as_of), as_of, affected) | {"next": None, "outlets": [], "consignees": []}
    places = describe_affected(session, principal, affected.supply.places)
    order, of = order_by_name(affected, places), affected.table.number.tolist()
    positions = {
        "outlets": [at for at in order if places[of[at]].kind == "outlet"],
        "consignees": [at for at in order if places[of[at]].kind != "outlet"],
    }
    seen = hashlib.sha256()

    def put(piece: bytes) -> None:
        seen.update(piece)
        file.write(piece)

    for name in sorted(impact):  # canonical: keys in order, no blanks
        put(b'%s"%s":' % (b"{" if name == min(impact) else b",", name.encode()))
        if name not in positions:
            put(canonical_dumps(impact[name]))
            continue
        put(b"[")
        for number, some in enumerate(chunked(positions[name], AT_ONCE)):
            rows = canonical_dumps(write_rows(session, affected, places, some))
            put(rows[1:-1] if number == 0 else b"," + rows[1:-1])
        put(b"]")
    seen.update(b"}")
    file.write(b',"digest":"%s"}' % seen.hexdigest().encode())


def read_first_page(
    session: Session, case: RecallCase, as_of: datetime, limit: int, principal: Principal | None
) -> tuple[Impact, PageKey | None]:
    """Return the impact with the first ``limit`` rows of places only, and the key to go on from; no digest.

    What is affected in all is counted in ``places``, so that a part never looks like the whole.
    """
    affected = find_affected(load_scope(session, case, as_of))
    rows, key = read_page(session, affected, limit, None, principal)
    impact = summarise(session, case_at(case, as_of), as_of, affected)
    answer = {**impact, "next": None, **split(rows), "digest": None}
    return _as_seen(session, principal, affected, answer), key


def read_places_page(
    session: Session, case: RecallCase, as_of: datetime, limit: int, after: PageKey, principal: Principal | None
) -> tuple[Impact, PageKey | None]:
    """Return the next ``limit`` rows of places after ``after``, and the key to go on from."""
    affected = find_affected(load_scope(session, case, as_of))
    rows, key = read_page(session, affected, limit, after, principal)
    answer = {"number": case.number, "as_of": write_time(as_of), "places": len(affected), **split(rows)}
    return _as_seen(session, principal, affected, answer), key


def _as_seen(session: Session, principal: Principal | None, affected: Affected, answer: Impact) -> Impact:
    known = None if principal is None else names_seen(session, principal, affected.supply)
    return answer if known is None else veil(answer, known)


def read_page(
    session: Session, affected: Affected, limit: int, after: PageKey | None, principal: Principal | None
) -> tuple[list[Row], PageKey | None]:
    """Return the next rows of places, nearest the makers first, and the key to go on from."""
    chosen, key = affected.page(limit, after)
    places = describe_affected(session, principal, set(affected.table.number[chosen].tolist()))
    return write_rows(session, affected, places, chosen), key


def load_scope(session: Session, case: RecallCase, as_of: datetime) -> Supply:
    """Return the affected part of the supply graph at ``as_of``, with the scope in force then."""
    return load_lines(session, case_at(case, as_of).scope, as_of)


def load_lines(session: Session, scope: Iterable[Scoped], as_of: datetime) -> Supply:
    """Return the same for a scope, of a case or of none."""
    return load_recorded(session, find_seeds(session, scope), microseconds(as_of))


def summarise(session: Session, asked: CaseAt, as_of: datetime, affected: Affected) -> Impact:
    """Return everything but the rows of places."""
    supply = affected.supply
    possible = supply.possible
    batches = describe_batches(session, {*supply.depth, *(batch for batch, _ in possible.batches)})
    return {
        "number": asked.number,
        "as_of": write_time(as_of),
        "version": asked.version,
        "batches": _batches(supply, batches),
        "totals": _totals(supply, batches),
        "possible": {"batches": write_batches(possible, batches), "totals": write_totals(possible)},
        "places": len(affected),
        "findings": _findings(session, asked, supply, batches),
    }


def split(rows: list[Row]) -> Impact:
    """Return the rows of places as an impact has them: outlets, and all others."""
    return {
        "outlets": [row for row in rows if row["kind"] == "outlet"],
        "consignees": [row for row in rows if row["kind"] != "outlet"],
    }


def digest(impact: Impact) -> str:
    """Return the SHA-256 over the canonical JSON (keys sorted, no blanks) of an impact without its digest."""
    return hashlib.sha256(canonical_dumps({k: v for k, v in impact.items() if k != "digest"})).hexdigest()


def _batches(supply: Supply, batches: Named) -> list[dict[str, Any]]:
    rows = [
        {
            **batches[number],
            "evidence": "certain" if depth == 0 else "derived",
            "depth": depth,
        }
        for number, depth in supply.depth.items()
    ]
    rows.sort(key=lambda row: (row["depth"], row["id"]))
    return rows + possible_batches(supply.possible, supply.depth, batches)


def _item_of(batch: BatchRef) -> str:
    """Totals are taken by item; a batch of another scheme is an item of its own."""
    return batch["id"] if batch["gtin"] is None else item_uri(batch["gtin"])


def _totals(supply: Supply, batches: Named) -> list[dict[str, Any]]:
    items = {number: _item_of(batches[number]) for number in supply.depth}
    table, parts = total_figures(supply.postings, items, supply.depth)
    columns = [numbers(table, table.figures[figure]) for figure in BATCH_FIGURES]
    rows = [
        {
            "id": item,
            "gtin": batches[min(some)]["gtin"],
            "uom": uom or None,
            "derived": derived,
            "batches": len(some),
            **dict(zip(BATCH_FIGURES, figures, strict=True)),
            "complete": complete,
        }
        for ((item, uom, derived), some), complete, *figures in zip(
            parts.items(), table.complete.tolist(), *columns, strict=True
        )
    ]
    return sorted(rows, key=lambda row: (row["derived"], row["id"], row["uom"] or ""))


def _findings(session: Session, asked: CaseAt, supply: Supply, batches: Named) -> list[FindingRow]:
    unregistered = find_unregistered(session, supply.places)
    found = [
        *find_findings(session, supply.depth, supply.until, supply.postings),
        *supply.possible.findings,
        *find_case_findings(session, asked, supply, batches),
        *(name_unregistered(place, uri) for place, uri in unregistered.items()),
    ]
    others = {one.batch for one in found if one.batch is not None} - set(batches)
    named = {**batches, **describe_batches(session, others)}
    places = describe_places(session, {one.place for one in found if one.place is not None})
    rows: list[FindingRow] = [write_finding(one, named, places) for one in dict.fromkeys(found)]
    rank = {"error": 0, "warning": 1, "info": 2}
    return sorted(rows, key=lambda row: (rank[row["severity"]], row["rule"], canonical_dumps(row)))
