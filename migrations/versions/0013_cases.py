"""Cases from the signal on: plans by version, who takes part in a drill, what an assessment said."""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
