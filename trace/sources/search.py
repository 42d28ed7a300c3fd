"""What can explain a set of cases: every delivery, batch, place and firm with the share of the cases it leads to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.answers import Place, exact
from trace.documents import document_uri
from trace.kit.auth import Principal
from trace.kit.db import chunked
from trace.models import Party
from trace.sources.bodies import CaseIn, SourcesIn, StopIn
from trace.sources.chains import read_paths
from trace.sources.chosen import find_source_batches, read_forward, read_source
from trace.sources.load import Ends, find_batches_at, find_batches_under, find_treated, load_dates, load_network
from trace.sources.named import Named, find_named
from trace.sources.network import Consigned, Network, Stock, ways_of
from trace.sources.rows import Sources, describe, order_key, scored
from trace.sources.scores import Case, Explained, explain
from trace.sources.ways import Assumptions
from trace.visibility import own_places


def find_sources(session: Session, principal: Principal, body: SourcesIn) -> Sources:
    """Return everything that leads to the cases of ``body``, with its score; what a chosen source reaches, and the
    ways between, if they are asked for.

    Raises NotInTheRecord (404, with pointers) for what the key does not know, TooManyMovements (413). A company's
    answer is computed from the deliveries of its own places alone: a path through another firm is no path for it.
    """
    own = own_places(session, principal)
    named = find_named(session, principal, own, body)
    mixing_places, stopped_places = named.all(body.mixing.locations), named.all(body.stop.locations)
    mixing, stopped = named.documents(body.mixing.documents), named.documents(body.stop.documents)
    mixed = find_batches_under(session, mixing)
    forward = None if body.forward is None else read_source(body.forward, named)
    seeds = _find_seeds(session, body, named) | mixed
    ends = _find_ends(session, body, named, mixed) if own is None and forward is None else None
    network = load_network(session, seeds, own, mixing_places, ends=ends)
    if forward is not None:
        seeds = find_source_batches(session, forward) | mixed
        load_network(session, seeds, own, mixing_places, "forward", network)
    under = network.by_document()
    flagged = {one for document in mixing for one in under.get(document, ())}
    if body.dates:
        load_dates(session, network, mixing_places | {one.destination for one in flagged if one.destination})
    stops = {one for document in stopped for one in under.get(document, ())}
    ways = ways_of(
        network,
        Assumptions(mixing_places, frozenset(flagged), stopped_places, frozenset(stops), body.dates),
        _find_treated(session, network, body.stop, named),
    )
    cases = [_case(case, named, under) for case in body.cases]
    for case in cases:
        for kind, name in case.nodes:
            if kind == "at":  # a place explains what was found at it, even if nothing ever came there
                ways.lead(("place", name), ("at", name))
    explained = explain(ways, cases)
    answer = _write(session, principal, explained)
    if forward is not None:
        answer["forward"] = read_forward(session, principal, forward, network, explained)
    if body.paths is not None:
        source = forward if body.paths.source is None else read_source(body.paths.source, named)
        answer["paths"] = read_paths(session, principal, source, network, explained, body.paths.per_case)
    return answer


def _find_ends(session: Session, body: SourcesIn, named: Named, mixed: Collection[int]) -> Ends:
    """Return the places of the cases and those that mix; the batches of other cases are read whole."""
    places = named.all(case.location for case in body.cases if case.location is not None)
    batches = named.all(case.batch for case in body.cases if case.batch is not None)
    documents = named.documents(case.document for case in body.cases if case.document is not None)
    whole = find_batches_under(session, documents) | batches | set(mixed)
    return Ends(places | named.all(body.mixing.locations), frozenset(whole))


def _find_treated(session: Session, network: Network, stop: StopIn, named: Named) -> set[Stock]:
    if not (stop.biz_steps or stop.dispositions or stop.events or stop.batches):
        return set()
    events = {number for text in stop.events for number in named.events[text]}
    return find_treated(session, network, events, named.all(stop.batches), stop.biz_steps, stop.dispositions)


def _find_seeds(session: Session, body: SourcesIn, named: Named) -> set[int]:
    """Return the batches that the cases are about."""
    places = named.all(case.location for case in body.cases if case.location is not None)
    batches = named.all(case.batch for case in body.cases if case.batch is not None)
    documents = named.documents(case.document for case in body.cases if case.document is not None)
    return {*batches, *find_batches_at(session, places), *find_batches_under(session, documents)}


def _case(case: CaseIn, named: Named, under: Mapping[int, Sequence[Consigned]]) -> Case:
    weight = Decimal(1) if case.weight is None else case.weight
    if case.location is not None:
        return Case([("at", named.numbers[case.location])], weight)
    if case.batch is not None:
        batch = named.numbers[case.batch]
        return Case([("of", batch), ("batch", batch)], weight)
    assert case.document is not None
    return Case([one.node for one in under.get(named.numbers[document_uri(case.document)], ())], weight)


# -- the answer --------------------------------------------------------------------------------------------------


def _write(session: Session, principal: Principal, explained: Explained) -> Sources:
    batches = cast(Mapping[int, int], explained.of_kind("batch"))
    deliveries = cast(Mapping[Consigned, int], explained.of_kind("delivery"))
    found = cast(Mapping[int, int], explained.of_kind("place"))
    described = describe(session, principal, deliveries.keys(), batches, found)
    places = {described.places[number]: bits for number, bits in found.items()}
    rows = {
        "batches": ((described.batches[number], bits) for number, bits in batches.items()),
        "movements": ((described.movement(one), bits) for one, bits in deliveries.items()),
        "locations": ((described.place(number), bits) for number, bits in found.items()),
        "parties": _parties(session, places),
    }
    written = {name: _ordered({**row, **scored(explained, bits)} for row, bits in some) for name, some in rows.items()}
    return cast(Sources, {"total_weight": exact(explained.total), **written})


def _parties(session: Session, places: Mapping[Place, int]) -> Iterable[tuple[dict[str, Any], int]]:
    """A firm leads to whatever one of its places leads to."""
    bits: dict[int, int] = {}
    for place, found in places.items():
        if place.party_id is not None:
            bits[place.party_id] = bits.get(place.party_id, 0) | found
    for some in chunked(sorted(bits)):
        for party in session.scalars(select(Party).where(Party.id.in_(some))):
            yield {"id": party.uscc or party.gln or "", "name": party.name}, bits[party.id]


def _ordered(rows: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The highest score first."""
    return sorted(rows, key=lambda row: (-row["score"], *order_key(row)))
