"""Registers of the authority with their versions; what needs a licence to be made, and who has one."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
NEVER = "the history of a register is never changed or deleted"


def upgrade() -> None:
    op.create_table(
        "register_entries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("party_id", BIG, nullable=True),
        sa.Column("product_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_register_entries_party_id"),
        sa.ForeignKeyConstraint(["product_id"], ["identifiers.id"], name="fk_register_entries_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_register_entries"),
        sa.UniqueConstraint("register", "key", name="uq_register_entries_register_key"),
    )
    op.create_index("ix_register_entries_party_id", "register_entries", ["party_id", "register", "key"])
    op.create_table(
        "register_versions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["register_entries.id"], name="fk_register_versions_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_register_versions"),
    )
    op.create_index("ix_register_versions_entry_id", "register_versions", ["entry_id", "recorded_at"])
    op.create_table(
        "register_spans",
        sa.Column("id", BIG, nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["register_entries.id"], name="fk_register_spans_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_register_spans"),
    )
    op.create_index("ix_register_spans_entry_id", "register_spans", ["entry_id", "valid_from", "valid_to"])
    op.create_table(
        "permit_categories",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("needed_from", sa.Date(), nullable=False),
        sa.Column("needed_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("word", name="pk_permit_categories"),
    )
    op.create_table(
        "permits",
        sa.Column("id", BIG, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("party_id", BIG, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_permits_party_id"),
        sa.PrimaryKeyConstraint("id", name="pk_permits"),
    )
    op.create_index("ix_permits_party_id", "permits", ["party_id", "category"])
    op.create_index("ix_permits_reference", "permits", ["reference"])
    _forbid()


def _forbid() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER register_versions_forbid_{action.lower()} BEFORE {action} ON register_versions "
                f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION forbid_change_of_register() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{NEVER}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER register_versions_forbid_change BEFORE UPDATE OR DELETE OR TRUNCATE ON register_versions "
        "FOR EACH STATEMENT EXECUTE FUNCTION forbid_change_of_register()"
    )


def downgrade() -> None:
    for table in ("permits", "permit_categories", "register_spans", "register_versions", "register_entries"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION forbid_change_of_register()")
