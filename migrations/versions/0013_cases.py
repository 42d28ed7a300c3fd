"""Cases from the signal on: plans by version, who takes part in a drill, what an assessment said."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# RECALLS: nothing is overwritten; the database itself refuses it.
IMMUTABLE = ("recall_plans", "recall_plan_quantities", "recall_participants")

OF_CASES = ("learned_at", "cause", "consequence", "regions", "authority")


def upgrade() -> None:
    op.add_column("recall_cases", sa.Column("learned_at", sa.DateTime(timezone=True), nullable=True))
    for name in OF_CASES[1:]:
        op.add_column("recall_cases", sa.Column(name, sa.Text(), nullable=True))
    op.execute("UPDATE recall_cases SET learned_at = created_at")
    op.add_column("recall_stage_steps", sa.Column("outcome", sa.Text(), nullable=True))
    op.create_table(
        "recall_plans",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=True),
        sa.Column("disposal", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_recall_plans_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recall_plans"),
        sa.UniqueConstraint("case_id", "version", name="uq_recall_plans_case_id_version"),
    )
    # every plan that was filed was a version, though nothing but its time was kept of it
    op.execute(
        "INSERT INTO recall_plans (case_id, version, step, filed_at, filed_by) "
        "SELECT case_id, ROW_NUMBER() OVER (PARTITION BY case_id ORDER BY id), step, at, actor_name "
        "FROM recall_stage_steps WHERE step = 'file-plan' ORDER BY id"
    )
    op.create_table(
        "recall_plan_quantities",
        sa.Column("plan_id", BIG, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("uom", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["recall_plans.id"], name="fk_recall_plan_quantities_plan_id"),
        sa.PrimaryKeyConstraint("plan_id", "position", name="pk_recall_plan_quantities"),
    )
    op.create_table(
        "recall_participants",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("party_id", BIG, nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_recall_participants_case_id"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_recall_participants_party_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recall_participants"),
        sa.UniqueConstraint("case_id", "party_id", "agreed", name="uq_recall_participants_case_id_party_id_agreed"),
    )
    _forbid_changes()


def downgrade() -> None:
    for table in ("recall_participants", "recall_plan_quantities", "recall_plans"):
        op.drop_table(table)
    op.drop_column("recall_stage_steps", "outcome")
    for name in reversed(OF_CASES):
        op.drop_column("recall_cases", name)


def _forbid_changes() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in IMMUTABLE:
        if not sqlite:
            op.execute(
                f"CREATE TRIGGER {table}_forbid_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION forbid_change_of_recall()"
            )
            continue
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_forbid_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the history of a recall is never changed or deleted'); END"
            )
