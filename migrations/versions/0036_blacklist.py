"""The blacklist: listings with their ground, decision and dates."""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
FROM = datetime(2026, 1, 1, tzinfo=UTC)
RULES = "市场监督管理严重违法失信名单管理办法"

LIMITS = (
    (
        *("answer", "notify", ["state-case", "list", "drop"], 5, "wd", "firm"),
        *("陈述、申辩或申请听证", "State one's case, or ask for a hearing", RULES),
    ),
    (
        *("decide", "state-case", ["list", "drop"], 20, "wd", "authority"),
        *("作出是否列入的决定", "Decide whether the firm is listed", RULES),
    ),
    (
        *("removal", "ask-removal", ["remove", "keep"], 15, "wd", "authority"),
        *("对提前移出申请作出决定", "Decide on the request to be removed", RULES),
    ),
    (
        *("appeal", "appeal", ["uphold", "revoke"], 20, "wd", "authority"),
        *("对异议作出处理", "Decide on the objection", "运营者设定"),
    ),
)


def upgrade() -> None:
    op.create_table(
        "listed_parties",
        sa.Column("matter_id", BIG, nullable=False, autoincrement=False),
        sa.Column("party_id", BIG, nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("ground_en", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_listed_parties_matter_id"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_listed_parties_party_id"),
        sa.PrimaryKeyConstraint("matter_id", name="pk_listed_parties"),
    )
    op.create_index("ix_listed_parties_party_id", "listed_parties", ["party_id", "starts_on"])
    op.create_index("ix_listed_parties_starts_on", "listed_parties", ["starts_on"])
    limits = sa.table(
        "time_limits",
        *(sa.column(name) for name in ("kind", "word", "starts", "met_by", "unit", "in_charge", "source")),
        *(sa.column(name) for name in ("text_zh", "text_en")),
        sa.column("amount", sa.Integer()),
        sa.column("confirmed", sa.Boolean()),
        sa.column("valid_from", MOMENT),
    )
    names = ("word", "starts", "met_by", "amount", "unit", "in_charge", "text_zh", "text_en", "source")
    rows = [dict(zip(names, row, strict=True)) for row in LIMITS]
    fixed = {"kind": "listing", "confirmed": False, "valid_from": FROM}
    op.bulk_insert(limits, [row | fixed | {"met_by": json.dumps(row["met_by"])} for row in rows])


def downgrade() -> None:
    op.execute("DELETE FROM time_limits WHERE kind = 'listing'")
    op.drop_table("listed_parties")
