"""What the check answers from: batches of serials, production days and contents of logistic units; holds' versions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "serial_batches",
        sa.Column("serial_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("serial_id", name="pk_serial_batches"),
    )
    op.create_table(
        "production_days",
        sa.Column("batch_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_production_days"),
    )
    op.create_table(
        "contents",
        sa.Column("unit_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "batch_id", name="pk_contents"),
        sqlite_with_rowid=False,
    )
    op.add_column("holds", sa.Column("version", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("holds", sa.Column("notice", sa.Text(), nullable=True))
    op.create_index("ix_holds_version", "holds", ["version"])
    # here, because the commands that only look at migrations need none of it
    from trace.derivation.check_index import keep_all
    from trace.holds import spread_all_holds

    with Session(op.get_bind()) as session:
        keep_all(session)
        spread_all_holds(session)  # a lot of several days, and one that is named and made from held goods, count anew
        session.flush()


def downgrade() -> None:
    op.drop_index("ix_holds_version", "holds")
    op.drop_column("holds", "notice")
    op.drop_column("holds", "version")
    op.drop_table("contents")
    op.drop_table("production_days")
    op.drop_table("serial_batches")
