"""EPCIS: a company sees the events that concern it, as if there were no others."""

from tests.authorization.row import ANYBODY, READERS, REGISTER, WRITERS, Row, get, post

PLACE = "https%3A%2F%2Fid.gs1.org%2F414%2F{place}"
EPC = "https%3A%2F%2Fid.gs1.org%2F00%2F{sscc}"
EVENT = {
    "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    "type": "ObjectEvent",
    "eventTime": "2026-03-01T08:00:00Z",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "bizStep": "inspecting",
    "readPoint": {"id": "https://id.gs1.org/414/{place}"},
    "epcList": ["https://id.gs1.org/01/{gtin}/21/S1"],
}
PAPER = {
    "@context": EVENT["@context"],
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-03-31T00:00:00Z",
    "epcisBody": {"eventList": [{key: value for key, value in EVENT.items() if key != "@context"}]},
}
RESOURCES = {
    "bizLocations": PLACE,
    "readPoints": PLACE,
    "epcs": EPC,
    "bizSteps": "shipping",
    "dispositions": "in_transit",
    "eventTypes": "ObjectEvent",
}

ROWS: list[Row] = [
    get("/epcis/", READERS),
    *(get(f"/epcis/{name}", READERS) for name in RESOURCES),
    *(get(f"/epcis/{name}/{value}", READERS) for name, value in RESOURCES.items()),
    *(get(f"/epcis/{name}/{value}/events", READERS) for name, value in RESOURCES.items()),
    get("/epcis/events", READERS),
    get("/epcis/events?EQ_eventID={event}", READERS, foreign=200, absent=200),
    get("/epcis/events/{event}", READERS),
    post("/epcis/events", WRITERS, EVENT, foreign=400, absent=201, told=REGISTER),
    post("/epcis/capture", WRITERS, PAPER, own=202, foreign=202, absent=202),
    get("/epcis/capture", READERS),
    get("/epcis/capture/{capture}", READERS),
    get("/epcis/queries", READERS),
    post("/epcis/queries", READERS, {"name": "new", "query": {}}),
    get("/epcis/queries/{query}", READERS, officials=404),
    Row("DELETE", "/epcis/queries/{query}", READERS, own=204, officials=404),
    get("/epcis/queries/{query}/events", READERS, officials=404),
    get("/epcis/queries/{query}/subscriptions", READERS, officials=404),
    post(
        "/epcis/queries/{query}/subscriptions",
        READERS,
        {"dest": "https://203.0.113.9/x", "stream": True},
        officials=404,
    ),
    get("/epcis/queries/{query}/subscriptions/{subscription}", READERS, officials=404),
    Row("DELETE", "/epcis/queries/{query}/subscriptions/{subscription}", READERS, own=204, officials=404),
    Row("DELETE", "/epcis/nextPageToken/none", ANYBODY, own=501),
]
