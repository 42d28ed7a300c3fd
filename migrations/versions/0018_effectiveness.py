"""Effectiveness checks and filed reports."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)

# RECALLS: nothing is overwritten. What was drawn, found and handed in stays as it was.
TABLES = ("recall_check_draws", "recall_check_members", "recall_check_results", "recall_filed_reports")


def upgrade() -> None:
    op.create_table(
        "recall_check_draws",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("drawn_at", TIME, nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("percent_ten_thousandths", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name=op.f("fk_recall_check_draws_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_check_draws")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_recall_check_draws_case_id_number")),
    )
    op.create_table(
        "recall_check_members",
        sa.Column("id", BIG, nullable=False),
        sa.Column("draw_id", BIG, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=True),
        sa.Column("party_id", BIG, nullable=True),
        sa.Column("place_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["recall_check_draws.id"], name=op.f("fk_recall_check_members_draw_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_recall_check_members_party_id")),
        sa.ForeignKeyConstraint(["place_id"], ["identifiers.id"], name=op.f("fk_recall_check_members_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_check_members")),
        sa.UniqueConstraint("draw_id", "rank", name=op.f("uq_recall_check_members_draw_id_rank")),
    )
    op.create_table(
        "recall_check_results",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("checked_at", TIME, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=True),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("notified", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.Column("uom", sa.Text(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["recall_check_members.id"], name=op.f("fk_recall_check_results_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_check_results")),
    )
    with op.batch_alter_table("recall_check_results", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recall_check_results_member_id"), ["member_id"], unique=False)
    op.create_table(
        "recall_filed_reports",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("as_of", TIME, nullable=False),
        sa.Column("period_from", TIME, nullable=True),
        sa.Column("run_digest", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name=op.f("fk_recall_filed_reports_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_filed_reports")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_recall_filed_reports_case_id_number")),
    )
    for table in TABLES:
        _forbid_changes(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_forbid_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the history of a recall is never changed or deleted'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_forbid_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION forbid_change_of_recall()"
    )
