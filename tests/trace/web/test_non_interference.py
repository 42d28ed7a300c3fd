"""What one firm keeps to itself changes nothing of what another is answered: every EPCIS operation, byte for byte.

Two services differ only in what the carrier did privately. The dairy's calls, sent to both, must be answered alike in
status, headers, page tokens and bodies; times of the day and random numbers are set apart.
"""

import difflib
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.data import data_path
from tests.desk import sign_in
from tests.trace.subscriptions.desk import Clock, deliver_all
from tests.trace.web.api_client import CONTEXT, Api, document
from tests.trace.web.firms import DAIRY, GTIN, OUTLET, PLANT, SHOP, make_firms, party_number
from tests.trace.web.transcripts import Call, Transcript
from trace.kit.web import current_database

EXAMPLES = {"sqlite": 3, "postgresql": 1}
CARRIER = "9520002000019"
NAMES = {"ex": "https://example.com/ns/"}
HERE = f"https://id.gs1.org/414/{PLANT}"
MARKET = "urn:x:market"
"""A place that is nobody's: every firm may report what happens there."""
SERIAL, LOT = f"https://id.gs1.org/01/{GTIN}/21/S1", f"https://id.gs1.org/01/{GTIN}/10/L1"
PALLET = "https://id.gs1.org/00/095200000000000011"
PASSING = re.compile(r'(csrf|once)" value="[0-9a-f]+|person\d+@|\bsy_[0-9a-f]{8}|keys/[0-9a-f]{8}|\d\d:\d\d(:\d\d)?')
"""Hidden fields of forms, the reader's address, the random beginnings of keys, times of the day."""
SECRET, SECRET_EPC = "urn:x:hideout", f"https://id.gs1.org/01/{GTIN}/21/HIDDEN"
READ_POINTS = "urn:epcglobal:epcis:vtype:ReadPoint"


def event(number: int, **changes: Any) -> dict[str, Any]:
    """An observation at the market; a change to None takes a field away."""
    body = {
        "type": "ObjectEvent",
        "eventID": f"urn:x:event:{number}",
        "eventTime": f"2026-03-01T08:00:{number:02}Z",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "disposition": "active",
        "epcList": [SERIAL],
        "readPoint": {"id": MARKET},
        **changes,
    }
    return {key: value for key, value in body.items() if value is not None}


def place(uri: str) -> dict[str, dict[str, str]]:
    return {"readPoint": {"id": uri}, "bizLocation": {"id": uri}}


def ends(source: str, destination: str) -> dict[str, Any]:
    return {
        "sourceList": [{"type": "possessing_party", "source": f"https://id.gs1.org/417/{source}"}],
        "destinationList": [{"type": "location", "destination": f"https://id.gs1.org/414/{destination}"}],
    }


def sensor(value: float, uom: str = "CEL") -> list[dict[str, Any]]:
    return [{"sensorReport": [{"type": "Temperature", "value": value, "uom": uom}]}]


