"""Compressed Digital Links: examples that other implementations publish, round trips, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.gs1 import IdentifierError, read_scan
from trace.gs1.check_digits import CSET_82, check_digit
from trace.gs1.compression import _SEQUENCES, compress, decompress
from trace.gs1.digital_link import Elements, read_digital_link

# Path → Digital Link, from the test suites and documents of three public implementations.
_EXAMPLES = """
ARFKk4XB0CDKWcnpq                          01/09506000134376/10/LOT01
AQnO2IRCICDKWcnpqQtCQiJABemo               01/05392000229648/10/LOT01/21/SERIAL01
AN2yxDhfaiaw                               00/998440410914660971
ABeRcNWtKMPA                               00/106141412345678908
AQnYUc1gmg                                 01/05412345000013
ARHKVAdpQg                                 01/09780345418913
AQnYUc1gmiCNV4JG                           01/05412345000013/10/ABC123
AQnYUc1gmiCNV4JGQhcNT6K6c                  01/05412345000013/10/ABC123/21/72292641703
AQnYUc1gmiCNV4JGQhcNT6K6cibQCWN9Pee9tT-PQ  01/05412345000013/22/AJY3095721P49/10/ABC123/21/72292641703
AQnYUc1gmkax7ipGrOHDPC5YNI8hMz             01/05412345000013/235/8TFV883a904GH%263
AREjalurbiAUO-cgohCz45Z67b8A               01/09421902960055/10/2010005828/21/xyz1234
AQnYUc1gmiERBhQ0ytiyZuAGOLc1TXgpNWCv1      01/05412345000013/10/ABC%26%2B123?7003=1903061658
AQEd-1O2-GIGAD6A                           01/00614141123452?3103=000500
JTLIetaiHYA                                253/3060077601309
JVUqG5hJ5wA                                255/5678409730535
QBl2DVoxZM2jVm3ZOWEFoxTR5HDgzZg            401/0541234537290A41%26GHpp33
QCJZyW9mC6Z4                               402/21173492661712079
QUCO_anbfA                                 414/0614141123452
QUSaVjC_dHBAVlCrg                          414/5060917510004/7040/5KFX
JUa0T-eifdtOO9UFEmlYwv3Q                   414/5060917510004/254/RP56J920471
QXSaVjC_dA                                 417/5060917510004
gAMJCAXukTMA                               8003/04965031954585
JAaasHt_dNNt4ADESMALumsUfMAm34             8003/09421012301014f9804dbf?240=qwe390023
cEB2CqjAAkuwatGLJm0as27JywgtGKaPI4cGbM     8004/0541234537290A41%26GHpp33/7040/7BVR
gBCVYNWjFkzaNWbdk5YQWjFHHkM2cAI0xdvpGo     8010/0541234537290A41%23GH33/8011/6639047221
gBe1ajAd9ATDmAGXPRfk                       8017/817019610850151481/8019/4003812
gBhbV6rzBENPmAGXPRfk                       8018/411369833821910265/8019/4003812
01/05412345000013/EEarwSM                  01/05412345000013/10/ABC123
01/05412345000013/IQuGp9FdO                01/05412345000013/21/72292641703
414/5060917510004/cEBWUKu                  414/5060917510004/7040/5KFX
"""
ITEM: Elements = (("01", "05412345000013"),)
WRONG: Elements = (("01", "05412345000014"),)
EXAMPLES = [tuple(line.split()) for line in _EXAMPLES.strip().split("\n")]


@pytest.mark.parametrize(("path", "link"), EXAMPLES)
def test_a_published_example_is_read_as_its_digital_link(path: str, link: str) -> None:
    whole = read_digital_link(f"https://id.gs1.org/{link}")
    assert sorted(decompress(f"/{path}")) == sorted(whole)
    assert decompress(f"/some/stem/{path}") == decompress(path)
    assert sorted(decompress(compress(whole))) == sorted(whole)


def test_a_scan_reads_them_from_any_host() -> None:
    for path, _ in EXAMPLES[:5]:
        assert read_scan(f"https://example.com/{path}").elements == decompress(path)


def test_the_outcome_stands_in_the_order_of_a_digital_link() -> None:
    path = "AQnYUc1gmiCNV4JGQhcNT6K6cibQCWN9Pee9tT-PQ"  # the bits say 01, 10, 21, 22
    assert [ai for ai, _ in decompress(path)] == ["01", "22", "10", "21"]


def test_attributes_may_stay_in_the_query() -> None:
    assert decompress("ARFKk4XB0CDKWcnpq", "17=261231&utm=x")[-1] == ("17", "261231")


digits = st.text("0123456789", min_size=13, max_size=13).filter(lambda body: body.strip("0"))
gtins = digits.map(lambda body: body + check_digit(body))
texts = st.text(CSET_82, min_size=1, max_size=20)
writings = st.one_of(texts, *(st.text(some, min_size=1, max_size=20) for some in ("0123456789", "0a", "0F", "Zz-_9")))
optional = st.one_of(st.none(), writings)
_ATTRIBUTES = (("17", "261231"), ("15", "000229"), ("3103", "000189"), ("7003", "2612312359"), ("30", "00"))
attributes = st.lists(st.sampled_from((*_ATTRIBUTES, ("7007", "261231"), ("7007", "260101261231"))), max_size=3)


@given(gtins, optional, optional, optional, attributes)
def test_whatever_an_item_says_survives(
    gtin: str, variant: str | None, lot: str | None, serial: str | None, more: list[tuple[str, str]]
) -> None:
    path = (("01", gtin), ("22", variant), ("10", lot), ("21", serial), *dict(more).items())
    elements: Elements = tuple((ai, value) for ai, value in path if value is not None)
    assert sorted(decompress(compress(elements))) == sorted(elements)


def test_every_sequence_of_the_table_is_written_and_read() -> None:
    values = {"01": "06901234567892", "414": "0614141123452", "255": "5678409730535"}
    values |= {"8010": "0614141A", "8017": "817019610850151481", "8018": "411369833821910265"}
    values |= {"11": "260101", "15": "260101", "16": "260101", "17": "260101", "7003": "2601010000"}
    for sequence in _SEQUENCES.values():
        value = {ai: values.get(ai, "000123" if ai[:2] in ("31", "32") else "1234") for ai in sequence}
        assert sorted(decompress(compress(tuple(value.items())))) == sorted(value.items())


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "expected 4 to 400 letters"),
        ("/AQn", "expected 4 to 400 letters"),
        ("/" + "A" * 401, "expected 4 to 400 letters"),
        ("/ARFKk4XB0CDKW=cnpq", "expected 4 to 400 letters"),
        ("/AQnYUc1g", "expected 47 more bits, got 40"),
        ("/Af________", "expected a number of 14 digits, got 140737488355327"),
        ("/AQnYUc1gmw", "expected zeros after the last value"),
        (f"/{compress(WRONG)}", "check digit should be 3, got 4"),
        ("/BAnYUc1gmg", "expected a known AI, got 04"),
        ("/Kwn_", "expected 47 more bits"),
        ("/RAAAAAAA", "expected a known AI, got 44"),
        ("/TAAAAAAA", "expected an AI or the code of a sequence of AIs, got 4C"),
        ("/EEarwSM", "expected a primary key"),
        ("/EOAAAAAA", "expected an encoding of 0 to 4, got 7"),
        ("/EB_AAAAA", "expected at most 20 characters of AI .10., got 31"),
        (f"/{compress(ITEM + ITEM)}", r"AI \(01\) is there twice"),
    ],
)
def test_a_broken_path_is_refused_with_its_reason(path: str, reason: str) -> None:
    with pytest.raises(IdentifierError, match=reason):
        decompress(path)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", max_size=60))
def test_any_segment_is_read_or_refused(segment: str) -> None:
    try:
        elements = decompress(segment)
    except IdentifierError:
        return
    assert sorted(decompress(compress(elements))) == sorted(elements)
