"""Valid events of every type with every field, for property tests."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.trace.epcis.builders import CONTEXT
from trace import cbv

EXTENDED_CONTEXT = (*CONTEXT, {"ex": "https://example.com/ns/"}, {"other": "https://other.example/"})

INSTANCES = [
    "urn:epc:id:sgtin:4012345.011111.9876",
    "urn:epc:id:sgtin:4012345.011111.A%2FB",
    "urn:epc:id:sscc:4012345.0000000333",
    "urn:epc:id:grai:4012345.11111.5",
    "urn:epc:id:giai:4012345.ABC",
    "urn:epc:id:bic:CSQU3054383",
    "https://id.gs1.org/01/06901234000016/21/7",
    "https://example.com/x/01/06901234000016/10/A%2FB/21/7?17=271231",
    "https://id.gs1.org/00/340123450000003332",
    "https://example.com/no/gs1/key",
    "urn:gdst:example.org:product:lot:1",
]
CLASSES = [
    "urn:epc:class:lgtin:4012345.011111.LOT-1",
    "urn:epc:idpat:sgtin:4012345.011111.*",
    "https://id.gs1.org/01/06901234000016/10/A",
    "https://id.gs1.org/01/09521321000010",
    "urn:gdst:example.org:product:class:tuna",
]
PLACES = [
    "urn:epc:id:sgln:4012345.00011.0",
    "urn:epc:id:sgln:4012345.00011.A1",
    "https://id.gs1.org/414/4012345000115",
    "https://example.com/place/7",
    "geo:47.4,9.7",
]
DOCUMENTS = ["urn:epc:id:gdti:4012345.11111.7", "https://id.gs1.org/253/4012345000054987", "urn:example:po:1"]
TIMES = [
    "2026-03-01T08:00:00Z",
    "2026-03-01T08:00:00.1234567+08:00",
    "2026-03-01t08:00:00.5z",
    "1999-12-31T23:59:59-11:30",
]

_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
_numbers = st.one_of(
    st.integers(-(10**17), 10**17),
    st.decimals(-(10**9), 10**9, places=3),
    st.sampled_from([Decimal("1E+300"), Decimal("0.120000000000000001"), Decimal("-0.0")]),
)
_scalars = st.one_of(_texts, _numbers, st.booleans(), st.none())
_inner_names = st.sampled_from(["ex:a", "ex:b", "other:c", "bare", "@ex:attribute", "#text", "two words", "1", "é"])
extension_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_inner_names, inner, max_size=3),
    max_leaves=8,
)
extensions = st.dictionaries(st.sampled_from(["ex:a", "ex:b-2", "other:ç", "ex:list"]), extension_values, max_size=3)


def _optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


def _words(vocabulary: cbv.Vocabulary) -> st.SearchStrategy[str]:
    """Words of CBV in every spelling that JSON allows, and another vocabulary's."""
    return st.sampled_from([*sorted(vocabulary.words), "ex:word", "https://example.com/word"])


_amounts = st.one_of(st.integers(1, 10**12), st.decimals("0.001", 10**6, places=3))
quantities = st.lists(
    st.fixed_dictionaries(
        {"epcClass": st.sampled_from(CLASSES)}, optional={"quantity": _amounts, "uom": st.sampled_from(["KGM", "LTR"])}
    ),
    min_size=1,
    max_size=3,
)
epcs = st.lists(st.sampled_from(INSTANCES), min_size=1, max_size=3, unique=True)
_objects = st.one_of(epcs.map(lambda found: {"epcList": found}), quantities.map(lambda found: {"quantityList": found}))
_children = st.one_of(
    epcs.map(lambda found: {"childEPCs": [epc for epc in found if epc != INSTANCES[2]] or [INSTANCES[0]]}),
    quantities.map(lambda found: {"childQuantityList": found}),
)
_place = st.builds(lambda id_, more: {"id": id_, **more}, st.sampled_from(PLACES), extensions)
_transactions = st.lists(
    st.fixed_dictionaries(
        {"bizTransaction": st.sampled_from(DOCUMENTS)}, optional={"type": _words(cbv.TRANSACTION_TYPES)}
    ),
    max_size=2,
)


