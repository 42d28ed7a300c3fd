"""What a case takes back: the given lines, read strictly, as conditions that batches are compared with."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TypeVar

from sqlalchemy.orm import Session

from trace.answers import BatchRef
from trace.gs1 import Gtin, IdentifierError, Kind, canonical_uri, read_identifier, read_lot, read_serial
from trace.holds import Condition, covers_batch, find_covered, natural_order
from trace.identifiers import find_numbers
from trace.kit.errors import FieldError, Invalid

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a scope as it is given: an item by ``gtin`` (8 to 14 digits) or a batch or item by ``id``.

    Every condition that is given must hold; ``lots`` are alternatives. ``exclude`` takes out again.
    """

    gtin: str | None = None
    id: str | None = None
    lots: tuple[str, ...] = ()
    lot_from: str | None = None
    lot_to: str | None = None
    produced_from: date | None = None
    produced_to: date | None = None
    serial_from: str | None = None
    serial_to: str | None = None
    exclude: bool = False


@dataclass(frozen=True, slots=True)
class Scoped:
    """A condition, and the number of the given line that it was read from."""

    line: int
    condition: Condition


class ScopeRefused(Invalid):
    """A scope that cannot be read, or that takes nothing back."""


def read_scope(lines: Sequence[Line], first: int = 0, pointer: str = "/scope") -> list[Scoped]:
    """Return the conditions of ``lines``, lots one by one, numbered from ``first``.

    Raises ScopeRefused (422) with a pointer to every field that is wrong; also for no line, or only excluding ones.
    """
    problems: list[FieldError] = []
    found = [
        Scoped(first + index, condition)
        for index, line in enumerate(lines)
        for condition in _read_line(line, f"{pointer}/{index}", problems)
    ]
    if not problems and all(line.exclude for line in lines):
        got = "only lines that exclude" if lines else "none"
        problems.append(FieldError(pointer, f"Expected at least one line that takes something back, got {got}."))
    if problems:
        raise ScopeRefused(problems[0].detail, errors=problems)
    return found


def _read_line(line: Line, pointer: str, problems: list[FieldError]) -> list[Condition]:
    before = len(problems)

    def read(name: str, value: str, reader: Callable[[str], T]) -> T | None:
        try:
            return reader(value)
        except IdentifierError as error:
            problems.append(FieldError(f"{pointer}/{name}", str(error)))
            return None

    if (line.gtin is None) == (line.id is None):
        got = "neither" if line.gtin is None else "both"
        problems.append(FieldError(pointer, f"Expected either gtin or id, got {got}."))
        return []
    for index, lot in enumerate(line.lots):
        read(f"lots/{index}", lot, read_lot)
    for name, reader in (("lot_from", read_lot), ("lot_to", read_lot), ("serial_from", read_serial)):
        value = getattr(line, name)
        if value is not None:
            read(name, value, reader)
    if line.serial_to is not None:
        read("serial_to", line.serial_to, read_serial)
    problems += _check_ranges(line, pointer)
    if line.gtin is not None:
        gtin = read("gtin", line.gtin, Gtin.read)
        if gtin is None or len(problems) > before:
            return []
        return _of_item(line, gtin.gtin14)
    assert line.id is not None
    conditions = _of_id(line, line.id, pointer, problems)
    return conditions if len(problems) == before else []


def _check_ranges(line: Line, pointer: str) -> Iterable[FieldError]:
    if line.lots and (line.lot_from is not None or line.lot_to is not None):
        yield FieldError(f"{pointer}/lots", "Expected lots or a range of lots, got both.")
    ends: tuple[tuple[str, object, object], ...] = (
        ("lot_from", _order(line.lot_from), _order(line.lot_to)),
        ("produced_from", line.produced_from, line.produced_to),
        ("serial_from", _order(line.serial_from), _order(line.serial_to)),
    )
    for name, low, high in ends:
        if low is not None and high is not None and low > high:  # type: ignore[operator]
            other = name.replace("from", "to")
            got = f"{getattr(line, name)} after {getattr(line, other)}"
            yield FieldError(f"{pointer}/{name}", f"Expected {name} up to {other}, got {got}.")


def _order(text: str | None) -> object:
    return None if text is None else natural_order(text)


def _of_item(line: Line, gtin: str) -> list[Condition]:
    condition = Condition(
        gtin=gtin,
        lot_from=line.lot_from,
        lot_to=line.lot_to,
        produced_from=line.produced_from,
        produced_to=line.produced_to,
        serial_from=line.serial_from,
        serial_to=line.serial_to,
        exclude=line.exclude,
    )
    if line.lots:
        return [replace(condition, lot=lot) for lot in dict.fromkeys(line.lots)]
    if condition.needs_lot or line.exclude or line.serial_from or line.serial_to:
        return [condition]
    # the whole item is meant: so are its units that nobody recorded by lot
    return [condition, Condition(batch_uri=item_uri(gtin))]


def item_uri(gtin: str) -> str:
    """Return the canonical identifier of an item without lot."""
    return f"https://id.gs1.org/01/{gtin}"


