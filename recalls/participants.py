"""Who takes part in a drill: the only firms whose addresses its messages may reach.

An official says who does. A firm that drills can only ask others, who take part when they agree by their own key.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.models import Participant, RecallCase
from trace.kit.auth import Principal
from trace.kit.db import chunked
from trace.kit.errors import FieldError, Invalid
from trace.models import Party


class UnknownParticipant(Invalid):
    """A firm that nobody registered cannot take part."""


class NoDrill(Invalid):
    """Only a drill has firms that take part: a recall reaches everybody whom it concerns."""


def participants_of(case: RecallCase) -> set[int]:
    """Return the row numbers of the firms that take part in a drill; of a real case none, for it reaches all."""
    return {one.party_id for one in case.participants if one.agreed}


def invited_to(case: RecallCase) -> set[int]:
    """Return the row numbers of the firms that were asked to take part and have not agreed yet."""
    return {one.party_id for one in case.participants} - participants_of(case)


def add_participants(
    session: Session,
    principal: Principal,
    case: RecallCase,
    codes: Sequence[str],
    now: datetime,
    pointer: str = "/participants",
) -> None:
    """Let firms, named by USCC or GLN, take part, or ask them to where another firm names them.

    Raises NoDrill, and UnknownParticipant with a pointer to every code that no registered firm has (422).
    """
    if codes and not case.drill:
        raise NoDrill.field(pointer, "Expected participants of a drill alone, got them for a recall.")
    known: dict[str, int] = {}
    for some in chunked(list(codes)):
        rows = session.execute(
            select(Party.id, Party.uscc, Party.gln).where(Party.uscc.in_(some) | Party.gln.in_(some))
        )
        known.update({code: number for number, *both in rows for code in both if code is not None})
    problems = [
        FieldError(f"{pointer}/{index}", f"Expected the USCC or GLN of a registered firm, got {code}.")
        for index, code in enumerate(codes)
        if code not in known
    ]
    if problems:
        raise UnknownParticipant(problems[0].detail, errors=problems)
    for number in dict.fromkeys(known[code] for code in codes):
        if principal.role != "company" or number == principal.party_id:
            take_part(case, number, now)
        elif number not in participants_of(case) | invited_to(case):
            case.participants.append(Participant(party_id=number, agreed=False, since=now))
    session.flush()


def take_part(case: RecallCase, party: int, now: datetime) -> None:
    """Let a firm take part from ``now`` on; one that does already stays as it is."""
    if party not in participants_of(case):
        case.participants.append(Participant(party_id=party, agreed=True, since=now))
