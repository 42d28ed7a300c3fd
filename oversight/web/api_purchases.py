"""`/api/v1/purchase-checks`, `/purchase-rules` and `/test-reports`: may goods be taken in, and by which rules."""

from datetime import UTC, datetime

from pydantic import RootModel
from typing_extensions import TypedDict

from oversight.purchases.checking import Occasion, check_delivery, refuse_delivery
from oversight.purchases.outcomes import OUTCOMES, Outcome, Word
from oversight.purchases.reading import CheckRow, Wanted, list_checks, write_checks
from oversight.purchases.rules import RuleIn, RuleRow, change_rule, list_rules, write_rule
from oversight.purchases.test_reports import (
    MOST_BYTES,
    SIGNATURES,
    TestReportIn,
    TestReportRow,
    add_report_file,
    add_test_report,
    list_test_reports,
    read_report_file,
    write_test_reports,
)
from trace.field_types import GtinText, LotText, PartyText
from trace.kit.contract import Call
from trace.kit.fields import InputModel, Text
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.kit.uploads import Upload
from trace.master_data import require_party
from trace.models import Party
from trace.web.api import HISTORIANS, api, principal_of

COMPANY = frozenset({"company"})
OPERATORS = frozenset({"admin"})


class DeliveryIn(InputModel):
    """A delivery to a place of one's own, by the ID of its shipment's event."""

    delivery: Text


class RefusalIn(DeliveryIn):
    """And why it is not taken in."""

    reason: Text


class ChecksQuery(PageQuery):
    """Which checks; a firm by USCC or GLN."""

    outcome: Outcome | None = None
    occasion: Occasion | None = None
    party: PartyText | None = None


class RulesQuery(InputModel):
    """All rules in force, or all versions of one."""

    word: Word | None = None


class ReportsQuery(InputModel):
    """Of which batch."""

    gtin: GtinText
    lot: LotText


class CheckedRow(TypedDict):
    """What was found, and the gravest outcome."""

    outcome: str
    checks: list[CheckRow]


class ChecksRow(TypedDict):
    """A page of checks, newest first."""

    checks: list[CheckRow]
    next: str | None


class RulesRow(TypedDict):
    """Rules."""

    rules: list[RuleRow]


class ReportsRow(TypedDict):
    """Test reports, the newest first."""

    reports: list[TestReportRow]


class CheckedOut(RootModel[CheckedRow]):
    """Checks of a delivery."""


class ChecksOut(RootModel[ChecksRow]):
    """Checks."""


class RulesOut(RootModel[RulesRow]):
    """Rules."""


class RuleOut(RootModel[RuleRow]):
    """A rule."""


class ReportsOut(RootModel[ReportsRow]):
    """Test reports."""


class ReportOut(RootModel[TestReportRow]):
    """A test report."""


@api.operation(
    "POST",
    "/purchase-checks",
    body=DeliveryIn,
    answers={201: CheckedOut},
    roles=COMPANY,
    summary="Check a delivery before it is taken in",
    tag="oversight",
)
def post_purchase_check(call: Call) -> Answer:
    """Each of its batches: supplier, maker, licences, certificates, holds, test reports. It is kept."""
    principal, now = principal_of(call), datetime.now(UTC)
    return _checked(
        call, write_checks(call.session, principal, check_delivery(call.session, principal, call.body.delivery, now))
    )


@api.operation(
    "POST",
    "/purchase-refusals",
    body=RefusalIn,
    answers={201: CheckedOut},
    roles=COMPANY,
    summary="Refuse a delivery",
    tag="oversight",
)
def post_purchase_refusal(call: Call) -> Answer:
    """No unit moves: it stays on the way until its sender takes it back."""
    principal, now, body = principal_of(call), datetime.now(UTC), call.body
    rows = refuse_delivery(call.session, principal, body.delivery, body.reason, now)
    return _checked(call, write_checks(call.session, principal, rows))


def _checked(_call: Call, checks: list[CheckRow]) -> Answer:
    worst = max((one["outcome"] for one in checks), key=OUTCOMES.index)
    return Answer(201, {"outcome": worst, "checks": checks})


