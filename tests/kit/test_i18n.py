"""Languages: which one a request gets, and that no Chinese text is missing."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from flask import Flask, render_template_string
from jinja2 import nodes
from markupsafe import escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from trace.kit.config import ROOT
from trace.kit.i18n import (
    Catalogues,
    catalogue_files,
    choose_language,
    load_catalogues,
    message_id,
    read_catalogue,
    register_languages,
    translate,
    used_messages,
)

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Recalled: {name}"
msgstr "已召回：{name}"

msgid "One lot"
msgid_plural "{number} lots"
msgstr[0] "{number} 个批号"

#, fuzzy
msgid "Unsure"
msgstr "不确定"
"""

SLOTS = re.compile(r"{(\w+)}")


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


@pytest.fixture
def catalogues(tmp_path: Path) -> Catalogues:
    """The texts of PO, as Chinese."""
    file = tmp_path / "zh" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    file.write_text(PO, "utf-8")
    return load_catalogues([file])


def test_a_text_is_translated_and_filled_in(catalogues: Catalogues) -> None:
    assert translate(catalogues, "Recalled: {name}", "zh", {"name": "酸奶"}) == "已召回：酸奶"
    assert translate(catalogues, "Recalled: {name}", "en", {"name": "yogurt"}) == "Recalled: yogurt"
    assert translate(catalogues, "Unsure", "zh", {}) == "Unsure"
    assert translate(catalogues, "100 % {not a field}", "zh", {}) == "100 % {not a field}"


def test_what_is_html_already_is_not_escaped_again_and_what_is_not_is(catalogues: Catalogues) -> None:
    said = translate(catalogues, "to {place} & {lot}", "en", {"place": escape("Xi'an"), "lot": "<7>"})
    assert escape(said) == "to Xi&#39;an &amp; &lt;7&gt;"


def test_a_text_with_a_number_has_the_form_that_the_language_wants(catalogues: Catalogues) -> None:
    lots = ("One lot", "{number} lots")
    assert translate(catalogues, lots, "en", {"number": "1"}, 1) == "One lot"
    assert translate(catalogues, lots, "en", {"number": "0"}, 0) == "0 lots"
    assert translate(catalogues, lots, "zh", {"number": "1"}, 1) == "1 个批号"
    assert translate(catalogues, lots, "zh", {"number": "1,240"}, 1240) == "1,240 个批号"
    assert translate(catalogues, ("a case", "{number} cases"), "zh", {"number": "2"}, 2) == "2 cases"


def test_a_catalogue_that_is_changed_is_read_again(tmp_path: Path, catalogues: Catalogues) -> None:
    file = tmp_path / "zh" / "LC_MESSAGES" / "messages.po"
    file.write_text(PO.replace("已召回", "正在召回"), "utf-8")
    os.utime(file, ns=(1, 1))
    assert translate(load_catalogues([file]), "Recalled: {name}", "zh", {"name": "酸奶"}) == "正在召回：酸奶"


def test_pages_write_days_and_numbers_for_their_reader() -> None:
    app = Flask("pages")
    register_languages(app)
    page = "{{ '2026-11-22' | say_day }} {{ 1240 | say_number }} {{ ['甲', '乙'] | say_list }}"
    with app.test_request_context("/?lang=en"):
        assert render_template_string(page) == "22 Nov 2026 1,240 甲, 乙"
    with app.test_request_context("/?lang=zh"):
        assert render_template_string(page) == "2026年11月22日 1,240 甲、乙"


def test_texts_are_found_in_code_and_in_templates(tmp_path: Path) -> None:
    (tmp_path / "web" / "templates" / "deep").mkdir(parents=True)
    (tmp_path / "web" / "pages.py").write_text(
        'title = _("In code", name=1)\nlots = _n("one", "{number}", 2)\n', "utf-8"
    )
    (tmp_path / "web" / "templates" / "deep" / "a.html").write_text('<p>{{ _("In a page") }}</p>\n', "utf-8")
    assert used_messages(tmp_path) == {
        "In code": "web/pages.py:1",
        ("one", "{number}"): "web/pages.py:2",
        "In a page": "web/templates/deep/a.html:1",
    }


