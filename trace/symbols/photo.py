"""A photo of a pack as it is sent: read within limits of memory and time, and every symbol found on it. Pure."""

from __future__ import annotations

import struct
import warnings
import zlib
from io import BytesIO
from typing import Literal

from PIL import Image, PngImagePlugin, UnidentifiedImageError, features

from trace.symbols.decode import Reading
from trace.symbols.passes import search

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 80_000_000
"""Of any picture; what can be decoded only as a whole has fewer."""

MOST_MEMORY = 50_000_000
"""Bytes that decoding one picture may take."""

MOST_DECODED = 12_500_000
"""Pixels at which a JPEG is decoded; larger ones at a half, a quarter or an eighth of their size."""

MOST_PIXELS_A_BYTE = 256
"""Of a JPEG in one scan: each block of 8 × 8 takes two bits or more, so one of fewer bytes ends before its picture."""

MOST_SCANS = 40
"""Times that a JPEG may run through its picture; an honest progressive one needs some ten."""

Why = Literal["empty", "too_large", "too_many_pixels", "heic", "not_a_picture", "damaged"]

_STATUS: dict[Why, int] = {
    "empty": 422,
    "too_large": 413,
    "too_many_pixels": 413,
    "heic": 415,
    "not_a_picture": 415,
    "damaged": 422,
}

# Bytes for each pixel while Pillow decodes and turns to grey, measured: PNG keeps 4 and makes 1; the WebP library
# keeps two canvases beside; AVIF is decoded to planes first.
_BYTES_A_PIXEL = {"PNG": 5, "GIF": 5, "WEBP": 16, "AVIF": 9}

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", *(("AVIF",) if features.check("avif") else ()))

# ISO/IEC 23008-12 and what phones write: the brand after `ftyp`.
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"BM", "a BMP"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"PK\3\4", "a ZIP"),
    (b"<", "a text such as SVG or HTML"),
)

_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8")

DAMAGED = "The picture is damaged or ends too early: take or send it again."

# What Pillow raises on bytes that are not what they claim to be.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    ArithmeticError,
    TypeError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)

# EXIF orientation (tag 0x0112) to what makes it upright.
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

warnings.simplefilter("error", Image.DecompressionBombWarning)
# Texts inside a PNG are unpacked when it is opened, up to 64 MB unless told otherwise; nobody reads them.
PngImagePlugin.MAX_TEXT_MEMORY = 1024 * 1024


class PhotoRefused(Exception):
    """Not a picture that can be read; `why` is the word for it, `status` the one of HTTP that fits."""

    def __init__(self, why: Why, message: str) -> None:
        super().__init__(message)
        self.why = why
        self.status = _STATUS[why]


def read_photo(data: bytes, seconds: float) -> list[Reading]:
    """Every symbol found on a JPEG, PNG, WebP, GIF (its first frame) or AVIF, in `seconds` of processor time or less.

    Empty where nothing was found. Raises PhotoRefused for what is no such picture, is too large (10 MB, 80 million
    pixels, fewer for kinds that take more memory) or is damaged. The last pass may end up to 0.6 s late.
    """
    return search(open_photo(data), seconds)


def open_photo(data: bytes) -> Image.Image:
    """The picture in grey, upright; its size is judged by the header, before anything is decoded.

    Raises PhotoRefused.
    """
    _refuse_foreign(data)
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            _refuse_large(image, data)
            _shrink_jpeg(image)
            image.load()
            turn = _UPRIGHT.get(_orientation(image))
            grey = _grey(image)
    except UnidentifiedImageError as error:
        if data.startswith(_BEGINNINGS) or data[4:11] == b"ftypavi":
            raise PhotoRefused("damaged", DAMAGED) from error
        raise PhotoRefused("not_a_picture", _expected("something else")) from error
    except _BOMBS as error:
        raise PhotoRefused("too_many_pixels", f"Expected at most {MOST_PIXELS} pixels, got more.") from error
    except _BROKEN as error:
        raise PhotoRefused("damaged", DAMAGED) from error
    return grey if turn is None else grey.transpose(turn)


def _expected(got: str) -> str:
    names = ", ".join(_FORMATS[:-1]) + " or " + _FORMATS[-1]
    return f"Expected a {names} picture, got {got}."


def _refuse_foreign(data: bytes) -> None:
    if not data:
        raise PhotoRefused("empty", "Expected a picture, got an empty file.")
    if len(data) > MOST_BYTES:
        raise PhotoRefused("too_large", f"Expected a picture of at most {MOST_BYTES} bytes, got {len(data)}.")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS and b"avif" not in data[12:64]:
        hint = "Set the camera to “Most Compatible” (JPEG), or send a screenshot of the photo."
        raise PhotoRefused("heic", f"{_expected('a HEIC')} {hint}")
    got = next((name for start, name in _SIGNATURES if data.startswith(start)), None)
    if got is not None:
        raise PhotoRefused("not_a_picture", _expected(got))


def _refuse_large(image: Image.Image, data: bytes) -> None:
    width, height = image.size
    cost = _jpeg_bytes_a_pixel(image, data) if image.format in ("JPEG", "MPO") else _BYTES_A_PIXEL[image.format or ""]
    most = MOST_PIXELS if cost == 0 else int(MOST_MEMORY / cost)
    if width * height > most:
        got = f"{width} × {height} in this {image.format}"
        raise PhotoRefused("too_many_pixels", f"Expected a picture of at most {most} pixels, got {got}.")


def _jpeg_bytes_a_pixel(image: Image.Image, data: bytes) -> float:
    """Bytes that each pixel takes however small the result; 0 where the picture is decoded row by row.

    A JPEG of several scans (progressive, or one for each colour) is kept whole as coefficients of two bytes.
    """
    start, colours = _first_scan(data)
    layers: list[tuple[int, int, int, int]] = getattr(image, "layer", [])
    if "progressive" not in image.info and colours == len(layers):
        if image.width * image.height > len(data) * MOST_PIXELS_A_BYTE:
            raise PhotoRefused("damaged", DAMAGED)
        return 0
    if data.count(b"\xff\xda", start) > MOST_SCANS:
        raise PhotoRefused("damaged", f"Expected a JPEG of at most {MOST_SCANS} scans, got more.")
    most = max(across * down for _, across, down, _ in layers)
    return 1 + sum(2 * across * down / most for _, across, down, _ in layers)


def _first_scan(data: bytes) -> tuple[int, int]:
    """Where the first scan of a JPEG begins, and how many colours it has (ISO/IEC 10918-1 §B.2.3)."""
    place = 2
    while data[place] == 0xFF:
        if data[place + 1] == 0xDA:
            return place, data[place + 4]
        # a fill byte, or a segment that says its length
        place += 1 if data[place + 1] == 0xFF else 2 + int.from_bytes(data[place + 2 : place + 4])
    raise ValueError("no scan")


def _shrink_jpeg(image: Image.Image) -> None:
    width, height = image.size
    scale = next((scale for scale in (1, 2, 4) if width * height / scale**2 <= MOST_DECODED), 8)
    image.draft("L", (width // scale, height // scale))


def _orientation(image: Image.Image) -> int:
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except _BROKEN:  # a picture that can be seen is read, whatever is wrong with what stands beside it
        return 1
    return found if isinstance(found, int) else 1


def _grey(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits a pixel, which Pillow would cut off instead of scaling
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info:
        paper = Image.new("L", image.size, 255)
        transparent = image.convert("RGBA")
        paper.paste(transparent.convert("L"), mask=transparent.getchannel("A"))
        return paper
    return image.convert("L")
