"""The genealogy as a graph of batches and transformations, in a table of its own.

A closure then is one statement that looks nodes up by a key, and the ledger can be spread by batch without it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CONSUMED, YIELDED = 15, 2
NODE = "CASE WHEN transformation_id > 0 THEN -2 * transformation_id ELSE 2 * transformation_id + 1 END"


def upgrade() -> None:
    op.create_table(
        "genealogy_edges",
        sa.Column("source", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("target", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "target", "event_id", name="pk_genealogy_edges"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_genealogy_edges_target", "genealogy_edges", ["target", "source", "at"])
    for entry, ends in ((CONSUMED, f"batch_id, {NODE}"), (YIELDED, f"{NODE}, batch_id")):
        op.execute(
            "INSERT INTO genealogy_edges (source, target, event_id, at) "  # noqa: S608  (our own words)
            f"SELECT DISTINCT {ends}, event_id, at FROM postings "
            f"WHERE transformation_id IS NOT NULL AND entry = {entry}"
        )
    op.drop_index("ix_postings_transformation_id", "postings")


def downgrade() -> None:
    where = sa.text("transformation_id IS NOT NULL")
    op.create_index(
        "ix_postings_transformation_id",
        "postings",
        ["transformation_id", "entry"],
        sqlite_where=where,
        postgresql_where=where,
    )
    op.drop_table("genealogy_edges")
