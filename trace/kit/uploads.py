"""A file that a form sends (multipart/form-data), read into memory and never onto a disk."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from trace.kit.errors import BadRequest, Invalid, TooLarge, UnsupportedMediaType

FORM = "multipart/form-data"
AROUND = 64 * 1024
"""Bytes that a form may have beside its file."""

BUFFERED = 64 * 1024 + 8 * 1024
"""The parser takes 64 KB at a time, and keeps the begun head of a part, or what may be a boundary, for the next."""

DRAINED = 4
"""How many times the limit is read and thrown away, so that a sender sees the answer instead of a broken line."""

MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that an operation takes: the form's field, its most bytes, and what reads it before the transaction."""

    field: str
    limit: int
    read: Callable[[bytes], Any]


class FormUnreadable(BadRequest):
    """The body is no form that can be read."""


class UploadTooLarge(TooLarge):
    """More bytes than are read."""


def read_upload(field: str, limit: int) -> bytes:
    """The bytes of the one file that this request's form sends as `field`.

    Raises UnsupportedMediaType (415) for another body, UploadTooLarge (413) above `limit` bytes, FormUnreadable (400)
    for a form that cannot be read, and Invalid (422) for none, several, an empty one, or a text in its place.
    """
    if request.mimetype != FORM:
        raise UnsupportedMediaType(f"Expected Content-Type {FORM}, got {request.mimetype or 'none'}.")
    length = request.content_length or 0
    if length > limit + AROUND:
        _drain(limit, length)
        raise UploadTooLarge(f"Expected a file of at most {limit} bytes, got a form of {length}.")
    if not request.mimetype_params.get("boundary"):
        raise FormUnreadable("Expected a multipart form with its boundary, got none.")
    request.max_content_length = limit + AROUND
    parser = FormDataParser(_in_memory, max_form_memory_size=BUFFERED, max_form_parts=MOST_PARTS, silent=False)
    try:
        _, form, files = parser.parse(request.stream, request.mimetype, length, request.mimetype_params)
    except RequestEntityTooLarge as error:
        raise UploadTooLarge(f"Expected one file of at most {limit} bytes, got a larger form.") from error
    except ValueError as error:
        raise FormUnreadable(f"Cannot read the body as a form: {error}.") from error
    sent = files.getlist(field)
    if len(sent) != 1:
        got = "a text" if field in form else "none" if not sent else str(len(sent))
        raise Invalid.field(f"/{field}", f"Expected one file as {field!r}, got {got}.")
    data = sent[0].stream.read()
    if not data:
        raise Invalid.field(f"/{field}", f"Expected a file as {field!r}, got an empty one.")
    if len(data) > limit:
        raise UploadTooLarge(f"Expected a file of at most {limit} bytes, got {len(data)}.")
    return data


def _in_memory(
    total_content_length: int | None, content_type: str | None, filename: str | None, content_length: int | None = None
) -> IO[bytes]:
    return BytesIO()


def _drain(limit: int, length: int) -> None:
    stream = request.input_stream
    left = min(length, DRAINED * limit)
    while left > 0 and (read := len(stream.read(min(left, 1 << 16)))):
        left -= read
