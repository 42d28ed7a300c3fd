"""Notices to consignees: the outbox, its attempts, contacts of firms."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)

# What was sent, and who was to be written to when, is never changed (RECALLS); notices themselves move on.
IMMUTABLE = ("notice_attempts", "party_contacts")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("dedupe", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("party_id", BIG, nullable=True),
        sa.Column("place_id", BIG, nullable=True),
        sa.Column("customer_name", sa.Text(), nullable=True),
        sa.Column("customer_email", sa.Text(), nullable=True),
        sa.Column("customer_phone", sa.Text(), nullable=True),
        sa.Column("passed_on_by", BIG, nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("goods", sa.Text(), nullable=False),
        sa.Column("as_of", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("claim", sa.Text(), nullable=True),
        sa.Column("claimed_until", TIME, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", TIME, nullable=True),
        sa.Column("first_sent_at", TIME, nullable=True),
        sa.Column("escalate_at", TIME, nullable=True),
        sa.Column("escalated_at", TIME, nullable=True),
        sa.Column("escalation_reason", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", TIME, nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("acknowledged_via", sa.Text(), nullable=True),
        sa.Column("acknowledged_note", sa.Text(), nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_notices_case_id"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_notices_party_id"),
        sa.ForeignKeyConstraint(["place_id"], ["identifiers.id"], name="fk_notices_place_id"),
        sa.ForeignKeyConstraint(["passed_on_by"], ["parties.id"], name="fk_notices_passed_on_by"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("notice_id", name="uq_notices_notice_id"),
        sa.UniqueConstraint("case_id", "kind", "recipient", "dedupe", name="uq_notices_case_id_kind_recipient_dedupe"),
    )
    op.create_index("ix_notices_party_id", "notices", ["party_id", "id"])
    op.create_index("ix_notices_due_at", "notices", ["due_at"])
    op.create_index("ix_notices_escalate_at", "notices", ["escalate_at"])

    op.create_table(
        "notice_attempts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice_attempts"),
    )
    op.create_index("ix_notice_attempts_notice_id", "notice_attempts", ["notice_id", "id"])

    op.create_table(
        "party_contacts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("party_id", BIG, nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("webhook", sa.Text(), nullable=True),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_party_contacts_party_id"),
        sa.PrimaryKeyConstraint("id", name="pk_party_contacts"),
    )
    op.create_index("ix_party_contacts_party_id", "party_contacts", ["party_id", "rank", "id"])

    op.create_table(
        "notice_watches",
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("looked_to", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("claimed_until", TIME, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_notice_watches_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_notice_watches"),
    )
    op.create_index("ix_notice_watches_due_at", "notice_watches", ["due_at"])
    _forbid_changes()


def _forbid_changes() -> None:
    for table in IMMUTABLE:
        if op.get_bind().dialect.name == "sqlite":
            for action in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_forbid_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'the history of a recall is never changed or deleted'); END"
                )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_forbid_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION forbid_change_of_recall()"
            )


def downgrade() -> None:
    for table in ("notice_watches", "party_contacts", "notice_attempts", "notices"):
        op.drop_table(table)
