"""Master data in documents: kept for each firm, newest first, and the names it gives to what nobody registered."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.data import data_path
from tests.trace.epcis.builders import read_file
from tests.trace.web.api_client import Api, document
from tests.trace.web.firms import GTIN, PLANT, SHOP, Firms, batch, make_firms, party_number, shipment
from trace.answers import Place
from trace.epcis.event import VocabularyElement as Element
from trace.kit.auth import Principal, Role
from trace.kit.web import current_database
from trace.models import Party, VocabularyElement
from trace.vocabulary import find_names, name_places, store_vocabulary

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PLACES, ITEMS = "urn:epcglobal:epcis:vtype:Location", "urn:epcglobal:epcis:vtype:EPCClass"
DEPOT, DEPOT_URN = "https://id.gs1.org/414/0614141007776/254/5", "urn:epc:id:sgln:0614141.00777.5"
NAME = "urn:epcglobal:cbv:mda:name"

OPERATOR = Principal("admin", None, 1, "operator")
REGULATOR = Principal("regulator", None, 2, "regulator")


def firms(session: Session, number: int) -> list[Principal]:
    """Keys of so many new firms."""
    rows = [Party(uscc=f"9100000000000000{n:02}", name=f"Firm {n}", registered_at=NOW) for n in range(number)]
    session.add_all(rows)
    session.flush()
    return [Principal("company", row.id, 10 + row.id, row.name) for row in rows]


def named(name: Any, uri: str = DEPOT_URN, attribute: str = NAME, kind: str = PLACES) -> list[Element]:
    """One element with one attribute."""
    return [Element(kind, uri, ((attribute, name),))]


def rows(session: Session) -> Sequence[VocabularyElement]:
    return session.scalars(select(VocabularyElement).order_by(VocabularyElement.id)).all()


def test_an_element_is_kept_under_canonical_identifiers(session: Session) -> None:
    (firm,) = firms(session, 1)
    attributes = (("urn:epcglobal:cbv:mda#name", "Depot"), ("https://example.com/doors", 4), ("urn:x:none", None))
    element = Element(PLACES, DEPOT_URN, attributes, ("urn:epc:id:sgln:0614141.00777.6", "urn:x:door"))
    assert store_vocabulary(session, [element], firm, NOW) == 1
    (row,) = rows(session)
    assert (row.captured_by, row.captured_at, row.type, row.uri) == (firm.party_id, NOW, PLACES, DEPOT)
    assert json.loads(row.attributes) == [[NAME, "Depot"], ["https://example.com/doors", 4], ["urn:x:none", None]]
    assert json.loads(row.children) == ["https://id.gs1.org/414/0614141007776/254/6", "urn:x:door"]


def test_what_is_said_again_adds_nothing_and_what_changes_counts(session: Session) -> None:
    (firm,) = firms(session, 1)
    for name, new in (("Old", 1), ("Old", 0), ("New", 1), ("New", 0), ("Old", 1)):
        assert store_vocabulary(session, named(name), firm, NOW) == new
        assert find_names(session, firm, [DEPOT]) == {DEPOT: name}
    assert len(rows(session)) == 3


def test_of_an_element_twice_in_one_document_the_last_counts(session: Session) -> None:
    (firm,) = firms(session, 1)
    for new in (1, 0):
        assert store_vocabulary(session, [*named("First"), *named("Last", DEPOT)], firm, NOW) == new
    assert find_names(session, firm, [DEPOT]) == {DEPOT: "Last"}


def test_a_read_point_and_a_business_location_of_one_name_are_two_elements(session: Session) -> None:
    (firm,) = firms(session, 1)
    both = [element for kind in ("urn:x:ReadPoint", "urn:x:BizLocation") for element in named("Depot", kind=kind)]
    assert store_vocabulary(session, both, firm, NOW) == 2
    assert store_vocabulary(session, both, firm, NOW) == 0


def test_a_firm_uses_its_own_names_then_the_operators_and_never_anothers(session: Session) -> None:
    one, other, third = firms(session, 3)
    store_vocabulary(session, named("One's"), one, NOW)
    store_vocabulary(session, named("Operator's"), OPERATOR, NOW)
    store_vocabulary(session, named("Other's"), other, NOW)
    store_vocabulary(session, named("Secret", "urn:x:secret"), other, NOW)
    uris = [DEPOT, "urn:x:secret"]
    assert find_names(session, one, uris) == {DEPOT: "One's"}
    assert find_names(session, other, uris) == {DEPOT: "Other's", "urn:x:secret": "Secret"}
    assert find_names(session, third, uris) == find_names(session, None, uris) == {DEPOT: "Operator's"}
    for whole in (OPERATOR, REGULATOR):
        assert find_names(session, whole, uris) == {DEPOT: "Operator's", "urn:x:secret": "Secret"}


def test_a_regulator_reads_what_was_said_last_where_the_operator_says_nothing(session: Session) -> None:
    one, other = firms(session, 2)
    for firm, name in ((one, "First"), (other, "Second"), (one, "Third")):
        store_vocabulary(session, named(name), firm, NOW)
        assert find_names(session, REGULATOR, [DEPOT]) == {DEPOT: name}


def test_names_are_read_in_every_spelling_and_the_best_comes_first(session: Session) -> None:
    attributes: list[tuple[tuple[tuple[str, Any], ...], str | None]] = [
        (((NAME, " Depot "),), "Depot"),
        ((("urn:epcglobal:cbv:mda#descriptionShort", "Tuna"),), "Tuna"),
        ((("urn:epcglobal:cbv:mda:descriptionShort", "Tuna"), (NAME, "Tuna in oil")), "Tuna in oil"),
        (((NAME, {"#text": "仓库", "@lang": "zh"}),), "仓库"),
        (((NAME, ""), ("urn:epcglobal:cbv:mda:tradeItemDescription", "Tuna")), "Tuna"),
        (((NAME, 7),), None),
        (((NAME, None),), None),
        ((("https://example.com/name", "x"),), None),
        ((), None),
    ]
    for some, name in attributes:
        store_vocabulary(session, [Element(ITEMS, "urn:x:tuna", some)], OPERATOR, NOW)
        assert find_names(session, REGULATOR, ["urn:x:tuna"]).get("urn:x:tuna") == name


def test_a_location_is_named_by_its_firms_gln_too_and_a_registered_name_stays(session: Session) -> None:
    party = "https://id.gs1.org/417/0614141007776"
    store_vocabulary(session, named("The firm", party), OPERATOR, NOW)
    places = {
        1: Place("https://id.gs1.org/414/0614141007776", "0614141007776"),
        2: Place("https://id.gs1.org/414/0614141007776", "0614141007776", name="Registered", registered=True),
        3: Place("urn:x:other", None),
    }
    found = name_places(session, REGULATOR, places)
    assert [found[number].name for number in places] == ["The firm", "Registered", None]


def test_the_names_of_a_real_chain_are_found(session: Session) -> None:
    elements = read_file(data_path("epcis/gdst/gdst_importer.xml")).master_data
    assert store_vocabulary(session, elements, OPERATOR, NOW) == len(elements)
    uris = ["urn:gdst:example.org:location:loc:importer01.0", "urn:epc:idpat:sgtin:08600031303.00"]
    assert find_names(session, REGULATOR, uris) == {uris[0]: "Importer", uris[1]: "Canned Yellowfin Tuna"}


def test_no_vocabulary_costs_no_statement(session: Session) -> None:
    assert store_vocabulary(session, [], OPERATOR, NOW) == 0
    assert session.scalar(select(func.count()).select_from(VocabularyElement)) == 0


MEADOW, MEADOW_GLN = "https://id.gs1.org/414/9520009000012", "9520009000012"
MILK = "https://id.gs1.org/01/09520009000029"


def deliver(app: Flask) -> Firms:
    """A farm that nobody registered delivers milk, which nobody registered either, to the dairy."""
    firms = make_firms(app)
    delivery = {
        "type": "ObjectEvent",
        "eventID": "urn:x:delivery",
        "eventTime": "2026-03-01T08:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "receiving",
        "bizLocation": {"id": f"https://id.gs1.org/414/{PLANT}"},
        "quantityList": [{"epcClass": f"{MILK}/10/M1", "quantity": 9, "uom": "LTR"}],
        "sourceList": [{"type": "location", "source": MEADOW}],
        "destinationList": [{"type": "location", "destination": f"https://id.gs1.org/414/{PLANT}"}],
    }
    firms.dairy.capture(document([delivery]))
    return firms


def tell(app: Flask, role: Role, party: int | None, *elements: Element) -> None:
    """Store master data of a document."""
    with app.app_context(), current_database().write() as session:
        store_vocabulary(session, elements, Principal(role, party, 1, "test"), NOW)


def shown(api: Api) -> dict[str, Any]:
    """The names of the farm and its milk in the answers of the record."""
    batch = api.get("/api/v1/batches/09520009000029/M1")
    trace = api.get("/api/v1/batches/09520009000029/M1/trace")
    places = [*batch["balance"]["locations"], *trace["locations"]]
    return {
        "product": {batch["product"], api.get("/api/v1/products/09520009000029")["name"]},
        "place": {place["name"] for place in places if place["id"] == MEADOW}
        | {api.get(f"/api/v1/locations/{MEADOW_GLN}")["name"], api.get(f"/api/v1/parties/{MEADOW_GLN}")["name"]},
        "plant": {place["name"] for place in places if place["gln"] == PLANT},
    }


def test_answers_show_the_names_that_documents_give_to_who_may_use_them(app: Flask) -> None:
    firms = deliver(app)
    nameless = {"product": {None}, "place": {None}, "plant": {f"地点 {PLANT}"}}
    assert shown(firms.dairy) == shown(firms.regulator) == nameless
    said = [
        *named("Meadow farm", MEADOW),
        *named("Raw milk", MILK),
        *named("Not so", f"https://id.gs1.org/414/{PLANT}"),
    ]
    tell(app, "company", party_number(app, SHOP), *said)
    known = {**nameless, "product": {"Raw milk"}, "place": {"Meadow farm"}}
    assert shown(firms.dairy) == nameless
    assert shown(firms.regulator) == shown(firms.admin) == known
    tell(app, "admin", None, *named("Milk", MILK, "urn:epcglobal:cbv:mda#descriptionShort"))
    assert shown(firms.dairy) == {**nameless, "product": {"Milk"}}


def test_a_registered_name_stays(app: Flask) -> None:
    firms = deliver(app)
    tell(app, "admin", None, *named("Meadow farm", MEADOW), *named("Raw milk", MILK))
    firms.admin.post("/api/v1/parties", {"gln": MEADOW_GLN, "name": "草场"})
    assert shown(firms.dairy)["place"] == {"草场"}
    firms.admin.post("/api/v1/products", {"commodity_code": "9520009000029", "name": "生乳"})
    assert shown(firms.dairy)["product"] == {"生乳"}


def test_an_impact_names_places_as_its_reader_may(app: Flask) -> None:
    firms = make_firms(app)
    firms.dairy.post("/api/v1/batches", batch())
    sent = shipment(to=MEADOW_GLN)
    firms.dairy.post("/api/v1/shipments", sent)
    tell(app, "company", party_number(app, SHOP), *named("Meadow shop", MEADOW))
    case = {
        "title": "召回", "kind": "recall", "regime": "cn_food", "class": 1, "depth": "consumer", "hazard": "菌",
        "instructions": "停止食用", "remedy": "refund", "scope": [{"gtin": GTIN, "lots": ["L1"]}],
    }  # fmt: skip
    number = firms.regulator.post("/api/v1/recalls", case)["number"]

    def names(api: Api) -> set[str | None]:
        consignees = api.get(f"/api/v1/recalls/{number}/impact")["consignees"]
        return {row["name"] for row in consignees if row["gln"] == MEADOW_GLN}

    assert names(firms.regulator) == {"Meadow shop"}
    assert names(firms.dairy) == {None}


def master_data(*elements: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A master data document."""
    body = {"vocabularyList": [{"type": PLACES, "vocabularyElementList": list(elements)}]}
    return {**document([]), "type": "EPCISMasterDataDocument", "epcisBody": body, **changes}


