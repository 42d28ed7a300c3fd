"""Incidents opened by an office; their tasks and situation reports are steps of the history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from oversight.incidents.flow import INCIDENT
from oversight.jurisdictions import office_of
from oversight.matters.kinds import Kind
from oversight.matters.steps import Actor, Subject, actor_of, open_matter
from oversight.models import Matter
from trace.kit.auth import Principal
from trace.kit.errors import Forbidden
from trace.kit.fields import InputModel, Text, Timestamp


class OfficialsAlone(Forbidden):
    """An incident is opened by an authority."""


class IncidentIn(InputModel):
    """What happened, in a title and in words, and the matter or recall that it is about."""

    title: Text
    words: Text
    about: Text | None = None


class TaskIn(InputModel):
    """Who is to do what, until when."""

    who: Text
    what: Text
    until: Timestamp | None = None


def open_incident(session: Session, principal: Principal, body: IncidentIn, now: datetime) -> Matter:
    """Open an incident in the hands of one's own office."""
    actor = actor_of(session, principal)
    if actor.right != "authority":
        raise OfficialsAlone(f"Expected an official to open an incident, got {actor.right}.")
    code = office_of(session, principal).code
    facts = {"about": body.about}
    return open_matter(session, INCIDENT, actor, body.title, code, Subject(), now, body.words, facts)


def _task(_session: Session, _actor: Actor, _matter: Matter, body: TaskIn, _now: datetime) -> Mapping[str, Any]:
    until = None if body.until is None else body.until.isoformat()
    return {"who": body.who, "what": body.what, "until": until}


INCIDENTS = Kind(INCIDENT, bodies={"task": TaskIn}, effects={"task": _task})
"""The kind as the edge meets it."""
