"""A symbol as PNG: every module a whole number of pixels, so that no bar is wider than its twin. Pure."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from trace.symbols.symbol import MM_PER_INCH, Symbol, Text

DARK, LIGHT = 0, 255


def write_png(symbol: Symbol, dots: int = 4) -> bytes:
    """Return a PNG in grey with ``dots`` pixels a module; its resolution is such that it prints at its own size.

    Raises ValueError for dots that are not whole units: an ITF-14 has two units a module.
    """
    target = BytesIO()
    dpi = dots / symbol.x_mm * MM_PER_INCH
    draw_image(symbol, dots).save(target, "PNG", dpi=(dpi, dpi))
    return target.getvalue()


def draw_image(symbol: Symbol, dots: int = 4) -> Image.Image:
    """Return the symbol as a picture in grey (mode L). Raises as `write_png`."""
    pixels, rest = divmod(dots, symbol.module)
    if rest or pixels < 1:
        raise ValueError(f"Expected whole pixels for {symbol.module} units a module, got {dots} dots.")
    image = Image.new("L", (symbol.width * pixels, symbol.height * pixels), LIGHT)
    for box in symbol.boxes:
        image.paste(DARK, (box.x * pixels, box.y * pixels, (box.x + box.width) * pixels, (box.y + box.height) * pixels))
    if symbol.texts:
        draw = ImageDraw.Draw(image)
        for text in symbol.texts:
            _write(draw, text, pixels)
    return image


def _write(draw: ImageDraw.ImageDraw, text: Text, pixels: int) -> None:
    """Write the characters one by one, spread evenly over the width."""
    font = ImageFont.load_default(max(1, text.size * pixels))
    step = text.width * pixels / len(text.text)
    left = text.x * pixels - step * (len(text.text) - 1) / 2
    for at, letter in enumerate(text.text):
        draw.text((left + at * step, text.y * pixels), letter, DARK, font, anchor="ms")
