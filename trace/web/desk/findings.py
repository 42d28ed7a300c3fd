"""`/desk/findings`: what does not fit in the firm's own records, and what it says about that."""

from collections.abc import Iterator
from typing import Literal, cast

from flask import url_for

from trace.findings_list import ExplanationIn, ListedFinding, explain_finding, list_findings
from trace.kit.contract import validate
from trace.kit.desk import FIRMS, DeskCall, own_address, see_other, show
from trace.kit.transactions import Answer
from trace.list_sheets import FINDINGS
from trace.web.desk.desk import desk
from trace.web.desk.lists import next_page, page_of
from trace.web.sheet_answers import sheet_answer

FIELDS = ("batch", "rule", "event", "said", "words")
MOST_PAGES = 50
"""Pages of batches that one sheet of findings is looked for in."""


@desk.page("/findings", roles=FIRMS)
def findings_page(call: DeskCall) -> Answer:
    """Findings in the firm's newest batches, those that wait first."""
    _limit, before = page_of(call)
    found = list_findings(call.session, call.principal, before)
    return show("desk/findings.html", call=call, found=found, next=next_page(found.before))


@desk.page("/findings.<any(csv, xlsx):form>", roles=FIRMS)
def findings_sheet(call: DeskCall) -> Answer:
    """The findings of the firm's newest batches as a sheet."""
    form = cast(Literal["csv", "xlsx"], call.path["form"])
    return sheet_answer("findings", form, FINDINGS, _each_finding(call))


def _each_finding(call: DeskCall) -> Iterator[ListedFinding]:
    before: int | None = None
    for _page in range(MOST_PAGES):
        found = list_findings(call.session, call.principal, before)
        yield from found.rows
        before = found.before
        if before is None:
            return


@desk.form("/findings", roles=FIRMS, again=findings_page)
def explain(call: DeskCall) -> Answer:
    """Keep the firm's words about a finding."""
    typed = {name: call.form[name] for name in FIELDS if call.form.get(name)}
    explain_finding(call.session, call.principal, validate(ExplanationIn, typed), call.now)
    back = call.form.get("back")
    return see_other(own_address(back) if back else url_for("trace_desk.findings_page"), done="explained")