def _of_id(line: Line, text: str, pointer: str, problems: list[FieldError]) -> list[Condition]:
    try:
        named = read_identifier(text)
    except IdentifierError as error:
        problems.append(FieldError(f"{pointer}/id", str(error)))
        return []
    if named.kind is Kind.OTHER:
        if replace(line, id=None, exclude=False) != Line():
            detail = "Expected no further condition: an identifier of another scheme names one batch."
            problems.append(FieldError(pointer, detail))
        return [Condition(batch_uri=named.uri, exclude=line.exclude)]
    if named.gtin is None:
        detail = f"Expected the identifier of a batch or an item, got a {named.kind} ({named.uri})."
        problems.append(FieldError(f"{pointer}/id", detail))
        return []
    if named.lot is not None and (line.lots or line.lot_from or line.lot_to):
        problems.append(FieldError(f"{pointer}/id", "Expected the lot in one place, got it in id and beside it."))
    lots = line.lots if named.lot is None else (named.lot,)
    if named.serial is not None:
        line = replace(line, serial_from=named.serial, serial_to=named.serial)
    return _of_item(replace(line, lots=lots), named.gtin)


def extend_scope(earlier: Sequence[Scoped], added: Sequence[Scoped]) -> list[Scoped]:
    """Return the scope with ``added`` lines; what an earlier line excluded and a new one names is in again.

    Raises ScopeRefused for an added line that excludes (a scope in force is never narrowed), and where an earlier
    line excludes a range out of which a new line would take a part.
    """
    if any(one.condition.exclude for one in added):
        raise ScopeRefused.field("/scope", "Expected lines that add to the scope, got one that excludes.")
    kept: list[Scoped] = []
    new = [one.condition for one in added]
    for one in earlier:
        line = one.condition
        if not line.exclude or not any(condition.gtin == line.gtin for condition in new if line.gtin is not None):
            if line.exclude and line.batch_uri is not None and line.batch_uri in {c.batch_uri for c in new}:
                continue
            kept.append(one)
            continue
        if line.lot is None:
            beside = replace(line, exclude=False)
            same = [condition for condition in new if condition.gtin == line.gtin]
            if all(c.lot is not None and not covers_batch([beside], "", c.gtin, c.lot, None) for c in same):
                kept.append(one)
                continue
            detail = f"An earlier line excludes a part of {line.gtin} that is no single lot: open a case of its own."
            raise ScopeRefused.field("/scope", detail)
        if not covers_batch(new, "", line.gtin, line.lot, None):
            kept.append(one)
    return [*kept, *added]


def find_seeds(session: Session, scope: Iterable[Scoped]) -> set[int]:
    """Return the numbers of all known batches in scope."""
    return find_covered(session, [one.condition for one in scope])


def refuse_mistyped(session: Session, scope: Iterable[Scoped], first: int = 0) -> None:
    """Refuse identifiers that are nearly GS1's and that no event ever named like that: they are typing errors.

    Those that an event did name are evidence and may be recalled (RULES 1). Raises ScopeRefused (422); lines are
    counted from ``first``.
    """
    named = ((one.line, one.condition.batch_uri) for one in scope if one.condition.gtin is None)
    damaged = {uri: line for line, uri in named if uri is not None and read_identifier(uri).problem is not None}
    known = find_numbers(session, damaged)
    problems = [
        FieldError(f"/scope/{line - first}/id", f"Cannot read {uri!r}: {read_identifier(uri).problem}.")
        for uri, line in damaged.items()
        if uri not in known
    ]
    if problems:
        raise ScopeRefused(problems[0].detail, errors=problems)


def gtins_of(scope: Iterable[Scoped]) -> set[str | None]:
    """Return the items that a scope names; ``None`` stands for batches of another scheme."""
    found: set[str | None] = set()
    for one in scope:
        condition = one.condition
        if condition.gtin is not None:
            found.add(condition.gtin)
        elif condition.batch_uri is not None:
            found.add(read_identifier(condition.batch_uri).gtin)
    return found


def find_unknown(scope: Iterable[Scoped], seeds: Iterable[BatchRef]) -> list[str]:
    """Return what a scope names and nothing is recorded of, as canonical identifiers, sorted.

    ``seeds`` are the recorded batches in scope. A range of lots, or of dates, is told by its item.
    """
    known: set[str] = set()
    for seed in seeds:
        known |= {seed["id"]} if seed["gtin"] is None else {seed["id"], item_uri(seed["gtin"])}
    named = (one.condition for one in scope if not one.condition.exclude)
    wanted = {
        (condition.batch_uri or "") if condition.gtin is None else canonical_uri(condition.gtin, condition.lot)
        for condition in named
    }
    return sorted(wanted - known)


def as_lines(scope: Sequence[Scoped]) -> list[Line]:
    """Return a scope as lines again, lots gathered: what ``read_scope`` was given, in canonical form."""
    by_line: dict[int, list[Condition]] = {}
    for one in scope:
        by_line.setdefault(one.line, []).append(one.condition)
    names = {field.name for field in fields(Line)} - {"id", "lots"}
    lines = []
    for conditions in by_line.values():
        first = next((one for one in conditions if one.gtin is not None), conditions[0])
        lots = tuple(one.lot for one in conditions if one.lot is not None)
        values = {name: getattr(first, name) for name in names}
        lines.append(Line(**values, id=first.batch_uri, lots=lots))
    return lines
