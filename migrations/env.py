"""How Alembic finds the models and the database; it is run by trace.kit.migrate."""

import importlib
import importlib.util
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import text
from sqlalchemy.types import TypeDecorator

from trace.kit.db import Base

MODEL_MODULES = (
    *("trace.kit.auth", "trace.kit.audit", "trace.kit.idempotency"),
    *("trace.models", "recalls.models", "oversight.models"),
)

for name in MODEL_MODULES:
    if importlib.util.find_spec(name.split(".")[0]) and importlib.util.find_spec(name):
        importlib.import_module(name)


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """A migration names the column's plain type: it must still run when our type is gone or changed."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("Run migrations by `flask db upgrade`, not by alembic itself.")
sqlite = connection.dialect.name == "sqlite"
partitions = set() if sqlite else set(connection.scalars(text("SELECT relname FROM pg_class WHERE relispartition")))


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Partitions are parts of the tables that the models know."""
    return kind != "table" or name not in partitions


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    compare_server_default=True,
    render_as_batch=sqlite,
    include_name=include_name,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
