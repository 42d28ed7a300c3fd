"""What a subscription's body asks for (EPCIS 2.0 §8.2.5.2, openapi.json `AbstractQuerySubscription`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trace.events.errors import SubscriptionControlsException, ValidationException
from trace.kit.errors import FieldError
from trace.kit.fields import parse_timestamp
from trace.kit.webhook import Policy, WebhookRefused, read_target
from trace.subscriptions.schedule import ScheduleError, read_schedule

MAX_TOKEN = 1000
MEMBERS = ("dest", "signatureToken", "secret", "stream", "schedule", "reportIfEmpty", "initialRecordTime")


@dataclass(frozen=True, slots=True)
class Controls:
    """Whom to tell, when, and from which record time on; ``schedule`` is ``None`` for a stream."""

    dest: str
    signature_token: str | None
    schedule: Mapping[str, str] | None
    report_if_empty: bool
    initial_record_time: datetime | None


def read_controls(body: Mapping[str, Any], policy: Policy) -> Controls:
    """Read the body of a new subscription.

    Raises ValidationException (400) for members that are wrong by themselves, SubscriptionControlsException (400)
    unless exactly one of ``stream`` and ``schedule`` says when to report, and the schedule can be kept.
    """
    for member in body:
        if member not in MEMBERS:
            raise _wrong(member, f"Expected one of {', '.join(MEMBERS)}, got {member!r}.")
    return Controls(
        dest=_read_dest(body, policy),
        signature_token=_read_token(body),
        schedule=_read_schedule(body),
        report_if_empty=_read_flag(body, "reportIfEmpty"),
        initial_record_time=_read_time(body),
    )


def _read_dest(body: Mapping[str, Any], policy: Policy) -> str:
    dest = body.get("dest")
    if not isinstance(dest, str):
        raise _wrong("dest", "Expected the URL to report to, got none.")
    try:
        read_target(dest, policy)
    except WebhookRefused as error:
        raise _wrong("dest", str(error)) from error
    return dest


def _read_token(body: Mapping[str, Any]) -> str | None:
    # The schema demands a `secret` and describes a `signatureToken`: they are one.
    tokens = [body[name] for name in ("signatureToken", "secret") if body.get(name) is not None]
    for token in tokens:
        if not isinstance(token, str) or not 1 <= len(token) <= MAX_TOKEN:
            raise _wrong("signatureToken", f"Expected a text of 1 to {MAX_TOKEN} characters.")
        if token != tokens[0]:
            raise _wrong("secret", "Expected secret and signatureToken to be one, got two.")
    return tokens[0] if tokens else None


def _read_schedule(body: Mapping[str, Any]) -> Mapping[str, str] | None:
    stream, fields = _read_flag(body, "stream"), body.get("schedule")
    if stream == (fields is not None):
        got = "both" if stream else "neither"
        raise _uncontrolled("", f"Expected exactly one of stream (true) and schedule, got {got}.")
    if fields is None:
        return None
    if not isinstance(fields, Mapping):
        raise _uncontrolled("/schedule", "Expected an object with second, minute, hour … as schedule.")
    try:
        read_schedule(fields)
    except ScheduleError as error:
        raise _uncontrolled(f"/schedule/{error.field}".rstrip("/"), error.detail) from error
    return {name: str(value) for name, value in fields.items()}


def _read_flag(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise _wrong(name, f"Expected {name} true or false.")
    return value


def _read_time(body: Mapping[str, Any]) -> datetime | None:
    if body.get("initialRecordTime") is None:
        return None
    try:
        return parse_timestamp(body["initialRecordTime"])
    except ValueError as error:
        raise _wrong("initialRecordTime", str(error)) from error


def _wrong(member: str, detail: str) -> ValidationException:
    return ValidationException(detail, errors=[FieldError(f"/{member}", detail)])


def _uncontrolled(pointer: str, detail: str) -> SubscriptionControlsException:
    return SubscriptionControlsException(detail, errors=[FieldError(pointer, detail)])
