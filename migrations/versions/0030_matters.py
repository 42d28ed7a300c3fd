"""The regulator's desk: offices and their staff, matters with their steps and clocks."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
RECORDED = datetime(2026, 1, 1, tzinfo=UTC)

ADDED_ONLY = {"matter_steps": ("UPDATE", "DELETE"), "staff_posts": ("UPDATE", "DELETE"), "matter_clocks": ("DELETE",)}

PROVINCES = (
    *(("11", "北京市", "Beijing"), ("12", "天津市", "Tianjin"), ("13", "河北省", "Hebei"), ("14", "山西省", "Shanxi")),
    *(("15", "内蒙古自治区", "Inner Mongolia"), ("21", "辽宁省", "Liaoning"), ("22", "吉林省", "Jilin")),
    *(("23", "黑龙江省", "Heilongjiang"), ("31", "上海市", "Shanghai"), ("32", "江苏省", "Jiangsu")),
    *(("33", "浙江省", "Zhejiang"), ("34", "安徽省", "Anhui"), ("35", "福建省", "Fujian"), ("36", "江西省", "Jiangxi")),
    *(("37", "山东省", "Shandong"), ("41", "河南省", "Henan"), ("42", "湖北省", "Hubei"), ("43", "湖南省", "Hunan")),
    *(("44", "广东省", "Guangdong"), ("45", "广西壮族自治区", "Guangxi"), ("46", "海南省", "Hainan")),
    *(
        ("50", "重庆市", "Chongqing"),
        ("51", "四川省", "Sichuan"),
        ("52", "贵州省", "Guizhou"),
        ("53", "云南省", "Yunnan"),
    ),
    *(
        ("54", "西藏自治区", "Tibet"),
        ("61", "陕西省", "Shaanxi"),
        ("62", "甘肃省", "Gansu"),
        ("63", "青海省", "Qinghai"),
    ),
    *(("64", "宁夏回族自治区", "Ningxia"), ("65", "新疆维吾尔自治区", "Xinjiang")),
)
"""GB/T 2260: the first two digits, and the province's names."""


def upgrade() -> None:
    jurisdictions = op.create_table(
        "jurisdictions",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_jurisdictions"),
    )
    op.bulk_insert(
        jurisdictions,
        [
            {
                "code": code,
                "name": f"{name}市场监督管理局",
                "name_en": f"{name_en} market regulator",
                "recorded_at": RECORDED,
            }
            for code, name, name_en in (
                ("000000", "国家", "State"),
                *((two + "0000", name, name_en) for two, name, name_en in PROVINCES),
            )
        ],
    )
    op.create_table(
        "staff_posts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["api_keys.id"], name="fk_staff_posts_actor_id"),
        sa.ForeignKeyConstraint(["code"], ["jurisdictions.code"], name="fk_staff_posts_code"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_posts"),
    )
    op.create_index("ix_staff_posts_actor_id", "staff_posts", ["actor_id", "id"])
    op.create_index("ix_staff_posts_code", "staff_posts", ["code"])
    op.create_table(
        "matters",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("opened_in", sa.Text(), nullable=False),
        sa.Column("handler_id", sa.BigInteger(), nullable=True),
        sa.Column("party_id", BIG, nullable=True),
        sa.Column("place_id", BIG, nullable=True),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("batch_id", BIG, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("shown_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["code"], ["jurisdictions.code"], name="fk_matters_code"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_matters_party_id"),
        sa.ForeignKeyConstraint(["place_id"], ["identifiers.id"], name="fk_matters_place_id"),
        sa.ForeignKeyConstraint(["product_id"], ["identifiers.id"], name="fk_matters_product_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["identifiers.id"], name="fk_matters_batch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_matters"),
        sa.UniqueConstraint("number", name="uq_matters_number"),
    )
    for name, columns in (
        ("code", ["code", "kind", "id"]),
        ("kind", ["kind", "stage", "id"]),
        ("party_id", ["party_id", "kind", "id"]),
        ("product_id", ["product_id", "kind", "id"]),
        ("batch_id", ["batch_id"]),
        ("opened_at", ["opened_at"]),
        ("handler_id", ["handler_id", "id"]),
    ):
        op.create_index(f"ix_matters_{name}", "matters", columns)
    op.create_table(
        "matter_steps",
        sa.Column("id", BIG, nullable=False),
        sa.Column("matter_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("from_stage", sa.Text(), nullable=True),
        sa.Column("to_stage", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("by_authority", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_steps_matter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_matter_steps"),
    )
    op.create_index("ix_matter_steps_matter_id", "matter_steps", ["matter_id"])
    op.create_index("ix_matter_steps_at", "matter_steps", ["at"])
    op.create_table(
        "time_limits",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("starts", sa.Text(), nullable=False),
        sa.Column("met_by", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("in_charge", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("valid_from", MOMENT, nullable=False),
        sa.Column("valid_to", MOMENT, nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_time_limits"),
        sa.UniqueConstraint("kind", "word", "valid_from", name="uq_time_limits_kind_word_valid_from"),
    )
    op.create_index("ix_time_limits_kind", "time_limits", ["kind", "starts"])
    op.create_table(
        "matter_clocks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("matter_id", BIG, nullable=False),
        sa.Column("limit_id", BIG, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("calendar_complete", sa.Boolean(), nullable=False),
        sa.Column("met_at", MOMENT, nullable=True),
        sa.Column("met_by", sa.Text(), nullable=True),
        sa.Column("dropped_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_clocks_matter_id"),
        sa.ForeignKeyConstraint(["limit_id"], ["time_limits.id"], name="fk_matter_clocks_limit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_matter_clocks"),
    )
    op.create_index("ix_matter_clocks_matter_id", "matter_clocks", ["matter_id"])
    op.create_index("ix_matter_clocks_due_at", "matter_clocks", ["due_at", "id"])
    op.create_table(
        "matter_counters",
        sa.Column("letters", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("letters", "year", name="pk_matter_counters"),
    )
    _forbid()


def _forbid() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(
            "CREATE FUNCTION forbid_change_of_matter() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the history of a matter is never changed or deleted'; END $$"
        )
    for table, actions in ADDED_ONLY.items():
        if sqlite:
            for action in actions:
                op.execute(
                    f"CREATE TRIGGER {table}_forbid_{action.lower()} BEFORE {action} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the history of a matter is never changed or deleted'); END"
                )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_forbid_change BEFORE {' OR '.join((*actions, 'TRUNCATE'))} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION forbid_change_of_matter()"
            )


def downgrade() -> None:
    for table in (
        *("matter_counters", "matter_clocks", "time_limits", "matter_steps", "matters"),
        *("staff_posts", "jurisdictions"),
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION forbid_change_of_matter()")
