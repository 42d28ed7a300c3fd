"""How the demonstration's consignees take the recall: some acknowledge, some answer, some keep silent."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from recalls.consignees import Consignee, find_consignees
from recalls.holdings import Holding
from recalls.models import RecallCase
from recalls.notices import outbox
from recalls.responses.answer import Answer, AnswerLine, Destruction, Sender
from recalls.responses.figures import Counted
from recalls.responses.record import record_response
from trace.answers import describe_batches, describe_places

ZERO = Decimal(0)

WHO = "值班经理 duty manager"

MANNERS = ("answers", "answers", "acknowledges", "answers", "keeps silent", "answers")
"""What one consignee after the other does."""

DESTROYED = Destruction("焚烧 burnt", "门店经理 store manager", "XH-0001")


def answer_recall(session: Session, case: RecallCase, now: datetime) -> None:
    """Let the consignees acknowledge and answer, each in its manner, through the same operations as by their links."""
    notices = {one.party_id: one for one in outbox.notices_of(session, case)}
    consignees = [one for one in find_consignees(session, case, now) if one.party_id in notices]
    for number, one in enumerate(consignees):
        notice, manner = notices[one.party_id], MANNERS[number % len(MANNERS)]
        if manner == "acknowledges":
            outbox.acknowledge(session, notice, "link", WHO, now)
        elif manner == "answers":
            sender = Sender("link", one.party_id, None, WHO, notice_id=notice.notice_id)
            record_response(session, case, sender, Answer(tuple(_lines(session, one))), now)


def _lines(session: Session, one: Consignee) -> Iterator[AnswerLine]:
    """Yield what a firm says of each batch at each of its places: what the ledger says, the stock kept apart.

    The first place with enough on hand has sent a third of it back and destroyed a few.
    """
    batches = describe_batches(session, {holding.batch for holding in one.holdings})
    places = describe_places(session, one.places)
    acted = False
    for holding in one.holdings:
        acts = not acted and places[holding.place].kind == "outlet" and _can_act(holding)
        acted = acted or acts
        yield AnswerLine(
            batch=batches[holding.batch]["id"],
            place=places[holding.place].id,
            uom=holding.uom or None,
            counted=_count(holding, acts),
            destruction=DESTROYED if acts else None,
        )


def _can_act(holding: Holding) -> bool:
    figures = holding.figures
    return figures.on_hand >= 6 and not (figures.returned or figures.destroyed)


def _count(holding: Holding, acts: bool) -> Counted:
    figures = holding.figures
    on_hand = max(figures.on_hand, ZERO)
    back = on_hand // 3 if acts else None
    burnt = on_hand // 6 if acts else None
    left = on_hand - (back or 0) - (burnt or 0)
    return Counted(
        on_hand=left,
        quarantined=left,
        returned=back,
        destroyed=burnt,
        sold=figures.sold,
        shipped_on=figures.shipped - figures.returned,
    )
