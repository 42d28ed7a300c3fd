"""Sheets that people bring: files on their way in, what their headings mean, which rows are recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sheet_imports",
        sa.Column("id", BIG, nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("role", "brought_by", "kind", "name", "digest")),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("mapping", "state")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("mode", "claim", "detail")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("rows", "fresh", "there", "wrong", "taken")),
        sa.Column("mistakes", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("done", "whole")),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sheet_imports"),
    )
    op.create_index("ix_sheet_imports_party_id", "sheet_imports", ["party_id"])
    op.create_table(
        "sheet_headings",
        sa.Column("party_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "heading", "field")),
        sa.PrimaryKeyConstraint("party_id", "kind", "heading", name="pk_sheet_headings"),
    )
    op.create_table(
        "sheet_rows",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_sheet_rows_event_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_sheet_rows"),
    )
    op.create_index("ix_sheet_rows_event_id", "sheet_rows", ["event_id"])


def downgrade() -> None:
    for table in ("sheet_rows", "sheet_headings", "sheet_imports"):
        op.drop_table(table)
