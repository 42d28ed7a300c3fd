"""What came to a place and what went from it is found by its moment: the ledgers of purchases and sales."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_postings_came": ("destination_id", "entry IN (4, 5, 6, 7)"),
    "ix_postings_went": ("origin_id", "entry IN (3, 9, 11, 12, 13)"),
    "ix_postings_brought_back": ("destination_id", "entry = 14"),
}


def upgrade() -> None:
    for name, (place, entries) in INDEXES.items():
        op.create_index(
            name, "postings", [place, "at"], sqlite_where=sa.text(entries), postgresql_where=sa.text(entries)
        )


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "postings")
