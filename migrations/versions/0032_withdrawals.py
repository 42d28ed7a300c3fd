"""Stop-sale orders with a task for each place."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
FROM = datetime(2026, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    op.create_table(
        "withdrawals",
        sa.Column("matter_id", BIG, nullable=False, autoincrement=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("looked_to", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_withdrawals_matter_id"),
        sa.PrimaryKeyConstraint("matter_id", name="pk_withdrawals"),
    )
    op.create_table(
        "withdrawal_tasks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("matter_id", BIG, nullable=False),
        sa.Column("place_id", BIG, nullable=False),
        sa.Column("party_id", BIG, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("on_hand", sa.Text(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_withdrawal_tasks_matter_id"),
        sa.ForeignKeyConstraint(["place_id"], ["identifiers.id"], name="fk_withdrawal_tasks_place_id"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_withdrawal_tasks_party_id"),
        sa.PrimaryKeyConstraint("id", name="pk_withdrawal_tasks"),
        sa.UniqueConstraint("matter_id", "place_id", name="uq_withdrawal_tasks_matter_id_place_id"),
    )
    op.create_index("ix_withdrawal_tasks_party_id", "withdrawal_tasks", ["party_id", "id"])
    op.create_table(
        "withdrawal_confirmations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("task_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("taken_off", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("photo_digest", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["withdrawal_tasks.id"], name="fk_withdrawal_confirmations_task_id"),
        sa.PrimaryKeyConstraint("id", name="pk_withdrawal_confirmations"),
    )
    op.create_index("ix_withdrawal_confirmations_task_id", "withdrawal_confirmations", ["task_id"])
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
                "kind": "withdrawal",
                "word": "confirm",
                "starts": "open",
                "met_by": '["all-confirmed"]',
                "amount": 24,
                "unit": "h",
                "in_charge": "firm",
                "text_zh": "各经营场所停止销售、下架封存并确认数量",
                "text_en": "Every place stops the sale, keeps the goods apart and confirms their quantity",
                "source": "运营者设定",
                "confirmed": False,
                "valid_from": FROM,
            },
            {
                "kind": "withdrawal",
                "word": "decide",
                "starts": "propose-release",
                "met_by": '["release", "refuse-release"]',
                "amount": 5,
                "unit": "wd",
                "in_charge": "authority",
                "text_zh": "另一名工作人员复核是否恢复销售",
                "text_en": "Another official decides whether the goods return to sale",
                "source": "运营者设定",
                "confirmed": False,
                "valid_from": FROM,
            },
        ],
    )


def downgrade() -> None:
    op.execute("DELETE FROM time_limits WHERE kind = 'withdrawal'")
    for table in ("withdrawal_confirmations", "withdrawal_tasks", "withdrawals"):
        op.drop_table(table)
