"""The consumer's check over HTTP: `GET /api/v1/check`. No key needed."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from pydantic import RootModel

from trace.check.answer import CheckRow
from trace.check.code import check_code
from trace.kit import strict_json
from trace.kit.config import Settings
from trace.kit.contract import Call
from trace.kit.db import Database
from trace.kit.fields import InputModel
from trace.kit.front import Plain, Shortcut, remember
from trace.kit.transactions import Answer
from trace.kit.web import current_settings, security_headers
from trace.web.api import api

NO_STORE = {"Cache-Control": "no-store"}
"""What is recalled a minute from now must not be answered from anybody's cache."""

LONGEST_PLAIN = 2000


class CheckOut(RootModel[CheckRow]):
    """What a code is, and whether it was recalled."""


class CheckQuery(InputModel):
    """Whatever a scanner gives, and what a person reads beside the code."""

    code: str
    lot: str | None = None
    serial: str | None = None


@api.operation(
    "GET",
    "/check",
    query=CheckQuery,
    answers={200: CheckOut},
    summary="Was this recalled?",
    tag="consumers",
    public=True,
)
def get_check(call: Call) -> Answer:
    """For whatever a scanner gives: GTIN, SSCC, element string, Digital Link, EPC URN. Doubt or trouble is 503."""
    remember()
    return _answer(call, current_settings())


def _answer(call: Call, settings: Settings) -> Answer:
    query: CheckQuery = call.query
    found = check_code(call.session, query.code, datetime.now(UTC), query.lot, query.serial, settings.public_url)
    return Answer(200, found, headers=_cache_headers(found, settings.repeat_seconds))


def _cache_headers(found: CheckRow, seconds: int) -> dict[str, str]:
    """For so many seconds from when it was worked out an answer may be repeated; then it has to be asked for again.

    The tag is weak: two answers that differ in nothing but the moment of the check have the same.
    """
    if not seconds:
        return NO_STORE
    said = strict_json.dumps({name: value for name, value in found.items() if name != "checked_at"})
    tag = hashlib.blake2b(said, digest_size=12).hexdigest()
    return {"Cache-Control": f"public, max-age={seconds}, must-revalidate", "ETag": f'W/"{tag}"'}


def make_shortcut(database: Database, settings: Settings) -> Shortcut:
    """Return `GET /api/v1/check` without Flask, for a question that is plainly right; of any other Flask says why not.

    The same answer, byte by byte: what is asked, checked and said is the same code.
    """

    always = security_headers(settings)

    def answer_plainly(environ: Mapping[str, Any]) -> Plain | None:
        query = _read_plain(environ["QUERY_STRING"])
        if query is None:
            return None
        with database.public() as session:
            answer = _answer(Call(session, None, None, query, {}), settings)
        body = strict_json.dumps(answer.body)
        described = {"Content-Type": answer.content_type, "Content-Length": str(len(body))}
        return [*answer.headers.items(), *described.items(), *always.items()], body

    return answer_plainly


def _read_plain(text: str) -> CheckQuery | None:
    if len(text) > LONGEST_PLAIN or not text.isascii() or "%00" in text:
        return None
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict")
        values = dict(pairs)
        return CheckQuery.model_validate_strings(values, by_alias=True) if len(values) == len(pairs) else None
    except ValueError:  # not UTF-8, or not what the call takes
        return None