@api.operation(
    "GET",
    "/purchase-checks",
    query=ChecksQuery,
    answers={200: ChecksOut},
    roles=HISTORIANS,
    summary="What purchase checks found",
    tag="oversight",
)
def get_purchase_checks(call: Call) -> Answer:
    """A firm reads its own and refusals of its goods, an office those of its area; each receipt is checked."""
    page, asked = read_page(call.query), call.query
    after = None if page.after is None else int(page.after[0])
    firm: Party | None = None if asked.party is None else require_party(call.session, asked.party)
    wanted = Wanted(asked.outcome, asked.occasion, None if firm is None else firm.id)
    rows = list_checks(call.session, principal_of(call), wanted, after, page.limit + 1)
    shown, following = cut(rows, page, lambda row: [row.id])
    return Answer(200, {"checks": write_checks(call.session, principal_of(call), shown), "next": following})


@api.operation(
    "GET",
    "/purchase-rules",
    query=RulesQuery,
    answers={200: RulesOut},
    roles=HISTORIANS,
    summary="What follows from what a purchase check finds",
    tag="oversight",
)
def get_purchase_rules(call: Call) -> Answer:
    """Those in force; of one finding all versions, newest first."""
    return Answer(200, {"rules": [write_rule(row) for row in list_rules(call.session, call.query.word)]})


@api.operation(
    "PUT",
    "/purchase-rules/<word>",
    body=RuleIn,
    answers={200: RuleOut},
    roles=OPERATORS,
    summary="Change what follows from a finding",
    tag="oversight",
)
def put_purchase_rule(call: Call) -> Answer:
    """From now on; checks that were made keep what they found."""
    row = change_rule(call.session, principal_of(call), call.path["word"], call.body, datetime.now(UTC))
    return Answer(200, write_rule(row))


@api.operation(
    "POST",
    "/test-reports",
    body=TestReportIn,
    answers={201: ReportOut},
    roles=COMPANY,
    summary="Attach a test report to a batch",
    tag="oversight",
)
def post_test_report(call: Call) -> Answer:
    """By a firm that makes the batch or has it; its paper comes by `/test-reports/{id}/file`."""
    row = add_test_report(call.session, principal_of(call), call.body, None, datetime.now(UTC))
    return Answer(201, write_test_reports(call.session, principal_of(call), [row])[0])


@api.operation(
    "GET",
    "/test-reports",
    query=ReportsQuery,
    answers={200: ReportsOut},
    roles=HISTORIANS,
    summary="The test reports of a batch",
    tag="oversight",
)
def get_test_reports(call: Call) -> Answer:
    """For whoever has a part in the batch."""
    rows = list_test_reports(call.session, principal_of(call), call.query.gtin, call.query.lot)
    return Answer(200, {"reports": write_test_reports(call.session, principal_of(call), rows)})


def _bytes(data: bytes) -> bytes:
    return data


@api.operation(
    "POST",
    "/test-reports/<id>/file",
    upload=Upload("file", MOST_BYTES, _bytes),
    answers={201: ReportOut},
    roles=COMPANY,
    summary="Add the paper of a test report",
    tag="oversight",
)
def post_test_report_file(call: Call) -> Answer:
    """A form with the file `file`: PDF, JPEG or PNG, at most 5 MB; once, by the firm that attached the report."""
    row = add_report_file(call.session, principal_of(call), call.path["id"], call.body)
    return Answer(201, write_test_reports(call.session, principal_of(call), [row])[0])


@api.operation(
    "GET",
    "/test-reports/<id>/file",
    answers={200: None},
    roles=HISTORIANS,
    summary="The paper of a test report",
    tag="oversight",
    files=tuple(SIGNATURES.values()),
)
def get_test_report_file(call: Call) -> Answer:
    """For whoever has a part in the batch, as it came."""
    data, media_type = read_report_file(call.session, principal_of(call), call.path["id"])
    return Answer(200, data, {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}, media_type)
