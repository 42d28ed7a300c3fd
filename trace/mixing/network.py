"""The least and the most that can flow: exact minimum and maximum flow in whole units. Pure.

A network of nodes 0 … n-1 with edges of a capacity each. A first flow that meets every supply and demand is found by
blocking flows. Each question after that starts from the flow that the last one left: it saturates (or empties) the
edges asked for and repairs the balance, first along ways that cost nothing and then along cheapest ones (successive
shortest paths with potentials). All in integers, so the answers are attained by whole units.
"""

from collections.abc import Collection, Iterable, Mapping
from heapq import heappop, heappush


class Network:
    """A flow network with one current flow. Edge ``2e`` is edge ``e`` forward, ``2e + 1`` the way back along it."""

    def __init__(self) -> None:
        self._heads: list[int] = []
        self._room: list[int] = []
        self._out: list[list[int]] = []

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return len(self._out)

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

    def widen(self, edge: int, capacity: int) -> None:
        """Add to the capacity of an edge."""
        self._room[2 * edge] += capacity

    def split(self, edge: int, capacity: int) -> int:
        """Make a part of an edge's capacity an edge of its own, with as much of the flow as fits, and return it."""
        part = self.add_edge(self._heads[2 * edge + 1], self._heads[2 * edge], capacity)
        moved = min(capacity, self._room[2 * edge + 1])
        self._room[2 * part], self._room[2 * part + 1] = capacity - moved, moved
        self._room[2 * edge + 1] -= moved
        self._room[2 * edge] -= capacity - moved
        return part

    def join(self, edge: int) -> None:
        """Undo the last `split`, that of ``edge``: its parts are one edge again."""
        part = len(self._heads) // 2 - 1
        self._out[self._heads[2 * part + 1]].pop()
        self._out[self._heads[2 * part]].pop()
        self._room[2 * edge + 1] += self._room.pop()
        self._room[2 * edge] += self._room.pop()
        del self._heads[-2:]

    def room(self, edge: int) -> int:
        """The capacity of ``edge`` that is not used."""
        return self._room[2 * edge]

    def close(self, edge: int) -> None:
        """Keep the flow of ``edge`` as it is from now on."""
        self._room[2 * edge] = self._room[2 * edge + 1] = 0

    def push(self, source: int, target: int, wanted: int) -> int:
        """Send up to ``wanted`` more units from ``source`` to ``target``; return how many went."""
        sent = 0
        while sent < wanted:
            level = self._levels(source, target)
            if level is None:
                break
            sent += self._block(source, target, wanted - sent, level)
        return sent

    def most(self, edges: Mapping[int, int]) -> int:
        """Return the greatest total of flow along ``edges``, each counted as often as it says."""
        total = 0
        balance: dict[int, int] = {}
        for edge, times in edges.items():
            total += times * (self._room[2 * edge] + self._room[2 * edge + 1])
            self._shift(2 * edge, balance)
        return total - self._repair(balance, {2 * edge + 1: times for edge, times in edges.items()})

    def least(self, edges: Mapping[int, int]) -> int:
        """Return the least total of flow along ``edges``, each counted as often as it says."""
        balance: dict[int, int] = {}
        for edge in edges:
            self._shift(2 * edge + 1, balance)
        return self._repair(balance, {2 * edge: times for edge, times in edges.items()})

    def used(self) -> set[int]:
        """Return the edges along which anything can flow at all: it does, or in a circle it could."""
        circle = self._circles()
        heads, room = self._heads, self._room
        return {
            way >> 1
            for way in range(0, len(heads), 2)
            if room[way + 1] or (room[way] and circle[heads[way]] == circle[heads[way + 1]])
        }

    # -- the first flow ------------------------------------------------------------------------------------------

    def _levels(self, source: int, target: int) -> list[int] | None:
        heads, room, out = self._heads, self._room, self._out
        level = [-1] * len(out)
        level[source] = 0
        queue = [source]
        for node in queue:
            for way in out[node]:
                if room[way] and level[heads[way]] < 0:
                    level[heads[way]] = level[node] + 1
                    queue.append(heads[way])
        return None if level[target] < 0 else level

    def _block(self, source: int, target: int, wanted: int, level: list[int]) -> int:
        """Send what fits along shortest ways until each is blocked."""
        heads, room, out = self._heads, self._room, self._out
        following = [0] * len(out)
        sent = 0
        path: list[int] = []
        node = source
        while sent < wanted:
            if node == target:
                sent += self._send(path, wanted - sent)
                blocked = next((place for place, way in enumerate(path) if not room[way]), len(path))
                node = source if not blocked else heads[path[blocked - 1]]
                del path[blocked:]
                continue
            ways = out[node]
            while following[node] < len(ways):
                way = ways[following[node]]
                if room[way] and level[heads[way]] == level[node] + 1:
                    break
                following[node] += 1
            else:
                if not path:
                    break
                node = heads[path.pop() ^ 1]
                following[node] += 1
                continue
            path.append(way)
            node = heads[way]
        return sent

    # -- questions -----------------------------------------------------------------------------------------------

    def _shift(self, way: int, balance: dict[int, int]) -> None:
        """Use up all room of ``way``, and note who has too much then and who too little."""
        units = self._room[way]
        if units:
            self._room[way] = 0
            self._room[way ^ 1] += units
            head, tail = self._heads[way], self._heads[way ^ 1]
            balance[head] = balance.get(head, 0) + units
            balance[tail] = balance.get(tail, 0) - units

    def _repair(self, balance: dict[int, int], dear: Mapping[int, int]) -> int:
        """Bring every balance to 0 along cheapest ways, where only ``dear`` ways cost; return the cost."""
        self._repair_for_nothing(balance, dear)
        cost = self._take_back(balance, dear)
        potential: dict[int, int] = {}
        while True:
            sources = [node for node, units in balance.items() if units > 0]
            if not sources:
                return cost
            start, path = self._cheapest_way(sources, balance, dear, potential)
            end = self._heads[path[-1]]
            sent = self._send(path, min(balance[start], -balance[end]))
            balance[start] -= sent
            balance[end] += sent
            cost += sent * sum(dear.get(way, 0) - dear.get(way ^ 1, 0) for way in path)

    def _repair_for_nothing(self, balance: dict[int, int], dear: Mapping[int, int]) -> None:
        """Bring balances nearer to 0 along ways without a cost, searched from the side that has more nodes.

        The other side is mostly the one node at which everything ends, and has ways to all of the network.
        """
        much = [node for node, units in balance.items() if units > 0]
        little = [node for node, units in balance.items() if units < 0]
        sign = 1 if len(much) > len(little) else -1
        dead: set[int] = set()  # from where nothing can be repaired; nothing leads out of there later either
        for start in much if sign > 0 else little:
            while balance[start] * sign > 0 and start not in dead:
                path = self._free_way(start, sign, balance, dear, dead)
                if path is None:
                    break
                end = self._heads[path[-1]] if sign > 0 else self._heads[path[0] ^ 1]
                sent = self._send(path, min(abs(balance[start]), abs(balance[end])))
                balance[start] -= sign * sent
                balance[end] += sign * sent

    def _free_way(
        self, start: int, sign: int, balance: Mapping[int, int], dear: Mapping[int, int], dead: set[int]
    ) -> list[int] | None:
        """Return a way without a cost from ``start`` to a node that lacks units; with ``sign`` −1 to it, backwards."""
        heads, room, out = self._heads, self._room, self._out
        back = 0 if sign > 0 else 1
        came_by = {start: -1}
        queue = [start]
        for node in queue:
            for out_way in out[node]:
                way = out_way ^ back
                head = heads[out_way]
                if not room[way] or head in came_by or way in dear or head in dead:
                    continue
                came_by[head] = out_way
                if balance.get(head, 0) * sign < 0:
                    path: list[int] = []
                    while came_by[head] >= 0:
                        path.append(came_by[head] ^ back)
                        head = heads[came_by[head] ^ 1]
                    if sign > 0:
                        path.reverse()
                    return path
                queue.append(head)
        dead.update(came_by)
        return None

    def _take_back(self, balance: dict[int, int], dear: Mapping[int, int]) -> int:
        """Undo at once what was asked of single edges and could not be repaired, if that repairs all; return the cost.

        After the free ways every unit that is left costs at least what the cheapest dear way costs.
        """
        if len(set(dear.values())) > 1:
            return 0
        taken: dict[int, int] = {}
        left = dict(balance)
        for way in dear:
            head, tail = self._heads[way], self._heads[way ^ 1]
            units = min(self._room[way], left.get(tail, 0), -left.get(head, 0))
            if units > 0:
                taken[way] = units
                left[tail] -= units
                left[head] += units
        if any(left.values()):
            return 0
        balance.clear()
        for way, units in taken.items():
            self._room[way] -= units
            self._room[way ^ 1] += units
        return sum(units * dear[way] for way, units in taken.items())

    def _cheapest_way(
        self, sources: Iterable[int], balance: dict[int, int], dear: Mapping[int, int], potential: dict[int, int]
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
                beyond = far + dear.get(way, 0) - dear.get(way ^ 1, 0) + base - potential.get(head, 0)
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

    def _send(self, path: Collection[int], wanted: int) -> int:
        units = min(wanted, *(self._room[way] for way in path))
        for way in path:
            self._room[way] -= units
            self._room[way ^ 1] += units
        return units

    def _circles(self) -> list[int]:
        """Return for each node which circle of usable ways it is on (Tarjan's strongly connected components)."""
        heads, room, out = self._heads, self._room, self._out
        index = [-1] * len(out)
        low = [0] * len(out)
        circle = [-1] * len(out)
        stack: list[int] = []
        count = circles = 0
        for start in range(len(out)):
            if index[start] >= 0:
                continue
            work = [(start, 0)]
            while work:
                node, at = work.pop()
                if at == 0:
                    index[node] = low[node] = count
                    count += 1
                    stack.append(node)
                ways = out[node]
                while at < len(ways):
                    way = ways[at]
                    at += 1
                    head = heads[way]
                    if not room[way] or circle[head] >= 0:
                        continue
                    if index[head] < 0:
                        work += ((node, at), (head, 0))
                        break
                    low[node] = min(low[node], index[head])
                else:
                    if low[node] == index[node]:
                        while circle[node] < 0:
                            circle[stack.pop()] = circles
                        circles += 1
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[node])
        return circle
