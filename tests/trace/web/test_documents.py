"""Real documents over HTTP: the official EPCIS examples come back with every field; the GDST chain adds up."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.data import data_files, data_path
from tests.trace.web.api_client import Api
from trace.epcis import json_format, xml_format
from trace.epcis.cbv_words import bare_words
from trace.epcis.event import Event
from trace.epcis.names import read_context
from trace.events.rows import event_uri
from trace.kit.db import Database

TYPES = {".json": "application/ld+json", ".jsonld": "application/ld+json", ".xml": "application/xml"}
REFUSED = ("CaptureJob", "AssociationEvent-h.jsonld")
"""No EPCIS documents, and one that has a key twice."""

EXAMPLES = [
    param
    for param in (
        *data_files("epcis/examples/json", "**/*.jsonld"),
        *data_files("epcis/examples/xml", "**/*.xml"),
        *data_files("epcis/gdst"),
    )
    if not any(name in str(getattr(param, "values", "")) for name in REFUSED)
]
DOCTYPE = re.compile(rb"<!DOCTYPE[^>]*>")
"""Some examples have a line of DTD, which is refused on purpose; it is taken out before."""


def read(path: Path) -> list[Event]:
    parse = xml_format.parse_document if path.suffix == ".xml" else json_format.parse_document
    return [event for event in parse(content(path)).events if isinstance(event, Event)]


def content(path: Path) -> bytes:
    return DOCTYPE.sub(b"", path.read_bytes())


@pytest.mark.parametrize("path", EXAMPLES)
def test_an_official_example_comes_back_with_every_field_in_json_and_in_xml(app: Flask, path: Path) -> None:
    api = Api.admin(app)
    job = api.capture(content(path), content_type=TYPES[path.suffix])
    sent = read(path)
    assert job["captured"] + job["repeated"] == len(sent)
    for event in sent:
        for media_type, parse in (("application/json", json_format), ("application/xml", xml_format)):
            response = api.send(
                "GET",
                "/epcis/events/" + quoted(event_uri(event)),
                Accept=media_type,
                GS1_EPC_Format="Never_Translates",
                GS1_CBV_XML_Format="Never_Translates",
            )
            assert response.mimetype == media_type
            answered = [one for one in parse.parse_document(response.get_data()).events if isinstance(one, Event)]
            assert any(same_event(event, one) for one in answered), (event.body, [one.body for one in answered])


def same_event(sent: Event, answered: Event) -> bool:
    """Whether every field is there; the repository adds an ID where there is none, and its own record time."""
    bare = bare_words(sent.body, read_context(sent.context))
    added = {"eventID", "recordTime", "@context"}
    return (
        sent.content_hash == answered.content_hash
        and sent.error_declaration == answered.error_declaration
        and bare.keys() - added == answered.body.keys() - added
        and sent.event_id in (None, answered.event_id)
    )


def quoted(uri: str) -> str:
    return "".join(character if character.isalnum() else f"%{ord(character):02X}" for character in uri)


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 2, 0]])
def test_the_gdst_chain_in_any_order(app: Flask, order: list[int]) -> None:
    api = Api.admin(app)
    files = sorted(data_path("epcis/gdst").glob("*.xml"))
    for number in order:
        api.capture(files[number].read_bytes(), content_type="text/xml")
    whole_fish = find_batch(files, "yellowfintunawhole.2025121114333457")
    traced = api.get("/api/v1/trace?batch=" + quoted(whole_fish))
    assert len(traced["batches"]) == 4
    assert figure(api, whole_fish, "consumed") == 9425
    fillets = [row["id"] for row in traced["batches"] if row["depth"] == 1]
    assert len(fillets) == 2
    for name in ("produced", "consumed"):
        assert sum(figure(api, one, name) for one in fillets) == 59010
    (last,) = [row for row in traced["batches"] if row["depth"] == 2]
    assert figure(api, last["id"], "on_hand") == 45246
    shipped = {one: sum(row["shipped"] for row in traced["movements"] if row["id"] == one) for one in fillets}
    assert sum(shipped.values()) == 59010


def find_batch(files: list[Path], ending: str) -> str:
    for path in files:
        for event in read(path):
            for element in (*event.quantities, *event.input_quantities, *event.output_quantities):
                if element.epc_class.endswith(ending):
                    return element.epc_class
    raise AssertionError(ending)


def figure(api: Api, batch: str, name: str) -> Decimal:
    rows: list[Any] = api.get("/api/v1/balance?batch=" + quoted(batch))["figures"]
    return sum((Decimal(str(row[name])) for row in rows), Decimal(0))


@pytest.mark.parametrize("statement", ["UPDATE events SET body = ''", "DELETE FROM events"])
def test_the_database_itself_keeps_events_as_they_are(app: Flask, database: Database, statement: str) -> None:
    Api.admin(app).capture(data_path("epcis/examples/json/Example_9.6.1-ObjectEvent.jsonld").read_bytes(),
                           content_type="application/ld+json")  # fmt: skip
    with pytest.raises(DBAPIError, match=r"(?i)never|immutable|forbid|change"), database.write() as session:
        session.execute(text(statement))
