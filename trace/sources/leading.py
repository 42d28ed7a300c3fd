"""Which postings of a batch matter to a question, found on columns before any object is made of them (pure)."""

from collections.abc import Collection

import numpy as np

from trace.fold.entries import RECEIPTS, SHIPPED_SIGNS, Entry
from trace.postings import NOWHERE, Flags, Integers, Postings

MOVES = frozenset(SHIPPED_SIGNS) | RECEIPTS | {Entry.SELF_SHIPPED}
"""A shipment from a place to itself moves no units, but what it was linked to leads on through it."""

MAKING = frozenset({Entry.MADE, Entry.YIELDED})

TANGLED = frozenset({Entry.VOIDED, Entry.DIVERTED_OUT, Entry.DIVERTED_IN})
"""A batch with any of these is kept whole: what moved is known only from all its postings together."""

MAX_ROUNDS = 30


def find_leading(
    postings: Postings, ends: Collection[int], used: Collection[tuple[int, int]], whole: Collection[int]
) -> Flags:
    """Return which postings can lead to a place of ``ends``, or to where a batch was ``used``: (batch, place).

    Never too few: of ``whole`` batches all are kept, and of those with a move that nobody recorded.
    """
    count = len(postings)
    places, place = np.unique(np.concatenate([postings.origin, postings.destination]), return_inverse=True)
    batches, batch = np.unique(postings.batch, return_inverse=True)
    keys, key = np.unique(np.tile(batch, 2) * places.size + place, return_inverse=True)
    start, end = key[:count], key[count:]
    at, of = places[keys % places.size], batches[keys // places.size]
    somewhere = at != NOWHERE
    wanted = somewhere & (np.isin(at, _numbers(ends)) | _is_used(of, at, used))
    moves, makes = (np.isin(postings.entry, _numbers(some)) for some in (MOVES, MAKING))
    for _ in range(MAX_ROUNDS):
        more = wanted.copy()
        more[start[moves & wanted[end]]] = True
        more &= somewhere
        if (more == wanted).all():
            break
        wanted = more
    else:
        return np.ones(count, dtype=np.bool_)
    consumed = postings.entry == int(Entry.CONSUMED)
    kept = (moves & wanted[end]) | makes | (consumed & wanted[start])
    known = np.zeros(keys.size, dtype=np.bool_)  # how the batch came to each place
    known[end[moves | makes]] = True
    gaps = of[wanted & ~known]
    tangled = postings.batch[np.isin(postings.entry, _numbers(TANGLED))]
    all_of = np.concatenate([_numbers(whole), gaps, tangled])
    return kept | ((moves | makes | consumed) & np.isin(postings.batch, all_of))


def _numbers(some: Collection[int]) -> Integers:
    return np.fromiter((int(one) for one in some), dtype=np.int64, count=len(some))


def _is_used(of: Integers, at: Integers, used: Collection[tuple[int, int]]) -> Flags:
    pairs = set(used)
    return np.fromiter(
        ((batch, place) in pairs for batch, place in zip(of.tolist(), at.tolist(), strict=True)), np.bool_, of.size
    )
