"""What people type, paste and copy from a label, put right as far as it cannot be misread."""

from __future__ import annotations

import re
import unicodedata

from trace.gs1.element_strings import bracketed

GTIN_LENGTHS = frozenset({8, 12, 13, 14})

_BLANKS = " \t\r\n\x00"
# Zero-width and direction marks: what copying from a page or a phone puts around digits without being seen.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff]")
_SPACED_DIGITS = re.compile(r"[0-9]+(?: +[0-9]+)+")
_SPACED_BRACKETS = re.compile(r"(?<! ) *(\([0-9]{2,4}\)) *")
# None of these can stand in a value: brackets of other shapes are brackets (U+FF08 and the like are `(` already).
_OTHER_BRACKETS = re.compile(r"[\[{\u3010\u3014\u3016\u3018\u301a]([0-9]{2,4})[\]}\u3011\u3015\u3017\u3019\u301b]")
_BEGINS_BRACKETED = re.compile(r"[\[{\u3010\u3014\u3016\u3018\u301a][0-9]{2,4}[\]}\u3011\u3015\u3017\u3019\u301b]")

_NUMBER_LABEL = (
    r"(?:商品|产品)?(?:条形码|条码)(?:号|编号)? ?[:：]? ?"
    r"|(?:barcode|bar code|sscc|(?:gtin|ean|upc)(?:-?(?:8|12|13|14|a))?)(?: no\.?| number)?(?: ?[:：] ?| +)"
)
_LABEL = re.compile(rf"(?:{_NUMBER_LABEL})(?=[0-9(])", re.IGNORECASE)
_LOT = r"(?:生产)?(?:批号|批次号?)|(?:lot|batch)(?: ?(?:no\.?|number|code))?"
_GTIN_AND_LOT = re.compile(rf"([0-9]+(?: [0-9]+)*)[ ,;，；、]+(?:{_LOT})(?: ?[:：#] ?| +)([^ ]+)", re.IGNORECASE)


def tidy(text: str) -> str:
    """`text` as it was meant: full-width and unseen characters, blanks and brackets for layout, a label in front.

    `条码：６９０１２３４５６７８９２` is its number, `6901234567892 批号 L1` an item with its lot, `【01】…` begins an
    element string. What is a matter of reading (check digits, characters) is left as it is.
    """
    clean = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).strip(_BLANKS)
    clean = clean[label.end() :] if (label := _LABEL.match(clean)) else clean
    both = _GTIN_AND_LOT.fullmatch(clean)
    number = both[1].replace(" ", "") if both else ""
    if both and len(number) in GTIN_LENGTHS:
        return bracketed((("01", number.zfill(14)), ("10", both[2])))
    if _BEGINS_BRACKETED.match(clean):
        clean = _OTHER_BRACKETS.sub(r"(\1)", clean)
    clean = _SPACED_BRACKETS.sub(r"\1", clean)
    return clean.replace(" ", "") if _SPACED_DIGITS.fullmatch(clean) else clean
