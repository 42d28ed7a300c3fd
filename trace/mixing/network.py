"""The least and the most that can flow: exact minimum and maximum flow in whole units. Pure.

A network of nodes 0 … n-1 with edges of a capacity each. A first flow that meets every supply and demand is found by
augmenting paths; each question after that starts from the flow that the last one left, saturates (or empties) the
edges asked for, and repairs the balance along cheapest paths, so what remains is the optimum (successive shortest
paths with potentials). All in integers, so the answers are attained by whole units.
"""

from collections import deque
from collections.abc import Collection, Iterable
from heapq import heappop, heappush


class Network:
    """A flow network with one current flow. Edge ``2e`` is edge ``e`` forward, ``2e + 1`` the way back along it."""

    def __init__(self) -> None:
        self._heads: list[int] = []
        self._room: list[int] = []
        self._out: list[list[int]] = []

    def add_node(self) -> int:
        """Add a node and return its number."""
        self._out.append([])
        return len(self._out) - 1

    def add_edge(self, tail: int, head: int, capacity: int) -> int:
        """Add an edge and return its number."""
        way = len(self._heads)
        self._heads += (head, tail)
        self._room += (capacity, 0)
        self._out[tail].append(way)
        self._out[head].append(way + 1)
        return way >> 1

    def flow(self, edge: int) -> int:
        """The units that now flow along ``edge``."""
        return self._room[2 * edge + 1]

    def push(self, source: int, target: int, wanted: int) -> int:
        """Send up to ``wanted`` more units from ``source`` to ``target``; return how many went."""
        sent = 0
        while sent < wanted:
            path = self._shortest_way(source, target)
            if path is None:
                break
            sent += self._send(path, wanted - sent)
        return sent

    def close(self, edge: int) -> None:
        """Keep the flow of ``edge`` as it is from now on."""
        self._room[2 * edge] = self._room[2 * edge + 1] = 0

    def most(self, edges: Collection[int]) -> int:
        """Return the greatest total of flow along ``edges``."""
        total = 0
        balance: dict[int, int] = {}
        for edge in edges:
            total += self._room[2 * edge] + self._room[2 * edge + 1]
            self._shift(2 * edge, balance)
        return total - self._repair(balance, {2 * edge + 1 for edge in edges})

    def least(self, edges: Collection[int]) -> int:
        """Return the least total of flow along ``edges``."""
        balance: dict[int, int] = {}
        for edge in edges:
            self._shift(2 * edge + 1, balance)
        return self._repair(balance, {2 * edge for edge in edges})

    def _shift(self, way: int, balance: dict[int, int]) -> None:
        """Use up all room of ``way``, and note who has too much then and who too little."""
        units = self._room[way]
        if units:
            self._room[way] = 0
            self._room[way ^ 1] += units
            head, tail = self._heads[way], self._heads[way ^ 1]
            balance[head] = balance.get(head, 0) + units
            balance[tail] = balance.get(tail, 0) - units

    def _repair(self, balance: dict[int, int], dear: Collection[int]) -> int:
        """Bring every balance to 0 along cheapest ways, where only ``dear`` ways cost, 1 a unit; return the cost."""
        cost = 0
        potential: dict[int, int] = {}
        while True:
            sources = [node for node, units in balance.items() if units > 0]
            if not sources:
                return cost
            found = self._cheapest_way(sources, balance, dear, potential)
            start, path = found
            end = self._heads[path[-1]]
            sent = self._send(path, min(balance[start], -balance[end]))
            balance[start] -= sent
            balance[end] += sent
            cost += sent * sum(1 if way in dear else -1 if way ^ 1 in dear else 0 for way in path)

    def _cheapest_way(
        self, sources: Iterable[int], balance: dict[int, int], dear: Collection[int], potential: dict[int, int]
    ) -> tuple[int, list[int]]:
        heads, room, out = self._heads, self._room, self._out
        distance = dict.fromkeys(sources, 0)
        came_by: dict[int, int] = {}
        done: set[int] = set()
        queue = [(0, node) for node in distance]
        while queue:
            far, node = heappop(queue)
            if node in done:
                continue
            done.add(node)
            if balance.get(node, 0) < 0:
                break
            base = potential.get(node, 0)
            for way in out[node]:
                if not room[way]:
                    continue
                head = heads[way]
                step = 1 if way in dear else -1 if way ^ 1 in dear else 0
                beyond = far + step + base - potential.get(head, 0)
                if head not in done and beyond < distance.get(head, beyond + 1):
                    distance[head] = beyond
                    came_by[head] = way
                    heappush(queue, (beyond, head))
        else:
            raise AssertionError("a feasible flow was taken apart and cannot be put together again")
        for other in done:
            potential[other] = potential.get(other, 0) + distance[other] - far
        path: list[int] = []
        at = node
        while at in came_by:
            path.append(came_by[at])
            at = heads[came_by[at] ^ 1]
        path.reverse()
        return at, path

    def _shortest_way(self, source: int, target: int) -> list[int] | None:
        heads, room = self._heads, self._room
        came_by = {source: -1}
        queue = deque([source])
        while queue:
            node = queue.popleft()
            if node == target:
                break
            for way in self._out[node]:
                if room[way] and heads[way] not in came_by:
                    came_by[heads[way]] = way
                    queue.append(heads[way])
        else:
            return None
        path: list[int] = []
        while came_by[node] >= 0:
            path.append(came_by[node])
            node = heads[came_by[node] ^ 1]
        path.reverse()
        return path

    def _send(self, path: list[int], wanted: int) -> int:
        units = min(wanted, *(self._room[way] for way in path))
        for way in path:
            self._room[way] -= units
            self._room[way ^ 1] += units
        return units
