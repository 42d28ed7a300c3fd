"""What packages add to the demonstration: `flask demo` shows one act after another."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

_ACTS = "suyuan_acts"

Act = Callable[[Session, Any, datetime], Sequence[str]]
"""Adds to a scene (`trace.demonstration.Scene`) whatever is not there yet; returns the lines that tell of it."""


def add_act(app: Flask, act: Act) -> None:
    """Have `flask demo` show an act too."""
    app.extensions.setdefault(_ACTS, []).append(act)


def acts_of(app: Flask) -> Sequence[Act]:
    """The acts that were added."""
    return tuple(app.extensions.get(_ACTS, ()))
