"""Postings as columns: how a batch's part of the ledger is packed into bytes, and read again without making rows.

Making a Python object for each row is what a recall over many movements would wait for, so the postings of a batch are
kept once more as one array (ARCHITECTURE 5.3), and figures are sums over whole columns (`trace.tally`).
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from trace.fold.contents import Unit
from trace.fold.entries import Entry

Integers: TypeAlias = npt.NDArray[np.int64]
Amounts: TypeAlias = npt.NDArray[Any]
"""Whole numbers: 64 bits where no sum of them can overflow, else Python's own."""
Flags: TypeAlias = npt.NDArray[np.bool_]
Codes: TypeAlias = npt.NDArray[Any]
"""Small whole numbers in few bytes: making memory ready is most of the time that a large recall takes."""

NOWHERE = -1
"""Stands in the columns for a place that is not recorded."""

ROW = np.dtype(
    [
        ("event", "<i8"),
        ("origin", "<i8"),
        ("destination", "<i8"),
        ("amount", "<i8"),
        ("at", "<i8"),
        ("entry", "u1"),
        ("scale", "u1"),
        ("known", "u1"),
        ("sign", "i1"),
    ]
)
"""One posting of a batch in one unit of measure; ``sign`` −1 takes back an equal one that was packed before."""

_LARGEST_SUM = 2**62


class Packed(NamedTuple):
    """What is packed of one posting; no ``amount``: unknown. ``at`` is in µs since 1970 UTC."""

    event: int
    origin: int | None
    destination: int | None
    amount: int | None
    scale: int
    at: int
    entry: int


class Chunk(NamedTuple):
    """Packed postings of one batch in one unit of measure."""

    batch: int
    uom: Unit
    rows: bytes


def pack(rows: Iterable[Packed], sign: int = 1) -> bytes:
    """Return postings as bytes, one after the other, each `ROW.itemsize` long."""
    packed = [
        (
            row.event,
            NOWHERE if row.origin is None else row.origin,
            NOWHERE if row.destination is None else row.destination,
            row.amount or 0,
            row.at,
            row.entry,
            row.scale,
            row.amount is not None,
            sign,
        )
        for row in rows
    ]
    return np.array(packed, dtype=ROW).tobytes()


def compact(parts: Iterable[bytes]) -> bytes:
    """Return the same postings in one piece, without those that were taken back."""
    return _cancel(np.frombuffer(b"".join(parts), dtype=ROW)).tobytes()


