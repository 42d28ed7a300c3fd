"""Properties that hold for all identifiers (hypothesis)."""

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trace.gs1 import (
    Gtin,
    IdentifierError,
    canonical_uri,
    digital_link,
    identifiers,
    read_identifier,
    read_scan,
    to_element_string,
    to_epc_urn,
)
from trace.gs1.check_digits import CSET_82, check_digit, has_check_digit
from trace.gs1.digital_link import read_digital_link
from trace.gs1.element_strings import raw
from trace.gs1.epc_uri import read_epc_urn
from trace.gs1.identifiers import elements_of

digits = st.text("0123456789", min_size=13, max_size=13)
gtins = digits.filter(lambda body: body.strip("0")).map(lambda body: body + check_digit(body))
texts = st.text(CSET_82, min_size=1, max_size=20)
prefix_lengths = st.integers(6, 12)
# Texts that look enough like identifiers to reach the inner parts of the readers.
_SCHEMES = ["https://", "urn:epc:", "id:", "class:", "idpat:", "sgtin:", "lgtin:", "sgln:", "cpi:", "itip:"]
_PARTS = ["/01/", "/00/", "/8010/", "/10/", "/21/", "10=", "17=", "(01)", "(10)", "(8110)", "(8030)", "(7007)"]
_VALUES = ["06901234567892", "6901234567892", "6901234.056789.", "a", "８"]
_SIGNS = [".", "*", "%", "%2F", "?", "&", "=", "(", ")", "\\(", "\x1d", "^", "]C1", "]d2", " "]
pieces = st.sampled_from(_SCHEMES + _PARTS + _VALUES + _SIGNS)
near_texts = st.lists(st.one_of(pieces, st.text(max_size=3)), min_size=1, max_size=8).map("".join)


@given(gtins, texts, prefix_lengths)
def test_a_batch_survives_every_form(gtin: str, lot: str, length: int) -> None:
    uri = canonical_uri(gtin, lot)
    batch = read_identifier(uri)
    assert (batch.uri, batch.gtin, batch.lot) == (uri, gtin, lot)
    assert read_identifier(to_epc_urn(batch, length)) == batch
    assert read_identifier(digital_link("https://example.com/t", gtin, lot)) == batch
    scans = [to_element_string(batch), "]d2" + raw(elements_of(batch))[1:], uri, to_epc_urn(batch, length)]
    for scan in map(read_scan, scans):
        assert (scan.gtin, scan.lot, canonical_uri(scan.gtin or "", scan.lot)) == (gtin, lot, uri)


@given(gtins, texts, texts, prefix_lengths)
def test_an_instance_survives_every_form(gtin: str, lot: str, serial: str, length: int) -> None:
    uri = canonical_uri(gtin, lot, serial)
    instance = read_identifier(digital_link("https://example.com", gtin, lot, serial))
    assert (instance.uri, instance.serial, instance.batch_uri) == (uri, serial, canonical_uri(gtin, lot))
    assert read_identifier(to_epc_urn(instance, length)).uri == uri
    scan = read_scan(to_element_string(instance))
    assert (scan.gtin, scan.lot, scan.serial) == (gtin, lot, serial)


@given(st.text("0123456789", min_size=12, max_size=12), texts, prefix_lengths)
def test_a_place_survives_every_form(body: str, extension: str, length: int) -> None:
    gln = body + check_digit(body)
    place = read_identifier(f"https://example.com/414/{gln}")
    assert read_identifier(to_epc_urn(place, length)) == place
    extended = read_identifier(to_epc_urn(place, length)[:-1] + to_epc_urn_part(extension))
    assert (extended.gln, extended.extension) == (gln, None if extension == "0" else extension)
    assert read_identifier(to_epc_urn(extended, length)) == extended


def to_epc_urn_part(text: str) -> str:
    """Escaped as the URN of a serial is."""
    instance = read_identifier(canonical_uri("06901234567892", serial=text))
    return to_epc_urn(instance, 7).split(".", 2)[2]


@given(st.text("0123456789", min_size=7, max_size=17), st.data())
def test_any_single_wrong_digit_is_found(body: str, data: st.DataObject) -> None:
    number = body + check_digit(body)
    position = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != number[position]))
    assert has_check_digit(number)
    assert not has_check_digit(number[:position] + other + number[position + 1 :])


@given(st.text("0123456789", min_size=7, max_size=17), st.data())
def test_swapped_neighbours_are_found_unless_they_differ_by_five(body: str, data: st.DataObject) -> None:
    number = body + check_digit(body)
    position = data.draw(st.integers(0, len(number) - 2))
    left, right = number[position], number[position + 1]
    swapped = number[:position] + right + left + number[position + 2 :]
    # Weights 3 and 1 differ by 2: a swap changes the sum by twice the difference, which 10 divides for 0 and 5.
    assert has_check_digit(swapped) == ((int(left) - int(right)) % 5 == 0)


@given(gtins)
def test_full_width_digits_are_refused_in_forms_and_put_right_in_scans(gtin: str) -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in gtin)
    assert unicodedata.normalize("NFKC", wide) == gtin
    assert read_scan(wide).gtin == gtin
    with pytest.raises(IdentifierError, match="full-width digit"):
        Gtin.read(wide)


@settings(max_examples=300)
@given(st.one_of(st.text(min_size=1), near_texts))
def test_evidence_is_never_refused_and_reading_it_again_changes_nothing(text: str) -> None:
    if not text.strip():
        return
    identifier = read_identifier(text)
    assert identifier.problem is None or identifier.uri == text.strip()
    assert read_identifier(identifier.uri).uri == identifier.uri


@settings(max_examples=300)
@given(st.one_of(st.text(), near_texts))
def test_a_scan_is_read_or_refused_as_an_identifier(text: str) -> None:
    with suppress(IdentifierError):
        assert read_scan(text).elements


@settings(max_examples=300)
@given(st.sampled_from(["8110", "8112", "8007", "8013", "7007", "423", "8001", "4309", "7258", "8030"]), texts)
def test_values_of_odd_ais_are_read_or_refused(ai: str, value: str) -> None:
    with suppress(IdentifierError):
        assert read_scan(f"({ai})" + value.replace("(", r"\(")).elements == ((ai, value),)


@settings(max_examples=300)
@given(st.one_of(near_texts, st.builds(canonical_uri, gtins, texts), st.builds(canonical_uri, gtins, st.none(), texts)))
def test_the_short_way_and_the_general_readers_agree(text: str) -> None:
    with suppress(IdentifierError):
        short = identifiers._read_plain(text)
        if short is not None:
            elements = read_epc_urn(text) or read_digital_link(text)
            assert short == identifiers.from_elements(elements)
