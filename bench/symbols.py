"""How much a printed symbol survives: 500 random items, drawn, damaged as photographs are, and read again.

    python -m bench.symbols [--items 500] [--photos 50] [--seed 1]

Prints a table for docs/labels.md: of each kind of symbol, how many were read exactly; any other reading is counted as
wrong, and there must be none.
"""

import argparse
import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO

from PIL import Image, ImageFilter, ImageOps

from trace.check.photo import SECONDS
from trace.gs1 import digital_link
from trace.gs1.check_digits import CSET_82, check_digit
from trace.gs1.element_strings import Elements
from trace.symbols.decode import Reading, read_symbols
from trace.symbols.gs1_128 import split_gs1_128
from trace.symbols.linear import draw_gtin, draw_itf_14
from trace.symbols.matrix import draw_datamatrix, draw_gs1_qr, draw_qr
from trace.symbols.photo import read_photo
from trace.symbols.png import draw_image
from trace.symbols.symbol import Symbol

DOTS = 6
"""Pixels a module of the picture that is damaged: a telephone held fairly close."""

SITE = "https://suyuan.example"

Damage = Callable[[Image.Image, random.Random], Image.Image]
Reader = Callable[[Image.Image], list[Reading]]


def make_gtin(rng: random.Random, length: int) -> str:
    """A GTIN of so many digits that begins like no shorter one."""
    body = rng.choice("123456789") + "".join(rng.choices("0123456789", k=length - 2))
    return body + check_digit(body)


def make_text(rng: random.Random) -> str:
    """A lot or serial: 1 to 20 characters of GS1 set 82."""
    return "".join(rng.choices(CSET_82, k=rng.randint(1, 20)))


def make_elements(rng: random.Random) -> Elements:
    """A GTIN with dates, lot and serial, as they come."""
    day = f"{rng.randint(20, 39)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    rest = [("11", day), ("17", day), ("10", make_text(rng)), ("21", make_text(rng))]
    return (("01", make_gtin(rng, 13).zfill(14)), *(one for one in rest if rng.random() < 0.6))


def make_symbols(rng: random.Random) -> list[Symbol]:
    """One random item in every symbol there is."""
    elements = make_elements(rng)
    values = dict(elements)
    link = digital_link(SITE, values["01"], values.get("10"), values.get("21"))
    sscc = "".join(rng.choices("0123456789", k=17))
    return [
        *(draw_gtin(make_gtin(rng, length)) for length in (8, 12, 13)),
        draw_itf_14(make_gtin(rng, 14)),
        *split_gs1_128(elements),
        *split_gs1_128((("00", sscc + check_digit(sscc)),)),
        draw_datamatrix(elements),
        draw_qr(link),
        draw_gs1_qr(elements),
    ]


def _turned(image: Image.Image, rng: random.Random) -> Image.Image:
    return image.rotate(rng.randrange(0, 360, 10), Image.Resampling.BILINEAR, expand=True, fillcolor=255)


def _scaled(image: Image.Image, _rng: random.Random) -> Image.Image:
    return image.resize((round(image.width * 0.3), round(image.height * 0.3)), Image.Resampling.BILINEAR)


def _jpeg(quality: int) -> Damage:
    def damage(image: Image.Image, _rng: random.Random) -> Image.Image:
        file = BytesIO()
        image.save(file, "JPEG", quality=quality)
        return Image.open(file)

    return damage


def _blurred(radius: int) -> Damage:
    return lambda image, _rng: image.filter(ImageFilter.GaussianBlur(radius))


def as_on_a_photograph(image: Image.Image, rng: random.Random) -> Image.Image:
    """Turned, small, a little blurred, and a JPEG."""
    smaller = _scaled(_turned(image, rng), rng).filter(ImageFilter.GaussianBlur(0.5))
    return _jpeg(50)(smaller, rng)


def read_upload(image: Image.Image) -> list[Reading]:
    """Read it as the check reads a photograph that was sent."""
    file = BytesIO()
    image.save(file, "PNG")
    return read_photo(file.getvalue(), SECONDS)


WAYS: dict[str, tuple[Damage, Reader]] = {
    "as drawn": (lambda image, _rng: image, read_symbols),
    "turned 0–350°": (_turned, read_symbols),
    "30 % size": (_scaled, read_symbols),
    "JPEG 50": (_jpeg(50), read_symbols),
    "JPEG 20": (_jpeg(20), read_symbols),
    "blur 1": (_blurred(1), read_symbols),
    "blur 2": (_blurred(2), read_symbols),
    "blur 3": (_blurred(3), read_symbols),
    "turned, 30 %, blur 0.5, JPEG 50": (as_on_a_photograph, read_symbols),
    "the same, by `/check/photo`": (as_on_a_photograph, read_upload),
}


def read_back(symbol: Symbol, damage: Damage, read: Reader, rng: random.Random) -> tuple[bool, bool]:
    """Whether exactly this symbol was read in its damaged picture, and whether anything else was."""
    image = ImageOps.expand(draw_image(symbol, DOTS), 40, 255)
    found = {(one.identifier, one.data) for one in read(damage(image, rng))}
    wanted = (symbol.identifier, symbol.data)
    return wanted in found, bool(found - {wanted})


def measure(kind: str, symbols: list[Symbol], photos: int, seed: int) -> tuple[list[str], int]:
    """Return what was read of 100 in each way, and how many other readings there were."""
    rng, cells, wrong = random.Random(f"{seed} {kind}"), [], 0
    for damage, read in WAYS.values():
        chosen = symbols[:photos] if read is read_upload else symbols
        outcomes = [read_back(one, damage, read, rng) for one in chosen]
        right = sum(found for found, _ in outcomes)
        share = f"{min(100 * right / len(chosen), 99.9):.1f}"
        cells.append("100" if right == len(chosen) else share.removesuffix(".0"))
        wrong += sum(other for _, other in outcomes)
    return cells, wrong


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=500)
    parser.add_argument(
        "--photos", type=int, default=50, help="of them for the last column, which may take seconds each"
    )
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    symbols: dict[str, list[Symbol]] = {}
    for _ in range(given.items):
        for symbol in make_symbols(rng):
            symbols.setdefault(symbol.kind, []).append(symbol)
    print("| read of 100 | " + " | ".join(WAYS) + " |")
    print("|---|" + "--:|" * len(WAYS))
    wrong = 0
    with ProcessPoolExecutor() as pool:
        asked = {
            kind: pool.submit(measure, kind, some[: given.items], given.photos, given.seed)
            for kind, some in symbols.items()
        }
        for kind, answer in asked.items():
            cells, others = answer.result()
            print(f"| {kind} | " + " | ".join(cells) + " |", flush=True)
            wrong += others
    print(
        f"\n{given.items} items ({given.photos} in the last column), seed {given.seed}, {DOTS} pixels a module; "
        f"readings of anything else: {wrong}"
    )


if __name__ == "__main__":
    main()
