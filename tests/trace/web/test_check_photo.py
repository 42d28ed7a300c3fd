"""`POST /api/v1/check/photo`: a form with a file, read in memory, answered and forgotten."""

from io import BytesIO
from random import Random
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import text
from werkzeug.test import TestResponse

from bench import photos
from trace.kit.web import current_database
from trace.symbols.photo import MOST_BYTES

MATRIX = photos.KINDS[3]


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """What a form holds is the same on every database."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="module")
def picture() -> bytes:
    return photos.as_jpeg(photos.draw_pack(photos.draw_symbol(MATRIX, 4), (800, 600), 5, 1))


def send(app: Flask, form: dict[str, Any], **headers: str) -> TestResponse:
    return app.test_client().post("/api/v1/check/photo", data=form, content_type="multipart/form-data", headers=headers)


def file(data: bytes, name: str = "photo.jpg") -> tuple[BytesIO, str]:
    return BytesIO(data), name


def test_a_photo_is_answered_with_its_codes(app: Flask, picture: bytes) -> None:
    answer = send(app, {"photo": file(picture)})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    (code,) = answer.json["codes"]  # type: ignore[index]
    assert code["shown"] == MATRIX.content
    assert code["check"]["status"] == "product_not_registered"
    assert code["symbols"] == [{"kind": "Data Matrix", "identifier": "]d2", "text": MATRIX.data.decode()}]


@pytest.mark.parametrize("more", [Random(1).randbytes(1_000_000), b"\r\n--" * 250_000, b"\n" * 1_000_000])
def test_bytes_like_a_boundary_are_part_of_the_photo(app: Flask, picture: bytes, more: bytes) -> None:
    answer = send(app, {"photo": file(picture + more)})
    assert (answer.status_code, len(answer.json["codes"])) == (200, 1)  # type: ignore[index]


def test_a_photo_without_a_code_is_no_error(app: Flask) -> None:
    answer = send(app, {"photo": file(photos.as_jpeg(Image.new("L", (60, 60), 200)))})
    assert answer.status_code == 200
    assert answer.json["codes"] == []  # type: ignore[index]
    assert answer.json["detail"].startswith("No code was found")  # type: ignore[index]


@pytest.mark.parametrize(
    ("form", "status", "detail"),
    [
        ({}, 422, "Expected one file as 'photo', got none."),
        ({"photo": "6901234567892"}, 422, "Expected one file as 'photo', got a text."),
        ({"picture": file(b"x")}, 422, "Expected one file as 'photo', got none."),
        ({"photo": [file(b"x"), file(b"y")]}, 422, "Expected one file as 'photo', got 2."),
        ({"photo": file(b"", "")}, 422, "Expected a file as 'photo', got an empty one."),
        ({"photo": file(b"hello")}, 415, "got something else."),
        ({"photo": file(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")}, 415, "“Most Compatible” (JPEG)"),
        ({"photo": file(b"\xff\xd8\xff\xe0hello")}, 422, "damaged or ends too early"),
        ({"photo": file(bytes(MOST_BYTES + 1))}, 413, "at most 10485760 bytes, got 10485761."),
        ({"photo": file(bytes(MOST_BYTES * 2))}, 413, "at most 10485760 bytes, got a form of"),
        ({"photo": file(b"x"), "note": "x" * 100_000}, 413, "got a larger form"),
    ],
)
def test_what_is_no_photo_is_refused_with_its_reason(
    app: Flask, form: dict[str, Any], status: int, detail: str
) -> None:
    answer = send(app, form)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert detail in answer.json["detail"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"x", "multipart/form-data", 400),
        (b"x", "multipart/form-data; boundary=a", 400),
        (b"--a\r\n" * 50, "multipart/form-data; boundary=a", 400),
        (b"", "multipart/form-data; boundary=a", 422),
    ],
)
def test_a_body_that_is_no_form_is_refused(app: Flask, body: bytes, content_type: str, status: int) -> None:
    answer = app.test_client().post("/api/v1/check/photo", data=body, content_type=content_type)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_nothing_of_a_photo_is_kept(app: Flask, picture: bytes) -> None:
    def rows() -> dict[str, int]:
        with app.app_context(), current_database().read() as session:
            tables = session.scalars(text("select name from sqlite_master where type = 'table'")).all()
            return {name: session.scalar(text(f'select count(*) from "{name}"')) or 0 for name in tables}  # noqa: S608 (our own names)

    before = rows()
    for _ in range(2):
        assert send(app, {"photo": file(picture)}, Idempotency_Key="again").status_code == 200
    assert rows() == before
