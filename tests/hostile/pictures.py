"""Files that claim to be photographs of a pack: bombs, lies, two formats in one, halves, and endless films."""

import struct
import zlib
from io import BytesIO

from PIL import Image

SIDE = 30_000


def png_bomb(side: int = SIDE, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG of side × side zeros, packed to a thousandth; made without ever being unpacked."""
    channels = {0: 1, 2: 3, 6: 4}[colour]
    size = side * (1 + side * channels * depth // 8)
    block = 1 << 20
    packer = zlib.compressobj(9)
    head = packer.compress(bytes(block)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(block)) + packer.flush(zlib.Z_FULL_FLUSH)
    whole, rest = divmod(size, block)
    # a sum of zeros: the low half stays 1, the high half counts the bytes (RFC 1950)
    tail = packer.compress(bytes(rest)) + packer.flush()
    packed = head + again * (whole - 1) + tail[:-4] + struct.pack(">I", (size % 65521) << 16 | 1)
    header = struct.pack(">IIBBBBB", side, side, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG (ISO/IEC 15948 §5.3)."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def picture(form: str, size: tuple[int, int] = (64, 64), **options: object) -> bytes:
    """A small honest picture."""
    stored = BytesIO()
    Image.new("RGB", size, "white").save(stored, form, **options)
    return stored.getvalue()


def lying_jpeg(width: int = SIDE, height: int = SIDE, progressive: bool = False) -> bytes:
    """A JPEG of 64 × 64 whose header claims more."""
    data = picture("JPEG", progressive=progressive)
    at = data.index(b"\xff\xc2" if progressive else b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def jpeg_of_many_scans(scans: int = 5000) -> bytes:
    """A progressive JPEG that runs through its picture thousands of times."""
    data = picture("JPEG", (256, 256), progressive=True)
    end = data.rindex(b"\xff\xda")
    return data[:end] + data[end:-2] * scans + data[-2:]


def gif_of_many_frames(frames: int = 10_000) -> bytes:
    """A film of ten thousand frames of one pixel."""
    data = picture("GIF", (1, 1))
    start = data.index(b"\x2c")
    return data[:start] + data[start:-1] * frames + data[-1:]


def lying_gif() -> bytes:
    """A GIF whose screen is 65,535 × 65,535."""
    data = picture("GIF", (8, 8))
    return data[:6] + b"\xff\xff\xff\xff" + data[10:]


def png_with(name: bytes, data: bytes) -> bytes:
    """A small PNG with one more chunk after its header."""
    stored = picture("PNG")
    return stored[:33] + chunk(name, data) + stored[33:]


def packed_text(size: int = 200_000_000) -> bytes:
    """What a zTXt or iCCP chunk holds: a name, and much that packs well."""
    packer = zlib.compressobj(9)
    once = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"x\0\0" + once + again * (size >> 20)


def jpeg_with_exif(exif: bytes) -> bytes:
    """A JPEG with these bytes as EXIF."""
    return picture("JPEG", exif=b"Exif\0\0" + exif)


def _directory(*entries: tuple[int, int, int, int], following: int = 0) -> bytes:
    rows = b"".join(struct.pack(">HHII", *entry) for entry in entries)
    return b"MM\0*" + struct.pack(">IH", 8, len(entries)) + rows + struct.pack(">I", following)


def pictures() -> dict[str, bytes]:
    """Every hostile file by its name; a few megabytes in all."""
    jpeg, png, gif = picture("JPEG"), picture("PNG"), picture("GIF")
    script = b"/*\x01\0" + gif[10:] + b"*/=1;alert(1)"  # a comment opens where the width stands
    return {
        "PNG of 30,000 × 30,000 grey zeros": png_bomb(),
        "PNG of 30,000 × 30,000 in colour": png_bomb(colour=6),
        "PNG of 30,000 × 30,000 bits": png_bomb(depth=1),
        "PNG of 9,000 × 8,000 claimed, 16 bits": png_bomb(8_900, 8, 2),
        "JPEG that claims 30,000 × 30,000": lying_jpeg(),
        "JPEG that claims 65,535 × 65,535": lying_jpeg(65_535, 65_535),
        "progressive JPEG that claims 8,000 × 8,000": lying_jpeg(8_000, 8_000, progressive=True),
        "JPEG that claims 8,000 × 8,000": lying_jpeg(8_000, 8_000),
        "JPEG of 5,000 scans": jpeg_of_many_scans(),
        "GIF that claims 65,535 × 65,535": lying_gif(),
        "GIF of 10,000 frames": gif_of_many_frames(),
        "WebP film of 300 frames": picture("WEBP", save_all=True, append_images=_film(300)),
        "PNG with a text of 200 MB": png_with(b"zTXt", packed_text()),
        "PNG with a colour profile of 200 MB": png_with(b"iCCP", packed_text()),
        "PNG with a chunk of a length of 2 GB": png[:33] + b"\x7f\xff\xff\xffIDAT" + png[41:],
        "PNG with wrong sums": png[:-8] + b"\0" * 8,
        "half a JPEG": jpeg[: len(jpeg) // 2],
        "half a PNG": png[: len(png) // 2],
        "half a GIF": gif[: len(gif) // 2],
        "GIF that is a script": b"GIF89a" + script,
        "GIF with a page behind it": gif + b"<script>alert(1)</script>",
        "JPEG with a ZIP behind it": jpeg + b"PK\3\4" + bytes(1000) + b"PK\5\6" + bytes(18),
        "JPEG with a PHP comment": picture("JPEG", comment=b"<?php system($_GET['c']); ?>"),
        "PNG with a script in a text": png_with(b"tEXt", b"Comment\0<script>alert(1)</script>"),
        "EXIF turned 99": jpeg_with_exif(_directory((0x0112, 3, 1, 99 << 16))),
        "EXIF that follows itself": jpeg_with_exif(_directory((0x0112, 3, 1, 1 << 16), following=8)),
        "EXIF of 4 billion entries": jpeg_with_exif(_directory((0x0112, 5, 0xFFFFFFFF, 0xFFFFFFF0))),
        "EXIF that is none": jpeg_with_exif(b"\xff" * 60_000),
        "SVG of a billion laughs": _laughs(),
        "SVG that reads a file": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (r) file\n",
        "PDF": b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
        "TIFF": picture("TIFF"),
        "BMP": picture("BMP"),
        "HEIC": b"\0\0\0\x18ftypheic" + bytes(2000),
        "page": b"<!doctype html><script>alert(1)</script>",
        "noise": bytes(zlib.crc32(struct.pack("I", n)) & 255 for n in range(20_000)),
        "zeros": bytes(1_000_000),
        "nothing": b"",
    }


def _film(frames: int) -> list[Image.Image]:
    return [Image.new("RGB", (64, 64), (n % 256, 0, 0)) for n in range(frames)]


def _laughs() -> bytes:
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n + 1, b"&l%d;" % n * 10) for n in range(9))
    return b'<!DOCTYPE svg [<!ENTITY l0 "ha">' + entities + b"]><svg>&l9;</svg>"
