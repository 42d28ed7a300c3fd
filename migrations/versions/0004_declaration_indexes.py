"""Error declarations found without a look at every event of the same ID or content."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("event_id", "content_hash")


def upgrade() -> None:
    where = sa.text("declaration IS NOT NULL")
    for column in COLUMNS:
        op.create_index(f"ix_events_declared_{column}", "events", [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_index(f"ix_events_declared_{column}", "events")
