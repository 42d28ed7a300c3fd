"""Purchase checks with the rules that they follow, and test reports of batches."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from trace.kit.db import FIRM_ROLE

# ruff: noqa: S608  (all names are our own)
revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
FROM = datetime(2026, 1, 1, tzinfo=UTC)
NEVER = "a purchase check is never changed or deleted"
ME = "(SELECT suyuan_party())"
FOOD = "食品安全法 第五十三条"
OWN = "运营者设定"
RULES = (
    ("supplier_listed", "reject", OWN, False, "供货者列入严重违法失信名单", "The supplier is on the blacklist"),
    ("supplier_not_in_standing", "reject", OWN, False, "供货者停业、被吊销或注销", "The supplier may not do business"),
    ("supplier_licence_not_valid", "reject", FOOD, True, "供货者许可证无效", "The supplier's licence is not valid"),
    ("maker_listed", "reject", OWN, False, "生产者列入严重违法失信名单", "The maker is on the blacklist"),
    ("maker_not_in_standing", "hold", OWN, False, "生产者停业、被吊销或注销", "The maker may not do business any more"),
    (
        "made_without_licence",
        "reject",
        "食品安全法 第三十五条",
        True,
        "无有效生产许可生产",
        "Made without a valid licence",
    ),
    ("certificate_not_valid", "hold", "产品质量法 第三十三条", True, "产品认证证书无效", "A certificate is not valid"),
    (
        "batch_held",
        "reject",
        "食品安全法 第六十三条",
        True,
        "批次已停止销售或召回",
        "The batch is off sale or recalled",
    ),
    (
        "lot_may_be_held",
        "hold",
        OWN,
        False,
        "批号不明，同产品有批次停售",
        "No lot is known, and some lot of it is off sale",
    ),
    ("test_report_failed", "reject", FOOD, True, "检验报告不合格", "The test report says that it failed"),
    (
        "licensed_without_test_report",
        "hold",
        FOOD,
        True,
        "许可类产品缺检验报告",
        "Licensed goods without a test report",
    ),
    ("no_test_report", "pass", OWN, False, "无检验报告", "No test report is attached"),
    ("batch_not_registered", "pass", OWN, False, "批次未登记", "Nobody registered the batch"),
)


def upgrade() -> None:
    op.create_table(
        "purchase_rules",
        sa.Column("id", BIG, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("word", "outcome", "text_zh", "text_en", "source")),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("valid_from", MOMENT, nullable=False),
        sa.Column("valid_to", MOMENT, nullable=True),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_purchase_rules"),
    )
    op.create_index("ix_purchase_rules_word", "purchase_rules", ["word", "id"])
    op.create_table(
        "purchase_checks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("event_id", BIG, nullable=True),
        sa.Column("party_id", BIG, nullable=False),
        sa.Column("place_id", BIG, nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("supplier_id", BIG, nullable=True),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("rules", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_purchase_checks_party_id"),
        sa.ForeignKeyConstraint(["supplier_id"], ["parties.id"], name="fk_purchase_checks_supplier_id"),
        sa.ForeignKeyConstraint(["place_id"], ["identifiers.id"], name="fk_purchase_checks_place_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["identifiers.id"], name="fk_purchase_checks_batch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_purchase_checks"),
    )
    op.create_index("ix_purchase_checks_party_id", "purchase_checks", ["party_id", "id"])
    op.create_index("ix_purchase_checks_supplier_id", "purchase_checks", ["supplier_id", "id"])
    op.create_index("ix_purchase_checks_outcome", "purchase_checks", ["outcome", "id"])
    op.create_index("ix_purchase_checks_event_id", "purchase_checks", ["event_id"])
    received = sa.text("occasion = 'received'")
    op.create_index(
        "uq_purchase_checks_received",
        "purchase_checks",
        ["event_id", "batch_id"],
        unique=True,
        sqlite_where=received,
        postgresql_where=received,
    )
    op.create_table(
        "purchase_watch",
        sa.Column("id", BIG, nullable=False, autoincrement=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_purchase_watch"),
    )
    op.create_table(
        "test_reports",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("party_id", BIG, nullable=False),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("laboratory", sa.Text(), nullable=False),
        sa.Column("tested_on", sa.Date(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_test_reports_party_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["identifiers.id"], name="fk_test_reports_batch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_test_reports"),
    )
    op.create_index("ix_test_reports_batch_id", "test_reports", ["batch_id", "id"])
    op.create_index("ix_test_reports_party_id", "test_reports", ["party_id", "id"])
    _enter_rules()
    # what came before there were checks is not checked now: nobody knows what the registers said then
    op.execute("INSERT INTO purchase_watch (id, event_id) SELECT 1, COALESCE(MAX(id), 0) FROM events")
    _forbid()
    _wall()


def _enter_rules() -> None:
    names = ("word", "outcome", "source", "confirmed", "text_zh", "text_en", "valid_from")
    confirmed, valid_from = sa.column("confirmed", sa.Boolean()), sa.column("valid_from", MOMENT)
    texts = [sa.column(name, sa.Text()) for name in names[:3] + names[4:6]]
    table = sa.table("purchase_rules", *texts, confirmed, valid_from)
    op.bulk_insert(table, [dict(zip(names, (*rule, FROM), strict=True)) for rule in RULES])


def _forbid() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER purchase_checks_forbid_{action.lower()} BEFORE {action} ON purchase_checks "
                f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION forbid_change_of_purchase_check() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{NEVER}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER purchase_checks_forbid_change BEFORE UPDATE OR DELETE OR TRUNCATE ON purchase_checks "
        "FOR EACH STATEMENT EXECUTE FUNCTION forbid_change_of_purchase_check()"
    )


def _wall() -> None:
    """A firm reads its own checks, the refusals of its goods, and the public number of any listing in force."""
    if not _has_wall():
        return
    op.execute("ALTER TABLE purchase_checks ENABLE ROW LEVEL SECURITY")
    seen = f"party_id = {ME} OR (supplier_id = {ME} AND occasion = 'refused')"
    op.execute(f"CREATE POLICY own_rows ON purchase_checks FOR SELECT TO {FIRM_ROLE} USING ({seen})")
    op.execute(
        f"CREATE POLICY listings ON matters FOR SELECT TO {FIRM_ROLE} "
        "USING (id IN (SELECT matter_id FROM listed_parties WHERE starts_on IS NOT NULL))"
    )


def downgrade() -> None:
    if _has_wall():
        op.execute("DROP POLICY IF EXISTS listings ON matters")
    for table in ("test_reports", "purchase_watch", "purchase_checks", "purchase_rules"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION forbid_change_of_purchase_check()")


def _has_wall() -> bool:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return False
    return bool(bind.scalar(sa.text("SELECT to_regproc('suyuan_party') IS NOT NULL")))
