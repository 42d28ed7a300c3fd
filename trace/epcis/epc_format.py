"""Identifiers of an event as GS1 Digital Links or as EPC URNs, as a client asks for them (EPCIS 2.0 §12, headers)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from trace.gs1 import IdentifierError, read_identifier, to_epc_urn
from trace.gs1.company_prefix import company_prefix_length
from trace.gs1.identifiers import elements_of

_LONGEST_REMEMBERED = 200


class EpcFormat(StrEnum):
    """The words of the header `GS1-EPC-Format`."""

    NO_PREFERENCE = "No_Preference"
    ALWAYS_GS1_DIGITAL_LINK = "Always_GS1_Digital_Link"
    ALWAYS_EPC_URN = "Always_EPC_URN"
    NEVER_TRANSLATES = "Never_Translates"


class CbvFormat(StrEnum):
    """The words of the header `GS1-CBV-XML-Format`; in JSON the words of CBV are always bare."""

    NO_PREFERENCE = "No_Preference"
    ALWAYS_WEB_URI = "Always_Web_URI"
    ALWAYS_URN = "Always_URN"
    NEVER_TRANSLATES = "Never_Translates"


def translate(body: Mapping[str, Any], epc_format: EpcFormat) -> dict[str, Any]:
    """Return the event with every EPC, EPC class, place, party and transaction in the format asked for.

    `No_Preference` and `Never_Translates` leave them as captured. Event IDs, extensions, master data and links to
    documents (certificates, raw data) are never touched.
    """
    if epc_format not in _TRANSLATORS:
        return dict(body)
    return {
        key: _FIELDS[key](value, epc_format) if key in _FIELDS and value is not None else value
        for key, value in body.items()
    }


def translate_identifier(text: str, epc_format: EpcFormat) -> str:
    """Return one identifier in the format asked for; as it is where it has none.

    A Digital Link becomes a URN only if GS1's table knows the length of its company prefix and a scheme of the EPC
    Tag Data Standard holds it: the query of a link and the lot beside a serial are not in the URN. A URN without a
    Digital Link (`urn:epc:id:bic:…`, patterns over companies) stays. A link of any host is a Digital Link already.
    """
    translator = _TRANSLATORS.get(epc_format)
    if translator is None:
        return text
    return translator(text) if len(text) <= _LONGEST_REMEMBERED else text


@lru_cache(maxsize=16_384)
def _to_link(text: str) -> str:
    return read_identifier(text).uri if text.startswith("urn:epc:") else text


@lru_cache(maxsize=16_384)
def _to_urn(text: str) -> str:
    if not text.lower().startswith("http"):
        return text
    try:
        identifier = read_identifier(text)
        ai, key = elements_of(identifier)[0]
        length = company_prefix_length(ai, key)
        return text if length is None else to_epc_urn(identifier, length)
    except IdentifierError:
        return text


_TRANSLATORS: Mapping[EpcFormat, Callable[[str], str]] = {
    EpcFormat.ALWAYS_GS1_DIGITAL_LINK: _to_link,
    EpcFormat.ALWAYS_EPC_URN: _to_urn,
}


# -- where identifiers stand in an event ---------------------------------------------------------------

_Field = Callable[[Any, EpcFormat], Any]


def _texts(value: Any, epc_format: EpcFormat) -> Any:
    # Each once: a list may have named an instance by its URN and by its link (the JSON Schema's uniqueItems).
    return list(dict.fromkeys(translate_identifier(text, epc_format) for text in value))


def _member(name: str) -> _Field:
    """Of an object whose member `name` is the identifier; an object without it stays."""

    def translated(value: Any, epc_format: EpcFormat) -> Any:
        text = value.get(name)
        return {**value, name: translate_identifier(text, epc_format)} if isinstance(text, str) else value

    return translated


def _each(field: _Field) -> _Field:
    return lambda value, epc_format: [field(item, epc_format) for item in value]


_device = _member("deviceID")


def _sensor_element(value: Any, epc_format: EpcFormat) -> Any:
    metadata, reports = value.get("sensorMetadata"), value.get("sensorReport")
    return {
        **value,
        **({} if metadata is None else {"sensorMetadata": _device(metadata, epc_format)}),
        **({} if reports is None else {"sensorReport": [_device(report, epc_format) for report in reports]}),
    }


_QUANTITIES = _each(_member("epcClass"))
_PLACE = _member("id")
_FIELDS: Mapping[str, _Field] = {
    **dict.fromkeys(("parentID", "transformationID"), translate_identifier),
    **dict.fromkeys(("epcList", "childEPCs", "inputEPCList", "outputEPCList"), _texts),
    **dict.fromkeys(("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), _QUANTITIES),
    **dict.fromkeys(("readPoint", "bizLocation"), _PLACE),
    "bizTransactionList": _each(_member("bizTransaction")),
    "sourceList": _each(_member("source")),
    "destinationList": _each(_member("destination")),
    "sensorElementList": _each(_sensor_element),
}
