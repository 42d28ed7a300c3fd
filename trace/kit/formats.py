"""Days, times and numbers as people write them in Chinese and in English, by CLDR. Pure.

Every function takes the language; templates have them as filters of the same name, in the reader's language
(`{{ batch.produced_on | say_day }}`). A day or a moment may also be given as the text that JSON carries.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal

from babel.dates import format_date, format_interval, format_time
from babel.numbers import format_decimal

Language = Literal["zh", "en"]

BEIJING = timezone(timedelta(hours=8))
"""The readers live by one clock; China keeps no summer time."""

_LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
_DAYS = {"zh": "y年M月d日", "en": "d MMM y"}
_MOMENTS = {"zh": "{day} {time}（北京时间）", "en": "{day}, {time} (Beijing time)"}
_FROM = {"zh": "{first}起", "en": "from {first}"}
_UNTIL = {"zh": "至{last}", "en": "until {last}"}


def say_day(day: date | datetime | str, language: Language) -> str:
    """A day: 2026年11月22日, 22 Nov 2026. Of a moment, its day in Beijing.

    Text is an ISO 8601 date or an RFC 3339 time; ValueError for any other.
    """
    return format_date(_read_day(day), _DAYS[language], _LOCALES[language])


def say_moment(moment: datetime | str, language: Language) -> str:
    """A moment by Beijing's clock, which is named: 2026年11月22日 14:05（北京时间）."""
    at = _read_moment(moment).astimezone(BEIJING)
    return _MOMENTS[language].format(
        day=say_day(at, language), time=format_time(at, "HH:mm", locale=_LOCALES[language])
    )


def say_period(first: date | datetime | str | None, last: date | datetime | str | None, language: Language) -> str:
    """Days from the first to the last, both counted: 2026年11月1日至22日, 1 Nov 2026 – 22 Nov 2026.

    None where there is no bound on that side; the empty text where there is none on either.
    """
    if first is None:
        return "" if last is None else _UNTIL[language].format(last=say_day(last, language))
    if last is None:
        return _FROM[language].format(first=say_day(first, language))
    begin, end = _read_day(first), _read_day(last)
    if begin == end:
        return say_day(begin, language)
    if language == "zh":  # CLDR's way leaves out the year and the month that are the same; in English it writes Nov 1
        return format_interval(begin, end, "yMMMd", locale=_LOCALES[language])
    return f"{say_day(begin, language)} – {say_day(end, language)}"


def say_number(number: int | float | Decimal, language: Language) -> str:
    """A number with every digit that it has, in groups of three: 1,240."""
    return format_decimal(number, locale=_LOCALES[language], decimal_quantization=False)


def say_list(texts: Iterable[str], language: Language) -> str:
    """Texts in a row: 甲、乙、丙; A, B, C. The last is joined as the others are: a list of facts is no sentence."""
    return ("、" if language == "zh" else ", ").join(texts)


def _read_day(day: date | datetime | str) -> date:
    if isinstance(day, str):
        day = datetime.fromisoformat(day) if "T" in day else date.fromisoformat(day)
    return day.astimezone(BEIJING).date() if isinstance(day, datetime) else day


def _read_moment(moment: datetime | str) -> datetime:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment
