"""The capture that most would write first: jsonschema over the official schema, then ORM objects and `add_all`.

It keeps the events and indexes what is asked for, and derives nothing. The yardstick of `bench.capture`.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
from sqlalchemy import JSON, Engine, ForeignKey, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from trace.kit.db import BigKey, UTCDateTime

Json = Mapping[str, Any]
_LISTS = {
    "epcList": "item",
    "childEPCs": "child",
    "inputEPCList": "input",
    "outputEPCList": "output",
    "quantityList": "item",
    "childQuantityList": "child",
    "inputQuantityList": "input",
    "outputQuantityList": "output",
}
_PARTIES = {
    "sourceList": "source",
    "destinationList": "destination",
    "bizTransactionList": "bizTransaction",
}


class PlainBase(DeclarativeBase):
    """Parent of the tables of this module."""

    type_annotation_map = {datetime: UTCDateTime(), str: Text(), dict[str, Any]: JSON()}  # noqa: RUF012  (as in Base)


class PlainJob(PlainBase):
    """A captured document."""

    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    created_at: Mapped[datetime]
    events: Mapped[int]


class PlainEvent(PlainBase):
    """An event, as it came and by the columns that are searched."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    event_time: Mapped[datetime] = mapped_column(index=True)
    record_time: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str | None]
    biz_step: Mapped[str | None] = mapped_column(index=True)
    disposition: Mapped[str | None]
    read_point: Mapped[str | None] = mapped_column(index=True)
    biz_location: Mapped[str | None] = mapped_column(index=True)
    body: Mapped[dict[str, Any]]
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    epcs: Mapped[list["PlainEpc"]] = relationship()
    parties: Mapped[list["PlainParty"]] = relationship()
    fields: Mapped[list["PlainField"]] = relationship()


class PlainEpc(PlainBase):
    """An entry of one of the event's lists of goods, or its parent."""

    __tablename__ = "epcs"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    role: Mapped[str]
    epc: Mapped[str] = mapped_column(index=True)
    quantity: Mapped[str | None]
    uom: Mapped[str | None]


class PlainParty(PlainBase):
    """A source, destination or business transaction."""

    __tablename__ = "parties"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    role: Mapped[str]
    type: Mapped[str | None]
    identifier: Mapped[str] = mapped_column(index=True)


class PlainField(PlainBase):
    """A field of ilmd or of an extension."""

    __tablename__ = "fields"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    name: Mapped[str] = mapped_column(index=True)
    value: Mapped[str] = mapped_column(index=True)


def make_validator(schema: Path) -> Any:
    """Return a validator over the official schema, compiled once."""
    return jsonschema.Draft7Validator(json.loads(schema.read_bytes()))


def capture(engine: Engine, validator: Any, data: bytes) -> None:
    """Validate a document and store its events in one transaction."""
    document = json.loads(data, parse_float=Decimal)
    validator.validate(document)
    now = datetime.now(UTC)
    bodies = document["epcisBody"]["eventList"]
    with Session(engine) as session, session.begin():
        job = PlainJob(created_at=now, events=len(bodies))
        session.add(job)
        session.flush()
        session.add_all([_event(body, job.id, now) for body in bodies])


def _event(body: Json, job: int, now: datetime) -> PlainEvent:
    return PlainEvent(
        event_id=body["eventID"],
        type=body["type"],
        event_time=datetime.fromisoformat(body["eventTime"]),
        record_time=now,
        action=body.get("action"),
        biz_step=body.get("bizStep"),
        disposition=body.get("disposition"),
        read_point=body["readPoint"]["id"],
        biz_location=body["bizLocation"]["id"],
        body=_plain(body),
        job_id=job,
        epcs=list(_epcs(body)),
        parties=[
            PlainParty(role=role, type=item.get("type"), identifier=item[role])
            for key, role in _PARTIES.items()
            for item in body.get(key, ())
        ],
        fields=[PlainField(name=name, value=value) for name, value in _fields(body)],
    )


def _epcs(body: Json) -> Iterator[PlainEpc]:
    if "parentID" in body:
        yield PlainEpc(role="parent", epc=body["parentID"])
    for key, role in _LISTS.items():
        for item in body.get(key, ()):
            if isinstance(item, str):
                yield PlainEpc(role=role, epc=item)
            else:
                amount = item.get("quantity")
                yield PlainEpc(
                    role=role,
                    epc=item["epcClass"],
                    quantity=None if amount is None else str(amount),
                    uom=item.get("uom"),
                )


def _fields(item: Json) -> Iterator[tuple[str, str]]:
    for key, value in item.items():
        if key == "ilmd":
            yield from _fields(value)
        elif ":" in key and isinstance(value, dict):
            yield from _fields(value)
        elif ":" in key:
            yield key, str(value)


def _plain(value: Any) -> Any:
    """The JSON column knows binary fractions only."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value
