"""The ledger spread by batch: on PostgreSQL the tables that every recall reads are hash partitions, to move at will.

How many partitions: docs/scale.md. SQLite keeps its tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PARTITIONS = 8
KEYS = {"postings": "id, batch_id", "packed_postings": "batch_id, uom, number"}
"""The primary key of each table: PostgreSQL asks that it include what rows are spread by."""
FORMER_KEYS = KEYS | {"postings": "id"}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, key in KEYS.items():
        _replace(table, key, "PARTITION BY HASH (batch_id)")
    op.execute("CREATE SEQUENCE posting_numbers AS bigint")
    op.execute("SELECT setval('posting_numbers', coalesce(max(id), 0) + 1, false) FROM postings")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP SEQUENCE posting_numbers")
    for table, key in FORMER_KEYS.items():
        _replace(table, key, "")


def _replace(table: str, key: str, spread: str) -> None:
    """Make ``table`` anew with the same columns, rows and indexes, but for its primary key and how it is spread."""
    bind = op.get_bind()
    indexes = bind.execute(
        sa.text(
            "SELECT CAST(indexrelid AS regclass), pg_get_indexdef(indexrelid) FROM pg_index "
            "WHERE indrelid = CAST(:table AS regclass) AND NOT indisprimary"
        ),
        {"table": table},
    ).all()
    for name, _ in indexes:
        op.execute(f"DROP INDEX {name}")
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT pk_{table}")
    op.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    op.execute(f"CREATE TABLE {table} (LIKE {table}_before INCLUDING DEFAULTS INCLUDING STORAGE) {spread}")
    if spread:
        for part in range(PARTITIONS):
            op.execute(
                f"CREATE TABLE {table}_p{part:02d} PARTITION OF {table} "
                f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {part})"
            )
    op.execute(f"INSERT INTO {table} SELECT * FROM {table}_before")  # noqa: S608  (our own names)
    op.execute(f"DROP TABLE {table}_before")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT pk_{table} PRIMARY KEY ({key})")
    for _, definition in indexes:
        op.execute(definition.replace(" ON ONLY ", " ON ", 1))
