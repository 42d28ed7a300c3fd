"""The words of CBV 2.0 against the official JSON Schema, and units of measure."""

import json
from typing import Any

import pytest

from tests.data import data_path
from trace import cbv
from trace.units import normalise_uom


def _schema_words(definition: str) -> set[str]:
    schema: dict[str, Any] = json.loads(data_path("epcis/EPCIS-JSON-Schema.json").read_text("utf-8"))
    (choice,) = [option for option in schema["definitions"][definition]["anyOf"] if "enum" in option]
    return set(choice["enum"])


@pytest.mark.parametrize(
    ("vocabulary", "definition"),
    [
        (cbv.BIZ_STEPS, "bizStep"),
        (cbv.DISPOSITIONS, "disposition"),
        (cbv.TRANSACTION_TYPES, "bizTransaction-type"),
        (cbv.SOURCE_DESTINATION_TYPES, "source-dest-type"),
        (cbv.ERROR_REASONS, "error-reason"),
        (cbv.COMPONENTS, "component"),
    ],
)
def test_the_words_are_those_of_the_official_schema(vocabulary: cbv.Vocabulary, definition: str) -> None:
    assert vocabulary.words == _schema_words(definition)


def test_a_word_is_known_in_every_spelling() -> None:
    for spelling in (
        "in_transit",
        "urn:epcglobal:cbv:disp:in_transit",
        "https://ref.gs1.org/cbv/Disp-in_transit",
        "cbv:Disp-in_transit",
    ):
        assert cbv.read_word(cbv.DISPOSITIONS, spelling) == "in_transit"
        assert cbv.web_uri(cbv.DISPOSITIONS, spelling) == "https://ref.gs1.org/cbv/Disp-in_transit"


@pytest.mark.parametrize("text", ["shipped", "urn:epcglobal:cbv:bizstep:shipped", "https://ref.gs1.org/cbv/BizStep-x"])
def test_an_unknown_word_is_refused(text: str) -> None:
    with pytest.raises(cbv.UnknownWord, match=r"as business step: not a word of CBV 2\.0"):
        cbv.read_word(cbv.BIZ_STEPS, text)


def test_a_word_of_another_vocabulary_is_kept() -> None:
    assert cbv.read_word(cbv.BIZ_STEPS, "urn:gdst:bizStep:landing") == "urn:gdst:bizStep:landing"
    assert cbv.web_uri(cbv.BIZ_STEPS, "urn:gdst:bizStep:landing") == "urn:gdst:bizStep:landing"


@pytest.mark.parametrize(
    ("text", "uom"),
    [
        (None, None),
        ("", None),
        ("C62", None),
        ("h87", None),
        (" EA ", None),
        ("KGM", "KGM"),
        ("kgm", "KGM"),
        ("XX", "XX"),
    ],
)
def test_units_of_one_kind_are_written_one_way_and_pieces_are_none(text: str | None, uom: str | None) -> None:
    assert normalise_uom(text) == uom
