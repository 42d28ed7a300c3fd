"""What firms say about findings in their records; batches by the day of their registration."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "finding_explanations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("party_id", BIG, nullable=False),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("key_id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_finding_explanations_party_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["identifiers.id"], name="fk_finding_explanations_batch_id"),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name="fk_finding_explanations_key_id"),
        sa.PrimaryKeyConstraint("id", name="pk_finding_explanations"),
    )
    op.create_index("ix_finding_explanations_batch_id", "finding_explanations", ["batch_id", "party_id"])
    op.create_index("ix_batches_registered_at", "batches", ["registered_at"])


def downgrade() -> None:
    op.drop_index("ix_batches_registered_at", table_name="batches")
    op.drop_table("finding_explanations")
