"""What the registers find about a firm, on any day."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.registers.findings import find_findings
from oversight.registers.firms import read_firm, write_firm
from tests.oversight.offices import ADMIN, NOW
from tests.oversight.registers.firms import (
    CERTIFICATE,
    DAIRY,
    DAIRY_GOODS,
    LICENCE,
    MARCH,
    OTHER,
    YOGURT,
    Firms,
    add_firms,
    batch,
    say,
)
from trace.batch_registration import commissioning_event
from trace.batches import register_batch
from trace.capture import capture_events
from trace.master_data import PartyNotFound
from trace.models import Identifier
from trace.record_findings import find_findings as check_batches


@pytest.fixture
def firms(session: Session) -> Firms:
    return add_firms(session)


def rules(session: Session, firms: Firms, on: date) -> list[str]:
    return [one.rule for one in find_findings(session, firms.dairy, on)]


def test_a_firm_in_order_has_none(session: Session, firms: Firms) -> None:
    say(session, "categories", DAIRY_GOODS)
    say(session, "licences", LICENCE)
    say(session, "certificates", {**CERTIFICATE, "valid_to": "2026-12-31"})
    register_batch(session, firms.key, batch(YOGURT, "A1", MARCH), NOW)
    assert rules(session, firms, MARCH) == []
    assert rules(session, firms, date(2027, 1, 1)) == ["licence_not_valid", "licence_missing", "certificate_not_valid"]


def test_what_is_suspended_or_expired_is_found_with_its_record(session: Session, firms: Firms) -> None:
    say(session, "standing", {"party": DAIRY, "state": "suspended", "since": "2026-02-01", "ground": "卫生"})
    entry = say(session, "certificates", CERTIFICATE)
    found = find_findings(session, firms.dairy, MARCH)
    assert [one.rule for one in found] == ["standing", "certificate_not_valid"]
    assert found[1].record == f"certificates/{entry.row.id}"
    assert found[1].message == "Certificate organic CN-2025-0007 is expired on 2026-03-01."
    assert found[1].message_zh == "organic 证书 CN-2025-0007 在 2026-03-01 已过期。"
    assert rules(session, firms, date(2026, 1, 1)) == []


def test_a_captured_batch_without_a_licence_is_captured_and_found(session: Session, firms: Firms) -> None:
    say(session, "categories", DAIRY_GOODS)
    event = commissioning_event(batch(YOGURT, "C1", MARCH), NOW)
    assert not capture_events(session, [event], firms.key, NOW).refusals
    found = find_findings(session, firms.dairy, date(2026, 3, 2))
    assert [(one.rule, one.record) for one in found] == [
        ("licence_missing", f"products/{YOGURT}"),
        ("made_without_licence", f"batches/{YOGURT}/C1"),
    ]
    number = session.scalar(select(Identifier.id).where(Identifier.lot == "C1"))
    [one] = check_batches(session, [number or 0])
    assert (one.rule, one.batch, one.event_id) == ("made_without_permit", number, str(event.event_id))
    assert one.message == "Made on 2026-03-01 without a valid licence for 乳制品 (Dairy products)."
    assert rules(session, firms, date(2026, 2, 28)) == ["licence_missing"]
    say(session, "licences", LICENCE)
    assert (rules(session, firms, date(2026, 3, 2)), check_batches(session, [number or 0])) == ([], [])


def test_a_firm_reads_of_itself_alone(session: Session, firms: Firms) -> None:
    assert write_firm(session, read_firm(session, firms.key, DAIRY, MARCH))["standing"] == "active"
    assert read_firm(session, ADMIN, OTHER, MARCH).party.id == firms.other
    for code in (OTHER, "9520000000998"):
        with pytest.raises(PartyNotFound):
            read_firm(session, firms.key, code, MARCH)
