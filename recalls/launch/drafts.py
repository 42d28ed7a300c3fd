"""Drafts of recalls, kept for who writes them: begun, found, changed, deleted."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recalls.launch.draft import Draft, read_draft, write_draft
from recalls.models import LaunchDraft
from recalls.publication.fields import PICTURES
from recalls.publication.pictures import PictureRefused, read_picture
from trace.kit.auth import Principal
from trace.kit.errors import Conflict, Invalid, NotFound

MOST_DRAFTS = 50
"""That one person keeps at a time."""

MOST_PICTURE_BYTES = 10 * 1024 * 1024


class DraftNotFound(NotFound):
    """No such draft, or somebody else's."""


class TooManyDrafts(Conflict):
    """So many drafts are begun that none is finished."""


class DraftPictureRefused(Invalid):
    """What was sent as a picture of the notice is none."""


def begin_draft(session: Session, principal: Principal, draft: Draft, now: datetime) -> LaunchDraft:
    """Keep a new draft. Raises TooManyDrafts (409) above `MOST_DRAFTS`."""
    count = session.scalar(select(func.count()).where(LaunchDraft.owner_id == principal.key_id)) or 0
    if count >= MOST_DRAFTS:
        raise TooManyDrafts(f"Expected at most {MOST_DRAFTS} drafts at a time: file or delete one first.")
    row = LaunchDraft(
        draft_id=str(uuid.uuid4()),
        owner_id=principal.key_id,
        created_at=now,
        changed_at=now,
        words=write_draft(draft),
    )
    session.add(row)
    session.flush()
    return row


def find_draft(session: Session, principal: Principal, draft_id: str) -> LaunchDraft:
    """Return a draft of one's own. Raises DraftNotFound (404), also for everybody else's."""
    own = select(LaunchDraft).where(LaunchDraft.draft_id == draft_id, LaunchDraft.owner_id == principal.key_id)
    row = session.scalar(own)
    if row is None:
        raise DraftNotFound(f"No draft {draft_id} of yours is known.")
    return row


def list_drafts(session: Session, principal: Principal) -> list[tuple[LaunchDraft, Draft]]:
    """Return one's own drafts, the one that was changed last first."""
    own = select(LaunchDraft).where(LaunchDraft.owner_id == principal.key_id)
    rows = session.scalars(own.order_by(LaunchDraft.changed_at.desc(), LaunchDraft.id.desc()))
    return [(row, read_draft(row.words)) for row in rows]


def change_draft(session: Session, row: LaunchDraft, draft: Draft, now: datetime) -> None:
    """Keep what was typed since."""
    row.words, row.changed_at = write_draft(draft), now
    session.flush()


def delete_draft(session: Session, row: LaunchDraft) -> None:
    """Forget a draft."""
    session.delete(row)
    session.flush()


def keep_picture(session: Session, row: LaunchDraft, name: str, data: bytes | None) -> None:
    """Keep a picture of the notice, written anew as a JPEG, or take it away. Raises DraftPictureRefused (422)."""
    assert name in PICTURES
    try:
        setattr(row, name, None if data is None else read_picture(data, MOST_PICTURE_BYTES))
    except PictureRefused as refused:
        raise DraftPictureRefused.field(f"/{name}", str(refused)) from refused
    session.flush()


def pictures_in(row: LaunchDraft) -> Mapping[str, bytes]:
    """Return the pictures of a draft by their names."""
    return {name: data for name in PICTURES if (data := getattr(row, name)) is not None}
