"""Evidence reading: any form of one identifier gives one canonical URI, and nothing is thrown away."""

import pytest

from tests.trace.gs1.vectors import document, lines
from trace.gs1 import Identifier, IdentifierError, Kind, read_identifier, to_element_string, to_epc_urn

GTIN = "06901234567892"
ITEM = f"https://id.gs1.org/01/{GTIN}"


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        (f"https://example.com/some/stem/01/{GTIN}/10/A", f"{ITEM}/10/A"),
        (f"HTTPS://ID.GS1.ORG/01/{GTIN}/10/A", f"{ITEM}/10/A"),
        (f"http://localhost:8000/01/{GTIN}/10/A?17=261231#x", f"{ITEM}/10/A"),
        ("urn:epc:class:lgtin:6901234.056789.A", f"{ITEM}/10/A"),
        ("urn:epc:class:lgtin:690123456789.0.A", f"{ITEM}/10/A"),
        ("urn:epc:class:lgtin:690123.0456789.A", f"{ITEM}/10/A"),
        (f"  {ITEM}/10/A\n", f"{ITEM}/10/A"),
        (f"{ITEM}/10/A%2fB", f"{ITEM}/10/A%2FB"),
        (f"{ITEM}/10/A%41", f"{ITEM}/10/AA"),
        (f"{ITEM}/10/A(1)", f"{ITEM}/10/A%281%29"),
        (f"{ITEM}/22/V/10/A", f"{ITEM}/10/A"),
        ("urn:epc:class:lgtin:6901234.056789.A%2FB", f"{ITEM}/10/A%2FB"),
    ],
)
def test_every_form_of_a_batch_has_one_uri(text: str, uri: str) -> None:
    batch = read_identifier(text)
    assert (batch.uri, batch.kind, batch.gtin, batch.problem) == (uri, Kind.BATCH, GTIN, None)


def test_an_instance_is_named_without_its_lot_and_tells_its_batch() -> None:
    instance = read_identifier(f"https://example.com/01/{GTIN}/10/L%2F1/21/S")
    assert instance == Identifier(f"{ITEM}/21/S", Kind.INSTANCE, GTIN, "L/1", "S", batch_uri=f"{ITEM}/10/L%2F1")
    assert read_identifier("urn:epc:id:sgtin:6901234.056789.S").uri == instance.uri


@pytest.mark.parametrize(
    ("text", "kind", "uri"),
    [
        ("urn:epc:idpat:sgtin:6901234.056789.*", Kind.ITEM, "/01/06901234567892"),
        ("urn:epc:id:sgln:0614141.12345.0", Kind.LOCATION, "/414/0614141123452"),
        ("https://x.org/414/0614141123452/254/0", Kind.LOCATION, "/414/0614141123452"),
        ("urn:epc:id:sgln:0614141.12345.32a%2Fb", Kind.LOCATION, "/414/0614141123452/254/32a%2Fb"),
        ("urn:epc:id:sgln:061414112345..0", Kind.LOCATION, "/414/0614141123452"),
        ("urn:epc:id:pgln:061414112345.", Kind.PARTY, "/417/0614141123452"),
        ("https://id.gs1.org/417/0614141000012", Kind.PARTY, "/417/0614141000012"),
        ("urn:epc:id:sscc:0614141.1234567890", Kind.SSCC, "/00/106141412345678908"),
        ("urn:epc:id:gsrnp:0614141.1234567890", Kind.DOCUMENT, "/8017/061414112345678902"),
        ("urn:epc:id:gsin:0614141.123456789", Kind.DOCUMENT, "/402/06141411234567890"),
        ("urn:epc:id:ginc:0614141.xyz47%2F11", Kind.DOCUMENT, "/401/0614141xyz47%2F11"),
        ("urn:epc:id:giai:4000001.111", Kind.ASSET, "/8004/4000001111"),
        ("https://id.example.com/8003/00614141123452400", Kind.ASSET, "/8003/00614141123452400"),
        ("urn:epc:id:cpi:0614141.11-A%23%2F.12", Kind.OTHER, "/8010/061414111-A%23%2F/8011/12"),
        ("urn:epc:id:upui:4012345.012345.AB12", Kind.INSTANCE, "/01/04012345123456/235/AB12"),
    ],
)
def test_every_kind_of_key_is_canonical(text: str, kind: Kind, uri: str) -> None:
    identifier = read_identifier(text)
    assert (identifier.kind, identifier.problem) == (kind, None)
    assert identifier.uri.removeprefix("https://id.gs1.org") == uri
    assert read_identifier(identifier.uri) == identifier


