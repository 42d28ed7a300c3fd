"""The ledger found by instance, by kind of entry, and its open shipments oldest first.

What a captured event meets is then looked up, however many other movements its batch has seen.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_postings_batch_id", "postings")
    op.create_index("ix_postings_batch_id", "postings", ["batch_id", "entry", "at"])
    _replace_open(["batch_id", "entry", "destination_id", "at"])
    where = sa.text("instance_id IS NOT NULL")
    op.create_index(
        "ix_postings_instance_id",
        "postings",
        ["instance_id", "batch_id"],
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    op.drop_index("ix_postings_instance_id", "postings")
    _replace_open(["batch_id", "destination_id"])
    op.drop_index("ix_postings_batch_id", "postings")
    op.create_index("ix_postings_batch_id", "postings", ["batch_id", "at"])


def _replace_open(columns: list[str]) -> None:
    op.drop_index("ix_postings_open", "postings")
    op.create_index(
        "ix_postings_open",
        "postings",
        columns,
        sqlite_where=sa.text("is_open = 1"),  # as the queries say it: SQLite compares the texts of conditions
        postgresql_where=sa.text("is_open"),
    )