def paper(events: list[dict[str, Any]], vocabulary: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A document, with master data if there is any."""
    body = document(events, [CONTEXT, NAMES])
    if vocabulary is not None:
        listed = [{"type": READ_POINTS, "vocabularyElementList": vocabulary}]
        body["epcisHeader"] = {"epcisMasterData": {"vocabularyList": listed}}
    return body


def element(uri: str, name: str, *children: str) -> dict[str, Any]:
    return {"id": uri, "attributes": [{"id": "cbvmda:name", "attribute": name}], "children": list(children)}


SHARED = [
    event(1, **place(HERE), action="ADD", bizStep="commissioning", epcList=None,
          quantityList=[{"epcClass": LOT, "quantity": 100}], ilmd={"cbvmda:lotNumber": "L1", "ex:grade": "A"}),
    event(2, **place(HERE), sensorElementList=sensor(4)),
    event(3, **place(HERE), bizStep="shipping", disposition="in_transit", **ends(DAIRY, OUTLET), **{"ex:route": 7}),
    event(4, type="AggregationEvent", action="ADD", bizStep="packing", disposition=None, epcList=None,
          parentID=PALLET, childEPCs=[SERIAL], **place(HERE)),
    event(5),
    event(6, persistentDisposition={"set": ["completeness_verified"]}),
    {**event(5), "errorDeclaration": {"declarationTime": "2026-04-01T00:00:00Z", "reason": "incorrect_data"}},
]  # fmt: skip
"""What the dairy captured before; others sent it something, too."""
LATE = [event(number, epcList=[SERIAL, f"{SERIAL}{number}"]) for number in (20, 21, 22, 23)]
"""What the dairy captures while it is watched."""


# -- what the dairy asks ---------------------------------------------------------------------------------------------


def calls() -> list[Call]:
    """Every operation of the official list, with values that the dairy has, that only the carrier has, and neither."""
    subscription = {"dest": "https://203.0.113.7/dairy", "stream": True}
    again = (("Idempotency_Key", "k1"),)
    return [
        *options("/", "/capture", "/events", "/eventTypes", "/epcs", "/bizSteps", "/bizLocations", "/readPoints"),
        *options("/dispositions", "/queries"),
        Call("GET /"),
        Call("POST /capture", body=paper(LATE[:1], [element(HERE, "Plant", MARKET)]), headers=again),
        Call("POST /capture", body=paper(LATE[:1], [element(HERE, "Plant", MARKET)]), headers=again),
        Call("POST /capture", body=paper(LATE[:2])),
        Call("POST /capture", body=paper([*LATE[1:3], {**LATE[0], "bizStep": "storing"}])),
        *(Call(f"{method} /capture/{{captureID}}", ("$capture",)) for method in ("OPTIONS", "GET")),
        Call("POST /capture", body=paper([*LATE[1:3], {**LATE[0], "bizStep": "storing"}]), headers=PROCEED),
        Call("POST /capture", body=paper([event(24, bizStep="nonsense")])),
        Call("POST /capture", body={"type": "EPCISDocument"}),
        Call("GET /capture", query="perPage=1", every_page=True),
        Call("GET /capture/{captureID}", ("00000000-0000-4000-8000-000000000000",)),
        *(Call("POST /events", body={"@context": [CONTEXT, NAMES], **LATE[3]}) for _ in range(2)),
        Call("POST /events", body={"@context": [CONTEXT, NAMES], **LATE[3], "bizStep": "storing"}),
        Call("POST /events", body={"@context": [CONTEXT, NAMES], **event(25, **place(f"https://id.gs1.org/414/{SHOP}"))}),
        *(Call("GET /events", query=query, every_page=True) for query in QUERIES),
        Call("GET /events", headers=(("Accept", "application/xml"),)),
        Call("GET /events", headers=(("GS1_EPC_Format", "Always_EPC_URN"),)),
        *(Call(f"{method} /events/{{eventID}}", (f"urn:x:event:{number}",))
          for number in (1, 5, 20, 40, 41) for method in ("OPTIONS", "GET")),
        *(Call(f"{method} /{resource}/{{{value}}}{tail}", (text,))
          for resource, (value, texts) in RESOURCES.items() for text in texts
          for tail in ("", "/events") for method in ("OPTIONS", "GET")),
        *(Call(f"GET /{resource}", query="perPage=1", every_page=True) for resource in RESOURCES),
        *(Call("POST /queries", body={"name": name, "query": query}) for name, query in NAMED),
        Call("GET /queries", query="perPage=1", every_page=True),
        *(Call(f"{method} /queries/{{queryName}}{tail}", (name,))
          for name in ("all", "none") for tail in ("", "/events") for method in ("OPTIONS", "GET")),
        *(Call("POST /queries/{queryName}/subscriptions", (name,), body=subscription)
          for name in ("all", "all", "none")),
        Call("GET /queries/{queryName}/subscriptions", ("all",), query="perPage=1", every_page=True),
        Call("OPTIONS /queries/{queryName}/subscriptions", ("all",)),
        *(Call(f"{method} /queries/{{queryName}}/subscriptions/{{subscriptionID}}", ("all", "$subscription"))
          for method in ("OPTIONS", "GET", "DELETE", "GET")),
        *(Call("DELETE /queries/{queryName}", (name,)) for name in ("steps", "steps", "none")),
        Call("DELETE /nextPageToken/{token}", ("abc",)),
    ]  # fmt: skip


def options(*paths: str) -> list[Call]:
    return [Call(f"OPTIONS {path}") for path in paths]


PROCEED = (("GS1_Capture_Error_Behaviour", "proceed"),)
QUERIES = [
    "perPage=1", "perPage=2&orderBy=eventTime", "perPage=3&orderBy=recordTime&orderDirection=ASC", "eventCountLimit=2",
    *(f"maxEventCount={count}" for count in range(5, 14)), f"MATCH_epc={SERIAL}", f"MATCH_anyEPC={SECRET_EPC}",
    "MATCH_epc=https://id.gs1.org/01/*", f"MATCH_parentID={PALLET}", f"MATCH_anyEPCClass={LOT}", f"EQ_readPoint={HERE}",
    f"WD_readPoint={HERE}", f"WD_bizLocation={HERE}", f"EQ_bizLocation={SECRET}", "EQ_bizStep=inspecting",
    "EQ_bizStep=storing", "EQ_disposition=active", "EQ_disposition=recalled", "EQ_eventID=urn:x:event:1",
    "EQ_eventID=urn:x:event:40", "EXISTS_errorDeclaration", "EQ_errorReason=incorrect_data", "EQ_ex:route=7",
    "EXISTS_ex:route", "EXISTS_ex:secret", "EQ_ILMD_ex:grade=A", "EQ_ILMD_ex:grade=Z", "GE_ex:route=1",
    "EXISTS_INNER_ex:deep", "EQ_value_CEL=4", "EQ_value_KEL=4", "EQ_type=Temperature", "EQ_quantity=100",
    "EQ_persistentDisposition_set=completeness_verified", "HASATTR_readPoint=urn:epcglobal:cbv:mda:name",
    "EQATTR_readPoint_urn:epcglobal:cbv:mda:name=Plant", "EQATTR_readPoint_urn:epcglobal:cbv:mda:name=Hideout",
    f"EQ_source_possessing_party=https://id.gs1.org/417/{DAIRY}", f"EQ_destination_location=https://id.gs1.org/414/{SHOP}",
    "EQ_bizTransaction_po=urn:x:paper:1", "GE_recordTime=2020-01-01T00:00:00Z", "GE_eventTime=2026-03-01T08:00:02Z",
    "EQ_correctiveEventID=urn:x:event:1", "EQ_transformationID=urn:x:blend", "EQ_nonsense=1", "nextPageToken=abc",
]  # fmt: skip
RESOURCES = {
    "eventTypes": ("eventType", ["ObjectEvent", "AggregationEvent", "TransformationEvent", "Nonsense"]),
    "epcs": ("epc", [SERIAL, PALLET, SECRET_EPC, "urn:x:none"]),
    "bizSteps": ("bizStep", ["inspecting", "storing", "loading", "urn:x:step"]),
    "bizLocations": ("bizLocation", [HERE, SECRET, "urn:x:none"]),
    "readPoints": ("readPoint", [HERE, MARKET, SECRET, "urn:x:none"]),
    "dispositions": ("disposition", ["active", "recalled", "damaged"]),
}
NAMED = [
    ("all", {}),
    ("all", {}),
    ("all", {"EQ_bizStep": ["shipping"]}),
    ("steps", {"EQ_bizStep": ["inspecting"]}),
    ("steps too", {"EQ_nonsense": 1}),
]


# -- what the carrier does -------------------------------------------------------------------------------------------


def capture(
    *events: dict[str, Any], vocabulary: list[dict[str, Any]] | None = None, **headers: str
) -> Callable[[Api], Any]:
    return lambda api: api.send("POST", "/epcis/capture", paper(list(events), vocabulary), **headers)


def post(path: str, body: Mapping[str, Any]) -> Callable[[Api], Any]:
    return lambda api: api.send("POST", f"/epcis{path}", body)


WRONG = {"errorDeclaration": {"declarationTime": "2026-05-01T00:00:00Z", "reason": "did_not_occur", "ex:why": "x"}}
HIDDEN = {"epcList": [SECRET_EPC], **place(SECRET), "disposition": "recalled", "bizStep": "storing"}
PRIVATE: list[Callable[[Api], Any]] = [
    capture(*(event(number) for number in (5, 6, 40))),  # the same, under the same IDs
    capture(*(event(number, bizStep="storing", disposition="recalled") for number in (1, 2, 3, 4))),
    capture(*LATE),
    capture(*({**body, "bizStep": "loading"} for body in LATE)),
    capture({**event(5), **WRONG}, {**event(20), **WRONG}, {**event(5, eventID=None), **WRONG}),
    capture(event(41, **HIDDEN), event(42, **HIDDEN, **{"ex:secret": {"ex:deep": 7}, "ex:route": 7})),
    capture(event(43, **HIDDEN, ilmd={"ex:grade": "Z"}, action="ADD")),
    capture(event(44, **HIDDEN, sensorElementList=sensor(4, "KEL")), event(45, sensorElementList=sensor(4))),
    capture(event(46, type="TransformationEvent", action=None, epcList=None, inputEPCList=[SERIAL],
                  outputEPCList=[SECRET_EPC], transformationID="urn:x:blend")),
    capture(event(47, bizTransactionList=[{"type": "po", "bizTransaction": "urn:x:paper:1"}])),
    capture(event(48), vocabulary=[element(HERE, "Hideout", SECRET, MARKET), element(MARKET, "Hideout", HERE)]),
    capture(event(49), event(48, bizStep="storing"), GS1_Capture_Error_Behaviour="proceed"),
    capture(event(50, bizStep="nonsense")),
    capture(LATE[0], Idempotency_Key="k1"),
    post("/events", {"@context": [CONTEXT, NAMES], **LATE[3]}),
    post("/events", {"@context": [CONTEXT, NAMES], **event(51, eventTime="2026-02-01T00:00:00Z")}),
    *(post("/queries", {"name": name, "query": query}) for name, query in NAMED[1:4]),
    *(post("/queries", {"name": name, "query": {"EQ_bizStep": ["storing"]}})
      for name in ("none", "steps", "aaa", "zzz")),
    *(post(f"/queries/{name}/subscriptions", {"dest": "https://203.0.113.9/carrier", "stream": True})
      for name in ("all", "none", "steps")),
    lambda api: api.send("DELETE", "/epcis/queries/all"),
    lambda api: api.send("POST", "/api/v1/batches", {"commodity_code": "09520009000029", "lot": "Z", "quantity": 1}),
]  # fmt: skip


# -- the comparison --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Service:
    """A service of its own with the same firms and the same history; ``dairy`` is watched."""

    app: Flask
    dairy: Api
    carrier: Api

    @classmethod
    def start(cls, app: Flask) -> "Service":
        firms = make_firms(app)
        firms.admin.post("/api/v1/parties", {"gln": CARRIER, "name": "承运人"})
        carrier = Api.issue(app, "company", party_number(app, CARRIER))
        firms.dairy.capture(paper(SHARED, [element(HERE, "Plant")]))
        there = place(f"https://id.gs1.org/414/{OUTLET}")
        firms.shop.capture(paper([event(10, **there, **ends(SHOP, PLANT)), event(11, **there)]))
        firms.admin.capture(paper([event(12, **place(HERE)), event(13)], [element(MARKET, "Market")]))
        return cls(app, firms.dairy, carrier)

    def watch(self, doings: Mapping[int, list[int]]) -> list[str]:
        """What the dairy is answered while the carrier does so much before each of its calls."""
        transcript = Transcript(self.dairy)
        for number, call in enumerate(calls()):
            for doing in doings.get(number, ()):
                PRIVATE[doing](self.carrier)
            transcript.send(call)
        self._deliver(transcript)
        return transcript.lines

    def _deliver(self, transcript: Transcript) -> None:
        """What the dairy's subscription is told."""

        def send(dest: str, body: bytes, _headers: Mapping[str, str]) -> int:
            if dest.endswith("/dairy"):
                transcript.write(dest, body.decode())
            return 204

        with self.app.app_context():
            deliver_all(current_database(), Clock.ahead(), send)


def assert_alike(quiet: list[str], busy: list[str]) -> None:
    """Both transcripts are the same; else the first answer that differs is shown."""
    for one, other in zip_longest(quiet, busy, fillvalue=""):
        if one != other:
            differing = difflib.unified_diff(one.split("\n"), other.split("\n"), "quiet", "busy", n=9)
            raise AssertionError("\n".join(differing))


def test_every_operation_of_the_standard_is_asked() -> None:
    listed = data_path("epcis/rest-endpoints.tsv").read_text("utf-8").splitlines()[1:]
    operations = {" ".join(line.split("\t")[:2]) for line in listed}
    assert {call.operation for call in calls()} == operations


def test_the_transcript_tells_what_it_should(new_app: Callable[[], Flask]) -> None:
    """Answers are good ones mostly, and what the dairy itself does is seen."""
    quiet = Service.start(new_app()).watch({})
    statuses = [line.split("\n")[1] for line in quiet]
    assert {"200", "201", "202", "204", "400", "404", "409", "413", "501"} <= set(statuses)
    assert statuses.count("200") > 100
    other = Service.start(new_app())
    other.dairy.capture(paper([event(59)]))
    with pytest.raises(AssertionError):
        assert_alike(quiet, other.watch({}))


def test_another_firm_s_private_doings_change_nothing(new_app: Callable[[], Flask], database_kind: str) -> None:
    quiet = Service.start(new_app()).watch({})
    numbers = range(len(calls()))

    def check(doings: Mapping[int, list[int]]) -> None:
        assert_alike(quiet, Service.start(new_app()).watch(doings))

    check({0: list(range(len(PRIVATE)))})
    check({number: random.Random(number).sample(range(len(PRIVATE)), 3) for number in numbers if number % 9 == 0})

    @settings(
        max_examples=EXAMPLES[database_kind],
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(
        st.dictionaries(
            st.sampled_from(numbers), st.lists(st.sampled_from(range(len(PRIVATE))), min_size=1), min_size=1
        )
    )
    def anything(doings: dict[int, list[int]]) -> None:
        check(doings)

    anything()


PAGES = (
    "/desk",
    *(f"/desk/{path}" for path in ("batches", "batches.csv", "goods", "deliveries", "deliveries/sent", "sheets")),
    *(f"/desk/{path}" for path in ("findings", "findings.csv", "products", "places", "firm", "people", "keys")),
    *(f"/desk/{path}" for path in ("inbox", "cases", "drills", f"batches/{GTIN}/L1", f"batches/{GTIN}/L1/picture")),
)


def read_pages(service: Service) -> dict[str, str]:
    """What a person of the dairy is shown at the desk, without the numbers that only her browser has."""
    person = sign_in(service.app, "company", party_number(service.app, DAIRY), manages=True, name="Reader")
    shown = {path: person.send("GET", path) for path in PAGES}
    assert {page.status_code for page in shown.values()} == {200}
    return {path: PASSING.sub("", page.get_data(as_text=True)) for path, page in shown.items()}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_another_firm_s_private_doings_change_no_page(new_app: Callable[[], Flask]) -> None:
    quiet, busy = Service.start(new_app()), Service.start(new_app())
    for doing in PRIVATE:
        doing(busy.carrier)
    before, after = read_pages(quiet), read_pages(busy)
    for path in PAGES:
        assert_alike(before[path].split("\n"), after[path].split("\n"))


def test_the_private_doings_are_mostly_taken(new_app: Callable[[], Flask]) -> None:
    """Else they would prove nothing."""
    service = Service.start(new_app())
    statuses = [doing(service.carrier).status_code for doing in PRIVATE]
    assert sum(status < 300 for status in statuses) > 20, statuses