FARM = {"id": MEADOW, "attributes": [{"id": "cbvmda:name", "attribute": "Meadow farm"}]}


def test_a_master_data_document_is_captured_in_either_format(app: Flask) -> None:
    firms = deliver(app)
    job = firms.dairy.capture(master_data(FARM))
    assert (job["success"], job["captured"]) == (True, 0)
    assert shown(firms.dairy)["place"] == {"Meadow farm"}
    data = data_path("epcis/examples/xml/Mimasu/Example-masterData.xml").read_bytes()
    data = data.replace(b"urn:epc:id:sgln:0037000.00729.0", MEADOW.encode()).replace(b"+18.0000", b"Farm")
    data = data.replace(b"http://epcis.example.com/mda/latitude", b"urn:epcglobal:cbv:mda#name")
    firms.dairy.capture(data, Content_Type="application/xml")
    assert shown(firms.dairy)["place"] == {"Farm"}


def test_bad_master_data_is_refused_with_its_place_and_nothing_is_kept(app: Flask) -> None:
    firms = deliver(app)
    answer = firms.dairy.capture(master_data(FARM, {"attributes": []}), status=400)
    where = "/epcisBody/vocabularyList/0/vocabularyElementList/1/id"
    assert answer["detail"] == f"Cannot read the document: expected a URI at {where}, got nothing."
    assert shown(firms.dairy)["place"] == {None}


def test_master_data_goes_back_with_its_document(app: Flask) -> None:
    firms = deliver(app)
    bad = {**document([{"type": "ObjectEvent"}]), "epcisHeader": {"epcisMasterData": master_data(FARM)["epcisBody"]}}
    assert not firms.dairy.capture(bad, GS1_Capture_Error_Behaviour="rollback")["success"]
    assert shown(firms.dairy)["place"] == {None}
    assert not firms.dairy.capture(bad, GS1_Capture_Error_Behaviour="proceed")["success"]
    assert shown(firms.dairy)["place"] == {"Meadow farm"}
