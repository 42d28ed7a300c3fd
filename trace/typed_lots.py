"""Lots as people type them: many in one field."""

import re
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.kit.bulk import among
from trace.models import Identifier

_BETWEEN = re.compile(r"[\s，、；]+")
_PERHAPS_BETWEEN = re.compile(r"[,;]+")
"""A lot may have these in itself (GS1 General Specifications, figure 7.11-1)."""


def split_lots(text: str, known: Collection[str] = ()) -> list[str]:
    """Return the lots of a text, each once; one that is ``known`` is not cut at its comma."""
    found: list[str] = []
    for one in _BETWEEN.split(text):
        found += [one.strip(",;")] if one.strip(",;") in known else _PERHAPS_BETWEEN.split(one)
    return list(dict.fromkeys(one for one in found if one))


def read_lots(session: Session, gtin: str, text: str) -> list[str]:
    """Return the lots of a text about a product (14 digits); one that the record has is not cut at its comma."""
    doubtful = [one.strip(",;") for one in _BETWEEN.split(text) if _PERHAPS_BETWEEN.search(one.strip(",;"))]
    here = (Identifier.gtin == gtin) & (Identifier.kind == "batch")
    known = session.scalars(select(Identifier.lot).where(here, among(session, Identifier.lot, doubtful)))
    return split_lots(text, {lot for lot in known if lot is not None} if doubtful else ())