@pytest.mark.parametrize(
    "text",
    [
        "urn:gdst:sfstrace.com:product:lot:class:processor.2.v1-0122-2022",
        "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "urn:epc:id:adi:2S194..1",
        "urn:epc:idpat:grai:0614141.12345.*",
        "https://example.com/batches/2024/01/15",
        "https://example.com/orders/401/abc",
        "geo:50.94,6.92",
        "(01)06901234567892(10)A",
        "https://",
    ],
)
def test_another_scheme_is_kept_as_it_is_without_a_finding(text: str) -> None:
    assert read_identifier(text) == Identifier(text, Kind.OTHER)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("https://id.gs1.org/01/06901234567893/10/A", "bad_check_digit"),
        ("https://id.gs1.org/00/106141412345678909", "bad_check_digit"),
        ("https://id.gs1.org/414/0614141123453", "bad_check_digit"),
        ("https://id.gs1.org/01/6901234567892/10/A", "bad_length"),
        ("https://id.gs1.org/01/06901234567892/10/" + "A" * 21, "bad_length"),
        ("https://id.gs1.org/01/０６９０１２３４５６７８９２/10/A", "bad_characters"),
        ("https://id.gs1.org/01/06901234567892/10/A%20B", "bad_characters"),
        ("https://id.gs1.org/01/06901234567892/10/批次", "bad_characters"),
        ("https://id.gs1.org/01/06901234567892/21/S/10/A", "bad_syntax"),
        ("https://id.gs1.org/01/06901234567892?10=A", "bad_syntax"),
        ("https://id.gs1.org/01/06901234567892/10/A%2", "bad_syntax"),
        ("urn:epc:class:lgtin:6901234.56789.A", "bad_length"),
        ("urn:epc:id:sgtin:69012.04567890.A", "bad_length"),
    ],
)
def test_a_damaged_identifier_is_kept_as_it_is_with_its_problem(text: str, problem: str) -> None:
    assert read_identifier(text) == Identifier(text, Kind.OTHER, problem=problem)


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_only_an_empty_text_is_refused(text: str) -> None:
    with pytest.raises(IdentifierError, match="expected an URI, got an empty text"):
        read_identifier(text)


def test_epc_vectors_give_their_element_strings() -> None:
    for vector in document("epc_vectors.json")["valid"]:
        identifier = read_identifier(vector["epc"])
        assert identifier.problem is None
        expected = vector["element_string"] or "(01)06901234567892"  # the idpat has none
        assert to_element_string(identifier) == expected.removesuffix("(254)0")


def test_epc_vectors_go_back_to_their_urns() -> None:
    for vector in document("epc_vectors.json")["valid"]:
        prefix = vector["epc"].split(":")[4].split(".")[0]
        assert to_epc_urn(read_identifier(vector["epc"]), len(prefix)) == vector["epc"]


def test_invalid_epc_vectors_are_kept_as_they_are() -> None:
    for vector in document("epc_vectors.json")["invalid"]:
        identifier = read_identifier(vector["epc"])
        assert (identifier.uri, identifier.kind) == (vector["epc"], Kind.OTHER)


def test_valid_digital_links_are_canonical_under_one_host() -> None:
    for link, _ in lines("dl_uris_valid.txt"):
        identifier = read_identifier(link)
        assert identifier.uri.startswith("https://id.gs1.org/")
        assert identifier.problem is None


@pytest.mark.parametrize(
    ("uri", "length", "reason"),
    [
        (f"{ITEM}/10/A", 5, "company prefix should have 6 to 12 digits, got 5"),
        (f"{ITEM}/22/V", 7, "no EPC scheme holds the AIs 01, 22"),
        ("https://id.gs1.org/8003/00614141123452", 7, "got ''"),
        ("urn:gdst:x", 7, "expected a canonical one"),
        ("https://id.gs1.org/voc/", 7, "expected a canonical one"),
    ],
)
def test_what_no_urn_can_hold_is_refused(uri: str, length: int, reason: str) -> None:
    with pytest.raises(IdentifierError, match=reason.replace("(", r"\(")):
        to_epc_urn(read_identifier(uri), length)


def test_an_element_string_of_an_instance_keeps_the_lot() -> None:
    instance = read_identifier(f"{ITEM}/10/A(1/21/S")
    assert to_element_string(instance) == rf"(01){GTIN}(10)A\(1(21)S"
    assert to_epc_urn(instance, 7) == "urn:epc:id:sgtin:6901234.056789.S"
