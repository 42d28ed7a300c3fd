"""Words of the Core Business Vocabulary as a format writes them: bare in JSON, URIs in XML (EPCIS 2.0 §9, §10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from trace import cbv
from trace.epcis.epc_format import CbvFormat
from trace.epcis.names import STANDARD_PREFIXES, Names

_Write = Callable[[cbv.Vocabulary, str], str]

_GS1_PREFIX = "gs1:"
_PLAIN = {"bizStep": cbv.BIZ_STEPS, "disposition": cbv.DISPOSITIONS}
_TYPED = {
    "bizTransactionList": cbv.TRANSACTION_TYPES,
    "sourceList": cbv.SOURCE_DESTINATION_TYPES,
    "destinationList": cbv.SOURCE_DESTINATION_TYPES,
}
REPORT_WORDS: Mapping[str, cbv.Vocabulary] = {
    "type": cbv.MEASUREMENT_TYPES,
    "exception": cbv.SENSOR_ALERT_TYPES,
    "component": cbv.COMPONENTS,
}
"""The words of a sensor report."""


def bare_words(body: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Return the event with the words of CBV bare, as JSON has them; words of other vocabularies stay."""

    def write(vocabulary: cbv.Vocabulary, text: str) -> str:
        known = _word(vocabulary, text, names)
        if known is None and text.startswith(cbv.WEB_VOCABULARY):
            return _GS1_PREFIX + text.removeprefix(cbv.WEB_VOCABULARY)  # the JSON Schema refuses the URI in full
        return text if known is None else known

    return _map_words(body, write)


def uri_words(body: Mapping[str, Any], names: Names, cbv_format: CbvFormat) -> dict[str, Any]:
    """Return the event with the words of CBV as URIs, as XML has them; words of other vocabularies stay.

    URNs are the choice where the client has none: readers since EPCIS 1.0 know them. `Never_Translates` leaves URIs
    as captured; a bare word came from JSON, has no form to keep, and becomes a URN.
    """

    def write(vocabulary: cbv.Vocabulary, text: str) -> str:
        known = _word(vocabulary, text, names)
        if known is None or (cbv_format == CbvFormat.NEVER_TRANSLATES and known != text):
            return text
        urn = vocabulary.urns[known]
        is_redefined = urn.startswith(_GS1_PREFIX) and names.prefixes.get("gs1") != STANDARD_PREFIXES["gs1"]
        return vocabulary.web_uris[known] if cbv_format == CbvFormat.ALWAYS_WEB_URI or is_redefined else urn

    return _map_words(body, write)


def _word(vocabulary: cbv.Vocabulary, text: str, names: Names) -> str | None:
    return vocabulary.spellings.get(text) or vocabulary.spellings.get(names.expand_curie(text))


def _map_words(body: Mapping[str, Any], write: _Write) -> dict[str, Any]:
    """Apply `write` to every word of a valid event."""
    changed: dict[str, Any] = dict(body)
    for key, vocabulary in _PLAIN.items():
        if body.get(key) is not None:
            changed[key] = write(vocabulary, body[key])
    for key, vocabulary in _TYPED.items():
        if body.get(key):
            changed[key] = [_with_words(item, {"type": vocabulary}, write) for item in body[key]]
    if body.get("errorDeclaration"):
        changed["errorDeclaration"] = _with_words(body["errorDeclaration"], {"reason": cbv.ERROR_REASONS}, write)
    if body.get("persistentDisposition"):
        changed["persistentDisposition"] = {
            kind: [write(cbv.DISPOSITIONS, word) for word in words or ()]
            for kind, words in body["persistentDisposition"].items()
        }
    if body.get("sensorElementList"):
        changed["sensorElementList"] = [_sensor_element(element, write) for element in body["sensorElementList"]]
    return changed


def _with_words(item: Mapping[str, Any], vocabularies: Mapping[str, cbv.Vocabulary], write: _Write) -> dict[str, Any]:
    return {
        key: write(vocabularies[key], value) if key in vocabularies and isinstance(value, str) else value
        for key, value in item.items()
    }


def _sensor_element(element: Mapping[str, Any], write: _Write) -> dict[str, Any]:
    reports = element.get("sensorReport") or ()
    return {**element, "sensorReport": [_with_words(report, REPORT_WORDS, write) for report in reports]}
