"""Who has to be told and to answer: the firms behind the affected places of a case (RECALLS, Messages to firms)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from recalls.affected import UNREACHED, find_affected
from recalls.holdings import Holding, find_holdings
from recalls.impact import load_scope
from recalls.models import RecallCase
from trace.answers import describe_places
from trace.supply_graph import Supply
from trace.walk import Evidence

GRADES: tuple[Evidence, ...] = ("certain", "derived", "possible")


@dataclass(frozen=True, slots=True)
class Consignee:
    """A firm with affected places, or an affected place whose firm nobody registered (then ``party_id`` is None).

    ``places`` are numbers of identifiers, ``tier`` the distance of the nearest from the makers (None: unknown),
    ``evidence`` the strongest; ``holdings`` what the ledger says of each batch in scope at its places.
    """

    party_id: int | None
    places: tuple[int, ...]
    tier: int | None
    evidence: Evidence
    holdings: tuple[Holding, ...]

    @property
    def place_id(self) -> int | None:
        """Return the place that stands for itself, where no firm is registered for it."""
        return None if self.party_id is not None else self.places[0]


def find_consignees(session: Session, case: RecallCase, as_of: datetime) -> list[Consignee]:
    """Return all of them, with the scope in force at ``as_of``: those nearest the makers first."""
    return consignees_of(session, load_scope(session, case, as_of))


def consignees_of(session: Session, supply: Supply) -> list[Consignee]:
    """Return the consignees of an affected part of the supply graph."""
    affected = find_affected(supply)
    tiers: dict[int, int] = {}
    for place, tier in zip(affected.table.number.tolist(), affected.tier.tolist(), strict=True):
        tiers[place] = min(tier, tiers.get(place, UNREACHED))
    firms = {number: place.party_id for number, place in describe_places(session, tiers).items()}
    holdings: dict[int, list[Holding]] = {}
    for one in find_holdings(supply.postings):
        holdings.setdefault(one.place, []).append(one)
    groups: dict[tuple[int | None, int], list[int]] = {}
    for place in sorted(tiers):
        firm = firms[place]
        groups.setdefault((firm, 0) if firm is not None else (None, place), []).append(place)
    found = [
        Consignee(
            party_id=firm,
            places=tuple(places),
            tier=_nearest(tiers[place] for place in places),
            evidence=min((supply.evidence[place] for place in places), key=GRADES.index),
            holdings=tuple(one for place in places for one in holdings.get(place, ())),
        )
        for (firm, _), places in groups.items()
    ]
    return sorted(found, key=lambda one: (UNREACHED if one.tier is None else one.tier, one.places))


def _nearest(tiers: Iterable[int]) -> int | None:
    nearest = min(tiers)
    return None if nearest == UNREACHED else nearest
