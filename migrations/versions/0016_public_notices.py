"""The public notice of a recall, by version."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("recall_public_notices", "recall_notice_pictures")


def upgrade() -> None:
    op.create_table(
        "recall_public_notices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("scope_version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor", sa.BigInteger(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_recall_public_notices_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recall_public_notices"),
        sa.UniqueConstraint("case_id", "version", name="uq_recall_public_notices_case_id_version"),
    )
    op.create_table(
        "recall_notice_pictures",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_recall_notice_pictures_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recall_notice_pictures"),
        sa.UniqueConstraint("case_id", "digest", name="uq_recall_notice_pictures_case_id_digest"),
    )
    _forbid_changes()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _forbid_changes() -> None:
    for table in TABLES:
        if op.get_bind().dialect.name == "postgresql":
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
