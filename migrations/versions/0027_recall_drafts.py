"""Drafts of recalls, photographs with answers, and which person took a step of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("recall_stage_steps", sa.Column("actor_user_id", sa.BigInteger(), nullable=True))
    op.create_table(
        "recall_drafts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("owner_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("lot_picture", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["api_keys.id"], name="fk_recall_drafts_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recall_drafts"),
        sa.UniqueConstraint("draft_id", name="uq_recall_drafts_draft_id"),
    )
    op.create_index("ix_recall_drafts_owner_id", "recall_drafts", ["owner_id"])
    op.create_table(
        "recall_response_photos",
        sa.Column("id", BIG, nullable=False),
        sa.Column("response_id", BIG, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["recall_responses.id"], name="fk_recall_response_photos_response_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recall_response_photos"),
        sa.UniqueConstraint("response_id", "digest", name="uq_recall_response_photos_response_id_digest"),
    )


def downgrade() -> None:
    op.drop_table("recall_response_photos")
    op.drop_index("ix_recall_drafts_owner_id", table_name="recall_drafts")
    op.drop_table("recall_drafts")
    op.drop_column("recall_stage_steps", "actor_user_id")
