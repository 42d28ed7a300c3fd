"""Where units in scope may be although no name tells: the flow of an item over pools and lines (RULES 7). Pure.

Every unit is in scope or not. A posting that names a lot says which its units are; one without a lot may carry any
number of either. Units are conserved in every pool at every moment, which is a network: what each open arc can carry
is a least and a most flow. Only what units in scope can reach in time is looked at, one connected part at a time.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from trace.mixing.arcs import DAY, Arc, Flag, Limits, Node, clip
from trace.mixing.bins import STOCK, Bin, free_arcs, sort_into_bins, totals
from trace.mixing.expected import expect
from trace.mixing.parts import Group, Part, build_part

__all__ = ["DAY", "Arc", "Flag", "Limits", "Mixed", "Node", "solve"]


@dataclass(frozen=True, slots=True)
class Mixed:
    """What is known of units that no name tells.

    ``arcs`` are those that may carry units in scope although they do not name them; ``places`` the units that reached
    each place that such an arc touches, named ones included; ``tainted`` the lots that may hold some because places
    mix lots; ``unrecorded`` the units in scope that must have come to a node without a record.
    """

    arcs: Mapping[int, Limits]
    places: Mapping[int, Limits]
    tainted: frozenset[int]
    unrecorded: Mapping[Node, int]
    _flow: "_Flow"

    def total(self, arcs: Collection[int], lines: Collection[Node] = (), is_tight: bool = True) -> Limits:
        """Return the limits of the sum over ``arcs`` and of what is still on ``lines``.

        They are a least and a most of the sum, never sums of limits. If they need not be tight they cost less: each
        then holds, and may be wider.
        """
        return self._flow.total(arcs, lines, is_tight)

    @property
    def is_tight(self) -> bool:
        """Whether everything was searched; else some bounds hold, but may be wider than they need be."""
        return all(part.is_searched for part in self._flow.parts)

    @property
    def size(self) -> int:
        """How many nodes a search may have to look at."""
        return sum(part.size for part in self._flow.parts)

    def unnamed(self) -> Limits:
        """Return how many units in scope are no longer where the records name them, and no name tells where."""
        return self._flow.unnamed()


@dataclass(slots=True)
class _Wanted:
    """A sum that is asked for: arcs, and what is left in bins."""

    arcs: list[int]
    rests: list[Bin] = field(default_factory=list)
    known: int = 0
    is_limited: bool = True


def solve(arcs: Sequence[Arc], in_scope: Collection[int], flags: Collection[Flag] = (), tolerance: int = DAY) -> Mixed:
    """Return where units of the lots ``in_scope`` may be, over all flows that the records allow.

    ``arcs`` are all postings of one item in one unit of measure; ``tolerance`` (µs) is how much earlier than recorded
    an arrival may have been. Never fails on records that contradict themselves (`trace.mixing.parts`).
    """
    flow = _Flow(arcs, frozenset(in_scope), flags, tolerance)
    found = sorted(number for number in flow.used() if flow.arcs[number].lot not in flow.in_scope)
    arriving, lines = flow.arrivals()
    return Mixed(
        _Answers(found, lambda number: flow.limits(_Wanted([number]))),
        _Answers(
            flow.touched(found),
            lambda place: flow.limits(flow.wanted_at(arriving.get(place, ()), lines.get(place, ()))),
        ),
        frozenset(lot for number in found if (lot := flow.arcs[number].lot) is not None),
        flow.unrecorded,
        flow,
    )


class _Answers(Mapping[int, Limits]):
    """Limits that are found when they are asked for: each costs a search, and few callers want them all."""

    def __init__(self, keys: Iterable[int], ask: Callable[[int], Limits]) -> None:
        self._found: dict[int, Limits | None] = dict.fromkeys(keys)
        self._ask = ask

    def __getitem__(self, key: int) -> Limits:
        found = self._found[key]
        if found is None:
            found = self._found[key] = self._ask(key)
        return found

    def __iter__(self) -> Iterator[int]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class _Flow:
    """The network of an item: its bins, its parts, and which arcs are open."""

    def __init__(self, arcs: Sequence[Arc], in_scope: frozenset[int], flags: Collection[Flag], tolerance: int) -> None:
        self.arcs = {arc.number: arc for arc in arcs}
        self.in_scope = in_scope
        self.bins = sort_into_bins(arcs, flags, tolerance)
        free = free_arcs(arcs, in_scope, flags, tolerance)
        unmeasured = [arc for arc in arcs if arc.lot in in_scope and arc.quantity is None]
        self.parts, reached = self._solve_parts(free, unmeasured, {})
        if any(part.unrecorded for part in self.parts):
            # units that were there from the start may have gone elsewhere too
            starts = {which: 0 for part in self.parts for which in part.unrecorded}
            self.parts, reached = self._solve_parts(free, unmeasured, starts)
        self.open_arcs = {arc.number: arc for arc in reached}
        self.part_of_arc = {number: part for part in self.parts for number in part.layout.slots}
        self.part_of_bin = {which: part for part in self.parts for which in part.layout.rests}
        self.leaf_of_arc = {arc.number: leaf for leaf, arcs in self.leaves.items() for arc in arcs}
        self.whole: tuple[frozenset[Bin], Part] | None = None
        self.bins_at: defaultdict[Node, list[Bin]] = defaultdict(list)
        for which in self.bins.steps:
            self.bins_at[which[0]].append(which)
        unrecorded: defaultdict[Node, int] = defaultdict(int)
        for part in self.parts:
            for (node, _), units in part.unrecorded.items():
                unrecorded[node] += units
        self.unrecorded = dict(unrecorded)
        self.expected = expect(
            self.bins,
            self.part_of_bin.keys() | self.leaves.keys(),
            self.open_arcs,
            in_scope,
            {which: units for part in self.parts for which, units in part.unrecorded.items()},
        )

    def used(self) -> set[int]:
        """Return the open arcs that can carry units in scope."""
        used = {number for part in self.parts for number in part.used()}
        for leaf, arcs in self.leaves.items():
            _, after = totals(self.bins.steps[leaf], 0)
            leaving = {arc.number for arc in arcs}
            has_some = False
            for step, stock in zip(self.bins.steps[leaf], after, strict=True):
                has_some = has_some or any(arc.number in used for arc in step.arrivals)
                if has_some:
                    used.update(arc.number for arc in step.departures if arc.number in leaving)
                has_some = has_some and stock != 0
        return used

    def limits(self, wanted: _Wanted, is_tight: bool = True) -> Limits:
        """Return the limits of a sum."""
        expected = Fraction(wanted.known)
        known = wanted.known
        by_part: dict[int, tuple[Part, list[int], list[Bin]]] = {}
        whole = self._with_leaves(wanted)
        for number in wanted.arcs:
            arc = self.arcs[number]
            part = whole if whole is not None and number in whole.layout.slots else self.part_of_arc.get(number)
            if part is not None:
                by_part.setdefault(id(part), (part, [], []))[1].append(number)
                expected += self.expected.get(number, Fraction(0))
            elif arc.lot in self.in_scope:
                known += arc.quantity or 0
                expected += arc.quantity or 0
        for which in wanted.rests:
            part = whole if whole is not None and which in whole.layout.rests else self.part_of_bin[which]
            by_part.setdefault(id(part), (part, [], []))[2].append(which)
            expected += self._expected_rest(which)
        lower = known
        upper: int | None = known if wanted.is_limited else None
        for part, arcs, rests in by_part.values():
            least, most = part.bound(arcs, rests) if is_tight else part.bound_loosely(arcs, rests)
            lower += least
            upper = None if upper is None or most is None else upper + most
        return clip(lower, expected, upper)

    def _with_leaves(self, wanted: _Wanted) -> Part | None:
        """Return the network with the leaves that are asked for; ``None`` if none is."""
        leaves = {self.leaf_of_arc[number] for number in wanted.arcs if number in self.leaf_of_arc}
        if not leaves:
            return None
        key = frozenset(leaves)
        if self.whole is None or self.whole[0] != key:
            parts = {
                id(part): part
                for leaf in leaves
                for step in self.bins.steps[leaf]
                for arc in step.arrivals
                if (part := self.part_of_arc.get(arc.number)) is not None
            }
            groups = [part.group for part in parts.values()]
            bins = [*leaves, *(which for group in groups for which in group.bins)]
            arcs = [arc for leaf in leaves for arc in self.leaves[leaf]]
            arcs += [arc for group in groups for arc in group.arcs]
            self.whole = (key, build_part(self.bins, Group(bins, arcs), self.in_scope))
        return self.whole[1]

    def total(self, arcs: Collection[int], lines: Collection[Node], is_tight: bool) -> Limits:
        """Return the limits of the sum over arcs and of what is still on lines."""
        bins = [which for line in lines for which in self.bins_at.get(line, ())]
        return self.limits(self.wanted_at((self.arcs[number] for number in arcs), bins), is_tight)

    def unnamed(self) -> Limits:
        """Return what left the stocks that the records name, less what came back."""
        known = 0
        rests: dict[Bin, None] = {}
        for which in self.part_of_bin:
            if which[1] is not None:
                continue
            for step in self.bins.steps[which]:
                for arc in (*step.arrivals, *step.departures):
                    if arc.lot in self.in_scope and arc.number not in self.open_arcs:
                        rests[which] = None
                        known += (arc.quantity or 0) * (1 if arc.head == which[0] else -1)
        known += sum(self.unrecorded.get(which[0], 0) for which in rests)
        still = self.limits(_Wanted([], list(rests)))
        lower = 0 if still.upper is None else max(0, known - still.upper)
        return clip(lower, known - still.expected, known - still.lower)

    def _expected_rest(self, which: Bin) -> Fraction:
        rest = Fraction(0)
        for step in self.bins.steps[which]:
            rest += sum((self._expected_of(arc) for arc in step.arrivals), Fraction(0))
            rest -= sum((self._expected_of(arc) for arc in step.departures), Fraction(0))
        return max(rest, Fraction(0))

    def _expected_of(self, arc: Arc) -> Fraction:
        if arc.number in self.expected:
            return self.expected[arc.number]
        return Fraction(arc.quantity or 0) if arc.lot in self.in_scope else Fraction(0)

    def touched(self, found: Iterable[int]) -> list[int]:
        """Return the places that arcs leave, come to, or are under way to."""
        touched: set[int] = set()
        for number in found:
            arc = self.arcs[number]
            touched.update(node[1] for node in (arc.tail, arc.head) if node is not None and node[0] == STOCK)
            if arc.to is not None:
                touched.add(arc.to)
        return sorted(touched)

    def arrivals(self) -> tuple[defaultdict[int, list[Arc]], defaultdict[int, list[Bin]]]:
        """Return, for each place, what came into its stock, and the bins of the lines that lead to it."""
        arriving: defaultdict[int, list[Arc]] = defaultdict(list)
        lines: dict[Node, int] = {}
        for arc in self.arcs.values():
            if arc.head is None:
                continue
            if arc.head[0] == STOCK:
                arriving[arc.head[1]].append(arc)
            elif arc.to is not None:
                lines[arc.head] = arc.to
        bins: defaultdict[int, list[Bin]] = defaultdict(list)
        for line, place in lines.items():
            bins[place] += self.bins_at[line]
        return arriving, bins

    def wanted_at(self, arriving: Iterable[Arc], lines: Iterable[Bin]) -> _Wanted:
        """Return what is asked for: all that came by these arcs, and what is still on these lines."""
        wanted = [arc.number for arc in arriving]
        is_limited = all(self._is_measured(self.arcs[number]) for number in wanted)
        rests: list[Bin] = []
        known = 0
        for which in lines:
            if which in self.part_of_bin:
                rests.append(which)
                continue
            (step,) = self.bins.steps[which]
            for arc in step.arrivals:
                if arc.number in self.open_arcs:
                    wanted.append(arc.number)
                elif arc.lot in self.in_scope:
                    known += arc.quantity or 0
                is_limited = is_limited and self._is_measured(arc)
            known -= sum(arc.quantity or 0 for arc in step.departures if arc.lot in self.in_scope)
        return _Wanted(wanted, rests, max(0, known), is_limited)

    def _is_measured(self, arc: Arc) -> bool:
        """Whether a named arc outside all parts has a quantity; in a part, its flow tells."""
        return arc.lot not in self.in_scope or arc.quantity is not None or arc.number in self.open_arcs

    def _solve_parts(
        self, free: Sequence[Arc], unmeasured: Sequence[Arc], starts: Mapping[Bin, int]
    ) -> tuple[list[Part], list[Arc]]:
        reached = self._reach(free, starts)
        members = dict.fromkeys(
            which
            for which, steps in self.bins.steps.items()
            if which[1] is None
            and any(arc.lot in self.in_scope for step in steps for arc in (*step.arrivals, *step.departures))
        )
        members.update(dict.fromkeys(which for arc in reached for which in self._ends(arc) if self._is_left(which)))
        members.update(dict.fromkeys(which for arc in unmeasured for which in self._ends(arc) if which[0][0] != STOCK))
        variable = [*reached, *(arc for arc in unmeasured if any(which in members for which in self._ends(arc)))]
        self.leaves = self._find_leaves(members, variable, {arc.number for arc in free})
        core = [which for which in members if which not in self.leaves]
        arcs = [(arc, self._ends(arc)) for arc in variable]
        joined = [
            (arc, ends) for arc, ends in arcs if any(which in members and which not in self.leaves for which in ends)
        ]
        return [build_part(self.bins, group, self.in_scope) for group in _groups(core, joined)], variable

    def _find_leaves(
        self, members: Collection[Bin], variable: Sequence[Arc], free: Collection[int]
    ) -> dict[Bin, list[Arc]]:
        """Return the pools that ask nothing of the rest, with the open arcs that leave them for good.

        Where nothing that leaves a pool is named, whatever comes can go on in proportion; so as long as nobody asks
        about what leaves it, the network may end before it.
        """
        fed: set[Bin] = set()
        leaving: defaultdict[Bin, list[Arc]] = defaultdict(list)
        for arc in variable:
            tail, head = self.bins.of(arc.tail, arc.lot), self.bins.of(arc.head, arc.lot)
            if head is not None:
                fed.add(head)
            if tail is not None:
                leaving[tail].append(arc)
        return {
            which: leaving[which]
            for which in members
            if which[0][0] == STOCK
            and which in fed
            and all(arc.number in free for step in self.bins.steps[which] for arc in step.departures)
            and not any(arc.lot in self.in_scope for step in self.bins.steps[which] for arc in step.arrivals)
            and not any(self.bins.of(arc.head, arc.lot) in members for arc in leaving[which])
        }

    def _ends(self, arc: Arc) -> list[Bin]:
        ends = (self.bins.of(arc.tail, arc.lot), self.bins.of(arc.head, arc.lot))
        return [which for which in ends if which is not None]

    def _is_left(self, which: Bin) -> bool:
        """Whether anything ever leaves a bin; if not, it holds whatever comes, and asks nothing."""
        return any(step.departures for step in self.bins.steps[which])

    def _reach(self, free: Sequence[Arc], starts: Mapping[Bin, int]) -> list[Arc]:
        """Return the free arcs that units in scope can have come to, in time."""
        leaving: defaultdict[Bin, list[Arc]] = defaultdict(list)
        for arc in free:
            which = self.bins.of(arc.tail, arc.lot)
            if which is not None and arc.quantity != 0:
                leaving[which].append(arc)
        since = dict(starts)
        for which, steps in self.bins.steps.items():
            if which not in since and which[1] is None:
                for index, step in enumerate(steps):
                    if any(arc.lot in self.in_scope and arc.quantity != 0 for arc in step.arrivals):
                        since[which] = index
                        break
        reached: dict[int, Arc] = {}
        todo = list(since)
        while todo:
            which = todo.pop()
            for arc in leaving.get(which, ()):
                if arc.number in reached or self.bins.left_in[arc.number] < since[which]:
                    continue
                reached[arc.number] = arc
                head = self.bins.of(arc.head, arc.lot)
                if head is not None and self.bins.came_in[arc.number] < since.get(head, len(self.bins.steps[head])):
                    since[head] = self.bins.came_in[arc.number]
                    todo.append(head)
        return list(reached.values())


def _groups(members: Iterable[Bin], arcs: Iterable[tuple[Arc, list[Bin]]]) -> list[Group]:
    """Return the bins that arcs join, and those arcs, one group after the other."""
    above = {which: which for which in members}

    def top(which: Bin) -> Bin:
        while above[which] != which:
            above[which] = above[above[which]]
            which = above[which]
        return which

    starts: list[tuple[Arc, Bin]] = []
    for arc, ends in arcs:
        joined = [which for which in ends if which in above]
        starts.append((arc, joined[0]))
        for which in joined[1:]:
            above[top(which)] = top(joined[0])
    groups: dict[Bin, Group] = {}
    for which in above:
        groups.setdefault(top(which), Group([], [])).bins.append(which)
    for arc, which in starts:
        groups[top(which)].arcs.append(arc)
    return list(groups.values())
