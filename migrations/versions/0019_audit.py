"""Who read and did what, and the auditor's role; drills with their reports."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

IMMUTABLE = ("audit_entries", "recall_drills")
ROLES = ("company", "regulator", "admin")
FORBIDDEN = "what is on record is never changed or deleted"


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject", "id"])
    op.create_index("ix_audit_entries_key_id", "audit_entries", ["key_id", "id"])
    op.create_index("ix_audit_entries_party_id", "audit_entries", ["party_id", "id"])
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
    op.create_table(
        "recall_drills",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("batch_uri", sa.Text(), nullable=False),
        sa.Column("hours", sa.SmallInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_recall_drills_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recall_drills"),
        sa.UniqueConstraint("case_id", name="uq_recall_drills_case_id"),
    )
    _forbid_changes()
    _allow_roles(*ROLES, "auditor")


def downgrade() -> None:
    op.execute("DELETE FROM api_keys WHERE role = 'auditor'")
    _allow_roles(*ROLES)
    op.drop_table("recall_drills")
    op.drop_table("audit_entries")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION forbid_change_of_audit()")


def _allow_roles(*roles: str) -> None:
    listed = ", ".join(f"'{role}'" for role in roles)
    with op.batch_alter_table("api_keys") as table:
        table.drop_constraint(op.f("ck_api_keys_role"), type_="check")
        table.create_check_constraint(op.f("ck_api_keys_role"), f"role IN ({listed})")


def _forbid_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in IMMUTABLE:
            for action in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_forbid_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{FORBIDDEN}'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION forbid_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{FORBIDDEN}'; END $$"
    )
    for table in IMMUTABLE:
        op.execute(
            f"CREATE TRIGGER {table}_forbid_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION forbid_change_of_audit()"
        )
