"""What somebody typed or scanned into the form of a batch, as the body that the API takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from trace.batch_list import BatchFilter
from trace.gs1 import IdentifierError, Kind, read_identifier
from trace.gs1.scan import read_scan
from trace.kit.errors import Invalid
from trace.serial_ranges import RangeRefused, expand_serials, split_serials

TEXTS = ("commodity_code", "lot", "uom", "produced_on", "expires_on", "location", "certificate")
FIELDS = ("scan", *TEXTS, "quantity", "serials", "serial_first", "serial_last")

UNITS = ("C62", "KGM", "GRM", "TNE", "LTR", "MLT", "MTR", "MTK", "MTQ")
"""Codes of UN/ECE Recommendation 20 that forms offer; the first is pieces."""


_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?")


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a code says of a batch, as the form's fields take it."""

    commodity_code: str
    lot: str
    produced_on: str
    expires_on: str


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """The form's fields as they were typed, blanks around them left out."""
    return {name: form.get(name, "").strip() for name in FIELDS}


def read_body(form: Mapping[str, str]) -> dict[str, Any]:
    """The body of `POST /api/v1/batches`; a quantity that is no number stays as typed, and is refused there.

    Raises Invalid (422) at /serials for a range that is none.
    """
    values = typed(form)
    body: dict[str, Any] = {name: values[name] for name in TEXTS if values[name]}
    if values["quantity"]:
        body["quantity"] = read_number(values["quantity"])
    serials = _read_serials(values)
    if serials:
        body["serials"] = serials
    return body


def read_number(text: str) -> Decimal | str:
    """A number as people type it, with commas between thousands and digits of any script; other text as it is."""
    plain = text.replace(",", "").replace("，", "").replace("．", ".")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else text


def _read_serials(values: Mapping[str, str]) -> list[str]:
    first, last = values["serial_first"], values["serial_last"]
    listed = split_serials(values["serials"])
    if not (first or last):
        return listed
    if listed:
        raise Invalid.field("/serials", "Expected a list of serials, or the first and the last of them, got both.")
    try:
        return expand_serials(first, last)
    except RangeRefused as error:
        raise Invalid.field("/serials", str(error)) from error


def read_code(text: str, year: int) -> Scanned:
    """What a scanned or pasted code says: GTIN, lot and dates from one symbol. Raises Invalid (422) at /scan."""
    try:
        scan = read_scan(text, this_year=year)
    except IdentifierError as error:
        raise Invalid.field("/scan", str(error)) from error
    if scan.gtin is None:
        raise Invalid.field("/scan", f"Expected a code with a commodity code (GTIN), got one of the form {scan.form}.")
    days = (scan.production_date, scan.expiry)
    made, expires = ("" if day is None else day.isoformat() for day in days)
    return Scanned(scan.gtin, scan.lot or "", made, expires)


def read_search(text: str, year: int) -> BatchFilter:
    """What is looked for: a scanned code's product and lot; else the beginning of a lot, or the digits of a product."""
    text = text.strip()
    try:
        scan = read_scan(text, this_year=year)
    except IdentifierError:
        return BatchFilter(text=text)
    if scan.gtin is None or scan.form == "gtin":
        return BatchFilter(text=text)
    return BatchFilter(gtin=scan.gtin, lot=scan.lot or "")


def batch_of(uri: str) -> tuple[str, str] | None:
    """(GTIN, lot) of a batch's identifier, None for one of another scheme."""
    identifier = read_identifier(uri)
    if identifier.kind is not Kind.BATCH or identifier.gtin is None or identifier.lot is None:
        return None
    return identifier.gtin, identifier.lot
