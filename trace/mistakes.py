"""Mistakes in words: any wrong field and any refusal as a sentence that says what was expected, what came, what to do.

Operations give their details to programs in English; people read them here, in their language. What is not known
here still says what belongs in the field, with the detail as it came.
"""

import re
from collections.abc import Iterable, Mapping

from trace.field_words import FIELDS, FieldWords, Language, field_of
from trace.kit.errors import FieldError, Problem, shorten
from trace.mistake_words import SAYINGS, WORDS, Saying
from trace.mistake_words_firms import FIRM_SAYINGS
from trace.mistake_words_goods import GOODS_SAYINGS
from trace.mistake_words_people import PEOPLE_SAYINGS
from trace.refusal_words import PROBLEMS, STATUS_ZH

_SAYINGS = [*PEOPLE_SAYINGS, *FIRM_SAYINGS, *GOODS_SAYINGS, *SAYINGS]
_FIELDS = dict(FIELDS)


def add_sayings(sayings: Iterable[Saying], fields: Mapping[str, FieldWords]) -> None:
    """Have a later package's details and fields said too; a known field keeps its words. Twice is once."""
    _SAYINGS[:0] = [one for one in sayings if one not in _SAYINGS]
    for name, words in fields.items():
        _FIELDS.setdefault(name, words)


def say_mistake(error: FieldError, value: object, language: Language) -> str:
    """One wrong field in a sentence; `value` is what came, as it was typed (None: unknown)."""
    said = _find(_SAYINGS, error.detail, error.pointer, language, value)
    if said is not None:
        return said
    words = _FIELDS.get(field_of(error.pointer))
    if language == "en":
        return error.detail
    belongs = f"“{words.zh}”填写有误。{words.belongs_zh}" if words else "填写有误。"
    return f"{belongs}（{error.detail.rstrip('.')}）"


def say_problem(problem: Problem, language: Language) -> str:
    """A whole refusal in a sentence."""
    said = _find((*PROBLEMS, *_SAYINGS), problem.detail, "", language, None)
    if said is not None:
        return said
    if len(problem.errors) == 1:
        return say_mistake(problem.errors[0], None, language)
    if language == "en":
        return problem.detail or "This was not done."
    known = STATUS_ZH.get(problem.status, "没有完成。")
    return f"{known}（{problem.detail.rstrip('.')}）" if problem.detail else known


def _find(sayings: Iterable[Saying], detail: str, pointer: str, language: Language, value: object) -> str | None:
    for saying in sayings:
        match = saying.pattern.fullmatch(detail)
        if match is not None:
            template = saying.zh if language == "zh" else saying.en
            return (
                detail if template is None else template.format(**_values(match.groupdict(), pointer, language, value))
            )
    return None


def _values(groups: dict[str, str | None], pointer: str, language: Language, value: object) -> dict[str, str]:
    words = _FIELDS.get(field_of(pointer))
    named = {
        "field": words.name(language) if words else field_of(pointer),
        "belongs": words.belongs(language) if words else "",
    }
    if groups.get("got", "") is None:
        groups["got"] = "" if value is None else shorten(value)
    choice = {"choice": _choice(groups.pop("choice") or "", language)} if "choice" in groups else {}
    return named | choice | {name: _word(text or "", language) for name, text in groups.items()}


def _choice(text: str, language: Language) -> str:
    """Several words of which one is to be chosen, in the reader's language."""
    words = [_word(one, language) for one in re.split(r"', '|' or '| or ", text)]
    return "、".join(words) if language == "zh" else text


def _word(text: str, language: Language) -> str:
    """A word of ours in the reader's language, and what was typed in quotation marks of people instead of JSON's."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return f"“{text[1:-1]}”"
    field = _FIELDS.get(text)
    if field is not None and text.islower():
        return field.zh if language == "zh" else field.en.lower()
    if language == "en":
        return text
    return WORDS.get(text) or _sign(text)


def _sign(text: str) -> str:
    """A character that does not belong, as `trace.gs1` describes it, in Chinese."""
    for english, chinese in (("full-width digit ", "全角数字"), ("letter ", ""), ("character ", ""), ("digit ", "")):
        if text.startswith(english):
            return f"{chinese}“{text.removeprefix(english)[1:-1]}”"
    return text
