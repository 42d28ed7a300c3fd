"""Stored events as an EPCISQueryDocument in JSON-LD or XML (EPCIS 2.0 §9.5, §10.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from trace.epcis.cbv_words import bare_words, uri_words
from trace.epcis.epc_format import CbvFormat, EpcFormat, translate
from trace.epcis.names import EPCIS_CONTEXT, read_context
from trace.epcis.xml_writer import EPCIS_NAMESPACE, ROOT_NAMESPACES, write_event
from trace.kit import strict_json

_QUERY_NAMESPACE = "urn:epcglobal:epcis-query:xsd:2"
_VERSION = "2.0"


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it is kept: `body` is the JSON-LD object that was captured, without its `@context`.

    `context` are the entries that give its names meaning; `record_time` is when the repository recorded it, which
    replaces whatever the capturing client wrote (EPCIS 2.0 §7.4.1: recordTime).
    """

    body: Mapping[str, Any]
    context: tuple[Any, ...]
    record_time: datetime


def write_json(
    events: Sequence[StoredEvent],
    *,
    query_name: str,
    epc_format: EpcFormat,
    created: datetime,
    subscription_id: str | None = None,
) -> bytes:
    """Write events as an EPCISQueryDocument in JSON-LD, words of CBV bare.

    Context entries that all events share are written once; an event with entries of its own carries them itself,
    since two captured documents may mean different things by one prefix.
    """
    common = _common_context(events)
    results = {
        "queryName": query_name,
        **({} if subscription_id is None else {"subscriptionID": subscription_id}),
        "resultsBody": {"eventList": [_json_event(event, common, epc_format) for event in events]},
    }
    return strict_json.dumps(
        {
            "@context": common,
            "type": "EPCISQueryDocument",
            "schemaVersion": _VERSION,
            "creationDate": _time(created),
            "epcisBody": {"queryResults": results},
        }
    )


def write_xml(
    events: Sequence[StoredEvent],
    *,
    query_name: str,
    epc_format: EpcFormat,
    cbv_format: CbvFormat,
    created: datetime,
    subscription_id: str | None = None,
) -> bytes:
    """Write events as an EPCISQueryDocument in XML 2.0; see `trace.epcis.xml_writer` for what XML makes of them."""
    root = etree.Element(
        f"{{{_QUERY_NAMESPACE}}}EPCISQueryDocument",
        {"schemaVersion": _VERSION, "creationDate": _time(created)},
        nsmap={**ROOT_NAMESPACES, "epcis": EPCIS_NAMESPACE, "epcisq": _QUERY_NAMESPACE},
    )
    results = etree.SubElement(etree.SubElement(root, "EPCISBody"), f"{{{_QUERY_NAMESPACE}}}QueryResults")
    etree.SubElement(results, "queryName").text = query_name
    if subscription_id is not None:
        etree.SubElement(results, "subscriptionID").text = subscription_id
    event_list = etree.SubElement(etree.SubElement(results, "resultsBody"), "EventList")
    for event in events:
        names = read_context(event.context)
        body = uri_words(translate(event.body, epc_format), names, cbv_format)
        write_event(event_list, {**body, "recordTime": _time(event.record_time)}, names)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _json_event(event: StoredEvent, common: Sequence[Any], epc_format: EpcFormat) -> dict[str, Any]:
    own = [entry for entry in event.context if entry not in common]
    return {
        **({"@context": own} if own else {}),
        **bare_words(translate(event.body, epc_format), read_context(event.context)),
        "recordTime": _time(event.record_time),
    }


def _common_context(events: Sequence[StoredEvent]) -> list[Any]:
    if not events or any(event.context != events[0].context for event in events):
        return [EPCIS_CONTEXT]
    return list(events[0].context) or [EPCIS_CONTEXT]


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
