"""Registers: what is said of a firm on a day, every version kept, and what may be made without a licence."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from oversight.jurisdictions import add_jurisdiction
from oversight.models import RegisterEntry
from oversight.registers.certificates import certificates_on
from oversight.registers.entering import NotARegistrar, enter
from oversight.registers.entries import EntryNotFound, WantedEntries, find_entry, list_entries, write_entry
from oversight.registers.laboratories import in_scope
from oversight.registers.licences import category_of, licences_of, valid_licence
from oversight.registers.registers import REGISTERS
from oversight.registers.standing import standing_on
from tests.oversight.offices import ADMIN, COUNTY, NOW, add_official
from tests.oversight.registers.firms import (
    CERTIFICATE,
    DAIRY,
    DAIRY_GOODS,
    JAM,
    LICENCE,
    MARCH,
    YOGURT,
    Firms,
    add_firms,
    batch,
    say,
)
from trace.batches import register_batch
from trace.kit.errors import Invalid
from trace.permits import PermitMissing
from trace.sheets_in.files import import_sheet, read_sheet_file

DAY = timedelta(days=1)


@pytest.fixture
def firms(session: Session) -> Firms:
    return add_firms(session)


def test_a_firm_is_active_until_something_else_is_entered(session: Session, firms: Firms) -> None:
    assert standing_on(session, firms.dairy, MARCH) == "active"


def test_the_newest_decision_that_had_begun_counts(session: Session, firms: Firms) -> None:
    for since, state in (("2026-02-01", "suspended"), ("2026-05-01", "revoked"), ("2026-03-15", "active")):
        say(session, "standing", {"party": DAIRY, "state": state, "since": since, "ground": "卫生"})
    days = (date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 15), date(2026, 5, 1))
    assert [standing_on(session, firms.dairy, day) for day in days] == ["active", "suspended", "active", "revoked"]
    assert standing_on(session, firms.other, days[1]) == "active"


def test_of_two_decisions_for_a_day_the_one_entered_last_counts(session: Session, firms: Firms) -> None:
    for state in ("revoked", "suspended"):
        say(session, "standing", {"party": DAIRY, "state": state, "since": "2026-02-01", "ground": "卫生"})
    assert standing_on(session, firms.dairy, MARCH) == "suspended"


def test_a_licence_counts_in_its_days_apart_from_suspensions(session: Session, firms: Firms) -> None:
    say(session, "categories", DAIRY_GOODS)
    suspended = [{"since": "2026-03-01", "until": "2026-03-10", "ground": "整改"}]
    entry = say(session, "licences", {**LICENCE, "suspensions": suspended})
    days = (date(2021, 12, 31), date(2022, 1, 1), MARCH, date(2026, 3, 10), date(2026, 3, 11), date(2027, 1, 1))
    states = [licences_of(session, firms.dairy, day)[0].state for day in days]
    assert states == ["pending", "valid", "suspended", "suspended", "valid", "expired"]
    found = valid_licence(session, firms.dairy, "dairy", date(2026, 3, 11))
    assert found is not None
    assert (found.number, found.entry_id) == (LICENCE["number"], entry.row.id)
    assert valid_licence(session, firms.dairy, "dairy", MARCH) is None
    assert valid_licence(session, firms.dairy, "meat", date(2026, 3, 11)) is None
    assert valid_licence(session, firms.other, "dairy", date(2026, 3, 11)) is None


def test_a_product_falls_under_the_category_of_the_longest_prefix(session: Session, firms: Firms) -> None:
    assert category_of(session, firms.yogurt) is None
    say(session, "categories", DAIRY_GOODS)
    assert category_of(session, firms.yogurt) == "dairy"
    assert category_of(session, firms.yogurt, date(2009, 12, 31)) is None
    say(session, "categories", {**DAIRY_GOODS, "word": "yogurt", "prefix": "50131"})
    assert category_of(session, firms.yogurt) == "yogurt"


def test_a_batch_without_a_licence_on_its_production_day_is_refused(session: Session, firms: Firms) -> None:
    say(session, "categories", DAIRY_GOODS)
    with pytest.raises(PermitMissing, match="Dairy products") as refused:
        register_batch(session, firms.key, batch(YOGURT, "A1", MARCH), NOW)
    assert (refused.value.status, refused.value.errors[0].pointer) == (422, "/produced_on")
    register_batch(session, firms.key, batch(JAM, "J1", MARCH), NOW)
    say(session, "licences", {**LICENCE, "valid_from": "2026-03-01"})
    register_batch(session, firms.key, batch(YOGURT, "A1", MARCH), NOW)
    with pytest.raises(PermitMissing):
        register_batch(session, firms.key, batch(YOGURT, "A2", MARCH - DAY), NOW)


def test_without_a_production_day_the_day_of_making_counts(session: Session, firms: Firms) -> None:
    say(session, "categories", DAIRY_GOODS)
    with pytest.raises(PermitMissing) as refused:
        register_batch(session, firms.key, batch(YOGURT, "A1", None), NOW)
    assert refused.value.errors[0].pointer == "/commodity_code"


def test_a_sheet_of_batches_names_the_row_without_a_licence(session: Session, firms: Firms, tmp_path: Path) -> None:
    say(session, "categories", DAIRY_GOODS)
    sheet = tmp_path / "batches.csv"
    rows = [f"{YOGURT},A1,5,2026-03-01,{DAIRY}", f"{JAM},J1,5,2026-03-01,{DAIRY}"]
    sheet.write_text("\n".join(["commodity_code,lot,quantity,produced_on,location", *rows]), "utf-8")
    reported = import_sheet(session, firms.key, read_sheet_file(sheet, "batches"), False, NOW, lambda _done: None)
    assert [(one.row, one.field) for one in reported.wrong] == [(2, "produced_on")]
    assert reported.taken == 0


def test_a_registered_batch_stays_when_its_licence_is_withdrawn(session: Session, firms: Firms) -> None:
    say(session, "categories", DAIRY_GOODS)
    say(session, "licences", LICENCE)
    register_batch(session, firms.key, batch(YOGURT, "A1", MARCH), NOW)
    say(session, "licences", {**LICENCE, "revoked_on": "2026-02-01"})
    assert register_batch(session, firms.key, batch(YOGURT, "A1", MARCH), NOW)[1] is False
    with pytest.raises(PermitMissing):
        register_batch(session, firms.key, batch(YOGURT, "A2", MARCH), NOW)


def test_a_licence_names_categories_that_there_are(session: Session, firms: Firms) -> None:
    with pytest.raises(Invalid, match="none are entered"):
        say(session, "licences", LICENCE)


def test_certificates_are_the_firms_or_a_products(session: Session, firms: Firms) -> None:
    say(session, "certificates", CERTIFICATE)
    say(session, "certificates", {"scheme": "HACCP", "number": "7", "party": DAIRY, "valid_from": "2025-01-01"})
    found = certificates_on(session, firms.dairy, firms.yogurt, MARCH)
    assert [(one.scheme, one.state) for one in found] == [("HACCP", "valid"), ("organic", "expired")]
    assert [one.scheme for one in certificates_on(session, firms.dairy, firms.yogurt + 1, MARCH)] == ["HACCP"]
    assert len(certificates_on(session, firms.dairy, None, MARCH)) == 2


def test_a_laboratory_tests_what_is_in_its_scope_then(session: Session) -> None:
    scope: Any = [{"item": "黄曲霉毒素M1", "method": "GB 5009.24", "valid_to": "2026-06-30"}]
    states = {
        "number": "L0001",
        "name": "示范检测",
        "valid_from": "2025-01-01",
        "valid_to": "2027-01-01",
        "scope": scope,
    }
    entry = say(session, "laboratories", states)
    number = entry.row.id
    assert in_scope(session, number, " 黄曲霉毒素m1 ", MARCH)
    assert not in_scope(session, number, "铅", MARCH)
    assert not in_scope(session, number, "黄曲霉毒素M1", date(2026, 7, 1))
    assert not in_scope(session, number, "黄曲霉毒素M1", date(2024, 12, 31))
    assert not in_scope(session, number + 1, "黄曲霉毒素M1", MARCH)


def test_what_is_changed_stays_beside_what_it_was(session: Session) -> None:
    first = {"number": "GB 19302-2010", "title": "发酵乳", "status": "in_force"}
    entry = say(session, "standards", first)
    register = REGISTERS["standards"]
    later = NOW + 30 * DAY
    body = register.model.model_validate({**first, "status": "replaced", "replaced_by": "GB 19302-2026"})
    changed, new = enter(session, ADMIN, register, body, "新版实施", later)
    assert new
    assert changed.row.id == entry.row.id
    assert enter(session, ADMIN, register, body, "again", later)[1] is False
    row = write_entry(session, changed, MARCH)
    assert [(one["states"]["status"], one["reason"]) for one in row["history"]] == [
        ("replaced", "新版实施"),
        ("in_force", None),
    ]
    number = entry.row.id
    assert find_entry(session, "standards", number, NOW.date()).newest.status == "in_force"
    with pytest.raises(EntryNotFound):
        find_entry(session, "standards", number, NOW.date() - DAY)
    assert list_entries(session, "standards", WantedEntries(as_of=NOW.date() - DAY), None, 9) == []


def test_history_is_never_changed(session: Session) -> None:
    say(session, "standards", {"number": "GB 1", "title": "甲", "status": "in_force"})
    with pytest.raises(DBAPIError, match="never changed"):
        session.execute(text("UPDATE register_versions SET reason = 'x'"))


def test_lists_are_in_the_order_of_numbers_and_searched_by_number_and_name(session: Session, firms: Firms) -> None:
    for number, title in (("GB 3", "酱油"), ("GB 1", "发酵乳"), ("GB 2", "100%果汁")):
        say(session, "standards", {"number": number, "title": title, "status": "in_force"})

    def keys(words: str = "", after: str | None = None) -> list[str]:
        return [one.row.key for one in list_entries(session, "standards", WantedEntries(words=words), after, 9)]

    assert keys() == ["GB 1", "GB 2", "GB 3"]
    assert keys(after="GB 1") == ["GB 2", "GB 3"]
    assert (keys("酵"), keys("b 3"), keys("0%")) == (["GB 1"], ["GB 3"], ["GB 2"])


def test_what_is_not_valid_on_a_day_is_listed(session: Session, firms: Firms) -> None:
    days: dict[str, Any] = {"party": DAIRY, "valid_from": "2025-01-01", "scheme": "CCC"}
    say(session, "certificates", {**days, "number": "always"})
    say(session, "certificates", {**days, "number": "ended", "valid_to": "2026-02-28"})
    suspended = [{"since": "2026-02-01", "until": "2026-03-01", "ground": "抽检"}]
    say(session, "certificates", {**days, "number": "paused", "suspensions": suspended})

    def keys(day: date) -> list[str]:
        wanted = WantedEntries(not_valid_on=day)
        return [one.row.key for one in list_entries(session, "certificates", wanted, None, 9)]

    assert (keys(MARCH), keys(MARCH + DAY), keys(date(2025, 1, 1))) == (["CCC ended", "CCC paused"], ["CCC ended"], [])
    say(session, "certificates", {**days, "number": "ended", "valid_to": "2026-12-31"})
    assert keys(MARCH + DAY) == []
    with pytest.raises(Invalid, match="got standards"):
        list_entries(session, "standards", WantedEntries(not_valid_on=MARCH), None, 9)


def test_officers_alone_keep_registers(session: Session, firms: Firms) -> None:
    add_jurisdiction(session, COUNTY, "鼓楼区", "County", None, NOW)
    states = {"number": "GB 1", "title": "甲", "status": "in_force"}
    say(session, "standards", states, add_official(session, COUNTY, "officer"))
    for who in (add_official(session, COUNTY, "looks", "inspector"), add_official(session, COUNTY, "takes", "station")):
        with pytest.raises(NotARegistrar):
            say(session, "standards", {**states, "title": "乙"}, who)
    with pytest.raises(NotARegistrar):
        say(session, "standards", {**states, "title": "丙"}, firms.key)
    assert session.query(RegisterEntry).count() == 1
