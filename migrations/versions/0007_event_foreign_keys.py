"""Event rows point at identifiers without foreign keys, and identifiers stay: half of a capture was checking them."""

import re
from collections.abc import Callable
from functools import partial

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

POINTERS = {
    "events": {
        "origin_id": "identifiers",
        "destination_id": "identifiers",
        "place_id": "identifiers",
        "read_point_id": "identifiers",
        "biz_location_id": "identifiers",
        "transformation_id": "identifiers",
    },
    "event_items": {"event_id": "events", "identifier_id": "identifiers", "batch_id": "identifiers"},
    "event_documents": {"event_id": "events", "document_id": "identifiers"},
    "event_references": {"event_id": "events", "identifier_id": "identifiers"},
    "event_fields": {"event_id": "events", "name_id": "field_names"},
}
KEPT = ("identifiers", "field_names")
MESSAGE = "what captured events point at stays"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, pointers in POINTERS.items():
            _rewrite(table, partial(_without_keys, pointers))
        for table in KEPT:
            for action in ("DELETE", "UPDATE OF id"):
                name = f"{table}_forbid_{action.partition(' ')[0].lower()}"
                op.execute(
                    f"CREATE TRIGGER {name} BEFORE {action} ON {table} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
                )
        return
    for table, pointers in POINTERS.items():
        for column in pointers:
            op.drop_constraint(f"fk_{table}_{column}", table, type_="foreignkey")
    op.execute(
        "CREATE FUNCTION forbid_removal() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_forbid_removal BEFORE DELETE OR TRUNCATE OR UPDATE OF id ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION forbid_removal()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in KEPT:
            for action in ("delete", "update"):
                op.execute(f"DROP TRIGGER {table}_forbid_{action}")
        for table, pointers in POINTERS.items():
            _rewrite(table, partial(_with_keys, table, pointers))
        return
    for table in KEPT:
        op.execute(f"DROP TRIGGER {table}_forbid_removal ON {table}")
    op.execute("DROP FUNCTION forbid_removal()")
    for table, pointers in POINTERS.items():
        for column, target in pointers.items():
            op.create_foreign_key(f"fk_{table}_{column}", table, target, [column], ["id"])


def _without_keys(columns: dict[str, str], text: str) -> str:
    for column in columns:
        text, found = re.subn(
            rf",\s*CONSTRAINT fk_\w+ FOREIGN KEY\({column}\) REFERENCES \w+ \(id\)"
            rf"|(?<=\b{column} INTEGER) CONSTRAINT fk_\w+ REFERENCES \w+ \(id\)",
            "",
            text,
        )
        if found != 1:
            raise ValueError(f"Cannot migrate: expected one foreign key of {column}, got {found}.")
    return text


def _with_keys(table: str, columns: dict[str, str], text: str) -> str:
    for column, target in columns.items():
        key = f" CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
        text = re.sub(rf"(?<=\b{column} INTEGER)", key, text, count=1)
    return text


def _rewrite(table: str, change: Callable[[str], str]) -> None:
    """Change the text of a table's definition, not its rows (SQLite, ALTER TABLE §7: what removing a key needs)."""
    bind = op.get_bind()
    master = sa.table("sqlite_master", sa.column("type"), sa.column("name"), sa.column("sql"))
    this = (master.c.type == "table") & (master.c.name == table)
    text = bind.scalars(sa.select(master.c.sql).where(this)).one()
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema=ON")
    bind.execute(sa.update(master).where(this).values(sql=change(text)))
    bind.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema=OFF")
