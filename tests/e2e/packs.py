"""Photographs of packs as phones take them: symbols on a label with words, askew, a little blurred, as JPEG."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from trace.symbols.png import draw_image
from trace.symbols.symbol import Symbol

WIDTH, HEIGHT = 1600, 1200


def photograph(*symbols: Symbol, turned: float = 8, blurred: float = 0.8) -> bytes:
    """A JPEG of a table with a pack on it that carries the symbols side by side."""
    drawn = [draw_image(symbol, 6) for symbol in symbols] or [Image.new("L", (600, 300), 255)]
    width, height = sum(one.width + 40 for one in drawn) + 40, max(one.height for one in drawn) + 220
    pack = Image.new("RGB", (width, height), "#f6f3ea")
    draw = ImageDraw.Draw(pack)
    draw.rectangle((0, 0, width, 110), fill="#2f6fb0")
    draw.text((40, 30), "PLAIN YOGURT 200 g", "white", ImageFont.load_default(48))
    left = 40
    for one in drawn:
        pack.paste(one, (left, 150))
        left += one.width + 40
    scene = Image.new("RGB", (WIDTH, HEIGHT), "#b59a78")
    turned_pack = pack.convert("RGBA").rotate(turned, expand=True, resample=Image.Resampling.BICUBIC)
    turned_pack.thumbnail((WIDTH - 80, HEIGHT - 80))
    scene.paste(turned_pack, ((WIDTH - turned_pack.width) // 2, (HEIGHT - turned_pack.height) // 2), turned_pack)
    stored = BytesIO()
    scene.filter(ImageFilter.GaussianBlur(blurred)).save(stored, "JPEG", quality=80)
    return stored.getvalue()
