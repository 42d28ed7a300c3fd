"""Recall cases: the case, its scope by version, its steps, its frozen runs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# RECALLS: nothing is overwritten; the database itself refuses it.
IMMUTABLE = ("recall_scope_lines", "recall_stage_steps", "recall_frozen_runs")


def upgrade() -> None:
    op.create_table(
        "recall_cases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("recall_class", sa.SmallInteger(), nullable=False),
        sa.Column("depth", sa.Text(), nullable=False),
        sa.Column("hazard", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("remedies", sa.Text(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("initiator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["initiator_id"], ["parties.id"], name=op.f("fk_recall_cases_initiator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_recall_cases_number")),
    )
    with op.batch_alter_table("recall_cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recall_cases_initiator_id"), ["initiator_id"], unique=False)

    op.create_table(
        "recall_frozen_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("impact", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name=op.f("fk_recall_frozen_runs_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_frozen_runs")),
    )
    with op.batch_alter_table("recall_frozen_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recall_frozen_runs_case_id"), ["case_id"], unique=False)

    op.create_table(
        "recall_scope_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=True),
        sa.Column("batch_uri", sa.Text(), nullable=True),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("lot_from", sa.Text(), nullable=True),
        sa.Column("lot_to", sa.Text(), nullable=True),
        sa.Column("produced_from", sa.Date(), nullable=True),
        sa.Column("produced_to", sa.Date(), nullable=True),
        sa.Column("serial_from", sa.Text(), nullable=True),
        sa.Column("serial_to", sa.Text(), nullable=True),
        sa.Column("exclude", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name=op.f("fk_recall_scope_lines_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_scope_lines")),
    )
    with op.batch_alter_table("recall_scope_lines", schema=None) as batch_op:
        batch_op.create_index("ix_recall_scope_lines_case_id", ["case_id", "version"], unique=False)
        batch_op.create_index(batch_op.f("ix_recall_scope_lines_gtin"), ["gtin"], unique=False)

    op.create_table(
        "recall_stage_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("from_stage", sa.Text(), nullable=True),
        sa.Column("to_stage", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=False),
        sa.Column("actor_party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["actor_party_id"], ["parties.id"], name=op.f("fk_recall_stage_steps_actor_party_id")),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name=op.f("fk_recall_stage_steps_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_stage_steps")),
    )
    with op.batch_alter_table("recall_stage_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recall_stage_steps_case_id"), ["case_id"], unique=False)

    _forbid_changes()


def downgrade() -> None:
    with op.batch_alter_table("recall_stage_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recall_stage_steps_case_id"))

    op.drop_table("recall_stage_steps")
    with op.batch_alter_table("recall_scope_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recall_scope_lines_gtin"))
        batch_op.drop_index("ix_recall_scope_lines_case_id")

    op.drop_table("recall_scope_lines")
    with op.batch_alter_table("recall_frozen_runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recall_frozen_runs_case_id"))

    op.drop_table("recall_frozen_runs")
    with op.batch_alter_table("recall_cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recall_cases_initiator_id"))

    op.drop_table("recall_cases")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION forbid_change_of_recall()")


def _forbid_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in IMMUTABLE:
            for action in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_forbid_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'the history of a recall is never changed or deleted'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION forbid_change_of_recall() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the history of a recall is never changed or deleted'; END $$"
    )
    for table in IMMUTABLE:
        op.execute(
            f"CREATE TRIGGER {table}_forbid_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION forbid_change_of_recall()"
        )
