"""Labels as they are ordered: what the record says of each thing, and the labels that it gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.derivation.fold_input import named_batches
from trace.gs1 import Gtin, IdentifierError, canonical_uri
from trace.identifiers import find_numbers
from trace.kit.auth import Principal
from trace.kit.errors import FieldError, Invalid, NotFound, TooLarge
from trace.labels.bodies import MOST_DISTINCT, MOST_LABELS, LabelItem, LabelOptions, SymbolQuery
from trace.labels.content import Carrier, Item, Language, carrier_of, draw_symbols, kind_of, words_of
from trace.labels.drawing import letters_with, measure_with
from trace.labels.layout import Label, Wording, lay_out
from trace.labels.sheets import SHEETS, Sheet, SheetName
from trace.models import Batch, Identifier, Product
from trace.pdf_text import NO_CHINESE, Font
from trace.symbols.symbol import Symbol, size_of, whole_dots
from trace.symbols.verify import verify
from trace.visibility import may_see_batch

_USUAL: dict[Carrier, SheetName] = {"gs1_128": "a4-1x2", "itf14": "100x60"}
"""Bars of general distribution are too high for small labels; GS1-128 may be 165 mm wide."""


class NothingToLabel(NotFound):
    """The product or batch is not registered, or not for this key to see: there is nothing to print of it."""


class NotOfThisBatch(Invalid):
    """A serial that was made as part of another batch."""


@dataclass(frozen=True, slots=True)
class Printing:
    """Where the service lies, and what it writes with."""

    site: str
    font: Font


class Ordered(NamedTuple):
    """A thing, and where in the order it stands."""

    pointer: str
    item: Item


def read_items(session: Session, principal: Principal | None, wanted: Mapping[str, LabelItem]) -> list[Ordered]:
    """Return each thing that gets a label, with names and dates from the record; serials one by one.

    `wanted` has each by the pointer to it, which errors name.
    `principal` None is for an order that somebody who may see it all has placed before. Raises NothingToLabel (404),
    NotOfThisBatch (422), TooLarge (413).
    """
    distinct = sum(len(one.serials or ["one"]) for one in wanted.values())
    if distinct > MOST_DISTINCT:
        raise TooLarge(f"Expected at most {MOST_DISTINCT} different labels in one order, got {distinct}.")
    return [
        Ordered(pointer, item) for pointer, one in wanted.items() for item in _read(session, principal, one, pointer)
    ]


def _read(session: Session, principal: Principal | None, one: LabelItem, pointer: str) -> list[Item]:
    if one.gtin is None:
        return [Item(sscc=one.sscc)]
    gtin = Gtin.read(one.gtin).gtin14
    product = session.scalar(select(Product).where(Product.gtin == gtin))
    if product is None:
        raise _nothing(f"No product {gtin} is registered. Register it with POST /api/v1/products.", f"{pointer}/gtin")
    item = Item(
        gtin=gtin,
        sscc=one.sscc,
        count=one.count,
        code=product.commodity_code,
        name=product.name,
        name_en=product.name_en,
    )
    if one.lot is not None:
        batch = _batch(session, principal, gtin, one.lot, f"{pointer}/lot")
        item = replace(item, lot=batch.lot, produced_on=batch.produced_on, expires_on=batch.expires_on)
    if one.serials is None:
        return [item]
    _require_same_batch(session, gtin, one.lot, one.serials, pointer)
    return [replace(item, serial=serial) for serial in one.serials]


def _batch(session: Session, principal: Principal | None, gtin: str, lot: str, pointer: str) -> Batch:
    uri = canonical_uri(gtin, lot)
    identifier = session.scalar(select(Identifier).where(Identifier.uri == uri))
    row = None if identifier is None else session.get(Batch, identifier.id)
    if identifier is None or row is None or (principal and not may_see_batch(session, principal, identifier)):
        detail = f"No registered batch {uri} is known to this key. Its maker registers it with POST /api/v1/batches."
        raise _nothing(detail, pointer)
    return row


def _nothing(detail: str, pointer: str) -> NothingToLabel:
    return NothingToLabel(detail, errors=[FieldError(pointer, detail)])


def _require_same_batch(session: Session, gtin: str, lot: str | None, serials: Sequence[str], pointer: str) -> None:
    """Refuse a serial that the record knows as part of another batch: its label would send people to the wrong one."""
    uris = {canonical_uri(gtin, serial=serial): at for at, serial in enumerate(serials)}
    numbers = find_numbers(session, uris)
    batches = named_batches(session, numbers.values())
    asked = None if lot is None else find_numbers(session, [canonical_uri(gtin, lot)]).get(canonical_uri(gtin, lot))
    for uri, number in numbers.items():
        if lot is not None and batches.get(number, asked) != asked:
            detail = f"Serial {serials[uris[uri]]} was made as part of another batch than {lot}."
            raise NotOfThisBatch.field(f"{pointer}/serials/{uris[uri]}", detail)


def draw_bare(ordered: Ordered, query: SymbolQuery, site: str) -> list[tuple[Symbol, int | None]]:
    """Return the symbols of a thing, read back, each with its dots a module where `dpi` is given.

    Raises Invalid (422) for a thing that cannot be encoded so, or a size that is not one of the standard.
    """
    try:
        carrier = carrier_of(ordered.item, query.symbol)
        kind = kind_of(ordered.item, carrier)
        x_mm, dots = size_of(kind, query.magnification), None
        if query.dpi is not None:
            dots, x_mm = whole_dots(kind, x_mm, query.dpi)
        symbols = draw_symbols(ordered.item, carrier, site, x_mm)
    except IdentifierError as error:
        raise Invalid.field(ordered.pointer, str(error)) from error
    return [(verify(one), dots) for one in symbols]


def sheet_of(items: Sequence[Ordered], options: LabelOptions) -> Sheet:
    """Return the sheet that was asked for, else one that usually fits. Raises Invalid (422) for a place it has not."""
    carriers = {_carrier(one, options) for one in items}
    usual: SheetName = next((_USUAL[one] for one in _USUAL if one in carriers), "a4-3x8")
    name = options.sheet or usual
    sheet = SHEETS[name]
    if options.first > sheet.labels:
        raise Invalid.field("/first", f"Expected 1 to {sheet.labels} on sheet {name}, got {options.first}.")
    return sheet


def _carrier(ordered: Ordered, options: SymbolQuery) -> Carrier:
    try:
        return carrier_of(ordered.item, options.symbol)
    except IdentifierError as error:
        raise Invalid.field(ordered.pointer, str(error)) from error


def draw_labels(items: Sequence[Ordered], sheet: Sheet, options: LabelOptions, printing: Printing) -> list[Label]:
    """Return the labels in their order, copies one after another; every symbol on them was read back.

    Raises Invalid (422) for what cannot be encoded or does not fit on the label, TooLarge (413).
    """
    if len(items) * options.copies > MOST_LABELS:
        raise TooLarge(f"Expected at most {MOST_LABELS} labels in one order, got {len(items) * options.copies}.")
    language = options.language or ("both" if printing.font.chinese else "en")
    if language != "en" and not printing.font.chinese:
        raise Invalid.field("/language", f"Expected en, got {language}: {NO_CHINESE}")
    return [label for one in items for label in [_draw(one, sheet, options, printing, language)] * options.copies]


def _draw(ordered: Ordered, sheet: Sheet, options: LabelOptions, printing: Printing, language: Language) -> Label:
    item = ordered.item
    carrier = _carrier(ordered, options)
    kind = kind_of(item, carrier)
    words = words_of(item, carrier, printing.site, language)
    names = tuple(letters_with(printing.font, name) for name in words.names)
    wording = Wording(words._replace(names=names), measure_with(printing.font))
    try:
        wanted = None if options.magnification is None else size_of(kind, options.magnification)
        label = lay_out(
            sheet,
            kind,
            lambda x_mm, most_mm: draw_symbols(item, carrier, printing.site, x_mm, most_mm),
            wording,
            wanted,
            options.dpi,
        )
    except IdentifierError as error:
        raise Invalid.field(ordered.pointer, str(error)) from error
    for one in label.symbols:
        verify(one.symbol)
    return label
