"""Pictures of goods as they are sent: read strictly, made small, and written anew. Pure."""

import struct
from io import BytesIO

from PIL import Image, ImageOps

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 25_000_000
"""What a picture may have before it is decoded: a small file can hold a very large one."""

LONGEST_SIDE = 1200


class PictureRefused(ValueError):
    """Not a picture that can be shown; the message says what was expected and what came."""


def read_picture(data: bytes, most_bytes: int = MOST_BYTES) -> bytes:
    """Return a PNG or JPEG as a JPEG of at most 1,200 pixels a side, upright, without anything else that was in it.

    What a camera writes beside a picture (place, owner, preview) is left behind. Raises PictureRefused.
    """
    if len(data) > most_bytes:
        raise PictureRefused(f"Expected a picture of at most {most_bytes} bytes, got {len(data)}.")
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise PictureRefused(f"Expected at most {MOST_PIXELS} pixels, got {width} × {height}.")
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (OSError, SyntaxError, struct.error, Image.DecompressionBombError) as error:
        raise PictureRefused("Expected a PNG or JPEG picture, got something that cannot be read as one.") from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A"))
    target = BytesIO()
    plain.save(target, "JPEG", quality=85)
    return target.getvalue()
