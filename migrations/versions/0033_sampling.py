"""Sampling inspection: plans with their frames, samples, what laboratories found, and the limits of time."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
FROM = datetime(2026, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    op.create_table(
        "sampling_plans",
        sa.Column("matter_id", BIG, nullable=False, autoincrement=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("food", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=True),
        sa.Column("frame", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("drawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_sampling_plans_matter_id"),
        sa.PrimaryKeyConstraint("matter_id", name="pk_sampling_plans"),
    )
    op.create_table(
        "samples",
        sa.Column("matter_id", BIG, nullable=False, autoincrement=False),
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("food", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        *(sa.Column(name, BIG, nullable=False) for name in ("product_id", "batch_id", "place_id", "seller_id")),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("uom", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("laboratory_id", BIG, nullable=True),
        sa.Column("retest_laboratory_id", BIG, nullable=True),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_samples_matter_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["sampling_plans.matter_id"], name="fk_samples_plan_id"),
        *(
            sa.ForeignKeyConstraint([name], ["identifiers.id"], name=f"fk_samples_{name}")
            for name in ("product_id", "batch_id", "place_id")
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["parties.id"], name="fk_samples_seller_id"),
        *(
            sa.ForeignKeyConstraint([name], ["register_entries.id"], name=f"fk_samples_{name}")
            for name in ("laboratory_id", "retest_laboratory_id")
        ),
        sa.PrimaryKeyConstraint("matter_id", name="pk_samples"),
        sa.UniqueConstraint("plan_id", "turn", name="uq_samples_plan_id_turn"),
    )
    op.create_index("ix_samples_product_id", "samples", ["product_id", "rank", "taken_at"])
    op.create_index("ix_samples_outcome", "samples", ["outcome", "year", "product_id", "kind", "region"])
    op.create_index("ix_samples_failed_at", "samples", ["failed_at"])
    op.create_table(
        "sample_results",
        sa.Column("id", BIG, nullable=False),
        sa.Column("matter_id", BIG, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("laboratory_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("standard", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("lower", "upper", "unit", "value")),
        sa.Column("satisfied", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["samples.matter_id"], name="fk_sample_results_matter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sample_results"),
        sa.UniqueConstraint("matter_id", "round", "item", name="uq_sample_results_matter_id_round_item"),
    )
    limits = sa.table(
        "time_limits",
        *(sa.column(name) for name in ("kind", "word", "starts", "met_by", "unit", "in_charge", "source")),
        *(sa.column(name) for name in ("text_zh", "text_en")),
        sa.column("amount", sa.Integer()),
        sa.column("confirmed", sa.Boolean()),
        sa.column("valid_from", MOMENT),
    )
    op.bulk_insert(limits, [dict(zip(COLUMNS, row, strict=True)) | EVERY for row in LIMITS])


COLUMNS = ("word", "starts", "met_by", "amount", "unit", "in_charge", "text_zh", "text_en", "source", "confirmed")
EVERY = {"kind": "sample", "valid_from": FROM}
OPERATOR = "运营者设定"
LIMITS = [
    (
        *("object", "fail", '["object", "accept"]', 15, "d", "firm"),
        *("对检验结果有异议的申请复检", "Object to the result and ask for a re-test", "产品质量法第十五条", True),
    ),
    (
        *("object-food", "fail-food", '["object", "accept"]', 7, "wd", "firm"),
        *("对检验结论有异议的提出复检申请", "Object to the finding on food and ask for a re-test"),
        *("食品安全法第八十八条", True),
    ),
    (
        *("no-repeat", "no-repeat", "[]", 6, "month", "authority"),
        *("上级抽查的产品，下级在此期间不得重复抽查", "What a higher level has sampled, no lower level samples again"),
        *("产品质量法第十五条；期限由运营者设定", False),
    ),
    (
        *("test", "send", '["report"]', 20, "wd", "authority"),
        *("检验机构出具检验报告", "The laboratory reports", OPERATOR, False),
    ),
    (
        *("retest", "send-retest", '["report-retest"]', 20, "wd", "authority"),
        *("复检机构出具复检报告", "The re-testing laboratory reports", OPERATOR, False),
    ),
    (
        *("correct", "order-correction", '["corrected"]', 30, "d", "firm"),
        *("限期改正", "Correct what was found", "产品质量法第十七条；期限由运营者设定", False),
    ),
    (
        *("recheck", "corrected", '["recheck-pass", "recheck-fail"]', 15, "wd", "authority"),
        *("复查改正情况", "Check the correction", OPERATOR, False),
    ),
]


def downgrade() -> None:
    op.execute("DELETE FROM time_limits WHERE kind = 'sample'")
    for table in ("sample_results", "samples", "sampling_plans"):
        op.drop_table(table)
