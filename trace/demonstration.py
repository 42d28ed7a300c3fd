"""What the demonstration tells packages above the record, so that they show their part on the same goods."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from trace.kit.auth import Principal

_ACTS = "suyuan_demonstration"


@dataclass(frozen=True, slots=True)
class Scene:
    """The demonstration by codes alone.

    ``offices`` are (GB/T 2260 code, Chinese, English); ``bought`` are goods that consumers hold: (the batch's URI, GLN
    of the shop), all made by ``maker`` (USCC); ``stranger`` (USCC) is a firm of which nobody thinks well, that sent
    something to a shop.
    """

    official: Principal
    colleague: Principal
    offices: Sequence[tuple[str, str, str]]
    maker: str
    bought: Sequence[tuple[str, str]]
    stranger: str


Act = Callable[[Session, Scene, datetime], Sequence[str]]
"""Adds to the demonstration whatever is not there yet; returns the lines that tell of it."""


def add_act(app: Flask, act: Act) -> None:
    """Have `flask demo` show an act too."""
    app.extensions.setdefault(_ACTS, []).append(act)


def acts_of(app: Flask) -> Sequence[Act]:
    """The acts that were added."""
    return tuple(app.extensions.get(_ACTS, ()))
