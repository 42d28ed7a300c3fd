"""Pictures of where goods went, as SVG made on the server. Pure: plain values in, text out.

One picture is a `Drawing` of a few kinds of shape; one pen writes it as SVG, another onto a page of a PDF.
"""

from trace.picture.days import DayTotal, draw_progress
from trace.picture.life_line import draw_life_line
from trace.picture.model import Link, Node, SupplyView
from trace.picture.supply import draw_supply, lay_out_supply
from trace.picture.svg import write_svg
from trace.picture.tiles import Tile, draw_tiles

__all__ = [
    "DayTotal",
    "Link",
    "Node",
    "SupplyView",
    "Tile",
    "draw_life_line",
    "draw_progress",
    "draw_supply",
    "draw_tiles",
    "lay_out_supply",
    "write_svg",
]
