"""Early warning: signals with their cases, and recalls abroad."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
FROM = datetime(2026, 1, 1, tzinfo=UTC)
RETURNED = sa.text("entry = 14")


def upgrade() -> None:
    op.create_index("ix_postings_returned", "postings", ["at"], sqlite_where=RETURNED, postgresql_where=RETURNED)
    op.create_table(
        "signals",
        sa.Column("matter_id", BIG, nullable=False, autoincrement=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("law", sa.Text(), nullable=True),
        sa.Column("mean", sa.Double(), nullable=True),
        sa.Column("variance", sa.Double(), nullable=True),
        sa.Column("tail", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_signals_matter_id"),
        sa.PrimaryKeyConstraint("matter_id", name="pk_signals"),
    )
    op.create_index("ix_signals_sort", "signals", ["sort", "matter_id"])
    op.create_table(
        "signal_cases",
        sa.Column("matter_id", BIG, nullable=False, autoincrement=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("batch_id", BIG, nullable=True),
        sa.Column("place_id", BIG, nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["signals.matter_id"], name="fk_signal_cases_matter_id"),
        sa.ForeignKeyConstraint(["product_id"], ["identifiers.id"], name="fk_signal_cases_product_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["identifiers.id"], name="fk_signal_cases_batch_id"),
        sa.ForeignKeyConstraint(["place_id"], ["identifiers.id"], name="fk_signal_cases_place_id"),
        sa.PrimaryKeyConstraint("matter_id", "position", name="pk_signal_cases"),
    )
    op.create_index("ix_signal_cases_sort", "signal_cases", ["sort", "at"])
    op.create_table(
        "foreign_recalls",
        sa.Column("id", BIG, nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=False),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("lots", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("hazard", sa.Text(), nullable=False),
        sa.Column("signal_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["identifiers.id"], name="fk_foreign_recalls_product_id"),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.matter_id"], name="fk_foreign_recalls_signal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_foreign_recalls"),
    )
    op.create_index("ix_foreign_recalls_entered_at", "foreign_recalls", ["entered_at", "product_id"])
    op.create_table(
        "signal_watch",
        sa.Column("id", BIG, nullable=False, autoincrement=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signal_watch"),
    )
    limits = sa.table(
        "time_limits",
        *(sa.column(name) for name in ("kind", "word", "starts", "met_by", "unit", "in_charge", "source")),
        *(sa.column(name) for name in ("text_zh", "text_en")),
        sa.column("amount", sa.Integer()),
        sa.column("confirmed", sa.Boolean()),
        sa.column("valid_from", MOMENT),
    )
    op.bulk_insert(
        limits,
        [
            {
                "kind": "signal",
                "word": "assess",
                "starts": "open",
                "met_by": '["dismiss", "inspect", "hold", "recall"]',
                "amount": 2,
                "unit": "wd",
                "in_charge": "authority",
                "text_zh": "研判预警信号并作出决定",
                "text_en": "The signal is assessed and decided on",
                "source": "运营者设定",
                "confirmed": False,
                "valid_from": FROM,
            }
        ],
    )


def downgrade() -> None:
    op.execute("DELETE FROM time_limits WHERE kind = 'signal'")
    for table in ("signal_watch", "foreign_recalls", "signal_cases", "signals"):
        op.drop_table(table)
    op.drop_index("ix_postings_returned", "postings")
