"""Which office entered a record of a quality-credit file: it, or one above, takes it back."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("credit_records", sa.Column("code", sa.Text(), nullable=True))
    # where who entered it worked then; somebody whom nobody assigned worked for the whole country
    op.execute(
        "UPDATE credit_records SET code = COALESCE((SELECT p.code FROM staff_posts p"
        " WHERE p.actor_id = credit_records.recorded_by AND p.since <= credit_records.recorded_at"
        " ORDER BY p.id DESC LIMIT 1), '000000')"
    )


def downgrade() -> None:
    op.drop_column("credit_records", "code")
