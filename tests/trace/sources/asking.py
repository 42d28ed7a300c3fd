"""Asks what can explain cases, everything named as the story names it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from tests.chains import OPERATOR, Chain
from trace.kit.auth import Principal
from trace.sources.bodies import SourcesIn
from trace.sources.rows import Sources
from trace.sources.search import find_sources

PAPER = "urn:example:paper:"
AS_WRITTEN = ("weight", "dates", "per_case", "biz_steps", "dispositions", "events")


def ask(
    session: Session, chain: Chain, cases: Sequence[dict[str, Any]], principal: Principal = OPERATOR, **assumed: Any
) -> Sources:
    """Cases and assumptions name places, batches and documents as the story does."""
    body = {"cases": cases, **assumed}
    return find_sources(session, principal, SourcesIn.model_validate(named(chain, "", body)))


def named(chain: Chain, kind: str, value: Any) -> Any:
    """``value`` with the names of the story as identifiers."""
    if kind in AS_WRITTEN or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return {name: named(chain, name, one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [named(chain, kind, one) for one in value]
    return PAPER + value if kind.startswith("document") else chain.uri(value)


def names(chain: Chain) -> dict[str, str]:
    """What the story calls each identifier."""
    return {chain.uri(name): name for name in reversed(chain.uris)}


def scores(chain: Chain, rows: Sequence[Any]) -> dict[str, float]:
    """Scores by name."""
    return {names(chain)[row["id"]]: row["score"] for row in rows}


def papers(row: Any) -> str:
    """The documents of a movement."""
    return " ".join(row["documents"]).replace(PAPER, "")


def by_document(found: Any) -> dict[str, float]:
    """Scores by document."""
    return {papers(row): row["score"] for row in found["movements"]}
