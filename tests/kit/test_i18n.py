"""Languages: which one a request gets, and that no Chinese text is missing."""

from pathlib import Path

import pytest
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from trace.kit.config import ROOT
from trace.kit.i18n import (
    catalogue_files,
    choose_language,
    load_catalogues,
    read_catalogue,
    translate,
    used_messages,
)

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Recalled: {name}"
msgstr "已召回：{name}"

#, fuzzy
msgid "Unsure"
msgstr "不确定"
"""


@pytest.mark.parametrize(
    ("asked", "cookie", "header", "language"),
    [
        (None, None, "", "zh"),
        (None, None, "en-GB,en;q=0.9,zh;q=0.5", "en"),
        (None, None, "de,zh-CN;q=0.8,en;q=0.5", "zh"),
        (None, None, "de", "zh"),
        (None, "en", "zh", "en"),
        ("zh", "en", "en", "zh"),
        ("xx", None, "en", "en"),
    ],
)
def test_the_address_wins_then_the_cookie_then_the_browser(
    asked: str | None, cookie: str | None, header: str, language: str
) -> None:
    assert choose_language(asked, cookie, parse_accept_header(header, LanguageAccept)) == language


def test_a_text_is_translated_and_filled_in(tmp_path: Path) -> None:
    file = tmp_path / "zh" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    file.write_text(PO, "utf-8")
    catalogues = load_catalogues([file])
    assert translate(catalogues, "Recalled: {name}", "zh", {"name": "酸奶"}) == "已召回：酸奶"
    assert translate(catalogues, "Recalled: {name}", "en", {"name": "yogurt"}) == "Recalled: yogurt"
    assert translate(catalogues, "Unsure", "zh", {}) == "Unsure"
    assert translate(catalogues, "100 % {not a field}", "zh", {}) == "100 % {not a field}"


def test_texts_are_found_in_code_and_in_templates(tmp_path: Path) -> None:
    (tmp_path / "web" / "templates" / "deep").mkdir(parents=True)
    (tmp_path / "web" / "pages.py").write_text('title = _("In code", name=1)\n', "utf-8")
    (tmp_path / "web" / "templates" / "deep" / "a.html").write_text('<p>{{ _("In a page") }}</p>\n', "utf-8")
    assert used_messages(tmp_path) == {
        "In code": "web/pages.py:1",
        "In a page": "web/templates/deep/a.html:1",
    }


@pytest.mark.parametrize("package", ["trace", "recalls", "oversight"])
def test_every_text_has_its_chinese(package: str) -> None:
    folder = ROOT / package
    used = used_messages(folder) if folder.is_dir() else {}
    known = load_catalogues(catalogue_files())["zh"]
    missing = {text: place for text, place in used.items() if text not in known}
    assert not missing, "\n".join(f"{package}/{place}: {text!r}" for text, place in missing.items())


def test_no_catalogue_holds_a_fuzzy_empty_or_unused_text() -> None:
    for file in catalogue_files():
        used = used_messages(file.parents[3])
        for message in read_catalogue(file):
            if message.id:
                assert message.string, f"{file}: {message.id!r} is empty"
                assert not message.fuzzy, f"{file}: {message.id!r} is fuzzy"
                assert message.id in used, f"{file}: {message.id!r} is used nowhere"


def test_the_same_places_are_filled_in_both_languages() -> None:
    for language, texts in load_catalogues(catalogue_files()).items():
        for text, translated in texts.items():
            assert text.count("{") == translated.count("{"), f"{language}: {text!r} → {translated!r}"
