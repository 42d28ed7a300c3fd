"""Photos of packs that are drawn, and what of them can be read: rotation, blur, glare, darkness, JPEG, size.

python -m bench.photos            a table of how many of 20 photos each are read
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from trace.symbols.photo import read_photo

GTIN = "06901234567892"
SECONDS = 3.0


@dataclass(frozen=True)
class Kind:
    """A symbol as the service's labels have it: what it holds, and what a scanner transmits."""

    name: str
    format: zxingcpp.BarcodeFormat
    content: str
    data: bytes
    gs1: bool = False

    @property
    def said(self) -> bytes:
        """What a reader must give."""
        return self.data or self.content.encode()


KINDS = (
    Kind("EAN-13", zxingcpp.BarcodeFormat.EAN13, "6901234567892", b"6901234567892"),
    Kind("ITF-14", zxingcpp.BarcodeFormat.ITF14, "16901234567899", b"16901234567899"),
    Kind("GS1-128", zxingcpp.BarcodeFormat.Code128, f"(01){GTIN}(10)L20261", f"01{GTIN}10L20261".encode(), True),
    Kind("GS1 DataMatrix", zxingcpp.BarcodeFormat.DataMatrix, f"(01){GTIN}(10)L1", f"01{GTIN}10L1".encode(), True),
    Kind("QR code", zxingcpp.BarcodeFormat.QRCode, f"https://id.gs1.org/01/{GTIN}/10/L1", b""),
)


