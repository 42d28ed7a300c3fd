"""A supply network of a country's size, made from a seed: what the walk is measured on.

Places are numbered: 2,000 makers, then 200 national and 2,000 regional distributors, then 100,000 outlets. Custom is
skewed (power laws); goods go down three tiers, one delivery to an outlet in a hundred is sent back in part, and four
batches in a hundred are ingredients, some of which go into a thousand products by way of others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int32]
Wide: TypeAlias = NDArray[np.int64]

MAKERS, NATIONALS, REGIONALS, OUTLETS = 2_000, 200, 2_000, 100_000
FIRST_NATIONAL = MAKERS
FIRST_REGIONAL = FIRST_NATIONAL + NATIONALS
FIRST_OUTLET = FIRST_REGIONAL + REGIONALS
PLACES = FIRST_OUTLET + OUTLETS

HOUR = 3_600
DAY = 24 * HOUR
YEARS = 2
MOVEMENTS_PER_BATCH = 39
"""How many movements the tiers make of a batch, on average."""
INGREDIENT_SHARE = 0.04
CONSIGNMENT = 100
"""Units of an ingredient that are sent to each firm that uses it."""


@dataclass(frozen=True, slots=True)
class Network:
    """A network as columns: movements in order of time, links from batch to batch, and what is known of each batch.

    Times are seconds from the start of the network; places and batches are indices.
    """

    batch: Numbers
    origin: Numbers
    destination: Numbers
    quantity: Numbers
    at: Numbers
    link_input: Numbers
    link_output: Numbers
    link_place: Numbers
    link_at: Numbers
    maker: Numbers  # of each batch
    made: Numbers  # units of each batch
    made_at: Numbers
    ingredient: NDArray[np.bool_]

    @property
    def batches(self) -> int:
        """The number of batches."""
        return len(self.maker)

    def save(self, folder: Path) -> None:
        """Write the columns to ``folder``, one file each."""
        folder.mkdir(parents=True, exist_ok=True)
        for field in fields(self):
            np.save(folder / f"{field.name}.npy", getattr(self, field.name))


def open_network(folder: Path) -> Network:
    """Return the network that was saved in ``folder``; its columns are read when they are used."""
    return Network(**{field.name: np.load(folder / f"{field.name}.npy", mmap_mode="r") for field in fields(Network)})


def make_network(movements: int, seed: int = 1) -> Network:
    """Return a network of about ``movements`` movements, the same for the same seed."""
    chance = np.random.default_rng(seed)
    batches = movements // MOVEMENTS_PER_BATCH
    made_at = np.sort(chance.integers(0, YEARS * 365 * DAY, batches))
    ingredient = chance.random(batches) < INGREDIENT_SHARE
    maker = _pick(chance, MAKERS, batches, 0.8)
    made = np.clip(50 * (chance.pareto(1.1, batches) + 1), 50, 20_000).astype(np.int64)
    products, ingredients = np.flatnonzero(~ingredient), np.flatnonzero(ingredient)

    trade = _trade(chance, products, maker, made, made_at)
    inputs, outputs = _recipes(chance, products, ingredients)
    links = {"input": inputs, "output": outputs, "place": maker[outputs], "at": made_at[outputs] + 2 * HOUR}
    supply = _supply(links, maker, made_at)
    # what is sent out as an ingredient was made
    sent = np.bincount(supply["batch"], weights=supply["quantity"], minlength=batches)
    made = np.where(ingredient, np.maximum(made, sent.astype(np.int64) + CONSIGNMENT), made)

    columns = {name: np.concatenate([part[name] for part in (*trade, supply)]) for name in supply}
    order = np.argsort(columns["at"], kind="stable")
    return Network(
        **{name: column[order].astype(np.int32) for name, column in columns.items()},
        **{f"link_{name}": column.astype(np.int32) for name, column in links.items()},
        maker=maker.astype(np.int32),
        made=made.astype(np.int32),
        made_at=made_at.astype(np.int32),
        ingredient=ingredient,
    )


def grow(network: Network, movements: int, seed: int) -> Network:
    """Return ``network`` with about ``movements`` more among the same places; its own batches keep their numbers."""
    other = make_network(movements, seed)
    columns = {field.name: (getattr(network, field.name), getattr(other, field.name)) for field in fields(Network)}
    for name in ("batch", "link_input", "link_output"):
        mine, theirs = columns[name]
        columns[name] = mine, theirs + np.int32(network.batches)
    joined = {name: np.concatenate(both) for name, both in columns.items()}
    order = np.argsort(joined["at"], kind="stable")
    return Network(
        **{name: column[order] if name in _OF_MOVEMENTS else column for name, column in joined.items()},
    )


_OF_MOVEMENTS = ("batch", "origin", "destination", "quantity", "at")


def find_closure(network: Network, seeds: Iterable[int]) -> set[int]:
    """Return the batches ``seeds`` and all that were made from them."""
    return _reach(_outputs(network), seeds)


def _outputs(network: Network) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for one, other in zip(network.link_input.tolist(), network.link_output.tolist(), strict=True):
        found.setdefault(one, []).append(other)
    return found


def _reach(outputs: Mapping[int, list[int]], seeds: Iterable[int]) -> set[int]:
    seen = set(seeds)
    ahead = list(seen)
    while ahead:
        new = [output for output in outputs.get(ahead.pop(), ()) if output not in seen]
        seen.update(new)
        ahead += new
    return seen


def pick_recalls(network: Network, sizes: Sequence[int]) -> dict[int, list[int]]:
    """Return for each size ingredient batches to take back whose closure has about as many movements.

    One batch where one suffices; else, from the farthest reaching on, as many as it takes.
    """
    outputs = _outputs(network)
    movements = np.bincount(network.batch, minlength=network.batches)
    seeds = np.flatnonzero(network.ingredient) if network.ingredient.any() else np.arange(network.batches)
    closures = {int(seed): _reach(outputs, [int(seed)]) for seed in seeds}
    reach = {seed: int(movements[list(closure)].sum()) for seed, closure in closures.items()}
    found: dict[int, list[int]] = {}
    for size in sizes:
        nearest = min(reach, key=lambda seed: abs(reach[seed] - size))
        found[size] = [nearest]
        if reach[nearest] < size / 2:
            reached: set[int] = set()
            found[size] = []
            for seed in sorted(reach, key=lambda seed: -reach[seed]):
                if movements[list(reached)].sum() >= size:
                    break
                if not closures[seed] <= reached:
                    found[size].append(seed)
                    reached |= closures[seed]
    return found


Columns: TypeAlias = Mapping[str, NDArray[Any]]


def _pick(chance: np.random.Generator, among: int, count: int, exponent: float) -> Wide:
    """Return ``count`` of the numbers below ``among``, the n-th most popular as often as n to the -``exponent``."""
    weights = np.arange(1, among + 1) ** -exponent
    steps = np.cumsum(weights) / weights.sum()
    popularity = np.random.default_rng(7).permutation(among)  # the same firms are large in every network
    ranks: Wide = np.searchsorted(steps, chance.random(count))
    return popularity[np.minimum(ranks, among - 1)]


def _trade(
    chance: np.random.Generator, products: Wide, maker: Wide, made: Wide, made_at: Wide
) -> tuple[Columns, Columns, Columns, Columns]:
    """Return the movements of products: to national distributors, to regional ones, to outlets, and some back."""
    consignments = 1 + np.minimum(chance.poisson(0.7, len(products)), 4)
    batch = np.repeat(products, consignments)
    national = {
        "batch": batch,
        "origin": maker[batch],
        "destination": FIRST_NATIONAL + _pick(chance, NATIONALS, len(batch), 0.6),
        "quantity": np.maximum(made[batch] // np.repeat(consignments, consignments), 1),
        "at": made_at[batch] + chance.integers(DAY, 5 * DAY, len(batch)),
    }
    parts = 1 + np.minimum(chance.poisson(1.5, len(batch)) + national["quantity"] // 500, 40)
    regional = _onward(chance, national, parts, 0.97, FIRST_REGIONAL, REGIONALS, 0.7, 10)
    parts = np.maximum(regional["quantity"] // chance.integers(3, 14, len(regional["batch"])), 1)
    retail = _onward(chance, regional, parts, 0.9, FIRST_OUTLET, OUTLETS, 0.5, 30)
    back = np.flatnonzero(chance.random(len(retail["batch"])) < 0.01)
    returned = {
        "batch": retail["batch"][back],
        "origin": retail["destination"][back],
        "destination": retail["origin"][back],
        "quantity": np.maximum(retail["quantity"][back] // 2, 1),
        "at": retail["at"][back] + chance.integers(DAY, 20 * DAY, len(back)),
    }
    return national, regional, retail, returned


def _onward(
    chance: np.random.Generator,
    came: Columns,
    parts: Wide,
    share: float,
    first: int,
    count: int,
    exponent: float,
    days: int,
) -> Columns:
    """Return each delivery of ``came`` sent on in ``parts`` to some of the ``count`` places from ``first`` on."""
    which = np.repeat(np.arange(len(parts)), parts)
    return {
        "batch": came["batch"][which],
        "origin": came["destination"][which],
        "destination": first + _pick(chance, count, len(which), exponent),
        "quantity": np.maximum((came["quantity"][which] * share).astype(np.int64) // parts[which], 1),
        "at": came["at"][which] + chance.integers(DAY, days * DAY, len(which)),
    }


def _recipes(chance: np.random.Generator, products: Wide, ingredients: Wide) -> tuple[Wide, Wide]:
    """Return which ingredient goes into which batch: most into a few products, some by the thousand, some in mixes."""
    mixed = products[chance.random(len(products)) < 0.6]
    outputs = np.repeat(mixed, chance.integers(1, 5, len(mixed)))
    latest = np.searchsorted(ingredients, outputs) - 1
    # of every 2, 4, 8 … 4,096 ingredients in a row, the first serves for all: the fan-out is a power law
    run = 1 << np.minimum(chance.geometric(0.35, len(outputs)) - 1, 12)
    used = latest - latest % run
    mixes = ingredients[chance.random(len(ingredients)) < 0.1]
    base = np.searchsorted(ingredients, mixes) - 1 - chance.integers(0, 20, len(mixes))
    position, made = np.concatenate([used, base]), np.concatenate([outputs, mixes])
    there = position >= 0
    links = np.unique(np.stack([ingredients[position[there]], made[there]], axis=1), axis=0)
    return links[:, 0], links[:, 1]


def _supply(links: Columns, maker: Wide, made_at: Wide) -> Columns:
    """Return one delivery of each ingredient to each firm that uses it, a day before it is first used."""
    away = maker[links["input"]] != links["place"]  # a firm that uses its own sends nothing
    batch, place, used_at = links["input"][away], links["place"][away], links["at"][away]
    order = np.lexsort((used_at, place, batch))
    batch, place, used_at = batch[order], place[order], used_at[order]
    first = np.ones(len(batch), dtype=bool)
    first[1:] = (batch[1:] != batch[:-1]) | (place[1:] != place[:-1])
    batch, place, used_at = batch[first], place[first], used_at[first]
    return {
        "batch": batch,
        "origin": maker[batch],
        "destination": place,
        "quantity": np.full(len(batch), CONSIGNMENT),
        "at": np.maximum(made_at[batch] + HOUR, used_at - DAY),
    }