@pytest.mark.parametrize("package", ["trace", "recalls", "oversight"])
def test_every_text_has_its_chinese(package: str) -> None:
    folder = ROOT / package
    used = used_messages(folder) if folder.is_dir() else {}
    known = load_catalogues(catalogue_files())["zh"]
    missing = {text: place for text, place in used.items() if text not in known}
    assert not missing, "\n".join(f"{package}/{place}: {text!r}" for text, place in missing.items())


@pytest.mark.parametrize("file", catalogue_files(), ids=lambda file: file.parents[3].name)
def test_no_catalogue_holds_a_fuzzy_empty_unused_or_obsolete_text(file: Path) -> None:
    used = used_messages(file.parents[3])
    catalogue = read_catalogue(file)
    for message in catalogue:
        if message.id:
            forms = (message.string,) if isinstance(message.string, str) else message.string
            assert all(forms or [""]), f"{message.id!r} is empty"
            assert len(forms) == (1 if isinstance(message.id, str) else catalogue.num_plurals), message.id
            assert not message.fuzzy, f"{message.id!r} is fuzzy"
            assert message_id(message.id) in used, f"{message.id!r} is used nowhere"
    assert not catalogue.obsolete, [message.id for message in catalogue.obsolete.values()]


def test_no_two_catalogues_differ_about_a_text() -> None:
    said: dict[object, object] = {}
    for file in catalogue_files():
        for text, translation in load_catalogues([file])[file.parent.parent.name].items():
            assert said.setdefault((file.parent.parent.name, text), translation.forms) == translation.forms


def test_the_same_places_are_filled_in_both_languages() -> None:
    for language, texts in load_catalogues(catalogue_files()).items():
        for text, translation in texts.items():
            fullest = text if isinstance(text, str) else text[1]
            if isinstance(text, tuple):  # "One lot" says its number itself
                assert set(SLOTS.findall(text[0])) | {"number"} == set(SLOTS.findall(fullest)), text
            for form in translation.forms:
                assert sorted(SLOTS.findall(form)) == sorted(SLOTS.findall(fullest)), f"{language}: {text!r} → {form!r}"
                assert len(SLOTS.findall(form)) == form.count("{") == form.count("}"), f"{language}: {form!r}"


def calls_in_python(file: Path) -> Iterator[tuple[str, list[str], set[str | None]]]:
    """Name, texts and keywords of every call of `_` and `_n`."""
    for call in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "_n"):
            texts = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            yield call.func.id, texts, {one.arg for one in call.keywords}


def calls_in_template(file: Path) -> Iterator[tuple[str, list[str], set[str | None]]]:
    """The same of a template."""
    for call in jinja2.Environment().parse(file.read_text("utf-8")).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "_n"):
            texts = [one.value for one in call.args if isinstance(one, nodes.Const) and isinstance(one.value, str)]
            yield call.node.name, texts, {one.key for one in call.kwargs}


def test_every_call_fills_in_what_its_text_names() -> None:
    readers = (("*.py", calls_in_python), ("templates/*.html", calls_in_template))
    found = [
        (file, call)
        for package in ("trace", "recalls", "oversight")
        for pattern, calls in readers
        for file in sorted((ROOT / package).rglob(pattern))
        for call in calls(file)
    ]
    assert len(found) > 100
    for file, (name, texts, given) in found:
        assert len(texts) == (1 if name == "_" else 2), f"{file}: {texts}: expected the text itself"
        # None: the values come as a mapping, which only a reader can judge
        named = set(SLOTS.findall(texts[-1])) - ({"number"} if name == "_n" else set())
        assert None in given or named == given, f"{file}: {texts[-1]!r} names {sorted(named)}, its call gives {given}"