def _cancel(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Leave out each row that a later one takes back, with that one."""
    if rows.size == 0 or rows["sign"].min() > 0:
        return rows
    plain = rows.copy()
    plain["sign"] = 1
    alike, which = np.unique(plain, return_inverse=True)
    left = np.zeros(alike.size, dtype=np.int64)
    np.add.at(left, which.reshape(-1), rows["sign"])
    return np.repeat(alike, left)


@dataclass(frozen=True)
class Postings:
    """The postings of a set of batches, each a position in every column.

    ``amount`` × 10⁻ˢᶜᵃˡᵉ, by the scale of the row's unit of measure, is 0 where it is not ``known``; ``uom`` is a
    position in ``units`` and ``scales``; ``at`` is in µs since 1970 UTC.
    """

    batch: Integers
    uom: Codes
    entry: Codes
    origin: Integers
    destination: Integers
    amount: Amounts
    known: Flags
    at: Integers
    event: Integers
    units: tuple[Unit, ...]
    scales: tuple[int, ...]

    def __len__(self) -> int:
        return self.batch.size

    def where(self, rows: npt.NDArray[Any]) -> "Postings":
        """Return those rows: by a flag each, or by position."""
        return Postings(
            self.batch[rows],
            self.uom[rows],
            self.entry[rows],
            self.origin[rows],
            self.destination[rows],
            self.amount[rows],
            self.known[rows],
            self.at[rows],
            self.event[rows],
            self.units,
            self.scales,
        )

    def of(self, batches: Collection[int]) -> "Postings":
        """Return the postings of those batches."""
        return self.where(is_among(self.batch, batches))

    def at_places(self, places: Collection[int]) -> "Postings":
        """Return the postings that leave one of those places or come to one."""
        return self.where(is_among(self.origin, places) | is_among(self.destination, places))

    def by_entry(self) -> Iterator[tuple[Entry, Integers]]:
        """Yield each kind of posting that is there, with the positions of its rows."""
        for entry in np.flatnonzero(np.bincount(self.entry, minlength=1)).tolist():
            yield Entry(entry), np.flatnonzero(self.entry == entry)

    def zeros(self, size: int) -> Amounts:
        """Return so many zeros of the kind that amounts are added to."""
        return np.zeros(size, dtype=self.amount.dtype)

    @cached_property
    def ends(self) -> "Ends":
        """The places that the rows name, and where among them each row begins and ends."""
        both = np.concatenate((self.origin, self.destination))
        places, which = factorise(both)
        return Ends(places, which[: len(self)], which[len(self) :])

    @cached_property
    def places(self) -> set[int]:
        """Every place that the rows name."""
        return set(self.ends.places.tolist()) - {NOWHERE}


class Ends(NamedTuple):
    """``places`` in ascending order (`NOWHERE` among them, if any), and each row's two ends as positions in it."""

    places: Integers
    origin: Integers
    destination: Integers


def unpack(chunks: Iterable[Chunk | tuple[int, Unit, bytes]], until: int | None = None) -> Postings:
    """Return the postings in ``chunks`` up to ``until`` (µs since 1970 UTC, inclusive)."""
    joined = bytearray()
    batches, uoms, lengths = [], [], []
    for number, unit, packed in chunks:  # each is let go before the next is fetched
        joined += packed
        batches.append(number)
        uoms.append(unit)
        lengths.append(len(packed) // ROW.itemsize)
    units = tuple(sorted(set(uoms)))
    codes = {uom: code for code, uom in enumerate(units)}
    rows = np.frombuffer(joined, dtype=ROW)
    batch = np.repeat(np.array(batches, dtype=np.int64), lengths)
    uom = np.repeat(np.array([codes[unit] for unit in uoms], dtype=np.int16), lengths)
    if rows.size and rows["sign"].min() < 0:
        rows, batch, uom = _cancel_by_batch(rows, batch, uom)
    if until is not None:
        early = rows["at"] <= until
        if not early.all():
            rows, batch, uom = rows[early], batch[early], uom[early]
    amount, scales = _bring_to_scale(rows, uom, len(units))
    return Postings(
        batch,
        uom,
        rows["entry"].copy(),
        rows["origin"].copy(),
        rows["destination"].copy(),
        amount,
        rows["known"].astype(np.bool_),
        rows["at"].copy(),
        rows["event"].copy(),
        units,
        scales,
    )


def _cancel_by_batch(rows: npt.NDArray[Any], batch: Integers, uom: Codes) -> tuple[npt.NDArray[Any], Integers, Codes]:
    touched = np.isin(batch, np.unique(batch[rows["sign"] < 0]))
    parts = [(rows[~touched], batch[~touched], uom[~touched])]
    for number, code in {(int(a), int(b)) for a, b in zip(batch[touched], uom[touched], strict=True)}:
        left = _cancel(rows[(batch == number) & (uom == code)])
        parts.append((left, np.full(left.size, number), np.full(left.size, code, dtype=uom.dtype)))
    return (
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
    )


def _bring_to_scale(rows: npt.NDArray[Any], uom: Codes, units: int) -> tuple[Amounts, tuple[int, ...]]:
    """Return the amounts, all of one unit of measure at the same scale, exactly."""
    amount = rows["amount"].copy()
    if rows.size == 0:
        return amount, (0,) * units
    largest, highest = max(int(amount.max()), -int(amount.min())), int(rows["scale"].max())
    if highest == 0 and largest * rows.size < _LARGEST_SUM:
        return amount, (0,) * units
    scale = rows["scale"]
    # counted all at once: np.maximum.at looks at one row after the other
    there = np.bincount(uom.astype(np.intp) * (highest + 1) + scale, minlength=units * (highest + 1)) > 0
    there = there.reshape(units, highest + 1)
    scales = (there * np.arange(highest + 1)).max(axis=1)
    if largest * 10**highest * rows.size >= _LARGEST_SUM:
        amount = amount.astype(object)
    for code, smaller in np.argwhere(there).tolist():
        if smaller < scales[code]:
            amount[(uom == code) & (scale == smaller)] *= 10 ** int(scales[code] - smaller)
    return amount, tuple(scales.tolist())


def distinct(numbers: Integers) -> Integers:
    """Return the different ``numbers`` in ascending order (numpy's own way is many times slower where most differ)."""
    ordered = np.sort(numbers)
    return ordered[np.r_[True, ordered[1:] != ordered[:-1]]] if ordered.size else ordered


def is_among(column: Integers, numbers: Collection[int]) -> Flags:
    """Return for each row whether its number is one of ``numbers``."""
    return np.isin(column, np.fromiter(numbers, dtype=np.int64, count=len(numbers)))


def factorise(numbers: Integers) -> tuple[Integers, Integers]:
    """Return the different ``numbers`` in ascending order, and the position of each row's number among them."""
    if numbers.size == 0:
        return numbers, numbers
    low, high = int(numbers.min()), int(numbers.max())
    if high - low > 8 * numbers.size + 1024:
        found = distinct(numbers)
        return found, np.searchsorted(found, numbers)
    seen = np.zeros(high - low + 1, dtype=np.bool_)  # no sorting where the numbers lie close together
    seen[numbers - low] = True
    positions = np.cumsum(seen) - 1
    return np.flatnonzero(seen) + low, positions[numbers - low]


def which_of(entries: Iterable[Entry]) -> Flags:
    """Return a table of kinds of posting: ``which_of(entries)[postings.entry]`` are the rows of one of ``entries``."""
    table = np.zeros(256, dtype=np.bool_)
    table[[int(entry) for entry in entries]] = True
    return table


def sum_by(keys: Integers, amounts: Amounts, size: int) -> Amounts:
    """Return the exact sum of ``amounts`` for each of the keys 0 … ``size`` − 1."""
    if amounts.dtype != object and amounts.size and int(np.abs(amounts).max()) * amounts.size < _EXACT_IN_FLOATS:
        return np.bincount(keys, weights=amounts, minlength=size).astype(np.int64)
    sums = np.zeros(size, dtype=amounts.dtype)
    np.add.at(sums, keys, amounts)
    return sums


_EXACT_IN_FLOATS = 2**53
"""Whole numbers up to here are floats without loss, and numpy's fastest sum by key is one of floats."""
