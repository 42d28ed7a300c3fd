"""How far running recalls had come when they were last counted: what lists of cases show at once."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recall_case_figures",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effectiveness", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_recall_case_figures_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_recall_case_figures"),
    )


def downgrade() -> None:
    op.drop_table("recall_case_figures")
