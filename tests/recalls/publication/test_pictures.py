"""Pictures of goods: read strictly, written anew, shown with the notice and to nobody before it."""

import base64
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from recalls.publication.pictures import LONGEST_SIDE, MOST_BYTES, PictureRefused, read_picture
from tests.recalls.publication.notice_cases import COMPLETE, announce, make_goods, open_case
from tests.trace.web.api_client import Api


def picture(form: str = "PNG", size: tuple[int, int] = (30, 20), mode: str = "RGB", **options: Any) -> bytes:
    target = BytesIO()
    Image.new(mode, size, "red").save(target, form, **options)
    return target.getvalue()


def test_a_picture_is_made_small_and_upright_and_says_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "taken at home"
    read = read_picture(picture("JPEG", (3000, 1500), exif=exif))
    with Image.open(BytesIO(read)) as image:
        assert (image.format, image.size) == ("JPEG", (LONGEST_SIDE // 2, LONGEST_SIDE))
        assert not image.getexif()
    assert b"taken at home" not in read


def test_what_is_seen_through_is_white() -> None:
    target = BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(target, "PNG")
    with Image.open(BytesIO(read_picture(target.getvalue()))) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg onload='alert(1)'/>",
        picture("GIF"),
        picture("TIFF"),
        picture()[:60],
        picture("JPEG")[:100],
        picture()[:30] + b"\xff" * 40,
        picture(size=(6000, 5000), mode="1"),
        b"x" * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureRefused, match="Expected"):
        read_picture(data)


def test_a_notice_shows_its_picture_once_it_is_published(app: Flask, client: FlaskClient) -> None:
    make_goods(app)
    desk = Api.issue(app, "regulator")
    number = open_case(desk)
    sent = {"data": base64.b64encode(picture()).decode()}
    path = f"/api/v1/recalls/{number}/public-notice"
    for wrong in ({}, {"data": "***"}, {"data": "AAAA"}, {"digest": "0" * 64}, {**sent, "digest": "0" * 64}):
        problem = desk.post(path, {"notice": {"picture": wrong}}, 422)
        assert problem["errors"][0]["pointer"].startswith("/notice/picture")
    draft = desk.post(path, {"notice": COMPLETE | {"picture": sent}})["shown"]["notice"]
    address = f"/recalls/{number}/pictures/{draft['picture']['digest']}.jpg"
    desk.post(f"/api/v1/recalls/{number}/file-plan", {}, 200)
    assert client.get(address).status_code == 404
    without = client.get(f"/recalls/{number}/notice.pdf")
    announce(desk, number)
    shown = client.get(address)
    assert (shown.status_code, shown.content_type, shown.data[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert address in client.get(f"/recalls/{number}").text
    paper = client.get(f"/recalls/{number}/notice.pdf")
    assert (without.status_code, paper.data.count(b"/Subtype /Image")) == (404, 1)
    again = desk.post(path, {"notice": COMPLETE | {"picture": draft["picture"]}})
    assert again["shown"]["notice"]["picture"] == draft["picture"]
    other = open_case(desk)
    announce(desk, other)
    assert client.get(address.replace(number, other)).status_code == 404
