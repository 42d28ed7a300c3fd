"""Photographs of goods, kept once for each case and named in a notice's words by their digest."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.models import NoticePicture, RecallCase
from recalls.publication.fields import PICTURES, Words
from recalls.publication.pictures import PictureRefused, read_picture
from trace.kit.errors import Invalid


class NotAPicture(Invalid):
    """What was sent as a picture is none, or is not known."""


def take_pictures(session: Session, case: RecallCase, words: Words, now: datetime) -> Words:
    """Keep the pictures that come with a notice; return the words with their digests alone.

    Raises NotAPicture (422) with a pointer.
    """
    given = [name for name in PICTURES if words.get(name) is not None]
    return {**words, **{name: {"digest": _take(session, case, f"/notice/{name}", words[name], now)} for name in given}}


def _take(session: Session, case: RecallCase, pointer: str, given: Mapping[str, str], now: datetime) -> str:
    data, digest = given.get("data"), given.get("digest")
    if data is not None and digest is None:
        return _keep(session, case, pointer, data, now)
    if digest is None or data is not None:
        got = "neither" if data is None else "both"
        raise NotAPicture.field(pointer, f"Expected either data or digest, got {got}.")
    if find_picture(session, case, digest) is None:
        raise NotAPicture.field(f"{pointer}/digest", f"Expected a picture sent before, got {digest}.")
    return digest


def _keep(session: Session, case: RecallCase, pointer: str, text: str, now: datetime) -> str:
    try:
        picture = read_picture(base64.b64decode(text, validate=True))
    except binascii.Error as error:
        raise NotAPicture.field(f"{pointer}/data", f"Expected base64, got other characters: {error}.") from error
    except PictureRefused as refused:
        raise NotAPicture.field(f"{pointer}/data", str(refused)) from refused
    digest = hashlib.sha256(picture).hexdigest()
    if find_picture(session, case, digest) is None:
        session.add(NoticePicture(case_id=case.id, digest=digest, data=picture, recorded_at=now))
        session.flush()
    return digest


def find_picture(session: Session, case: RecallCase, digest: str) -> bytes | None:
    """Return the JPEG of this digest among the case's; ``None`` where there is none."""
    query = select(NoticePicture.data).where(NoticePicture.case_id == case.id, NoticePicture.digest == digest)
    return session.scalar(query)
