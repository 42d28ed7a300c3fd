"""What consignees answer: responses and their lines, only ever added."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IMMUTABLE = ("recall_responses", "recall_response_lines")
FIGURES = ("on_hand", "quarantined", "returned", "destroyed", "corrected", "sold", "shipped_on", "lost")


def upgrade() -> None:
    op.create_table(
        "recall_responses",
        sa.Column("id", BIG, nullable=False),
        sa.Column("response_id", sa.Text(), nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("notice_id", sa.Text(), nullable=True),
        sa.Column("party_id", BIG, nullable=True),
        sa.Column("place_id", BIG, nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=True),
        sa.Column("actor_party_id", BIG, nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=True),
        sa.Column("spoke_with", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("via IN ('link', 'api', 'phone')", name="ck_recall_responses_via"),
        sa.CheckConstraint("(party_id IS NULL) <> (place_id IS NULL)", name="ck_recall_responses_consignee"),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_recall_responses_case_id"),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_recall_responses_party_id"),
        sa.ForeignKeyConstraint(["place_id"], ["identifiers.id"], name="fk_recall_responses_place_id"),
        sa.ForeignKeyConstraint(["actor_party_id"], ["parties.id"], name="fk_recall_responses_actor_party_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recall_responses"),
        sa.UniqueConstraint("response_id", name="uq_recall_responses_response_id"),
    )
    op.create_index("ix_recall_responses_case_id", "recall_responses", ["case_id", "party_id", "place_id"])
    op.create_table(
        "recall_response_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("response_id", BIG, nullable=False),
        sa.Column("place_id", BIG, nullable=False),
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("uom", sa.Text(), nullable=False),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        *(sa.Column(figure, sa.BigInteger(), nullable=True) for figure in FIGURES),
        sa.Column("captured_returned", sa.BigInteger(), nullable=False),
        sa.Column("captured_destroyed", sa.BigInteger(), nullable=False),
        sa.Column("returned_to_id", BIG, nullable=True),
        sa.Column("returned_document", sa.Text(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_place", sa.Text(), nullable=True),
        sa.Column("destroyed_method", sa.Text(), nullable=True),
        sa.Column("destroyed_witness", sa.Text(), nullable=True),
        sa.Column("destroyed_document", sa.Text(), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_to", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["response_id"], ["recall_responses.id"], name="fk_recall_response_lines_response_id"),
        sa.ForeignKeyConstraint(["place_id"], ["identifiers.id"], name="fk_recall_response_lines_place_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["identifiers.id"], name="fk_recall_response_lines_batch_id"),
        sa.ForeignKeyConstraint(["returned_to_id"], ["identifiers.id"], name="fk_recall_response_lines_returned_to_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recall_response_lines"),
    )
    op.create_index("ix_recall_response_lines_response_id", "recall_response_lines", ["response_id"])
    _forbid_changes()


def downgrade() -> None:
    for table in reversed(IMMUTABLE):
        op.drop_table(table)


def _forbid_changes() -> None:
    for table in IMMUTABLE:
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
