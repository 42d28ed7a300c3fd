"""Schedules: the standard's examples, what is refused, and every second of random schedules by brute force."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.subscriptions.schedule import LIMITS, ScheduleError, next_after, read_schedule


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00")


@pytest.mark.parametrize(
    ("fields", "after", "expected"),
    [
        ({"second": "0", "minute": "0"}, "2026-03-01T10:00:00", "2026-03-01T11:00:00"),
        ({"second": "0", "minute": "30", "hour": "2"}, "2026-03-01T02:29:59.999", "2026-03-01T02:30:00"),
        ({"second": "0", "minute": "0", "dayOfWeek": "[1-5]"}, "2026-03-06T23:00:00", "2026-03-09T00:00:00"),
        ({"hour": "1", "minute": "5"}, "2026-03-01T01:05:00", "2026-03-02T01:05:00"),
        ({"hour": "1"}, "2026-03-01T00:00:00", "2026-03-01T01:00:00"),
        ({"second": "0/30"}, "2026-03-01T00:00:29.5", "2026-03-01T00:00:30"),
        ({"second": 0, "hour": "2"}, "2026-03-01T02:00:00", "2026-03-01T02:01:00"),
        ({"dayOfWeek": "7"}, "2026-03-01T00:00:00", "2026-03-08T00:00:00"),
        ({"dayOfMonth": "31"}, "2026-03-31T00:00:00", "2026-05-31T00:00:00"),
        ({"month": "3"}, "2026-03-01T00:00:00", "2027-03-01T00:00:00"),
        ({"month": "2", "dayOfMonth": "29"}, "2026-03-01T00:00:00", "2028-02-29T00:00:00"),
        ({"month": "2", "dayOfMonth": "29"}, "2096-02-29T00:00:00", "2104-02-29T00:00:00"),
        ({"second": "10,[20-22],50/5"}, "2026-12-31T23:59:55", "2027-01-01T00:00:10"),
        ({"dayOfMonth": "13", "dayOfWeek": "5"}, "2026-04-01T00:00:00", "2026-11-13T00:00:00"),
    ],
)
def test_the_next_time_of_a_schedule(fields: dict[str, Any], after: str, expected: str) -> None:
    assert next_after(read_schedule(fields), at(after)) == at(expected)


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({}, "", "at least one"),
        ({"year": "2026"}, "year", "'year'"),
        ({"second": "60"}, "second", "0 to 59"),
        ({"dayOfWeek": "0"}, "dayOfWeek", "1 to 7"),
        ({"hour": "[5-3]"}, "hour", "lesser one first"),
        ({"hour": "5-7"}, "hour", "[a-b]"),
        ({"hour": ""}, "hour", "got ''"),
        ({"hour": "1,,2"}, "hour", "got ''"),
        ({"hour": "*"}, "hour", "got '*'"),
        ({"hour": "1 "}, "hour", "got '1 '"),
        ({"hour": "٣"}, "hour", "Expected numbers"),
        ({"minute": "0/0"}, "minute", "0 to 59"),
        ({"minute": None}, "minute", "a text"),
        ({"minute": True}, "minute", "a text"),
        ({"minute": -5}, "minute", "'-5'"),
        ({"minute": "1," * 200}, "minute", "200 characters"),
        ({"month": "2", "dayOfMonth": "30"}, "", "some day"),
        ({"month": "[4-4]", "dayOfMonth": "31"}, "", "some day"),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_refused(fields: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        read_schedule(fields)
    assert caught.value.field == field
    assert said in caught.value.detail


@st.composite
def elements(draw: st.DrawFn, name: str) -> tuple[str, set[int]]:
    """A field's text and the values it means, worked out apart."""
    low, high = LIMITS[name]
    texts: list[str] = []
    values: set[int] = set()
    for _ in range(draw(st.integers(1, 3))):
        first = draw(st.integers(low, high))
        last = draw(st.integers(first, high))
        step = draw(st.integers(1, 59))
        kind = draw(st.sampled_from(["number", "range", "steps"]))
        texts.append({"number": f"{first}", "range": f"[{first}-{last}]", "steps": f"{first}/{step}"}[kind])
        values |= {
            value
            for value in range(low, high + 1)
            if (kind == "number" and value == first)
            or (kind == "range" and first <= value <= last)
            or (kind == "steps" and value >= first and (value - first) % step == 0)
        }
    return ",".join(texts), values


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))


@given(st.fixed_dictionaries({"second": elements("second"), "minute": elements("minute")}), MOMENTS)
def test_every_second_of_an_hour_agrees_with_the_clock(
    drawn: dict[str, tuple[str, set[int]]], moment: datetime
) -> None:
    schedule = read_schedule({name: text for name, (text, _) in drawn.items()})
    second = moment.replace(microsecond=0)
    for _ in range(3601):
        second += timedelta(seconds=1)
        if second.second in drawn["second"][1] and second.minute in drawn["minute"][1]:
            break
    assert next_after(schedule, moment) == second


@given(
    elements("hour"),
    st.dictionaries(st.sampled_from(["dayOfMonth", "month", "dayOfWeek"]), st.none()).flatmap(
        lambda names: st.fixed_dictionaries({name: elements(name) for name in names})
    ),
    MOMENTS,
)
def test_every_hour_agrees_with_the_calendar(
    hours: tuple[str, set[int]], days: dict[str, tuple[str, set[int]]], moment: datetime
) -> None:
    fields = {"hour": hours[0], **{name: text for name, (text, _) in days.items()}}
    whole = {name: set(range(low, high + 1)) for name, (low, high) in LIMITS.items()}
    allowed = whole | {name: values for name, (_, values) in days.items()}
    try:
        schedule = read_schedule(fields)
    except ScheduleError:
        longest = {month: 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31 for month in range(1, 13)}
        assert min(allowed["dayOfMonth"]) > max(longest[month] for month in allowed["month"])
        return
    hour = moment.replace(minute=0, second=0, microsecond=0)
    for _ in range(24 * 366 * 13):
        hour += timedelta(hours=1)
        if (
            hour.hour in hours[1]
            and hour.day in allowed["dayOfMonth"]
            and hour.month in allowed["month"]
            and hour.isoweekday() in allowed["dayOfWeek"]
        ):
            break
    else:
        return  # rarer than the brute force looks
    assert next_after(schedule, moment) == hour
