"""The demonstration as the packages above the record are told of it."""

from itertools import zip_longest

from demo.books import at_places
from demo.values import Chain, City, Firm
from demo.world import PROVINCES
from trace.demonstration import Scene
from trace.kit.auth import Principal

BOUGHT = 5


def set_scene(chain: Chain, official: Principal, colleague: Principal, stranger: Firm) -> Scene:
    """Return the offices of all places, and yogurts made of the recalled milk that shops of several cities sold."""
    return Scene(
        official=official,
        colleague=colleague,
        offices=_offices(chain),
        maker=chain.affected[1].product.firm.uscc,
        bought=find_bought(chain),
        stranger=stranger.uscc,
    )


def find_bought(chain: Chain) -> list[tuple[str, str]]:
    """Return `BOUGHT` yogurts, each lot that was made of the milk by turns, and of a lot each from another city."""
    product = chain.affected[1].product
    lots = {lot.key: lot for lot in chain.affected if lot.product == product}
    outlets = {one.gln: one for one in chain.outlets}
    by_lot: dict[tuple[str, str], dict[str, str]] = {key: {} for key in lots}
    moves = (move for one in chain.happenings for move in one.moves)
    for (gln, batch), figures in sorted(at_places(moves).items()):
        if gln in outlets and batch in lots and figures.sold > 0:
            by_lot[batch].setdefault(outlets[gln].city.region, gln)
    turns = zip_longest(*([(lots[key].uri, gln) for gln in shops.values()] for key, shops in by_lot.items()))
    return [one for turn in turns for one in turn if one is not None][:BOUGHT]


def _offices(chain: Chain) -> list[tuple[str, str, str]]:
    cities: dict[str, City] = {one.city.region: one.city for one in chain.places}
    offices = [("000000", "国家市场监督管理机构（示例）", "National authority (example)")]
    for code, (name, name_en) in PROVINCES.items():
        if any(region.startswith(code) for region in cities):
            offices.append((f"{code}0000", f"{name}市场监督管理局（示例）", f"{name_en} authority (example)"))
    for region, city in sorted(cities.items()):
        offices.append((region, f"{city.name}市场监督管理局（示例）", f"{city.name_en} authority (example)"))
    return offices
