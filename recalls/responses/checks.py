"""An answer held against what is known before anything of it is kept: every field that is wrong is named."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from recalls.models import RecallCase
from recalls.responses.answer import Answer, AnswerLine, Destruction
from recalls.responses.figures import Counted, Recorded, units_above
from recalls.responses.units import Units, loosen, units_of_batches
from recalls.ways_back import Stock
from trace.amounts import AmountError, to_stored
from trace.answers import describe_places, write_time
from trace.fold.contents import Unit
from trace.identifiers import find_numbers
from trace.kit.errors import FieldError, Invalid

SKEW = timedelta(minutes=5)
"""So far a sender's clock may be ahead; what it says then counts as now."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A line whose goods are known; ``pointer`` is where it stands in the body, ``supplier`` to whom units went back.

    There is no ``supplier`` where none is known, or where nobody said which of several.
    """

    pointer: str
    stock: Stock
    line: AnswerLine
    recorded: Recorded
    supplier: int | None


class AnswerRefused(Invalid):
    """An answer that cannot be true, or of which something is missing; ``errors`` name every field."""


def check_answer(session: Session, case: RecallCase, units: Units, answer: Answer, now: datetime) -> list[Checked]:
    """Return the lines with the goods that they speak of. Raises AnswerRefused (422) with a pointer to each mistake."""
    problems = list(_future(answer.answered_at, "/answered_at", now))
    named = {uri for line in answer.lines for uri in (line.place, line.batch, line.returned_to) if uri is not None}
    numbers = find_numbers(session, named)
    checked: list[Checked] = []
    for index, line in enumerate(answer.lines):
        pointer = f"/lines/{index}"
        found = len(problems)
        place = _read_place(line, pointer, units, numbers.get(line.place or ""), problems)
        batch = numbers.get(line.batch)
        if batch is None or batch not in units.batches:
            detail = f"Expected a batch that recall {case.number} takes back, got {line.batch}."
            problems.append(FieldError(f"{pointer}/{line.named_by}", detail))
        elif place is not None:
            uom = _read_uom(session, line, pointer, units, place, batch, problems)
            known = units.suppliers.get((place, batch), frozenset())
            supplier = _read_supplier(session, line, pointer, known, numbers.get(line.returned_to or ""), problems)
            if uom is not None and len(problems) == found:
                stock = (place, batch, uom)
                checked.append(Checked(pointer, stock, line, units.at(stock), supplier))
        problems += _figure_problems(line.counted, pointer)
        problems += _detail_problems(line, pointer, now)
    problems += _repeated(checked)
    stated = {one.stock: one.line.counted for one in checked}
    problems += _above(checked, loosen(session, case, units, stated, now))
    if problems:
        raise AnswerRefused(problems[0].detail, errors=problems)
    return checked


def _read_place(
    line: AnswerLine, pointer: str, units: Units, number: int | None, problems: list[FieldError]
) -> int | None:
    if line.place is None and len(units.places) == 1:
        return next(iter(units.places))
    if number is not None and number in units.places:
        return number
    known = sorted(place.gln or place.id for place in units.places.values())
    shown = ", ".join(known[:5]) + (f" … ({len(known)} places)" if len(known) > 5 else "")
    got = "none" if line.place is None else line.place
    detail = f"Expected a place of this consignee that has or had the goods ({shown}), got {got}."
    problems.append(FieldError(f"{pointer}/location", detail))
    return None


def _read_uom(
    session: Session,
    line: AnswerLine,
    pointer: str,
    units: Units,
    place: int,
    batch: int,
    problems: list[FieldError],
) -> Unit | None:
    known = units.units_of(place, batch) or [uom for _, uom in units_of_batches(session, [batch])]
    if line.uom is None and len(known) == 1:
        return known[0]
    wanted = line.uom or ""
    if wanted in known:
        return wanted
    shown = " or ".join(uom or "pieces (no uom)" for uom in known)
    detail = f"Expected a unit of measure in which the ledger counts the batch: {shown}, got {wanted or 'none'}."
    problems.append(FieldError(f"{pointer}/uom", detail))
    return None


def _read_supplier(
    session: Session,
    line: AnswerLine,
    pointer: str,
    known: Collection[int],
    number: int | None,
    problems: list[FieldError],
) -> int | None:
    if line.returned_to is None:
        return next(iter(known)) if len(known) == 1 else None
    if number is None or (known and number not in known):
        problems.append(FieldError(f"{pointer}/returned_to", name_suppliers(session, known, line.returned_to)))
    return number if known else None


def name_suppliers(session: Session, known: Collection[int], got: str) -> str:
    """Return the sentence that says to whom units can have gone back."""
    places = sorted(place.gln or place.id for place in describe_places(session, known).values())
    shown = ", ".join(places[:5]) or "a place that events name"
    return f"Expected the supplier to whom the units went back ({shown}), got {got}."


def _figure_problems(counted: Counted, pointer: str) -> Iterator[FieldError]:
    if not counted.said:
        yield FieldError(pointer, "Expected at least one figure, got none.")
    for name, value in counted.said.items():
        if not value.is_finite() or value < 0:
            yield FieldError(f"{pointer}/{name}", f"Expected a number from 0 up, got {value}.")
    if counted.quarantined is None:
        return
    if counted.on_hand is None:
        yield FieldError(f"{pointer}/on_hand", "Expected how many are on hand, of which the quarantined are a part.")
    elif counted.quarantined > counted.on_hand:
        detail = f"Expected at most the {counted.on_hand:f} that are on hand, got {counted.quarantined:f}."
        yield FieldError(f"{pointer}/quarantined", detail)


def _detail_problems(line: AnswerLine, pointer: str, now: datetime) -> Iterator[FieldError]:
    yield from _future(line.returned_at, f"{pointer}/returned_at", now)
    told = line.destruction or Destruction()
    yield from _future(told.at, f"{pointer}/destruction/at", now)
    if line.counted.destroyed:
        for name, words in (("method", "how"), ("witness", "before whom"), ("document", "by which paper")):
            if not (getattr(told, name) or "").strip():
                detail = f"Expected {words} the units were destroyed, got nothing."
                yield FieldError(f"{pointer}/destruction/{name}", detail)


def _future(moment: datetime | None, pointer: str, now: datetime) -> Iterator[FieldError]:
    if moment is not None and moment > now + SKEW:
        yield FieldError(pointer, f"Expected a moment up to now ({write_time(now)}), got {write_time(moment)}.")


def _repeated(checked: Sequence[Checked]) -> Iterator[FieldError]:
    seen: set[Stock] = set()
    for one in checked:
        if one.stock in seen:
            yield FieldError(one.pointer, "Expected each batch once for each place, got it again.")
        seen.add(one.stock)


def _above(checked: Sequence[Checked], units: Units) -> Iterator[FieldError]:
    """A consignee cannot answer for more than came."""
    for one in checked:
        recorded, got = units.at(one.stock), one.line.counted.sum
        if units_above(one.line.counted, recorded) > 0:
            most = recorded.most or Decimal(0)
            yield FieldError(
                one.pointer, f"Expected at most {most:f} units in all (came, made or under way), got {got:f}."
            )


def stored_together(values: Sequence[Decimal], pointer: str) -> tuple[list[int], int]:
    """Return quantities as whole numbers with one scale. Raises AnswerRefused where that takes more than 18 digits."""
    try:
        scale = max((to_stored(value)[1] for value in values), default=0)
        amounts = [to_stored(value.scaleb(scale))[0] for value in values]
    except AmountError as error:
        raise AnswerRefused.field(pointer, f"Expected quantities of at most 18 digits in all: {error}") from error
    return amounts, scale
