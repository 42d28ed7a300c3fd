"""What single conditions mean where a naive search would find too much or too little."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from bench.documents import place
from tests.trace.events.captured import NOW, OPERATOR, REGULATOR, ask, capture, find, make_firm, observed
from tests.trace.query_cases import NAMESPACE, uuid
from trace.epcis.event import VocabularyElement
from trace.epcis.query_language import read_query
from trace.events import vocabulary_search
from trace.events.errors import QueryTooLargeException
from trace.kit.auth import Principal
from trace.vocabulary import store_vocabulary

GTIN = "https://id.gs1.org/01/09520000000035"


def found(session: Session, principal: Principal = OPERATOR, **body: Any) -> list[int]:
    """The numbers of the events that the query of a body finds; `__` is written for `:`."""
    query = read_query({name.replace("__", ":"): value for name, value in body.items()})
    return sorted(int(one[-12:]) for one in find(session, query, principal))


def test_a_word_of_another_vocabulary_is_one_however_its_prefix_is_called(session: Session) -> None:
    capture(session, [observed(1, bizStep="example:ageing"), observed(2, bizStep=NAMESPACE + "ageing")])
    context = {"@context": {"my": NAMESPACE}}
    for text in ("my:ageing", NAMESPACE + "ageing"):
        assert found(session, **context, EQ_bizStep=text) == [1, 2]


def test_a_field_is_found_by_its_namespace_or_by_the_prefix_that_events_wrote(session: Session) -> None:
    other = {"@context": {"other": "https://ns.example.org/"}, "other:level": 5}
    capture(session, [observed(1, example__level=None, **{"example:level": 5}), observed(2, **other)])
    assert found(session, EQ_example__level=5) == [1]
    assert found(session, EQ_other__level=5) == [2]
    assert found(session, **{"@context": {"other": NAMESPACE}}, EQ_other__level=5) == [1]
    assert found(session, **{f"EQ_{NAMESPACE.rstrip('/')}#level": 5}) == [1]
    assert found(session, **{f"EXISTS_{NAMESPACE}level": None}) == [1]


def test_values_of_two_kinds_do_not_compare(session: Session) -> None:
    levels: list[Any] = [5, "7", "high", "2026-03-01", True, 0.5, -3]
    capture(session, [observed(number, **{"example:level": level}) for number, level in enumerate(levels)])
    assert found(session, GE_example__level=5) == [0, 1]
    assert found(session, LT_example__level=5) == [5, 6]
    assert found(session, LE_example__level="2026-03-01T00:00:00Z") == [3]
    assert found(session, EQ_example__level=["high", "true", "0.50"]) == [2, 4, 5]
    assert found(session, EXISTS_example__level=1) == list(range(7))


def test_an_inner_field_is_not_one_at_the_top(session: Session) -> None:
    capture(session, [observed(1, **{"example:level": 5}), observed(2, **{"example:box": [{"example:level": 5}]})])
    assert found(session, EQ_example__level=5) == [1]
    assert found(session, EQ_INNER_example__level=5) == [2]
    assert found(session, EXISTS_example__box=None) == [2]


def test_quantities_are_exact_in_every_scale(session: Session) -> None:
    amounts = [0.1, 0.3, 3, 1000, 0.000001]
    for number, amount in enumerate(amounts):
        element = {"epcClass": GTIN, "quantity": amount} | ({"uom": "KGM"} if number % 2 else {})
        capture(session, [observed(number, quantityList=[element])])
    capture(session, [observed(9, quantityList=[{"epcClass": GTIN}])])
    assert found(session, EQ_quantity=["0.30", 1e3]) == [1, 3]
    assert found(session, GT_quantity="0.1") == [1, 2, 3]
    assert found(session, GE_quantity="0.10") == [0, 1, 2, 3]
    assert found(session, LT_quantity="0.1") == [4]
    assert found(session, LE_quantity="0.1000000000000000000001") == [0, 4]
    assert found(session, GE_quantity_KGM=0) == [1, 3]
    assert found(session, GE_quantity_EA=0) == [0, 2, 4]
    assert found(session, EQ_quantity="1e-30", LE_quantity="1e40") == []
    assert found(session, LE_quantity="1e40") == [0, 1, 2, 3, 4]
    assert found(session, GE_quantity="-1e40") == [0, 1, 2, 3, 4]


def test_an_event_and_its_declaration_in_error_are_both_found(session: Session) -> None:
    declared = {"declarationTime": "2026-03-09T00:00:00Z", "reason": "incorrect_data"}
    capture(session, [observed(1), observed(2), observed(1, errorDeclaration=declared)])
    assert found(session) == [1, 1, 2]
    assert found(session, EQ_eventID=uuid(1)) == [1, 1]
    assert found(session, EXISTS_errorDeclaration=True) == [1]
    assert found(session, EXISTS_errorDeclaration=False) == [1, 1, 2]


def test_patterns_keep_to_what_they_cover(session: Session) -> None:
    serials = [GTIN + "/21/A", GTIN + "/235/B", "https://id.gs1.org/01/19520000000032/21/A", "urn:epc:id:gid:1.2.3"]
    capture(session, [observed(number, epcList=[serial]) for number, serial in enumerate(serials)])
    for number, one in enumerate([GTIN, GTIN + "/10/L1", "https://id.gs1.org/01/09520000000042"], 10):
        capture(session, [observed(number, epcList=None, quantityList=[{"epcClass": one, "quantity": 1}])])
    assert found(session, MATCH_epc="urn:epc:idpat:sgtin:9520000.000003.*") == [0]
    assert found(session, MATCH_epc="urn:epc:idpat:sgtin:9520000.*.*") == [0, 2]
    assert found(session, MATCH_epc="urn:epc:idpat:sgtin:*.*.*") == [0, 2]
    assert found(session, MATCH_epc=GTIN) == [0]
    assert found(session, MATCH_anyEPC="urn:epc:idpat:upui:9520000.*.*") == [1]
    assert found(session, MATCH_epc="urn:epc:idpat:gid:1.*.*") == [3]
    assert found(session, MATCH_epcClass="urn:epc:idpat:sgtin:9520000.000003.*") == [10]
    assert found(session, MATCH_epcClass="urn:epc:idpat:sgtin:9520000.*.*") == [10, 12]
    assert found(session, MATCH_epcClass=[GTIN + "/10/*", GTIN]) == [10, 11]
    assert found(session, MATCH_anyEPCClass="urn:epc:idpat:lgtin:9520000.*.*") == [11]


def site(uri: str, *children: str, **attributes: str) -> VocabularyElement:
    """A place of the master data."""
    named = tuple((f"urn:epcglobal:cbv:mda#{name}", value) for name, value in attributes.items())
    return VocabularyElement("urn:epcglobal:epcis:vtype:BusinessLocation", uri, named, children)


def test_places_within_places_are_found_however_deep_and_in_circles(session: Session) -> None:
    capture(session, [observed(number, bizLocation={"id": place(number)}) for number in (1, 2, 3, 4)])
    hierarchy = [site(place(1), place(2)), site(place(2), place(3)), site(place(3), place(1))]
    store_vocabulary(session, hierarchy, OPERATOR, NOW)
    assert found(session, WD_bizLocation=place(2)) == [1, 2, 3]
    assert found(session, EQ_bizLocation=place(2)) == [2]
    store_vocabulary(session, [site(place(2))], OPERATOR, NOW)
    assert found(session, WD_bizLocation=place(1)) == [1, 2], "the newest master data counts"


def test_too_large_a_hierarchy_is_refused(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary_search, "MAX_ELEMENTS", 2)
    store_vocabulary(session, [site(place(1), place(2), place(3))], OPERATOR, NOW)
    with pytest.raises(QueryTooLargeException, match="at most 2 places"):
        found(session, WD_bizLocation=place(1))


def test_a_firm_s_queries_use_its_own_and_the_operator_s_master_data(session: Session) -> None:
    first, second = make_firm(session, 1), make_firm(session, 2)
    capture(session, [observed(1, bizLocation={"id": place(1)}), observed(2, bizLocation={"id": place(2)})])
    store_vocabulary(session, [site("urn:example:north", place(1), city="Nanjing")], first, NOW)
    store_vocabulary(session, [site("urn:example:all", place(1), place(2), city="Suzhou")], OPERATOR, NOW)
    store_vocabulary(session, [site(place(1), city="Wuxi"), site(place(2), city="Wuxi")], second, NOW)
    assert found(session, first, WD_bizLocation="urn:example:north") == [1]
    assert found(session, second, WD_bizLocation="urn:example:north") == []
    assert found(session, first, WD_bizLocation="urn:example:all") == [1]
    assert found(session, REGULATOR, WD_bizLocation=["urn:example:north", "urn:example:all"]) == [1, 2]
    assert found(session, REGULATOR, EQATTR_bizLocation_city="Wuxi") == [1, 2]
    assert found(session, second, EQATTR_bizLocation_city="Wuxi") == [2]
    assert found(session, first, EQATTR_bizLocation_city="Wuxi") == []
    assert found(session, REGULATOR, HASATTR_bizLocation=["cbvmda:city", "cbvmda:street"]) == [1, 2]
    assert found(session, REGULATOR, HASATTR_bizLocation="cbvmda:street") == []


def test_what_was_never_captured_is_found_nowhere(session: Session) -> None:
    capture(session, [observed(1)])
    for name in ("MATCH_epc", "EQ_readPoint", "EQ_source_location", "EQ_bizTransaction_po", "EQ_transformationID"):
        assert found(session, **{name: "urn:example:never"}) == []
    assert found(session, EQ_example__never=1) == []
    assert find(session, ask(orderBy="example:never", EQ_action="OBSERVE")) == [uuid(1)]


def test_the_largest_queries_are_answered(session: Session) -> None:
    firm = make_firm(session, 1)
    capture(session, [observed(1, bizLocation={"id": place(1)}, quantityList=[{"epcClass": GTIN, "quantity": 0.5}])])
    many = [f"{GTIN}/21/{number}" for number in range(1_000)]
    ranges = [f"urn:epc:idpat:sgtin:9520{number:03}.*.*" for number in range(20)]
    store_vocabulary(session, [site("urn:example:all", place(1), *many)], OPERATOR, NOW)
    for principal in (REGULATOR, firm):
        assert found(session, principal, EQ_eventID=[uuid(1), *many[1:]]) == [1]
        assert found(session, principal, MATCH_epc=[*many, *ranges][:1_000]) == []
        assert found(session, principal, MATCH_epc=ranges) == []
        assert found(session, principal, EQ_quantity=[number / 1000 for number in range(1_000)]) == [1]
        assert found(session, principal, EQ_value_MTR=list(range(1_000))) == []
        assert found(session, principal, WD_bizLocation="urn:example:all") == [1]
        assert found(session, principal, **{f"EQ_a__n{number}": number for number in range(100)}) == []
        assert found(session, principal, **{f"LE_value_A{number}": number for number in range(10, 100)}) == []
