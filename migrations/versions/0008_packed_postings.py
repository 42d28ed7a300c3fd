"""The postings of each batch once more, packed, as a recall reads them; those that are there are packed here."""

import itertools

import sqlalchemy as sa
from alembic import op

from trace.kit.db import chunked
from trace.postings import Packed, pack

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "packed_postings",
        sa.Column("batch_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uom", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "uom", "number", name="pk_packed_postings"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # compressing what is read whole all the time costs more than the disk it saves
        op.execute("ALTER TABLE packed_postings ALTER COLUMN rows SET STORAGE EXTERNAL")
    _pack_postings()


def _pack_postings() -> None:
    connection = op.get_bind()
    rows = sa.text(
        "SELECT batch_id, uom, event_id, origin_id, destination_id, amount, scale, at, entry FROM postings "
        "WHERE batch_id BETWEEN :first AND :last ORDER BY batch_id, uom"
    )
    insert = sa.text("INSERT INTO packed_postings (batch_id, uom, number, rows) VALUES (:batch, :uom, 1, :rows)")
    batches = connection.scalars(sa.text("SELECT DISTINCT batch_id FROM postings ORDER BY batch_id")).all()
    for some in chunked(batches):
        found = connection.execute(rows, {"first": some[0], "last": some[-1]})
        packed = [
            {"batch": batch, "uom": uom, "rows": pack(Packed(*row[2:]) for row in mine)}
            for (batch, uom), mine in itertools.groupby(found, key=lambda row: (row[0], row[1]))
        ]
        connection.execute(insert, packed)


def downgrade() -> None:
    op.drop_table("packed_postings")