def _parties(child: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    party = {"type": _words(cbv.SOURCE_DESTINATION_TYPES), child: st.sampled_from(PLACES)}
    return st.lists(st.fixed_dictionaries(party), max_size=2)


_report = st.builds(
    lambda required, optional, more: {**required, **optional, **more},
    st.fixed_dictionaries({"type": _words(cbv.MEASUREMENT_TYPES)}),
    _optional(
        value=_numbers,
        meanValue=_numbers,
        stringValue=_texts,
        booleanValue=st.booleans(),
        hexBinaryValue=st.sampled_from(["f0f0", "00"]),
        component=_words(cbv.COMPONENTS),
        exception=_words(cbv.SENSOR_ALERT_TYPES),
        deviceID=st.sampled_from(INSTANCES),
        time=st.sampled_from(TIMES),
    ),
    extensions,
)
_metadata = st.builds(
    lambda fields, more: {**fields, **more},
    _optional(time=st.sampled_from(TIMES), deviceID=st.sampled_from(INSTANCES), rawData=st.sampled_from(DOCUMENTS)),
    extensions,
)
_sensors = st.lists(
    st.builds(
        lambda reports, optional, more: {**optional, "sensorReport": reports, **more},
        st.lists(_report, min_size=1, max_size=2),
        _optional(sensorMetadata=_metadata),
        extensions,
    ),
    min_size=1,
    max_size=2,
)
_dispositions = st.lists(_words(cbv.DISPOSITIONS), min_size=1, max_size=2, unique=True)
_persistent = st.one_of(
    st.fixed_dictionaries({"set": _dispositions}, optional={"unset": _dispositions}),
    st.fixed_dictionaries({"unset": _dispositions}),
)
_declaration = st.builds(
    lambda required, optional, more: {**required, **optional, **more},
    st.fixed_dictionaries({"declarationTime": st.sampled_from(TIMES)}),
    _optional(
        reason=_words(cbv.ERROR_REASONS),
        correctiveEventIDs=st.lists(st.sampled_from(["urn:uuid:2", "ni:///sha-256;ab?ver=CBV2.0"]), max_size=2),
    ),
    extensions,
)
_master_data = st.builds(
    lambda known, more: {**known, **more},
    _optional(**{"cbvmda:lotNumber": _texts, "cbvmda:itemExpirationDate": st.just("2027-01-01")}),
    extensions,
)
_common = _optional(
    eventID=st.sampled_from(["urn:uuid:1", "https://example.com/events/1"]),
    recordTime=st.sampled_from(TIMES),
    certificationInfo=st.one_of(st.just("https://example.com/c"), st.just(["https://example.com/c"])),
    errorDeclaration=_declaration,
    bizStep=_words(cbv.BIZ_STEPS),
    disposition=_words(cbv.DISPOSITIONS),
    persistentDisposition=_persistent,
    readPoint=_place,
    bizLocation=_place,
    bizTransactionList=_transactions,
    sourceList=_parties("source"),
    destinationList=_parties("destination"),
    sensorElementList=_sensors,
)


@st.composite
def event_bodies(draw: st.DrawFn) -> dict[str, Any]:
    """The JSON body of a valid event; its names have their meaning from EXTENDED_CONTEXT."""
    event_type = draw(st.sampled_from(["Object", "Aggregation", "Association", "Transaction", "Transformation"]))
    body = {
        "type": event_type + "Event",
        "eventTime": draw(st.sampled_from(TIMES)),
        "eventTimeZoneOffset": draw(st.sampled_from(["+08:00", "-05:30", "+14:00"])),
        **draw(_common),
        **draw(extensions),
    }
    if event_type == "Transformation":
        inputs, outputs = draw(_objects), draw(_objects)
        body |= {"input" + key[0].upper() + key[1:]: value for key, value in _upper_epc(inputs).items()}
        body |= {"output" + key[0].upper() + key[1:]: value for key, value in _upper_epc(outputs).items()}
        body |= draw(_optional(transformationID=st.sampled_from(DOCUMENTS), ilmd=_master_data))
        return body
    body["action"] = draw(st.sampled_from(["ADD", "OBSERVE", "DELETE"]))
    if event_type in ("Aggregation", "Association"):
        body |= {"parentID": INSTANCES[2], **draw(_children)}
    else:
        body |= draw(_objects)
    if event_type == "Object" and body["action"] == "ADD":
        body |= draw(_optional(ilmd=_master_data))
    if event_type == "Transaction" and not body.get("bizTransactionList"):
        body["bizTransactionList"] = [{"type": "po", "bizTransaction": DOCUMENTS[0]}]
    return body


def _upper_epc(lists: dict[str, Any]) -> dict[str, Any]:
    return {key.replace("epcList", "EPCList"): value for key, value in lists.items()}