def draw_symbol(kind: Kind, module: int) -> Image.Image:
    """The symbol in black on white with `module` pixels a module, and its quiet zone."""
    drawn = zxingcpp.create_barcode(kind.content, kind.format, **({"gs1": True} if kind.gs1 else {}))
    picture = Image.fromarray(np.array(drawn.to_image(scale=1)))
    factor = module
    linear = picture.height < picture.width // 2 or kind.format in (zxingcpp.BarcodeFormat.EAN13,)
    height = picture.height * factor if not linear else max(picture.height, picture.width // 3) * factor
    picture = picture.resize((picture.width * factor, height), Image.Resampling.NEAREST)
    paper = Image.new("L", (picture.width + 20 * factor, picture.height + 20 * factor), 255)
    paper.paste(picture, (10 * factor, 10 * factor))
    return paper


def draw_pack(symbol: Image.Image, size: tuple[int, int], angle: float, seed: int) -> Image.Image:
    """A pack on a table: a printed surface with lines of text and colours, and the symbol turned by `angle` degrees."""
    chance = random.Random(seed)
    across, down = np.meshgrid(np.linspace(0, 1, size[0]), np.linspace(0, 1, size[1]))
    shade = 120 + 60 * across * chance.random() + 50 * down * chance.random()
    pack = Image.fromarray(shade.astype("uint8"))
    pen = ImageDraw.Draw(pack)
    for _ in range(40):
        left, top = chance.randrange(size[0]), chance.randrange(size[1])
        wide, high = chance.randrange(20, size[0] // 4), chance.randrange(4, size[1] // 20)
        pen.rectangle((left, top, left + wide, top + high), fill=chance.randrange(40, 240))
    mask = Image.new("L", symbol.size, 255).rotate(angle, expand=True)
    turned = symbol.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    room = (max(1, size[0] - turned.width), max(1, size[1] - turned.height))
    place = (chance.randrange(room[0] // 4, room[0] // 4 * 3 + 1), chance.randrange(room[1] // 4, room[1] // 4 * 3 + 1))
    pack.paste(turned, place, mask)
    return pack


def lean(picture: Image.Image, part: float) -> Image.Image:
    """The picture seen from the side: its right edge shrinks by `part` of the height at each end."""
    wide, high = picture.size
    corners: list[tuple[float, float]] = [(0, 0), (wide, high * part), (wide, high * (1 - part)), (0, high)]
    return picture.transform(
        picture.size,
        Image.Transform.PERSPECTIVE,
        _perspective([(0, 0), (wide, 0), (wide, high), (0, high)], corners),
        Image.Resampling.BICUBIC,
        fillcolor=128,
    )


def _perspective(source: list[tuple[float, float]], target: list[tuple[float, float]]) -> list[float]:
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    found: list[float] = np.linalg.solve(np.array(rows, float), np.array(values, float)).tolist()
    return found


def place_in(picture: Image.Image, size: tuple[int, int], seed: int) -> Image.Image:
    """The picture as a small part of a plain larger one."""
    chance = random.Random(seed)
    large = Image.new("L", size, 150)
    large.paste(picture, (chance.randrange(size[0] - picture.width), chance.randrange(size[1] - picture.height)))
    return large


def glare(picture: Image.Image, part: float, seed: int) -> Image.Image:
    """A bright soft spot in the middle, `part` of the picture's width across."""
    wide, high = picture.size
    chance = random.Random(seed)
    x, y = wide * (0.4 + 0.2 * chance.random()), high * (0.4 + 0.2 * chance.random())
    half = wide * part / 2
    spot = Image.new("L", picture.size, 0)
    ImageDraw.Draw(spot).ellipse((x - half, y - half / 2, x + half, y + half / 2), fill=255)
    spot = spot.filter(ImageFilter.GaussianBlur(max(2, half / 4)))
    return Image.composite(Image.new("L", picture.size, 255), picture, spot)


def darken(picture: Image.Image, light: float, noise: float, seed: int) -> Image.Image:
    """`light` of the brightness and contrast is left, with the noise of a sensor in grey levels."""
    grain = np.random.default_rng(seed).normal(0, noise, (picture.height, picture.width))
    dark = np.asarray(picture, float) * light + 8 + grain
    return Image.fromarray(np.clip(dark, 0, 255).astype("uint8"))


def as_jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    """The photo's bytes."""
    target = BytesIO()
    picture.save(target, "JPEG", quality=quality)
    return target.getvalue()


PHONE = (1600, 1200)

Draw = Callable[[Image.Image, int], bytes]
"""A photo of a symbol; the number makes one photo differ from the next."""


def _turned(symbol: Image.Image, seed: int) -> bytes:
    return as_jpeg(draw_pack(symbol, PHONE, seed * 18 + 7, seed))


def _plain(symbol: Image.Image, seed: int) -> Image.Image:
    return draw_pack(symbol, PHONE, (-8, -3, 0, 4, 9, 87, 95, 180)[seed % 8], seed)


CASES: dict[str, tuple[int, Draw]] = {
    "as it is": (4, lambda s, n: as_jpeg(_plain(s, n))),
    "turned to any angle": (4, _turned),
    "blur, sigma half a module": (4, lambda s, n: as_jpeg(_plain(s, n).filter(ImageFilter.GaussianBlur(2)))),
    "blur, sigma 3/4 of a module": (4, lambda s, n: as_jpeg(_plain(s, n).filter(ImageFilter.GaussianBlur(3)))),
    "JPEG quality 30": (3, lambda s, n: as_jpeg(_plain(s, n), 30)),
    "JPEG quality 10": (3, lambda s, n: as_jpeg(_plain(s, n), 10)),
    "glare, a tenth of the width": (4, lambda s, n: as_jpeg(glare(_plain(s, n), 0.1, n))),
    "glare, a quarter of the width": (4, lambda s, n: as_jpeg(glare(_plain(s, n), 0.25, n))),
    "seen from the side": (4, lambda s, n: as_jpeg(lean(_plain(s, n), 0.15))),
    "a quarter of the light, noise": (4, lambda s, n: as_jpeg(darken(_plain(s, n), 0.25, 6, n))),
    "a tenth of the light, noise": (4, lambda s, n: as_jpeg(darken(_plain(s, n), 0.1, 5, n))),
    "small: 2 pixels a module": (2, lambda s, n: as_jpeg(_plain(s, n))),
    "small: 1.2 pixels a module": (
        2,
        lambda s, n: as_jpeg(_plain(s, n).resize((960, 720), Image.Resampling.LANCZOS)),
    ),
    "small in 12 megapixels": (
        3,
        lambda s, n: as_jpeg(place_in(draw_pack(s, PHONE, n * 18 + 7, n), (4032, 3024), n), 90),
    ),
    "turned, blurred, dark, JPEG 50": (
        4,
        lambda s, n: as_jpeg(
            darken(draw_pack(s, PHONE, n * 18 + 7, n).filter(ImageFilter.GaussianBlur(1.5)), 0.4, 4, n), 50
        ),
    ),
}


def is_read(kind: Kind, photo: bytes) -> bool:
    """Whether what the symbol says is among what was read."""
    return kind.said in _read(photo)


def _read(photo: bytes) -> set[bytes]:
    return {reading.data for reading in read_photo(photo, SECONDS)}


def main(argv: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=int, default=20)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    asked = parser.parse_args(argv)
    photos = 2 if asked.quick else asked.photos
    print("| " + " | ".join(["photo", *(kind.name for kind in KINDS), "misread", "median s", "most s"]) + " |")
    print("|---" * (len(KINDS) + 4) + "|")
    for name, (module, draw) in CASES.items():
        if asked.only not in name:
            continue
        times: list[float] = []
        cells = []
        wrong = 0
        for kind in KINDS:
            symbol = draw_symbol(kind, module)
            read = 0
            for number in range(photos):
                photo = draw(symbol, number)
                start = time.process_time()
                found = _read(photo)
                times.append(time.process_time() - start)
                read += kind.said in found
                wrong += bool(found - {kind.said})
            cells.append(f"{read}/{photos}")
        times.sort()
        print(
            f"| {name} | " + " | ".join(cells) + f" | {wrong} | {times[len(times) // 2]:.2f} | {times[-1]:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
