"""What a case means at a moment: the batches in scope, where they are, and what the records leave open (CONTRACT)."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from recalls.affected import Affected, PageKey, Row, describe_affected, find_affected, write_rows
from recalls.figures import total_figures
from recalls.findings import find_case_findings, name_unregistered
from recalls.history import scope_at, versions_of
from recalls.models import RecallCase
from recalls.scope import Scoped, find_seeds, item_uri
from recalls.violations import microseconds
from trace.answers import BatchRef, FindingRow, Place, describe_batches, exact, write_finding, write_time
from trace.kit.auth import Principal
from trace.kit.errors import NotFound
from trace.kit.strict_json import canonical_dumps
from trace.record_findings import find_findings
from trace.supply_graph import Supply, load_recorded

Impact = dict[str, Any]
"""The answer as plain JSON values; quantities are exact Decimals, ``None`` where unknown."""

Named = Mapping[int, BatchRef]


def read_impact(session: Session, case: RecallCase, as_of: datetime, principal: Principal | None = None) -> Impact:
    """Return the impact of ``case`` at ``as_of`` (inclusive, to the microsecond), with the scope in force then.

    Every figure of RULES 8; outlets are retail places, consignees all others. The order of everything is fixed, so
    the same records give the same ``digest``. Places that nobody registered have the names that documents give them,
    as far as ``principal`` may use them (``None``: everybody). Raises ConservationBroken for a defect of the ledger.
    """
    impact, affected, places = _read_summary(session, case, as_of, principal)
    impact |= {"next": None, **_split(write_rows(session, affected, places))}
    impact["digest"] = digest(impact)
    return impact


def read_impact_json(session: Session, case: RecallCase, as_of: datetime, principal: Principal | None) -> bytes:
    """Return the same as JSON: encoded once, for its digest and for the answer."""
    impact, affected, places = _read_summary(session, case, as_of, principal)
    impact |= {"next": None, **_split(write_rows(session, affected, places))}
    canonical = canonical_dumps(impact)
    return b'%s,"digest":"%s"}' % (canonical[:-1], hashlib.sha256(canonical).hexdigest().encode())


def read_first_page(
    session: Session, case: RecallCase, as_of: datetime, limit: int, principal: Principal | None
) -> tuple[Impact, PageKey | None]:
    """Return the impact with the first ``limit`` rows of places only, and the key to go on from; no digest.

    What is affected in all is counted in ``places``, so that a part never looks like the whole.
    """
    impact, affected, places = _read_summary(session, case, as_of, principal)
    chosen, key = affected.page(limit, None)
    rows = write_rows(session, affected, places, chosen)
    return {**impact, "next": None, **_split(rows), "digest": None}, key


def read_places_page(
    session: Session, case: RecallCase, as_of: datetime, limit: int, after: PageKey, principal: Principal | None
) -> tuple[Impact, PageKey | None]:
    """Return the next ``limit`` rows of places after ``after``, and the key to go on from."""
    affected = find_affected(_load(session, case, as_of))
    chosen, key = affected.page(limit, after)
    places = describe_affected(session, principal, set(affected.table.number[chosen].tolist()))
    rows = write_rows(session, affected, places, chosen)
    page: Impact = {"number": case.number, "as_of": write_time(as_of), "places": len(affected), **_split(rows)}
    return page, key


def _load(session: Session, case: RecallCase, as_of: datetime) -> Supply:
    return load_recorded(session, find_seeds(session, scope_at(case, as_of)), microseconds(as_of))


def _read_summary(
    session: Session, case: RecallCase, as_of: datetime, principal: Principal | None
) -> tuple[Impact, Affected, dict[int, Place]]:
    """Return everything but the rows of places, with what those are written from."""
    supply = _load(session, case, as_of)
    batches = describe_batches(session, supply.depth)
    affected = find_affected(supply)
    places = describe_affected(session, principal, supply.places)
    impact: Impact = {
        "number": case.number,
        "as_of": write_time(as_of),
        "version": scope_version(case, as_of),
        "batches": _batches(supply, batches),
        "totals": _totals(supply, batches),
        "places": len(affected),
        "findings": _findings(session, case, scope_at(case, as_of), as_of, supply, batches, places),
    }
    return impact, affected, places


def _split(rows: list[Row]) -> Impact:
    return {
        "outlets": [row for row in rows if row["kind"] == "outlet"],
        "consignees": [row for row in rows if row["kind"] != "outlet"],
    }


class RunNotFound(NotFound):
    """No impact of this case was frozen with this digest."""


def read_run(case: RecallCase, wanted: str) -> str:
    """Return the canonical JSON of an impact that was frozen at a step. Raises RunNotFound."""
    for run in case.runs:
        if run.digest == wanted:
            return run.impact
    raise RunNotFound(f"No run {wanted} of recall {case.number} is known.")


def digest(impact: Impact) -> str:
    """Return the SHA-256 over the canonical JSON (keys sorted, no blanks) of an impact without its digest."""
    return hashlib.sha256(canonical_dumps({k: v for k, v in impact.items() if k != "digest"})).hexdigest()


def scope_version(case: RecallCase, as_of: datetime) -> int:
    """Return the number of the scope in force at ``as_of``; before the case was opened, of the first."""
    return max((version for version, since, _ in versions_of(case) if since <= as_of), default=1)


def _batches(supply: Supply, batches: Named) -> list[dict[str, Any]]:
    rows = [
        {
            **batches[number],
            "evidence": "certain" if depth == 0 else "derived",
            "depth": depth,
        }
        for number, depth in supply.depth.items()
    ]
    return sorted(rows, key=lambda row: (row["depth"], row["id"]))


def _item_of(batch: BatchRef) -> str:
    """Totals are taken by item; a batch of another scheme is an item of its own."""
    return batch["id"] if batch["gtin"] is None else item_uri(batch["gtin"])


def _totals(supply: Supply, batches: Named) -> list[dict[str, Any]]:
    items = {number: _item_of(batches[number]) for number in supply.depth}
    rows = []
    for (item, uom, derived), (figures, some) in total_figures(supply.postings, items, supply.depth).items():
        one = batches[min(some)]
        rows.append(
            {
                "id": item,
                "gtin": one["gtin"],
                "uom": uom or None,
                "derived": derived,
                "batches": len(some),
                "produced": exact(figures.produced),
                "on_hand": exact(figures.on_hand),
                "in_transit": exact(figures.in_transit),
                "sold": exact(figures.sold),
                "consumed": exact(figures.consumed),
                "destroyed": exact(figures.destroyed),
                "lost": exact(figures.lost),
                "unaccounted": exact(figures.unaccounted),
                "complete": figures.complete,
            }
        )
    return sorted(rows, key=lambda row: (row["derived"], row["id"], row["uom"] or ""))


def _findings(
    session: Session,
    case: RecallCase,
    scope: Sequence[Scoped],
    as_of: datetime,
    supply: Supply,
    batches: Named,
    places: Mapping[int, Place],
) -> list[FindingRow]:
    found = [
        *find_findings(session, supply.depth, supply.until, supply.postings),
        *find_case_findings(session, case, scope, as_of, supply, batches),
        *(name_unregistered(place, facts.id) for place, facts in places.items() if facts.party_id is None),
    ]
    others = {one.batch for one in found if one.batch is not None} - set(batches)
    named = {**batches, **describe_batches(session, others)}
    rows: list[FindingRow] = [write_finding(one, named, places) for one in dict.fromkeys(found)]
    rank = {"error": 0, "warning": 1, "info": 2}
    return sorted(rows, key=lambda row: (rank[row["severity"]], row["rule"], canonical_dumps(row)))
