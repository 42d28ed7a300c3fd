"""Bars are believed where no other number fits them better."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter, ImageOps

from bench.photos import lean
from trace.gs1.check_digits import check_digit
from trace.symbols.bars import fits
from trace.symbols.decode import Reading, read_symbols
from trace.symbols.linear import draw_gtin
from trace.symbols.png import draw_image

CODE = "8412828905023"


def read(picture: Image.Image) -> Reading:
    (reading,) = read_symbols(picture)
    return reading


@settings(max_examples=10, deadline=None)
@given(body=st.from_regex("[1-9]([0-9]{6}|[0-9]{10}|[0-9]{11})", fullmatch=True), blur=st.sampled_from([0.0, 1.0, 2.0]))
def test_every_number_fits_its_own_bars(body: str, blur: float) -> None:
    picture = draw_image(draw_gtin(body + check_digit(body)), 4)
    reading = read(picture)
    assert fits(picture.filter(ImageFilter.GaussianBlur(blur)), reading.text, reading.position)


@pytest.mark.parametrize("wrong", ["8472828905020", "8412828905641", "8412828985027", "0412828905025", "6412828905025"])
@pytest.mark.parametrize("blur", [0, 2, 3])
def test_a_number_with_another_digit_does_not_fit(wrong: str, blur: int) -> None:
    picture = draw_image(draw_gtin(CODE), 4).filter(ImageFilter.GaussianBlur(blur))
    assert not fits(picture, wrong, read(draw_image(draw_gtin(CODE), 4)).position)


def test_light_bars_on_dark_fit_as_well() -> None:
    picture = draw_image(draw_gtin(CODE), 4)
    assert fits(ImageOps.invert(picture), CODE, read(picture).position)


def test_bars_seen_from_the_side_fit() -> None:
    picture = lean(draw_image(draw_gtin(CODE), 4), 0.15)
    assert fits(picture, CODE, read(picture).position)


def test_an_even_picture_fits_nothing() -> None:
    assert not fits(Image.new("L", (500, 200), 128), CODE, ((10, 10), (400, 10), (400, 90), (10, 90)))


def test_part_of_an_ean_13_is_not_read_as_upc_e() -> None:
    picture = draw_image(draw_gtin(CODE), 4)
    half = Image.new("L", picture.size, 255)
    half.paste(picture.crop((0, 0, (11 + 3 + 42 + 5) * 4, picture.height)), (0, 0))
    assert read_symbols(half) == []
