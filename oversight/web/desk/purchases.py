"""Purchase checks at the desk: on the page of a delivery, refusals, what was found, the rules, and test reports."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Flask, render_template, url_for

from oversight.purchases.checking import find_refused, judge_deliveries, judge_delivery, refuse_delivery, worst_of
from oversight.purchases.outcomes import OUTCOMES
from oversight.purchases.reading import Wanted, count_refused, list_checks, write_checks, write_judged
from oversight.purchases.rules import RuleIn, change_rule, list_rules, write_rule
from oversight.purchases.test_reports import (
    MOST_BYTES,
    TestReportIn,
    add_test_report,
    list_own_reports,
    read_report_file,
    write_test_reports,
)
from oversight.web.api_purchases import RefusalIn
from oversight.web.desk.desk import desk
from oversight.web.desk.shown import Words
from trace.deliveries import Delivery, find_delivery
from trace.kit.contract import validate
from trace.kit.desk import (
    EVERYBODY,
    FIRMS,
    NO_STORE,
    OFFICERS,
    DeskCall,
    Task,
    add_notes,
    add_tasks,
    see_other,
    show,
)
from trace.kit.i18n import _, _n
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer

OPERATORS = frozenset({"admin"})
LATELY = timedelta(days=7)
FORM_LIMIT = MOST_BYTES + (1 << 20)
REPORT_FIELDS = ("gtin", "lot", "number", "laboratory", "tested_on", "verdict")


def outcome_words() -> Words:
    """What follows from a check."""
    return {"pass": _("may be taken in"), "hold": _("take in and keep apart"), "reject": _("do not take in")}


def occasion_words() -> Words:
    """When goods were checked."""
    return {"asked": _("before it came"), "refused": _("refused"), "received": _("received")}


def say_check(call: DeskCall, deliveries: Sequence[Delivery]) -> Mapping[str, str]:
    """What the check finds of a delivery, above the form by which it is confirmed."""
    return {one.event_id: render_template("desk/purchase_panel.html", **_judged(call, one)) for one in deliveries}


def say_outcome(call: DeskCall, deliveries: Sequence[Delivery]) -> Mapping[str, str]:
    """What follows for each delivery of a list that is not simply taken in, and whether it was refused."""
    judged = judge_deliveries(call.session, deliveries, call.now)
    refused = find_refused(call.session, call.principal, deliveries)
    words = outcome_words()
    found = {}
    for one in deliveries:
        outcome = worst_of(judged[one.number])
        if outcome != "pass" or one.number in refused:
            values = {"outcome": outcome, "refused": one.number in refused, "outcomes": words}
            found[one.event_id] = render_template("desk/purchase_outcome.html", **values)
    return found


def _judged(call: DeskCall, delivery: Delivery) -> Mapping[str, Any]:
    judged = judge_delivery(call.session, delivery, call.now)
    return {
        "delivery": delivery,
        "outcome": worst_of(judged),
        "rows": write_judged(call.session, judged),
        "outcomes": outcome_words(),
        "refused": bool(find_refused(call.session, call.principal, [delivery])),
    }


@desk.page("/purchase-refusals", roles=FIRMS)
def refusal_page(call: DeskCall) -> Answer:
    """What speaks against a delivery, and the form by which it is refused."""
    event = call.form.get("delivery", call.args.get("event", ""))
    delivery = find_delivery(call.session, call.principal, event)
    return show("desk/purchase_refusal.html", call=call, **_judged(call, delivery))


@desk.form("/purchase-refusals", roles=FIRMS, again=refusal_page)
def refuse(call: DeskCall) -> Answer:
    """Keep that the delivery is not taken in."""
    given = {name: call.form[name].strip() for name in ("delivery", "reason") if call.form.get(name, "").strip()}
    said = validate(RefusalIn, given)
    refuse_delivery(call.session, call.principal, said.delivery, said.reason, call.now)
    return see_other(url_for("oversight_desk.purchase_checks_page", occasion="refused"), done="refused")


@desk.page("/purchase-checks", roles=EVERYBODY)
def purchase_checks_page(call: DeskCall) -> Answer:
    """The newest first, narrowed by outcome and occasion."""
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    after = None if page.after is None else int(page.after[0])
    outcome = next((one for one in OUTCOMES if one == call.args.get("outcome")), None)
    occasion = call.args.get("occasion") if call.args.get("occasion") in occasion_words() else None
    rows = list_checks(call.session, call.principal, Wanted(outcome, occasion), after, page.limit + 1)
    shown, following = cut(rows, page, lambda row: [row.id])
    return show(
        "desk/purchase_checks.html",
        rows=write_checks(call.session, call.principal, shown),
        next=following,
        outcomes=outcome_words(),
        occasions=occasion_words(),
        outcome=outcome,
        occasion=occasion,
    )


@desk.page("/purchase-rules", roles=EVERYBODY)
def purchase_rules_page(call: DeskCall) -> Answer:
    """The rules in force; an operator changes them."""
    rows = [write_rule(row) for row in list_rules(call.session)]
    return show("desk/purchase_rules.html", call=call, rows=rows, outcomes=outcome_words(), asked=call.path.get("word"))


@desk.form("/purchase-rules/<word>", roles=OPERATORS, again=purchase_rules_page)
def change_purchase_rule(call: DeskCall) -> Answer:
    """Something else follows from now on."""
    typed = {name: text for name in ("outcome", "source") if (text := call.form.get(name, "").strip())}
    body = validate(RuleIn, {**typed, "confirmed": call.form.get("confirmed") == "yes"})
    change_rule(call.session, call.principal, call.path["word"], body, call.now)
    return see_other(url_for("oversight_desk.purchase_rules_page"), done="changed")


@desk.page("/test-reports", roles=FIRMS)
def test_reports_page(call: DeskCall) -> Answer:
    """What the firm attached, the newest first, and the form of another."""
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    after = None if page.after is None else int(page.after[0])
    rows = list_own_reports(call.session, call.principal, after, page.limit + 1)
    shown, following = cut(rows, page, lambda row: [row.id])
    reports = write_test_reports(call.session, call.principal, shown)
    return show("desk/test_reports.html", call=call, rows=reports, next=following)


@desk.form("/test-reports", roles=FIRMS, again=test_reports_page, limit=FORM_LIMIT)
def attach_test_report(call: DeskCall) -> Answer:
    """Keep a report, with its paper if one came along."""
    given = {name: call.form[name].strip() for name in REPORT_FIELDS if call.form.get(name, "").strip()}
    file = call.files.get("file")
    data = file.stream.read(MOST_BYTES + 1) if file is not None and file.filename else None
    add_test_report(call.session, call.principal, validate(TestReportIn, given), data, call.now)
    return see_other(url_for("oversight_desk.test_reports_page"), done="attached")


@desk.page("/test-reports/<number>/file", roles=FIRMS | OFFICERS)
def test_report_file(call: DeskCall) -> Answer:
    """The paper, as it came; browsers save it and do not open it here."""
    data, media_type = read_report_file(call.session, call.principal, call.path["number"])
    headers = {**NO_STORE, "Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return Answer(200, data, headers, media_type)


def _refused(call: DeskCall) -> Sequence[Task]:
    number = count_refused(call.session, call.principal, call.now - LATELY)
    if not number:
        return ()
    words = _n(
        "{number} delivery of yours was refused lately: take it back",
        "{number} deliveries of yours were refused lately: take them back",
        number,
    )
    return [Task(words, url_for("oversight_desk.purchase_checks_page", occasion="refused"))]


def register(app: Flask) -> None:
    """Stand on the page and in the list of deliveries, and tell a sender of what was refused."""
    add_notes(app, "delivery", say_check)
    add_notes(app, "deliveries", say_outcome)
    add_tasks(app, FIRMS, _refused)
