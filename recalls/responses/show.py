"""Answers and units as they are answered: one answer against the ledger, units page by page, what a link leads to."""

import json
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.models import Notice, RecallCase, Response
from recalls.responses.answer import Answer, Sender
from recalls.responses.findings import compare_line
from recalls.responses.record import record_response
from recalls.responses.rows import (
    ConsigneeRef,
    ResponseRow,
    UnitsRow,
    write_consignee,
    write_responses,
    write_units,
)
from recalls.responses.stated import Consigned, latest, read_counted
from recalls.responses.units import list_stocks, loosen, read_all_units, read_units
from recalls.ways_back import Stock
from trace.answers import describe_batches, write_finding, write_time

LinkRow = TypedDict(
    "LinkRow",
    {
        "number": str,
        "title": str,
        "title_en": str | None,
        "class": int,
        "hazard": str,
        "instructions": str,
        "remedy": list[str],
        "drill": bool,
        "stage": str,
        "open": bool,
        "announced_at": str | None,
        "notice": str,
        "kind": str,
        "acknowledged_at": str | None,
        "consignee": ConsigneeRef | None,
        "units": list[UnitsRow],
        "next": str | None,
    },
)
"""What a link leads to: the recall, the notice, who answers by it, and the units that the ledger knows there.

`open` is whether an answer is taken; `consignee` is null for a customer that a firm told itself.
"""


def record_and_show(session: Session, case: RecallCase, sender: Sender, answer: Answer, now: datetime) -> ResponseRow:
    """Record an answer and return it with where it differs from the ledger as it is then.

    Raises as `record_response`.
    """
    response = record_response(session, case, sender, answer, now)
    return show_compared(session, case, response, now)


def show_compared(session: Session, case: RecallCase, response: Response, now: datetime) -> ResponseRow:
    """Return an answer with all that is found in it, held against the ledger at ``now``."""
    row = write_responses(session, case, [response])[0]
    stated = {(line.place_id, line.batch_id, line.uom): read_counted(line) for line in response.lines}
    units = read_units(session, case, (response.party_id, response.place_id), now)
    units = loosen(session, case, units, stated, now)
    batches = describe_batches(session, {line.batch_id for line in response.lines})
    for stock, counted in stated.items():
        found = compare_line(stock, counted, units.at(stock))
        row["findings"] += [write_finding(one, batches, units.places) for one in found]
    return row


def show_sent(
    session: Session, case: RecallCase, sender: Sender, response_id: str, now: datetime
) -> ResponseRow | None:
    """Return an answer of the sender's own as `show_compared`; ``None`` if it is none of theirs."""
    mine = (Response.case_id == case.id, Response.party_id == sender.party_id, Response.place_id == sender.place_id)
    response = session.scalar(select(Response).where(Response.response_id == response_id, *mine))
    return None if response is None else show_compared(session, case, response, now)


def show_units(
    session: Session, case: RecallCase, consigned: Consigned | None, after: Stock | None, limit: int, now: datetime
) -> list[tuple[Stock, UnitsRow]]:
    """Return up to ``limit`` rows of one consignee's units, or of all, from above ``after``, each with its key."""
    units = read_all_units(session, case, now) if consigned is None else read_units(session, case, consigned, now)
    stated = latest(session, case)
    stated = {stock: one for stock, one in stated.items() if stock[0] in units.places}
    stocks = sorted({*units.recorded, *stated}) if consigned is None else list_stocks(session, units, stated)
    shown = list(islice((stock for stock in stocks if after is None or stock > after), limit))
    units = loosen(session, case, units, stated, now)
    return list(zip(shown, write_units(session, units, stated, shown), strict=True))


def show_link(session: Session, case: RecallCase, notice: Notice, sender: Sender) -> LinkRow:
    """Return what a link leads to, without the units."""
    consigned = (sender.party_id, sender.place_id)
    known = is_known(sender)
    return {
        "number": case.number,
        "title": case.title,
        "title_en": case.title_en,
        "class": case.recall_class,
        "hazard": case.hazard,
        "instructions": case.instructions,
        "remedy": json.loads(case.remedies),
        "drill": case.drill,
        "stage": case.stage,
        "open": known and case.announced_at is not None and case.stage != "cancelled",
        "announced_at": write_time(case.announced_at),
        "notice": notice.notice_id,
        "kind": notice.kind,
        "acknowledged_at": write_time(notice.acknowledged_at),
        "consignee": write_consignee(session, consigned) if known else None,
        "units": [],
        "next": None,
    }


def is_known(sender: Sender) -> bool:
    """Whether the ledger can know goods of the sender's: a customer that a firm told itself has none there."""
    return sender.party_id is not None or sender.place_id is not None
