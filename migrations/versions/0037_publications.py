"""Publications with their versions."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("matter_id", BIG, nullable=False, autoincrement=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("party_id", BIG, nullable=True),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_publications_matter_id"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_publications_party_id"),
        sa.ForeignKeyConstraint(["product_id"], ["identifiers.id"], name="fk_publications_product_id"),
        sa.PrimaryKeyConstraint("matter_id", name="pk_publications"),
    )
    op.create_index("ix_publications_published_at", "publications", ["published_at", "matter_id"])
    op.create_index("ix_publications_party_id", "publications", ["party_id", "published_at"])
    op.create_index("ix_publications_product_id", "publications", ["product_id", "published_at"])
    op.create_table(
        "publication_versions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("matter_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("drafted_at", MOMENT, nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_publication_versions_matter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_publication_versions"),
        sa.UniqueConstraint("matter_id", "version", name="uq_publication_versions_matter_id_version"),
    )


def downgrade() -> None:
    for table in ("publication_versions", "publications"):
        op.drop_table(table)
