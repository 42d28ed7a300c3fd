"""Clocks of a case: the table of duties, the calendar, deadlines and what was said about them."""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
