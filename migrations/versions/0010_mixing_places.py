"""Places that mix lots, of a product or of all, with the days on which they do."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mixing_places",
        sa.Column("id", BIG, nullable=False),
        sa.Column("location_id", BIG, nullable=False),
        sa.Column("gtin", sa.Text(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name="fk_mixing_places_location_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mixing_places"),
    )
    op.create_index("ix_mixing_places_location_id", "mixing_places", ["location_id", "gtin"])


def downgrade() -> None:
    op.drop_table("mixing_places")
