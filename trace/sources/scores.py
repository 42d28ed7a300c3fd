"""How much of a set of cases each step can explain (pure): weight of the cases it leads to ÷ total weight."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property

from trace.sources.ways import Kind, Node, Ways


@dataclass(frozen=True, slots=True)
class Case:
    """Something that happened at the end of a way, explained by whatever leads to one of ``nodes``."""

    nodes: Collection[Node]
    weight: Decimal = Decimal(1)


@dataclass
class Explained:
    """Which cases each step leads to, as a set of bits by the step's number; bit n is ``cases[n]``."""

    ways: Ways
    cases: Sequence[Case]
    bits: list[int]
    scores: dict[int, float] = field(default_factory=dict)

    @cached_property
    def total(self) -> Decimal:
        """The weight of all cases."""
        return _add(case.weight for case in self.cases)

    @property
    def all(self) -> int:
        """The bits of all cases."""
        return (1 << len(self.cases)) - 1

    def of(self, node: Node) -> int:
        """The cases that a step explains; none where it is not on any way."""
        number = self.ways.numbers.get(node)
        return 0 if number is None else self.bits[number]

    def of_kind(self, kind: Kind) -> dict[Hashable, int]:
        """The cases that each step of one kind explains, by its ID; those that explain none are left out."""
        return {
            node[1]: bits for node, bits in zip(self.ways.nodes, self.bits, strict=True) if bits and node[0] == kind
        }

    def score(self, bits: int) -> float:
        """The weight of the cases in ``bits`` ÷ the weight of all, to the nearest float."""
        known = self.scores.get(bits)
        if known is None:
            weight = _add(self.cases[number].weight for number in set_bits(bits))
            known = self.scores[bits] = float(Fraction(weight) / Fraction(self.total)) if self.total else 0.0
        return known


def _add(weights: Iterable[Decimal]) -> Decimal:
    """The exact sum: two weights of 18 digits may lie 36 digits apart."""
    with localcontext(prec=100):
        return sum(weights, Decimal(0))


def set_bits(bits: int) -> Iterator[int]:
    """The places of the bits that are set, from the lowest up."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def explain(ways: Ways, cases: Sequence[Case]) -> Explained:
    """Return which of ``cases`` every step leads to, itself included.

    One pass over the steps, strongly connected ones together (Tarjan 1972, iterative): all steps of a cycle lead to
    the same cases. A case that nothing leads to still counts in the total.
    """
    own: dict[int, int] = {}
    for bit, case in enumerate(cases):
        for node in case.nodes:
            number = ways.number(node)
            own[number] = own.get(number, 0) | 1 << bit
    return Explained(ways, cases, _reached_bits(ways.following, own))


def _reached_bits(following: Sequence[Sequence[int]], own: Mapping[int, int]) -> list[int]:
    count = len(following)
    order = [-1] * count  # when first seen; -1: not yet
    low = [0] * count
    bits = [0] * count
    done = [False] * count
    open_steps: list[int] = []
    clock = 0
    for root in range(count):
        if order[root] >= 0:
            continue
        path = [(root, 0)]
        while path:
            step, position = path.pop()
            if position == 0:
                order[step] = low[step] = clock
                clock += 1
                open_steps.append(step)
                bits[step] = own.get(step, 0)
            edges = following[step]
            while position < len(edges):
                other = edges[position]
                position += 1
                if order[other] < 0:
                    path.append((step, position))
                    path.append((other, 0))
                    break
                if not done[other]:
                    low[step] = min(low[step], order[other])
                bits[step] |= bits[other]
            else:
                _close(step, order, low, bits, done, open_steps)
                if path:
                    parent = path[-1][0]
                    if not done[step]:
                        low[parent] = min(low[parent], low[step])
                    bits[parent] |= bits[step]
    return bits


def _close(
    step: int, order: Sequence[int], low: Sequence[int], bits: list[int], done: list[bool], open_steps: list[int]
) -> None:
    """If ``step`` is the first seen of its component, finish the component: all of it reaches the same."""
    if low[step] != order[step]:
        return
    component = []
    reached = 0
    while True:
        member = open_steps.pop()
        component.append(member)
        reached |= bits[member]
        if member == step:
            break
    for member in component:
        done[member] = True
        bits[member] = reached
