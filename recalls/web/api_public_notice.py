"""`/api/v1/recalls/<number>/public-notice`: what the public reads, version by version."""

from datetime import UTC, datetime
from typing import Any

from pydantic import Field, RootModel
from typing_extensions import TypedDict

from recalls.authority import NotYourCase, may_run
from recalls.cases import read_case
from recalls.models import RecallCase
from recalls.publication import notices
from recalls.publication.fields import missing
from recalls.publication.versions import (
    SaidRow,
    SoftenedRow,
    Version,
    VersionNotFound,
    find_softened,
    find_versions,
    say_all,
)
from recalls.web.notice_body import NoticeIn
from trace.answers import write_time
from trace.kit.contract import Call
from trace.kit.fields import InputModel, Text, WholeNumber
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.web.api import READERS, api, principal_of

MOST_VERSIONS = 10**6


class VersionRow(TypedDict):
    """A version, or (without a number) a draft; `run` is the digest of the impact that its figures agree with."""

    version: int | None
    step: str | None
    scope_version: int | None
    recorded_at: str | None
    published_at: str | None
    actor: str | None
    reason: str | None
    digest: str | None
    run: str | None


class ShownRow(VersionRow):
    """What one version says, field by field, and what it lacks; `notice` is what its author wrote."""

    missing: list[str]
    softened: list[SoftenedRow]
    fields: list[SaidRow]
    notice: dict[str, Any]


class PublicNoticeRow(TypedDict):
    """The notice of a case: all versions, oldest first, and one of them in full.

    Before there is one, `shown` is what it would say now, composed from the records.
    """

    number: str
    url: str | None
    versions: list[VersionRow]
    shown: ShownRow


class PublicNoticeOut(RootModel[PublicNoticeRow]):
    """The public notice of a case."""


class VersionQuery(InputModel):
    """Which version; without it the newest, be it a draft."""

    version: WholeNumber | None = Field(default=None, ge=1, le=MOST_VERSIONS)


class PublicNoticeIn(InputModel):
    """A notice, and why there is a new version of it."""

    notice: NoticeIn
    reason: Text | None = None


@api.operation(
    "GET",
    "/recalls/<number>/public-notice",
    query=VersionQuery,
    answers={200: PublicNoticeOut},
    roles=READERS,
    summary="The public notice of a recall, version by version",
    tag="recalls",
)
def get_public_notice(call: Call) -> Answer:
    """What it says, who wrote it when, and which fields that it must carry it lacks."""
    case = read_case(call.session, principal_of(call), call.path["number"])
    versions = find_versions(call.session, case)
    wanted = call.query.version
    shown = [one for one in versions if wanted is None or one.number == wanted]
    if wanted is not None and not shown:
        got = ", ".join(str(one.number) for one in versions if one.number is not None) or "none"
        raise VersionNotFound(
            f"Expected a version of the notice of recall {case.number} (there is {got}), got {wanted}."
        )
    newest = shown[-1] if shown else notices.compose(call.session, case, datetime.now(UTC))
    return Answer(200, _write(case, versions, newest))


@api.operation(
    "POST",
    "/recalls/<number>/public-notice",
    body=PublicNoticeIn,
    answers={201: PublicNoticeOut},
    roles=READERS,
    summary="Publish a version of the public notice, or keep a draft",
    tag="recalls",
)
def post_public_notice(call: Call) -> Answer:
    """After the announcement a complete version, published at once; before it a draft, which announcing publishes.

    A wrong or missing field is named (422), and so is every word that makes the danger look smaller.
    """
    principal = principal_of(call)
    case = read_case(call.session, principal, call.path["number"])
    if not may_run(call.session, principal, case):
        raise NotYourCase(f"Recall {case.number} is run by others: expected one of them to write its notice.")
    body: PublicNoticeIn = call.body
    notices.publish(call.session, case, principal, body.notice.words(), datetime.now(UTC), body.reason)
    versions = find_versions(call.session, case)
    headers = {"Location": f"{api.prefix}/recalls/{case.number}/public-notice"}
    return Answer(201, _write(case, versions, versions[-1]), headers)


def _write(case: RecallCase, versions: list[Version], shown: Version) -> PublicNoticeRow:
    public = case.announced_at is not None and not case.drill
    return {
        "number": case.number,
        "url": f"{current_settings().public_url}/recalls/{case.number}" if public else None,
        "versions": [_write_version(one) for one in versions],
        "shown": {
            **_write_version(shown),
            "missing": missing(shown.words, shown.facts),
            "softened": [
                {"field": name, "word": one.word, "at": one.at} for name, one in find_softened(shown.words, shown.facts)
            ],
            "fields": say_all(shown),
            "notice": dict(shown.words),
        },
    }


def _write_version(version: Version) -> VersionRow:
    return {
        "version": version.number,
        "step": version.step,
        "scope_version": version.scope_version,
        "recorded_at": write_time(version.recorded_at),
        "published_at": write_time(version.published_at),
        "actor": version.actor,
        "reason": version.reason,
        "digest": version.digest,
        "run": version.run,
    }
