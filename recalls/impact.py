"""What a case means at a moment: the batches in scope, where they are, and what the records leave open (CONTRACT)."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from recalls.figures import bounds, place_statuses, total_figures
from recalls.findings import find_case_findings, name_unregistered
from recalls.history import scope_at, versions_of
from recalls.models import RecallCase
from recalls.places import find_party_codes
from recalls.scope import Scoped, find_seeds, item_uri
from recalls.violations import microseconds
from trace.amounts import from_stored
from trace.answers import (
    BatchRef,
    FindingRow,
    Place,
    describe_batches,
    describe_places,
    exact,
    write_finding,
    write_time,
)
from trace.kit.auth import Principal
from trace.kit.errors import NotFound
from trace.kit.strict_json import canonical_dumps
from trace.postings import Amounts
from trace.record_findings import find_findings
from trace.supply_graph import Supply, load_recorded
from trace.tally import PLACE_FIGURES, PlaceTable, table_places
from trace.vocabulary import name_places

Impact = dict[str, Any]
"""The answer as plain JSON values; quantities are exact Decimals, ``None`` where unknown."""

Named = Mapping[int, BatchRef]


def read_impact(session: Session, case: RecallCase, as_of: datetime, principal: Principal | None = None) -> Impact:
    """Return the impact of ``case`` at ``as_of`` (inclusive, to the microsecond), with the scope in force then.

    Every figure of RULES 8; outlets are retail places, consignees all others. The order of everything is fixed, so
    the same records give the same ``digest``. Places that nobody registered have the names that documents give them,
    as far as ``principal`` may use them (``None``: everybody). Raises ConservationBroken for a defect of the ledger.
    """
    scope = scope_at(case, as_of)
    until = microseconds(as_of)
    supply = load_recorded(session, find_seeds(session, scope), until)
    batches = describe_batches(session, supply.depth)
    places = name_places(session, principal, describe_places(session, supply.places))
    rows = _place_rows(supply, places, find_party_codes(session, places.values()))
    impact: Impact = {
        "number": case.number,
        "as_of": write_time(as_of),
        "version": scope_version(case, as_of),
        "batches": _batches(supply, batches),
        "totals": _totals(supply, batches),
        "outlets": [row for row in rows if row["kind"] == "outlet"],
        "consignees": [row for row in rows if row["kind"] != "outlet"],
        "findings": _findings(session, case, scope, as_of, supply, batches, places),
    }
    impact["digest"] = digest(impact)
    return impact


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


def _place_rows(supply: Supply, places: Mapping[int, Place], codes: Mapping[int, str]) -> list[dict[str, Any]]:
    tiers = supply.tiers()
    table = table_places(supply.postings)
    limits = bounds(table)
    columns = zip(
        table.keys(),
        place_statuses(table),
        table.complete.tolist(),
        *(numbers(table, table.figures[figure]) for figure in PLACE_FIGURES),
        numbers(table, limits.lower),
        [
            upper if limited else None
            for upper, limited in zip(numbers(table, limits.upper), limits.limited, strict=True)
        ],
        strict=True,
    )
    rows = []
    for (place, uom), status, complete, *amounts, lower, upper in columns:
        facts = places[place]
        rows.append(
            {
                "id": facts.id,
                "gln": facts.gln,
                "name": facts.name,
                "name_en": facts.name_en,
                "party": None if facts.party_id is None else codes[facts.party_id],
                "party_name": facts.party_name,
                "region": facts.region,
                "kind": facts.kind,
                "tier": tiers.get(place),
                "evidence": supply.evidence[place],
                "status": status,
                "uom": uom or None,
                **dict(zip(PLACE_FIGURES, amounts, strict=True)),
                "complete": complete,
                "lower": lower,
                "expected": upper,
                "upper": upper,
            }
        )
    return sorted(rows, key=lambda row: (row["tier"] is None, row["tier"] or 0, row["id"], row["uom"] or ""))


def numbers(table: PlaceTable, column: Amounts) -> list[int | Decimal]:
    """Return a column of figures as JSON shows them: whole numbers where the unit is not divided."""
    if not any(table.scales):
        return column.tolist()
    scales = [table.scales[uom] for uom in table.uom.tolist()]
    return [exact(from_stored(amount, scale)) for amount, scale in zip(column.tolist(), scales, strict=True)]


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
