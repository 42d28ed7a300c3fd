"""Reading queries: what parameters may be called, what their values may be, and what is said of wrong ones."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.epcis.query_conditions import EpcMatch, FieldBound, FieldRef, Op, PlaceIn, WordIn
from trace.epcis.query_language import EventQuery, QueryParameterError, both, read_parameters, read_query
from trace.epcis.search_keys import search_key
from trace.epcis.searchable import Scope
from trace.epcis.sensor_units import equivalents

GTIN = "https://id.gs1.org/01/09520000000035"


def condition(name: str, *values: str, context: Any = None) -> Any:
    """The one condition of a URL with one parameter."""
    (found,) = read_parameters({name: values}, context).conditions
    return found


def field(name: str, context: Any = None) -> FieldRef:
    """The field that an EXISTS parameter names."""
    found = condition("EXISTS_" + name, "", context=context)
    return found.alternatives[0][0]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("EQ_bizstep", "shipping", "another name"),
        ("perPage", "30", "another name"),
        ("EQ_", "x", "another name"),
        ("LIKE_bizStep", "x", "another name"),
        ("GE_value_celsius", "1", "another name"),
        ("GE_bizTransaction_po", "1", "another name"),
        ("EXISTS_value_CEL", "", "another name"),
        ("EQ_level", "1", "another name"),
        ("EQ_bizStep", "shiping", "expected a business step of CBV 2.0"),
        ("EQ_bizStep", "https://ref.gs1.org/cbv/BizStep-shiping", "expected a business step of CBV 2.0"),
        ("EQ_disposition", "", "expected a text, got ''"),
        ("EQ_source_nowhere", GTIN, "expected a source or destination type of CBV 2.0"),
        ("EQ_action", "add", "expected one of ADD, OBSERVE, DELETE, got 'add'"),
        ("EQ_action", "urn:x:ADD", "expected one of ADD, OBSERVE, DELETE"),
        ("eventType", "ObjektEvent", "expected one of ObjectEvent"),
        ("GE_eventTime", "2026-03-01", "expected a time like"),
        ("GE_eventTime", "2026-03-01T08:00:00", "expected a time with a zone"),
        ("LT_recordTime", "2026-02-30T08:00:00Z", "expected a time that exists"),
        ("GE_quantity", "many", "expected a number, got 'many'"),
        ("GE_quantity", "NaN", "expected a number"),
        ("EQ_booleanValue", "yes", "expected true or false"),
        ("GE_example:level", "high", "expected a number or a time with its zone"),
        ("orderBy", "bizStep", "expected eventTime, recordTime or the full name of an extension field"),
        ("orderDirection", "up", "expected ASC or DESC"),
        ("maxEventCount", "-1", "expected a whole number from 0"),
        ("maxEventCount", "1.5", "expected a whole number from 0"),
        ("eventCountLimit", "0", "expected a whole number from 1"),
        ("MATCH_epc", "urn:epc:idpat:sgtin:*.1.2", "expected '*' only for whole fields at the end"),
        ("MATCH_epc", "urn:epc:idpat:sgtin:9520000.00*", "expected '*' only for whole fields at the end"),
        ("MATCH_epc", "urn:epc:idpat:sgtin:9520000.*", "expected 3 fields in a pattern of sgtin, got 2"),
        ("MATCH_epc", "urn:epc:idpat:sgtin:95.*.*", "expected a company prefix of 6 to 12 digits"),
        ("MATCH_epc", "urn:epc:idpat:sgtin:9520000.0003.*", "the right number of digits"),
        ("@context", "[1]", "expected strings and objects in @context"),
        ("@context", "{", "not JSON"),
    ],
)
def test_wrong_parameters_are_named_with_what_was_expected(name: str, value: str, said: str) -> None:
    with pytest.raises(QueryParameterError) as raised:
        read_parameters({name: [value]})
    assert raised.value.parameter == name
    assert said in raised.value.detail


@pytest.mark.parametrize(
    ("body", "parameter", "said"),
    [
        ({"EQ_bizStep": []}, "EQ_bizStep", "expected at least one value"),
        ({"EQ_eventID": [f"urn:x:{n}" for n in range(1_001)]}, "EQ_eventID", "expected at most 1000 values, got 1001"),
        ({f"EQ_a:n{n}": 1 for n in range(101)}, "EQ_a:n100", "expected at most 100 parameters"),
        (
            {"EQ_a:b": [*range(1_000)], "EQ_c:d": [*range(1_000)], "EQ_e:f": 1},
            "EQ_e:f",
            "expected at most 2000 values together, got 2001",
        ),
        (
            {"MATCH_epc": [f"urn:epc:idpat:sgtin:9520{n:03}.*.*" for n in range(21)]},
            "MATCH_epc",
            "expected at most 200 patterns, a company prefix counting as ten, got 210",
        ),
        ({"EQ_a:b\0": 1}, "EQ_a:b\0", "another name"),
        ({"orderBy": "a:b\0"}, "orderBy", "the full name of an extension field"),
        ({"EQ_stringValue": "a\0"}, "EQ_stringValue", "expected text without U+0000"),
        ({"EQ_stringValue": "x" * 2_001}, "EQ_stringValue", "expected at most 2000 characters"),
        ({"EQ_stringValue": {"a": 1}}, "EQ_stringValue", "expected a text, got {'a': 1}"),
        ({"EQ_bizStep": [["shipping"]]}, "EQ_bizStep", "expected a text"),
        ({"GE_eventTime": 5}, "GE_eventTime", "expected a time like"),
        ({"GE_eventTime": None}, "GE_eventTime", "expected one value, got 0"),
        ({"GE_quantity": [1, 2]}, "GE_quantity", "expected one value, got 2"),
        ({"GE_quantity": True}, "GE_quantity", "expected a number, got True"),
        ({"eventCountLimit": 5}, "eventCountLimit", "expected orderBy beside it"),
        (
            {"eventCountLimit": 5, "maxEventCount": 5, "orderBy": "eventTime"},
            "maxEventCount",
            "expected this or eventCountLimit, got both",
        ),
        ({"eventCountLimit": True, "orderBy": "eventTime"}, "eventCountLimit", "expected a whole number"),
        ({"@context": 7}, "@context", "expected strings and objects"),
        ({"x" * 600: 1}, "x" * 600, "another name"),
    ],
)
def test_wrong_bodies_are_named_with_what_was_expected(body: dict[str, Any], parameter: str, said: str) -> None:
    with pytest.raises(QueryParameterError) as raised:
        read_query(body)
    assert raised.value.parameter == parameter
    assert said in raised.value.detail


@given(
    st.dictionaries(
        st.text(max_size=20) | st.sampled_from(["EQ_bizStep", "GE_value_CEL", "MATCH_epc", "orderBy"]),
        st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=30), st.lists),
    )
)
def test_any_body_is_a_query_or_an_error(body: dict[str, Any]) -> None:
    try:
        found: EventQuery | str = read_query(body)
    except QueryParameterError as error:
        found = error.parameter
    assert isinstance(found, EventQuery) or found in body


@pytest.mark.parametrize(
    "text",
    [
        "shipping",
        "urn:epcglobal:cbv:bizstep:shipping",
        "https://ref.gs1.org/cbv/BizStep-shipping",
        "https://ns.gs1.org/cbv/BizStep-shipping",
        "cbv:BizStep-shipping",
        "my:BizStep-shipping",
    ],
)
def test_all_spellings_of_a_word_mean_the_same(text: str) -> None:
    context = {"my": "https://ref.gs1.org/cbv/"}
    assert condition("EQ_bizStep", text, context=context) == WordIn("bizStep", ("shipping",))


def test_words_of_other_vocabularies_are_asked_for_as_written_and_in_full() -> None:
    found = condition("EQ_bizStep", "my:paying", context={"my": "https://ns.example.com/"})
    assert found == WordIn("bizStep", ("my:paying", "https://ns.example.com/paying"))


@pytest.mark.parametrize(
    "values",
    [("shipping|receiving",), ("shipping,receiving",), ("shipping", "receiving"), ("shipping", "shipping|receiving")],
)
def test_a_list_in_a_url_has_bars_or_is_repeated(values: tuple[str, ...]) -> None:
    assert condition("EQ_bizStep", *values) == WordIn("bizStep", ("shipping", "receiving"))


def test_a_comma_within_a_uri_belongs_to_it() -> None:
    first, second = "urn:epc:id:sgtin:9520000.000003.a,b", "https://example.com/01/09520000000035/21/c,d"
    for text in (f"{first}|{second}", f"{first},{second}"):
        found = condition("MATCH_epc", text)
        assert [pattern.uris for pattern in found.patterns] == [(f"{GTIN}/21/a%2Cb",), (f"{GTIN}/21/c%2Cd",)]
    assert condition("EQ_stringValue", "a,b").alternatives[0][1] == ("sa,b",)


def test_a_body_is_read_value_by_value() -> None:
    found = read_query({"EQ_stringValue": ["a|b"], "EQ_example:level": [5, Decimal("0.5"), True, "5.0"]}).conditions
    assert found[0].alternatives[0][1] == ("sa|b",)  # type: ignore[union-attr]
    assert found[1].alternatives[0][1] == tuple(map(search_key, (5, Decimal("0.5"), True)))  # type: ignore[union-attr]


def test_a_plus_that_arrived_as_a_blank_is_a_plus() -> None:
    assert condition("GE_eventTime", "2026-03-01T08:00:00 08:00") == condition("GE_eventTime", "2026-03-01T00:00:00Z")


@pytest.mark.parametrize("name", ["GE_errorDeclarationTime", "GE_errorDeclaration_Time"])
def test_both_spellings_of_the_official_documents_are_read(name: str) -> None:
    found = condition(name, "2026-03-01T00:00:00Z")
    assert found.alternatives[0][0].local == "errorDeclaration.declarationTime"
    assert condition("EXISTS_sensorElement", "") == condition("EXISTS_sensorElementList", "true")
    assert condition("EQ_ATTR_bizLocation_city", "a") == condition("EQATTR_bizLocation_city", "a")


def test_a_false_existence_asks_nothing() -> None:
    assert read_parameters({"EXISTS_errorDeclaration": ["false"]}) == EventQuery()
    assert read_query({"EXISTS_errorDeclaration": False, "EXISTS_example:x": 0}) == EventQuery()


def test_names_of_fields_are_read_by_the_context() -> None:
    context = [
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        {"my": "https://ns.example.com/epcis/"},
    ]
    ours = field("my:level", context)
    assert ours.namespaces[0] == "https://ns.example.com/epcis/"
    assert ours.local == "level"
    assert set(field("https://ns.example.com/epcis#level").namespaces) == set(field("my:level", context).namespaces) | {
        "https://ns.example.com/epcis#"
    }
    assert field("unknown:level") == FieldRef(Scope.EXTENSION, False, "level", (), "unknown")
    assert "urn:epcglobal:cbv:mda" in field("ILMD_cbvmda:lotNumber").namespaces


@pytest.mark.parametrize(
    ("name", "scope", "inner"),
    [
        ("a:b", Scope.EXTENSION, False),
        ("INNER_a:b", Scope.EXTENSION, True),
        ("ILMD_a:b", Scope.ILMD, False),
        ("INNER_ILMD_a:b", Scope.ILMD, True),
        ("ERROR_DECLARATION_a:b", Scope.ERROR_DECLARATION, False),
        ("INNER_SENSORREPORT_a:b_c", Scope.SENSOR_REPORT, True),
        ("SENSORMETADATA_a:b", Scope.SENSOR_METADATA, False),
        ("SENSORELEMENT_a:b", Scope.SENSOR_ELEMENT, False),
        ("readPoint_a:b", Scope.READ_POINT, False),
        ("INNER_bizLocation_a:b", Scope.BIZ_LOCATION, True),
    ],
)
def test_where_a_field_stands_is_part_of_its_name(name: str, scope: Scope, inner: bool) -> None:
    found = field(name)
    assert (found.scope, found.inner, found.prefix) == (scope, inner, "a")


def test_an_inner_field_may_have_no_namespace() -> None:
    assert field("INNER_note") == FieldRef(Scope.EXTENSION, True, "note", ("",))


def test_places_are_asked_for_in_canonical_form() -> None:
    found = condition("EQ_readPoint", "urn:epc:id:sgln:9520000.00001.0")
    assert found == PlaceIn("readPoint", ("https://id.gs1.org/414/9520000000011",), False)


@pytest.mark.parametrize(
    ("name", "text", "uris", "prefixes", "mark"),
    [
        ("MATCH_epc", "urn:epc:id:sgtin:9520000.000003.7", [GTIN + "/21/7"], [], None),
        ("MATCH_epc", "urn:epc:idpat:sgtin:9520000.000003.7", [GTIN + "/21/7"], [], None),
        ("MATCH_epc", "urn:epc:idpat:sgtin:9520000.000003.*", [], [GTIN + "/21/"], None),
        ("MATCH_epc", GTIN, [GTIN], [GTIN + "/21/"], None),
        ("MATCH_epc", "https://example.com/01/09520000000035/21/*", [], [GTIN + "/21/"], None),
        ("MATCH_epc", "urn:epc:idpat:sgtin:*.*.*", [], ["https://id.gs1.org/01/"], "/21/"),
        (
            "MATCH_epc",
            "urn:epc:idpat:sscc:9520000.*",
            [],
            [f"https://id.gs1.org/00/{d}9520000" for d in range(10)],
            None,
        ),
        ("MATCH_epc", "urn:epc:idpat:sgln:9520000.00001.*", [], ["https://id.gs1.org/414/9520000000011"], None),
        ("MATCH_epc", "urn:epc:idpat:grai:9520000.00003.*", [], ["https://id.gs1.org/8003/09520000000035"], None),
        ("MATCH_epc", "urn:epc:idpat:giai:9520000.*", [], ["https://id.gs1.org/8004/9520000"], None),
        ("MATCH_epc", "urn:epc:idpat:gid:9520.*.*", [], ["urn:epc:id:gid:9520."], None),
        ("MATCH_epc", "urn:example:thing:1", ["urn:example:thing:1"], [], None),
        ("MATCH_epcClass", GTIN, [GTIN], [], None),
        ("MATCH_epcClass", "urn:epc:idpat:sgtin:9520000.000003.*", [GTIN], [], None),
        ("MATCH_epcClass", "urn:epc:class:lgtin:9520000.000003.L1", [GTIN + "/10/L1"], [], None),
        ("MATCH_epcClass", "urn:epc:idpat:lgtin:9520000.000003.*", [], [GTIN + "/10/"], None),
        ("MATCH_epcClass", GTIN + "/10/*", [], [GTIN + "/10/"], None),
    ],
)
def test_patterns_are_beginnings_of_canonical_uris(
    name: str, text: str, uris: list[str], prefixes: list[str], mark: str | None
) -> None:
    found = condition(name, text)
    assert isinstance(found, EpcMatch)
    (pattern,) = found.patterns
    assert (list(pattern.uris), list(pattern.prefixes), pattern.mark) == (uris, prefixes, mark)


def test_a_company_prefix_is_ten_beginnings_of_gtins() -> None:
    (pattern,) = condition("MATCH_epc", "urn:epc:idpat:sgtin:9520000.*.*").patterns
    assert list(pattern.prefixes) == [f"https://id.gs1.org/01/{digit}9520000" for digit in range(10)]
    (items,) = condition("MATCH_epcClass", "urn:epc:idpat:sgtin:9520000.*.*").patterns
    assert (pattern.mark, items.mark) == ("/21/", "")
    (pallets,) = condition("MATCH_epc", "urn:epc:idpat:sscc:9520000.*").patterns
    assert list(pallets.prefixes) == [f"https://id.gs1.org/00/{digit}9520000" for digit in range(10)]


def test_a_value_is_asked_for_in_every_unit_of_its_kind() -> None:
    found = condition("GE_value_CEL", "15")
    assert {ref.namespaces[0]: keys for ref, keys in found.alternatives} == {
        "CEL": (search_key(15),),
        "FAH": (search_key(59),),
        "KEL": (search_key(Decimal("288.15")),),
        "A48": (search_key(Decimal("518.67")),),
    }
    assert [ref.namespaces for ref, _ in condition("GE_value_XYZ", "15").alternatives] == [("XYZ",)]


@given(st.decimals(-(10**6), 10**6, places=3), st.sampled_from(["CEL", "KGM", "INH", "KMH", "P1"]), st.booleans())
def test_units_convert_there_and_back(value: Decimal, uom: str, difference: bool) -> None:
    for unit, converted in equivalents(value, uom, difference):
        back = dict(equivalents(converted, unit, difference))[uom]
        assert abs(back - value) < Decimal("1e-60")


@given(st.decimals(-100, 100, places=2), st.decimals(-100, 100, places=2))
def test_conversion_keeps_the_order(first: Decimal, second: Decimal) -> None:
    for (unit, one), (_, other) in zip(equivalents(first, "FAH"), equivalents(second, "FAH"), strict=True):
        assert (one < other) == (first < second), unit


def test_two_queries_at_once_ask_for_both() -> None:
    named = read_query({"EQ_bizStep": "shipping", "maxEventCount": 50, "orderBy": "recordTime"})
    here = read_parameters({"EQ_bizStep": ["shipping"], "EQ_action": ["ADD"], "maxEventCount": ["20"]})
    found = both(named, here)
    assert found.conditions == here.conditions
    assert (found.max_event_count, found.order_by) == (20, "recordTime")
    with pytest.raises(QueryParameterError, match="got both"):
        both(named, read_parameters({"orderBy": ["eventTime"], "eventCountLimit": ["5"]}))


def test_queries_that_ask_the_same_are_equal() -> None:
    assert hash(read_parameters({"EQ_action": ["ADD"]})) == hash(read_query({"EQ_action": ["ADD", "ADD"]}))
    assert read_parameters({"EQ_action": ["ADD"]}) == read_query({"EQ_action": "ADD"})
    assert condition("EXISTS_a:b", "x") == FieldBound(Op.EXISTS, ((field("a:b"), ()),))
