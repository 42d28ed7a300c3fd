"""Photos of packs: what is read from them, what is refused before it costs anything, and what is never an error."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from bench import photos
from tests.hostile.pictures import lying_jpeg
from trace.symbols import photo as photo_module
from trace.symbols.photo import MOST_BYTES, PhotoRefused, open_photo, read_photo

EAN, ITF, GS1_128, MATRIX, QR = photos.KINDS
SECONDS = 3.0


def pack(kind: photos.Kind = EAN, angle: float = 3, module: int = 4) -> Image.Image:
    """A photo of a pack with one symbol, 1,000 by 800 pixels."""
    return photos.draw_pack(photos.draw_symbol(kind, module), (1_000, 800), angle, seed=3)


def saved(picture: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    target = BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()


def said(data: bytes) -> set[tuple[str, bytes]]:
    return {(reading.identifier, reading.data) for reading in read_photo(data, SECONDS)}


@pytest.mark.parametrize(
    ("kind", "identifier"), [(EAN, "]E0"), (ITF, "]I1"), (GS1_128, "]C1"), (MATRIX, "]d2"), (QR, "]Q1")]
)
def test_each_symbol_is_read_with_its_bytes_and_its_identifier(kind: photos.Kind, identifier: str) -> None:
    assert said(saved(pack(kind))) == {(identifier, kind.said)}


@pytest.mark.parametrize("angle", [20, 45, 90, 133, 251])
def test_a_symbol_is_read_at_any_angle(angle: float) -> None:
    for kind in (GS1_128, MATRIX):
        assert photos.is_read(kind, saved(pack(kind, angle, module=3)))


@pytest.mark.parametrize(
    "photo",
    [
        pytest.param(lambda one: saved(one.filter(ImageFilter.GaussianBlur(2))), id="blur"),
        pytest.param(lambda one: saved(photos.glare(one, 0.12, 3)), id="glare"),
        pytest.param(lambda one: saved(one, quality=30), id="JPEG of quality 30"),
        pytest.param(lambda one: saved(photos.lean(one, 0.12)), id="from the side"),
        pytest.param(lambda one: saved(photos.darken(one, 0.25, 3, 3)), id="little light"),
        pytest.param(lambda one: saved(one.resize((600, 480), Image.Resampling.LANCZOS)), id="small"),
    ],
)
def test_a_bad_photo_is_read(photo: object) -> None:
    for kind in (GS1_128, MATRIX):
        assert photos.is_read(kind, photo(pack(kind)))  # type: ignore[operator]


def test_a_small_symbol_in_twelve_megapixels_is_read() -> None:
    large = photos.place_in(pack(MATRIX, 17, module=3), (4_032, 3_024), seed=1)
    assert photos.is_read(MATRIX, saved(large, quality=90))


def test_every_symbol_on_the_photo_is_read() -> None:
    both = pack(EAN)
    both.paste(photos.draw_symbol(MATRIX, 4), (20, 560))
    assert {data for _, data in said(saved(both))} == {EAN.data, MATRIX.data}


def transparent(picture: Image.Image) -> Image.Image:
    """Black on nothing."""
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    layer.putalpha(picture.point(lambda value: 255 - value))
    return layer


def deep(picture: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(picture).astype("uint16") * 257)


@pytest.mark.parametrize(
    ("form", "change"),
    [
        ("PNG", lambda one: one),
        ("PNG", lambda one: one.convert("RGB")),
        ("PNG", lambda one: one.quantize(16)),
        ("PNG", transparent),
        ("PNG", deep),
        ("PNG", lambda one: one.convert("1")),
        ("WEBP", lambda one: one.convert("RGB")),
        ("AVIF", lambda one: one.convert("RGB")),
        ("GIF", lambda one: one),
        ("JPEG", lambda one: one.convert("CMYK")),
    ],
)
def test_pictures_come_in_many_forms(form: str, change: object) -> None:
    if form not in photo_module._FORMATS:
        pytest.skip(f"this Pillow reads no {form}")
    symbol = photos.draw_symbol(MATRIX, 3)
    assert photos.is_read(MATRIX, saved(change(symbol), form))  # type: ignore[operator]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright_as_the_camera_says(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    taken = Image.new("L", (40, 20), 255)
    taken.paste(0, (0, 0, 10, 10))
    upright = open_photo(saved(taken, "PNG", exif=exif))
    assert upright.size == ((40, 20) if orientation < 5 else (20, 40))
    corners = [(0, 0), (-1, 0), (-1, -1), (0, -1)]
    dark = [
        corner for corner in corners if upright.getpixel((corner[0] % upright.width, corner[1] % upright.height)) == 0
    ]
    assert dark == [corners[[0, 1, 2, 3, 0, 1, 2, 3][orientation - 1]]]


def png_header(wide: int, high: int) -> bytes:
    """A PNG that says how large it is and holds nothing."""
    header = b"IHDR" + struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def many_scans() -> bytes:
    whole = saved(pack(), progressive=True)
    place = whole.rindex(b"\xff\xda")
    return whole[:place] + whole[place:-2] * 60 + whole[-2:]


@pytest.mark.parametrize(
    ("data", "why", "status"),
    [
        (b"", "empty", 422),
        (b"\xff\xd8" + bytes(MOST_BYTES), "too_large", 413),
        (saved(Image.new("1", (30_000, 30_000)), "PNG"), "too_many_pixels", 413),
        (saved(Image.new("1", (9_000, 3_000)), "PNG"), "too_many_pixels", 413),
        (saved(Image.new("L", (9_500, 9_000)), "GIF"), "too_many_pixels", 413),
        (saved(Image.new("L", (9_500, 9_000)), "JPEG"), "too_many_pixels", 413),
        (saved(Image.new("RGB", (5_000, 5_000)), "JPEG", progressive=True), "too_many_pixels", 413),
        (many_scans(), "damaged", 422),
        (lying_jpeg(8_000, 8_000), "damaged", 422),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic", 415),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "heic", 415),
        (b"%PDF-1.7", "not_a_picture", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture", 415),
        (b"BM" + bytes(100), "not_a_picture", 415),
        (b"hello", "not_a_picture", 415),
        (png_header(100, 100), "damaged", 422),
        (saved(pack())[:3_000], "damaged", 422),
    ],
)
def test_what_is_no_picture_or_too_much_of_one_is_refused(data: bytes, why: str, status: int) -> None:
    with pytest.raises(PhotoRefused) as refused:
        read_photo(data, SECONDS)
    assert (refused.value.why, refused.value.status) == (why, status)


def test_what_hangs_on_a_picture_is_not_looked_at() -> None:
    page = b"<script>alert(1)</script>" + b"PK\x03\x04" + bytes(2_000)
    assert photos.is_read(MATRIX, saved(pack(MATRIX)) + page)
    assert photos.is_read(MATRIX, saved(photos.draw_symbol(MATRIX, 3), "PNG") + page)


def test_a_picture_without_a_symbol_says_so_within_its_time() -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (300, 400), dtype="uint8"))
    assert read_photo(saved(noise), 0.2) == []
    assert read_photo(saved(Image.new("L", (1, 1)), "PNG"), 0.2) == []
    assert read_photo(saved(Image.new("L", (4_000, 3), 255), "PNG"), 0.2) == []


WHOLE = [saved(pack().resize((200, 160)), form) for form in photo_module._FORMATS]


@settings(max_examples=60)
@given(st.sampled_from(WHOLE), st.data())
def test_a_damaged_file_is_read_or_refused(whole: bytes, data: st.DataObject) -> None:
    broken = bytearray(whole[: data.draw(st.integers(1, len(whole)))])
    for _ in range(data.draw(st.integers(0, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    with suppress(PhotoRefused):
        assert open_photo(bytes(broken)).mode == "L"
