"""Quality-credit files: records entered by officials, repairs, grades."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
FROM = datetime(2026, 1, 1, tzinfo=UTC)


def _party(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=f"fk_{table}_party_id")


def upgrade() -> None:
    op.create_table(
        "credit_records",
        sa.Column("id", BIG, nullable=False),
        sa.Column("party_id", BIG, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        _party("credit_records"),
        sa.PrimaryKeyConstraint("id", name="pk_credit_records"),
    )
    op.create_index("ix_credit_records_party_id", "credit_records", ["party_id", "on"])
    op.create_table(
        "credit_repairs",
        sa.Column("matter_id", BIG, nullable=False, autoincrement=False),
        sa.Column("party_id", BIG, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_credit_repairs_matter_id"),
        _party("credit_repairs"),
        sa.PrimaryKeyConstraint("matter_id", name="pk_credit_repairs"),
    )
    op.create_index("ix_credit_repairs_party_id", "credit_repairs", ["party_id"])
    op.create_table(
        "grade_changes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("party_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _party("grade_changes"),
        sa.PrimaryKeyConstraint("id", name="pk_grade_changes"),
    )
    op.create_index("ix_grade_changes_party_id", "grade_changes", ["party_id", "id"])
    op.create_index("ix_grade_changes_at", "grade_changes", ["at"])
    op.create_table(
        "credit_looks",
        sa.Column("party_id", BIG, nullable=False, autoincrement=False),
        sa.Column("looked_at", MOMENT, nullable=False),
        _party("credit_looks"),
        sa.PrimaryKeyConstraint("party_id", name="pk_credit_looks"),
    )
    op.create_index("ix_credit_looks_looked_at", "credit_looks", ["looked_at"])
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
                "kind": "credit_repair",
                "word": "decide",
                "starts": "open",
                "met_by": '["grant", "refuse", "note"]',
                "amount": 20,
                "unit": "wd",
                "in_charge": "authority",
                "text_zh": "对信用信息异议或修复申请作出决定",
                "text_en": "Decide on a request to correct or repair an entry",
                "source": "运营者设定",
                "confirmed": False,
                "valid_from": FROM,
            }
        ],
    )
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER grade_changes_forbid_{action.lower()} BEFORE {action} ON grade_changes "
                "BEGIN SELECT RAISE(ABORT, 'the history of a matter is never changed or deleted'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER grade_changes_forbid_change BEFORE UPDATE OR DELETE OR TRUNCATE ON grade_changes "
            "FOR EACH STATEMENT EXECUTE FUNCTION forbid_change_of_matter()"
        )


def downgrade() -> None:
    op.execute("DELETE FROM time_limits WHERE kind = 'credit_repair'")
    for table in ("credit_looks", "grade_changes", "credit_repairs", "credit_records"):
        op.drop_table(table)
