"""Serials that were sold in two places are noted; the watch of early warning looks through all sales once for them."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "copied_items",
        sa.Column("item_id", BIG, nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(["item_id"], ["identifiers.id"], name="fk_copied_items_item_id"),
        sa.PrimaryKeyConstraint("item_id", name="pk_copied_items"),
    )
    op.add_column("signal_watch", sa.Column("copies_seen", BIG, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("signal_watch", "copies_seen")
    op.drop_table("copied_items")
