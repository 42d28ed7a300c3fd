"""Links of the resolver that owners set."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BYTE_ORDER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "resolver_links",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uri", BYTE_ORDER, nullable=False),
        sa.Column("party_id", BIG, nullable=True),
        sa.Column("link_type", sa.Text(), nullable=False),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("hreflang", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("contexts", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_resolver_links_party_id"),
        sa.PrimaryKeyConstraint("id", name="pk_resolver_links"),
    )
    op.create_index("ix_resolver_links_uri", "resolver_links", ["uri", "id"])
    op.create_index("ix_resolver_links_party_id", "resolver_links", ["party_id"])
    op.create_index(
        "uq_resolver_links_uri",
        "resolver_links",
        ["uri"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )


def downgrade() -> None:
    op.drop_table("resolver_links")
