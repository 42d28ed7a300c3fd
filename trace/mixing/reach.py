"""Evidence `possible`: which places and batches goods may have reached that no name tells (RULES 7).

From the batches that the trace reaches by name: the flow of every item of which something moved without a lot, or
that a place mixes; and what was made of goods that may be in scope, with what became of that, until nothing is added.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.amounts import from_stored
from trace.findings import Finding, make_finding
from trace.fold.contents import Unit
from trace.fold.entries import Entry
from trace.genealogy import read_closure
from trace.kit.bulk import among
from trace.ledger import read_postings
from trace.mixing.arcs import Arc, Limits, Node, clip
from trace.mixing.bins import STOCK
from trace.mixing.flows import Mixed, solve
from trace.mixing.loading import Item, Loaded, find_items, load_item
from trace.mixing.moves import LINE, Moved, make_arcs, row_number, scale_of, units_of
from trace.mixing.possible import NOTHING, Amounts, Possible, amounts_of, share_of
from trace.models import Identifier, Posting
from trace.postings import Postings
from trace.tally import table_places

Share = tuple[bool, Fraction]
"""Whether goods are in scope for certain, and else how likely, for planning alone."""


MOST_SEARCHED = 30_000_000
"""Places of an item times the nodes that a search may look at; beyond that, bounds are not searched one by one."""


@dataclass(slots=True)
class _Reach:
    """What is known so far."""

    places: dict[tuple[int, Unit], Amounts] = field(default_factory=dict)
    arrived: set[tuple[int, Unit]] = field(default_factory=set)
    batches: dict[tuple[int, Unit], Amounts] = field(default_factory=dict)
    totals: dict[tuple[str, Unit], Amounts] = field(default_factory=dict)
    findings: dict[Finding, None] = field(default_factory=dict)
    consumed: dict[int, Share] = field(default_factory=dict)


def find_possible(
    session: Session, batches: Collection[int], postings: Postings, until: int | None, tolerance: int
) -> Possible:
    """Return where goods of ``batches`` may be that no name tells, as of ``until`` (µs since 1970 UTC, inclusive).

    ``postings`` are those of ``batches``; ``tolerance`` (µs) is how much earlier than recorded an arrival counts.
    One statement where every unit of the items moved under its lot and no place mixes them.
    """
    named = set(batches)
    made: dict[int, Share] = {}
    pending: set[int] = set(named)
    found: dict[str, _Reach] = {}
    while pending:
        items = find_items(session, pending)
        if not items:
            break
        known = {**dict.fromkeys(named, (True, Fraction(1))), **made}
        gtins = _gtins(session, known, {item.gtin for item in items})
        own = read_postings(session, made, until)
        for item in items:
            mine = {batch: known[batch] for batch in gtins[item.gtin]}
            some = [part.of(mine) for part in (postings, own)]
            found[item.gtin] = _reach_item(session, item, mine, some, until, tolerance)
        outputs = _outputs(session, found.values(), until)
        added = {batch: share for batch, share in outputs.items() if batch not in named and batch not in made}
        closure, _ = read_closure(session, added, "forward", until)
        pending = set(closure) - named - made.keys()
        strongest = max(added.values(), default=(False, Fraction(0)))
        made.update({batch: added.get(batch, strongest) for batch in pending})
    if not found:
        return NOTHING
    return _put_together(session, found.values(), made, until)


def _gtins(session: Session, batches: Iterable[int], wanted: set[str]) -> dict[str, set[int]]:
    rows = session.execute(select(Identifier.id, Identifier.gtin).where(among(session, Identifier.id, list(batches))))
    found: defaultdict[str, set[int]] = defaultdict(set)
    for number, gtin in rows:
        if gtin in wanted:
            found[gtin].add(number)
    return found


def _reach_item(
    session: Session,
    item: Item,
    shares: Mapping[int, Share],
    postings: Iterable[Postings],
    until: int | None,
    tolerance: int,
) -> _Reach:
    """Return where units of the item in scope may be: the least from those in scope for certain, the most from all."""
    loaded = Loaded()
    for some in postings:
        if len(some):
            more = load_item(session, item, some, until, tolerance)
            loaded.rows.update(more.rows)
            loaded.flags += [flag for flag in more.flags if flag not in loaded.flags]
    reach = _Reach()
    certain = {batch for batch, (sure, _) in shares.items() if sure}
    likely = max((share for sure, share in shares.values() if not sure), default=Fraction(0))
    rows = sorted(loaded.rows.values())
    for uom in sorted(units_of(rows)):
        scale = scale_of(rows, uom)
        arcs = make_arcs(rows, uom, scale, item.no_lot, tolerance)
        least = solve(arcs, certain, loaded.flags, tolerance)
        most = least if len(certain) == len(shares) else solve(arcs, shares, loaded.flags, tolerance)
        if not most.arcs and not most.unrecorded:
            continue
        _Reading(item, loaded, {arc.number: arc for arc in arcs}, uom, scale, certain, least, most, likely).tell(reach)
    return reach


@dataclass(slots=True)
class _Reading:
    """The answers of one solved flow, in one unit of measure."""

    item: Item
    loaded: Loaded
    arcs: Mapping[int, Arc]
    uom: Unit
    scale: int
    scope: Collection[int]
    least: Mixed
    most: Mixed
    likely: Fraction
    named_on: dict[Node, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for arc in self.arcs.values():
            if arc.lot in self.scope and arc.quantity is not None:
                for node, sign in ((arc.head, 1), (arc.tail, -1)):
                    if node is not None and node[0] == LINE:
                        self.named_on[node] = self.named_on.get(node, 0) + sign * arc.quantity

    def tell(self, reach: _Reach) -> None:
        """Write them down."""
        found = [self.arcs[number] for number in self.most.arcs]
        arrivals: defaultdict[int, list[Arc]] = defaultdict(list)
        lines: defaultdict[int, set[Node]] = defaultdict(set)
        for arc in found:
            if arc.to is not None and arc.head is not None:
                lines[arc.to].add(arc.head)
            elif arc.head is not None and arc.head[0] == STOCK and self._row(arc).entry is not Entry.VOIDED:
                arrivals[arc.head[1]].append(arc)
                if arc.tail is not None and arc.tail[0] == LINE:
                    lines[arc.head[1]].add(arc.tail)
        is_tight = len(arrivals.keys() | lines.keys()) * self.most.size <= MOST_SEARCHED
        if not (is_tight and self.most.is_tight and self.least.is_tight):
            reach.findings[make_finding("bounds_not_tight")] = None
        for place in arrivals.keys() | lines.keys():
            limits = self._total([arc.number for arc in arrivals[place]], lines[place], is_tight)
            limits = self._beyond_named(limits, lines[place])
            if limits.upper == 0:
                continue
            key = (place, self.uom)
            reach.places[key] = amounts_of(limits, self.scale)
            if arrivals[place]:
                reach.arrived.add(key)
            if limits.upper is None:
                reach.findings[make_finding("possible_without_units", place=place)] = None
        for (kind, place), units in self.most.unrecorded.items():
            if kind == STOCK:
                quantity = str(from_stored(units, self.scale))
                reach.findings[make_finding("unrecorded_in_scope", place=place, quantity=quantity)] = None
        self._tell_tainted(found, reach)
        self._tell_consumed(found, reach)
        unnamed = self._widest(self.least.unnamed(), self.most.unnamed())
        if unnamed.upper != 0:
            reach.totals[self.item.gtin, self.uom] = amounts_of(unnamed, self.scale)

    def _row(self, arc: Arc) -> Moved:
        return self.loaded.rows[row_number(arc.number)]

    def _beyond_named(self, limits: Limits, lines: Collection[Node]) -> Limits:
        """Without what is under way by name on lines that a receipt without the lot may have emptied."""
        named = sum(self.named_on.get(line, 0) for line in lines)
        if named <= 0:
            return limits
        upper = None if limits.upper is None else max(0, limits.upper - named)
        return clip(max(0, limits.lower - named), limits.expected - named, upper)

    def _tell_tainted(self, found: Iterable[Arc], reach: _Reach) -> None:
        mixing = {(STOCK, flag.place) for flag in self.loaded.flags}
        leaving: defaultdict[int, list[int]] = defaultdict(list)
        for arc in found:
            if arc.lot in self.most.tainted and arc.lot is not None and arc.tail in mixing:
                leaving[arc.lot].append(arc.number)
        for batch, numbers in leaving.items():
            reach.batches[batch, self.uom] = amounts_of(self._total(numbers, ()), self.scale)

    def _tell_consumed(self, found: Iterable[Arc], reach: _Reach) -> None:
        for arc in found:
            row = self._row(arc)
            if row.entry is not Entry.CONSUMED or row.transformation is None:
                continue
            limits = self._total([arc.number], ())
            share: Share = (limits.lower > 0, limits.expected / arc.quantity if arc.quantity else Fraction(0))
            reach.consumed[row.transformation] = max(share, reach.consumed.get(row.transformation, share))

    def _total(self, arcs: Collection[int], lines: Collection[Node], is_tight: bool = True) -> Limits:
        least = self.least.total(arcs, lines, is_tight)
        return least if self.most is self.least else self._widest(least, self.most.total(arcs, lines, is_tight))

    def _widest(self, least: Limits, most: Limits) -> Limits:
        expected = least.expected + (most.expected - least.expected) * self.likely
        return clip(min(least.lower, most.lower), expected, most.upper)


def _outputs(session: Session, reached: Iterable[_Reach], until: int | None) -> dict[int, Share]:
    """Return the batches made from goods that may be in scope (RULES 20: every output, whole)."""
    consumed: dict[int, Share] = {}
    for reach in reached:
        for transformation, share in reach.consumed.items():
            consumed[transformation] = max(share, consumed.get(transformation, share))
    if not consumed:
        return {}
    query = select(Posting.batch_id, Posting.transformation_id).where(
        among(session, Posting.transformation_id, list(consumed)), Posting.entry == Entry.YIELDED
    )
    if until is not None:
        query = query.where(Posting.at <= until)
    found: dict[int, Share] = {}
    for row in session.execute(query):
        if row.transformation_id is not None:
            share = consumed[row.transformation_id]
            found[row.batch_id] = max(share, found.get(row.batch_id, share))
    return found


def _put_together(
    session: Session, reached: Iterable[_Reach], made: Mapping[int, Share], until: int | None
) -> Possible:
    whole = _Reach()
    for reach in reached:
        for key, amounts in reach.places.items():
            whole.places[key] = whole.places[key] + amounts if key in whole.places else amounts
        whole.arrived |= reach.arrived
        whole.batches.update(reach.batches)
        whole.totals.update(reach.totals)
        whole.findings.update(reach.findings)
    postings = read_postings(session, made, until)
    for batch, (sure, share) in made.items():
        table = table_places(postings.of([batch]))
        produced: dict[Unit, Amounts] = {}
        for row, key in enumerate(table.keys()):
            scale = table.scales[table.uom[row]]
            came = from_stored(int(table.figures["received"][row] + table.figures["in_transit"][row]), scale)
            units = came if table.counted[row] else None
            amounts = share_of(units, came if sure else came * 0, share)
            whole.places[key] = whole.places[key] + amounts if key in whole.places else amounts
            if table.arrived[row]:
                whole.arrived.add(key)
            yielded = from_stored(int(table.figures["produced"][row]), scale)
            amounts = share_of(yielded, yielded if sure else yielded * 0, share)
            produced[key[1]] = produced[key[1]] + amounts if key[1] in produced else amounts
        whole.batches.update({(batch, uom): amounts for uom, amounts in produced.items()})
    return Possible(
        whole.places,
        frozenset(whole.places.keys() - whole.arrived),
        whole.batches,
        whole.totals,
        tuple(whole.findings),
    )
