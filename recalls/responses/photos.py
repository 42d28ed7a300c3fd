"""Photographs that come with an answer: written anew without what a camera adds, seen by the authority."""

import hashlib
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.models import RecallCase, Response, ResponsePhoto
from recalls.publication.pictures import PictureRefused, read_picture
from recalls.responses.stated import Consigned
from trace.kit.bulk import among
from trace.kit.errors import Invalid, NotFound

MOST_PHOTOS = 5
MOST_BYTES = 10 * 1024 * 1024
"""Of one photograph: what a phone's camera makes."""


class PhotoRefused(Invalid):
    """Not a photograph, too large a one, or too many."""


class PhotoNotFound(NotFound):
    """No such photograph came with an answer to this case, or none that this key may see."""


def add_photos(session: Session, response: Response, photos: Sequence[bytes]) -> None:
    """Keep the photographs of an answer as JPEGs; the same one twice is one. Raises PhotoRefused (422) at /photos."""
    if len(photos) > MOST_PHOTOS:
        raise PhotoRefused.field("/photos", f"Expected at most {MOST_PHOTOS} photographs, got {len(photos)}.")
    pictures: dict[str, bytes] = {}
    for data in photos:
        try:
            picture = read_picture(data, MOST_BYTES)
        except PictureRefused as refused:
            raise PhotoRefused.field("/photos", str(refused)) from refused
        pictures[hashlib.sha256(picture).hexdigest()] = picture
    rows = [ResponsePhoto(response_id=response.id, digest=digest, data=data) for digest, data in pictures.items()]
    session.add_all(rows)
    session.flush()


def list_photos(session: Session, responses: Collection[str]) -> dict[str, list[str]]:
    """Return the digests of the photographs by the identifier of the answer that they came with."""
    query = select(Response.response_id, ResponsePhoto.digest).join(Response, Response.id == ResponsePhoto.response_id)
    found: dict[str, list[str]] = {}
    wanted = query.where(among(session, Response.response_id, responses)).order_by(ResponsePhoto.id)
    for answer, digest in session.execute(wanted):
        found.setdefault(answer, []).append(digest)
    return found


def read_photo(
    session: Session, case: RecallCase, consigned: Consigned | None, digest: str
) -> tuple[bytes, list[Response]]:
    """Return a photograph and the answers that it came with: of this consignee, or of anybody.

    Raises PhotoNotFound (404).
    """
    query = select(Response).join(ResponsePhoto, Response.id == ResponsePhoto.response_id)
    query = query.where(Response.case_id == case.id, ResponsePhoto.digest == digest)
    if consigned is not None:
        party, place = consigned
        query = query.where(Response.party_id == party if party is not None else Response.place_id == place)
    answers = list(session.scalars(query))
    if not answers:
        raise no_photo(case, digest)
    with_it = (ResponsePhoto.response_id == answers[0].id) & (ResponsePhoto.digest == digest)
    return session.scalars(select(ResponsePhoto.data).where(with_it).limit(1)).one(), answers


def no_photo(case: RecallCase, digest: str) -> PhotoNotFound:
    """The refusal for a photograph that there is not, or that the key may not see."""
    return PhotoNotFound(f"No photograph {digest} came with an answer to recall {case.number}.")
