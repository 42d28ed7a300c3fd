"""What was scanned and typed into a form about goods, as lines and as the body that the API takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from trace.gs1 import IdentifierError, canonical_uri
from trace.gs1.scan import Scan, read_scan
from trace.kit.errors import Invalid
from trace.web.desk.batch_form import read_number

MOST_LINES = 200
"""Of one form; more come as a sheet."""

PARTS = ("side", "gtin", "lot", "serials", "sscc", "quantity", "uom")
"""The fields of a line, each sent once for every line."""

PIECES = "C62"
"""What the form's list of units calls pieces, which the record knows by no unit."""

_COUNTS = ("30", "37")
_WEIGHT = "310"
"""GS1 application identifiers: a count of items, and net weight in kilograms with decimals as the fourth digit says."""


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One line as it stands in the form; ``serials`` are separated by blanks, which no serial has."""

    side: str = "lines"
    gtin: str = ""
    lot: str = ""
    serials: str = ""
    sscc: str = ""
    quantity: str = ""
    uom: str = ""

    @property
    def uri(self) -> str:
        """The canonical URI of its batch; of the item where no lot is typed, empty where the lot cannot be read."""
        try:
            return canonical_uri(self.gtin, self.lot or None)
        except IdentifierError:
            return ""

    @property
    def amount(self) -> Decimal | None:
        """The quantity, None where none is typed that can be read."""
        number = read_number(self.quantity)
        return number if isinstance(number, Decimal) and number.is_finite() else None

    def body(self) -> dict[str, Any]:
        """The line as the API takes it; what cannot be read stays as typed, and is refused there."""
        if self.sscc:
            return {"sscc": self.sscc}
        line: dict[str, Any] = {"gtin": self.gtin}
        if self.lot:
            line["lot"] = self.lot
        if self.serials:
            return line | {"serials": self.serials.split()}
        line["quantity"] = read_number(self.quantity)
        return line | ({"uom": self.uom} if self.uom else {})


def read_lines(form: MultiDict[str, str]) -> list[TypedLine]:
    """The lines of the form in their order. Raises Invalid (422) for more than `MOST_LINES`, or unequal columns."""
    columns = [form.getlist("line-" + name) for name in PARTS]
    if len({len(column) for column in columns}) != 1:
        raise Invalid("Expected every line whole, got lines of which a part is missing. Open the page again.")
    if len(columns[0]) > MOST_LINES:
        raise Invalid(f"Expected at most {MOST_LINES} lines, got {len(columns[0])}: bring more as a sheet.")
    lines = [TypedLine(*(text.strip() for text in row)) for row in zip(*columns, strict=True)]
    return [replace(line, uom="") if line.uom == PIECES else line for line in lines]


def without(lines: Sequence[TypedLine], place: str) -> list[TypedLine]:
    """The lines but one; any other text takes none away."""
    return [line for number, line in enumerate(lines) if str(number) != place]


def add_scan(lines: Sequence[TypedLine], text: str, side: str, year: int) -> list[TypedLine]:
    """The lines with what a code says: one more of goods that are there already, else a line at the end.

    Raises Invalid (422) at /scan for a code that cannot be read, or names one thing a second time.
    """
    try:
        scan = read_scan(text, this_year=year)
    except IdentifierError as error:
        raise Invalid.field("/scan", str(error)) from error
    new = _line_of(scan, side)
    for number, line in enumerate(lines):
        if new.sscc and line.sscc == new.sscc:
            raise Invalid.field("/scan", f"Expected each logistic unit once, got {new.sscc} twice.")
        if (line.side, line.gtin, line.lot) != (side, new.gtin, new.lot) or not new.gtin:
            continue
        if bool(line.serials) is bool(new.serials) and line.uom == new.uom:
            return [*lines[:number], _one_more(line, new), *lines[number + 1 :]]
    if len(lines) >= MOST_LINES:
        raise Invalid.field("/scan", f"Expected at most {MOST_LINES} lines in one form: send these first.")
    return [*lines, new]


def _line_of(scan: Scan, side: str) -> TypedLine:
    if scan.sscc is not None:
        return TypedLine(side, sscc=scan.sscc)
    if scan.gtin is None:
        raise Invalid.field("/scan", "Expected a code of goods (GTIN or SSCC), got one of something else.")
    if scan.serial is not None:
        return TypedLine(side, scan.gtin, scan.lot or "", serials=scan.serial, quantity="1")
    quantity, uom = "1", ""
    for ai, value in scan.elements:
        if ai in _COUNTS:
            quantity = str(int(value))
        elif ai.startswith(_WEIGHT) and len(ai) == 4:
            quantity, uom = f"{Decimal(int(value)).scaleb(-int(ai[3])):f}", "KGM"
    return TypedLine(side, scan.gtin, scan.lot or "", quantity=quantity, uom=uom)


def _one_more(line: TypedLine, new: TypedLine) -> TypedLine:
    if new.serials:
        known = line.serials.split()
        if new.serials in known:
            raise Invalid.field("/scan", f"Expected every serial once, got {new.serials!r} twice.")
        return replace(line, serials=" ".join([*known, new.serials]), quantity=str(len(known) + 1))
    if line.amount is None:
        return replace(line, quantity=new.quantity)
    return replace(line, quantity=f"{line.amount + Decimal(new.quantity):f}")


def read_body(place: tuple[str, str], values: Mapping[str, str], lines: Sequence[TypedLine]) -> dict[str, Any]:
    """The body of a report: ``place`` is the field of the own place and what was chosen; empty values are not sent."""
    body: dict[str, Any] = {name: text for name, text in (place, *values.items()) if text}
    for line in lines:
        body.setdefault(line.side, []).append(line.body())
    return body
