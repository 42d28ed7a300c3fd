"""EPCIS 2.0 events as JSON objects, without identity and time: those are added by the story (EPCIS 2.0 §7.4)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from demo.values import Lot, Place
from trace.gs1 import read_identifier, to_epc_urn

Body = dict[str, Any]

PREFIX_LENGTH = 7


def sscc_uri(sscc: str) -> str:
    """Return the canonical URI of a logistic unit."""
    return f"https://id.gs1.org/00/{sscc}"


def as_urn(uri: str) -> str:
    """Return the EPC URN of a GS1 URI: older systems write these, and both mean the same thing (RULES 1)."""
    return to_epc_urn(read_identifier(uri), PREFIX_LENGTH)


def amount(lot: Lot, quantity: Decimal | int, urn: bool = False) -> Body:
    """Return a quantity element; pieces carry no unit of measure."""
    uom = {} if lot.product.uom is None else {"uom": lot.product.uom}
    return {"epcClass": as_urn(lot.uri) if urn else lot.uri, "quantity": quantity, **uom}


def made(lot: Lot, urn: bool = False) -> Body:
    """Commissioning of a whole lot (ObjectEvent ADD)."""
    return {
        "type": "ObjectEvent",
        "action": "ADD",
        **_step("commissioning", "active"),
        **at_place(lot.place),
        "quantityList": [amount(lot, lot.quantity, urn)],
        "ilmd": _lot_data(lot),
    }


def transformed(inputs: Sequence[tuple[Lot, Decimal]], output: Lot) -> Body:
    """Inputs used up, a lot made of them (TransformationEvent)."""
    return {
        "type": "TransformationEvent",
        **_step("commissioning", "active"),
        **at_place(output.place),
        "inputQuantityList": [amount(lot, quantity) for lot, quantity in inputs],
        "outputQuantityList": [amount(output, output.quantity)],
        "ilmd": _lot_data(output),
    }


def packed(place: Place, parent: str, children: Sequence[str] = (), contents: Sequence[Body] = ()) -> Body:
    """Children put into the logistic unit ``parent`` (AggregationEvent ADD); SSCCs without their URI."""
    return {
        "type": "AggregationEvent",
        "action": "ADD",
        **_step("packing", "in_progress"),
        **at_place(place),
        "parentID": sscc_uri(parent),
        **({"childEPCs": [sscc_uri(child) for child in children]} if children else {}),
        **({"childQuantityList": list(contents)} if contents else {}),
    }


def emptied(place: Place, parent: str) -> Body:
    """Everything taken out of ``parent`` (AggregationEvent DELETE without children, RULES 10)."""
    return {
        "type": "AggregationEvent",
        "action": "DELETE",
        **_step("unpacking", "in_progress"),
        **at_place(place),
        "parentID": sscc_uri(parent),
    }


def shipped(origin: Place, destination: Place, document: str, goods: Body, kind: str = "desadv") -> Body:
    """Goods leave ``origin`` for ``destination``; ``document`` ties the receipt to it (RULES 16)."""
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        **_step("shipping", "in_transit"),
        "readPoint": {"id": origin.uri},
        **goods,
        **_ends(origin, destination),
        "bizTransactionList": [{"type": kind, "bizTransaction": document}],
    }


def received(origin: Place, destination: Place, document: str, goods: Body, kind: str = "desadv") -> Body:
    """Goods from ``origin`` arrive at ``destination``."""
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        **_step("receiving", "in_progress"),
        **at_place(destination),
        **goods,
        **_ends(origin, destination),
        "bizTransactionList": [{"type": kind, "bizTransaction": document}],
    }


def lost_under_way(origin: Place, destination: Place, document: str, goods: Body, how: str) -> Body:
    """Goods under way that will not arrive (ObjectEvent DELETE); ``how`` is the disposition stolen or unknown."""
    return {
        "type": "ObjectEvent",
        "action": "DELETE",
        "disposition": how,
        "readPoint": {"id": origin.uri},
        **goods,
        **_ends(origin, destination),
        "bizTransactionList": [{"type": "desadv", "bizTransaction": document}],
    }


def here(place: Place, step: str, disposition: str, goods: Body, action: str = "OBSERVE") -> Body:
    """Something that happens to goods at one place: sold, taken back, destroyed, counted (ObjectEvent)."""
    return {"type": "ObjectEvent", "action": action, **_step(step, disposition), **at_place(place), **goods}


def units(*ssccs: str) -> Body:
    """Name goods by their logistic units."""
    return {"epcList": [sscc_uri(sscc) for sscc in ssccs]}


def quantities(elements: Iterable[Body]) -> Body:
    """Name goods by lot and quantity."""
    return {"quantityList": list(elements)}


def at_place(place: Place) -> Body:
    """Read point and business location in one."""
    return {"readPoint": {"id": place.uri}, "bizLocation": {"id": place.uri}}


def _step(step: str, disposition: str) -> Body:
    return {"bizStep": step, "disposition": disposition}


def _ends(origin: Place, destination: Place) -> Body:
    return {
        "sourceList": [{"type": "location", "source": origin.uri}],
        "destinationList": [{"type": "location", "destination": destination.uri}],
    }


def _lot_data(lot: Lot) -> Body:
    return {
        "cbvmda:lotNumber": lot.lot,
        "cbvmda:productionDate": lot.produced_on.isoformat(),
        "cbvmda:itemExpirationDate": lot.expires_on.isoformat(),
    }
