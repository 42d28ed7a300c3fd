"""The words of the check for people: one list of headlines, what a code was taken for, what is wrong with it."""

import re
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from trace.check.answer import CheckRow
from trace.check.rules import tidy
from trace.gs1 import IdentifierError, read_lot, read_scan
from trace.kit.errors import Problem
from trace.kit.i18n import _, current_language

Tone = Literal["stop", "wait", "clear", "unknown"]
"""The class of `public.css` that colours an answer: red, amber, green, grey."""

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


_SYMBOLS = {8: "EAN-8", 12: "UPC-A", 13: "EAN-13", 14: "ITF-14"}


@dataclass(frozen=True, slots=True)
class Headline:
    """An answer in one line: its colour, its shape, its words."""

    tone: Tone
    mark: str
    text: str


def say_answer(found: CheckRow | None) -> Headline:
    """The headline of an answer in the language of the request; of None, where there is trouble and no answer."""
    match "trouble" if found is None else found["status"]:
        case "recalled":
            return Headline("stop", "■", _("Recalled. Stop using it."))
        case "stop_sale":
            return Headline("wait", "▲", _("Sales stopped. Do not use it."))
        case "no_recall_known":
            return Headline("clear", "●", _("No recall is known."))
        case "lot_needed":
            return Headline("unknown", "◆", _say_needed(found["needed"] if found else []))
        case "product_not_registered":
            return Headline("unknown", "◆", _("Nothing is known of this product."))
        case "batch_not_registered":
            return Headline("unknown", "◆", _("Nothing is known of this lot."))
        case "unreadable":
            return Headline("unknown", "◆", _("This code cannot be read."))
        case _:
            return Headline("unknown", "◆", _("We cannot tell right now."))


def say_problem(problem: Problem) -> Headline:
    """The headline of a page that could not be answered."""
    match problem.status:
        case 404:
            text = _("There is no such page.")
        case 429:
            text = _("Too much was asked at once. Try again in a moment.")
        case 503:
            return say_answer(None)
        case status if status >= 500:
            text = _("Something went wrong here.")
        case _:
            text = _("This cannot be answered.")
    return Headline("unknown", "◆", text)


@dataclass(frozen=True, slots=True)
class Mistake:
    """The field (`code`, `lot`, `serial`) that cannot be read, and the words about it."""

    field: str
    text: str


def _say_needed(needed: list[str]) -> str:
    if "goods" in needed:
        return _("Check the goods inside.")
    if "lot" not in needed and "serial" in needed:
        return _("It depends on the serial number.")
    return _("It depends on the lot number.")


def say_mistake(code: str, lot: str, serial: str) -> Mistake:
    """Which field of a question that cannot be read is wrong, why, and how to mend it."""
    try:
        scan = read_scan(code)
    except IdentifierError as error:
        return Mistake("code", _say_code_mistake(error))
    for name, typed, scanned in (("lot", lot, scan.lot), ("serial", serial, scan.serial)):
        clean = tidy(typed)
        if clean and scanned is not None and clean != scanned:
            words = _("The code itself says {value}. Empty this field, or correct the code.", value=scanned)
            return Mistake(name, words)
        if clean:
            try:
                read_lot(clean)
            except IdentifierError:
                return Mistake(name, _("Expected at most 20 letters, digits and signs such as - / . as on the pack."))
    return Mistake(
        "code", _("This is not the code of a product. Use the number under the bar code of the product itself.")
    )


def _say_code_mistake(error: IdentifierError) -> str:
    match error.code:
        case "bad_check_digit":
            return _(
                "The last digit does not fit the others: one of them is probably mistyped. "
                "Compare every digit with those under the bars."
            )
        case "bad_characters":
            return _("There is a character in it that does not belong there. Compare it with the pack, sign by sign.")
        case _:
            return _("Compare it with the digits under the bars: 8, 12, 13 or 14 of them.")


def say_photo_mistake(trouble: Problem) -> str:
    """What is wrong with a photograph, or with reading it now, and what to do."""
    match (trouble.status, trouble.extra.get("why")):
        case (_, "heic"):
            return _(
                "Photos in the format HEIC cannot be read yet. Choose the most compatible format (JPEG) in the "
                "settings of the camera, or send a screenshot of the photo."
            )
        case (413, _):
            return _("The photo is too large. Send one of at most 10 MB, or only the part with the code.")
        case (415, _) | (_, "not_a_picture"):
            return _("This file is no picture that can be read. Send a photo as JPEG, PNG or WebP.")
        case (_, "damaged"):
            return _("The picture is damaged, or it did not arrive whole. Take it again and send it again.")
        case (429, _):
            return _("Too many photos came from your network. Wait a minute, or type the number.")
        case (503, _):
            return _("Photos cannot be read at this moment. Try again in a moment, or type the number.")
        case _:
            return _("No photo arrived. Choose one first, then send it.")


def say_kind(code: str) -> str | None:
    """What kind of code it is in people's words; None where it is none."""
    try:
        scan = read_scan(code)
    except IdentifierError:
        return None
    match scan.form:
        case "gtin":
            return _("bar code {symbol}", symbol=_SYMBOLS[len(shorten(scan.gtin or ""))])
        case "sscc" | "element_string" if scan.gtin is None and scan.sscc is not None:
            return _("number of a logistic unit (SSCC)")
        case "digital_link":
            return _("GS1 Digital Link")
        case "epc_urn":
            return _("number of a radio tag (EPC)")
        case _:
            return _("GS1 code with further data")


def shorten(gtin14: str) -> str:
    """The digits as they stand under the bars: 8, 12, 13 or 14 of them."""
    length = next((length for zeros, length in ((6, 8), (2, 12), (1, 13)) if not gtin14[:zeros].strip("0")), 14)
    return gtin14[-length:]


def write_number(gtin14: str) -> str:
    """A GTIN in the groups in which it is printed: `6 901234 567892`, `0 36000 29145 2`, `9638 5074`."""
    digits = shorten(gtin14)
    ends = {8: (4,), 12: (1, 6, 11), 13: (1, 7), 14: (1, 3, 8, 13)}[len(digits)]
    return " ".join(digits[start:end] for start, end in zip((0, *ends), (*ends, len(digits)), strict=True))


def mark_language(text: str | None) -> Markup:
    """A text from the records, marked as Chinese where the page is English, so that it is read aloud as Chinese."""
    if text and current_language() != "zh" and _HAN.search(text):
        return Markup('<span lang="zh-CN">{}</span>').format(text)
    return Markup(escape(text or ""))
