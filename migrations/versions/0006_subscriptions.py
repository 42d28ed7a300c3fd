"""Named queries, their subscriptions, and what became of deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "named_queries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner_id", BIG, sa.ForeignKey("parties.id", name="fk_named_queries_owner_id")),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_named_queries"),
    )
    _unique("uq_named_queries_owner_id", ["owner_id", "name"], "owner_id IS NOT NULL")
    _unique("uq_named_queries_name", ["name"], "owner_id IS NULL")
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "query_id",
            BIG,
            sa.ForeignKey("named_queries.id", name="fk_subscriptions_query_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("dest", sa.Text(), nullable=False),
        sa.Column("signature_token", sa.Text()),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("epc_format", sa.Text(), nullable=False),
        sa.Column("cbv_xml_format", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text()),
        sa.Column("report_if_empty", sa.Boolean(), nullable=False),
        sa.Column("initial_record_time", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("min_record_time", TIME, nullable=False),
        sa.Column("last_notified_at", TIME),
        sa.Column("delivered_to", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.Text()),
        sa.Column("delivery_to", sa.BigInteger()),
        sa.Column("delivery_at", TIME),
        sa.Column("batch_size", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("claim", sa.Text()),
        sa.Column("claimed_until", TIME),
        sa.CheckConstraint("role IN ('company', 'regulator', 'admin')", name=op.f("ck_subscriptions_role")),
        sa.CheckConstraint(
            "(delivery_id IS NULL) = (delivery_to IS NULL) AND (delivery_id IS NULL) = (delivery_at IS NULL)",
            name=op.f("ck_subscriptions_delivery"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_query_id", "subscriptions", ["query_id"])
    op.create_index("ix_subscriptions_due_at", "subscriptions", ["due_at"])
    op.create_table(
        "delivery_attempts",
        sa.Column("id", BIG, nullable=False),
        sa.Column(
            "subscription_id",
            sa.Text(),
            sa.ForeignKey("subscriptions.id", name="fk_delivery_attempts_subscription_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("attempted_at", TIME, nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_attempts"),
    )
    op.create_index("ix_delivery_attempts_subscription_id", "delivery_attempts", ["subscription_id", "id"])


def downgrade() -> None:
    for table in ("delivery_attempts", "subscriptions", "named_queries"):
        op.drop_table(table)


def _unique(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "named_queries", columns, unique=True, sqlite_where=condition, postgresql_where=condition)
