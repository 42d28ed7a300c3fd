"""Events found by everything that EPCIS lets ask for; an event ID is its own among what one firm captured."""

import sqlalchemy as sa
from alembic import op

from migrations import event_queries_backfill

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BYTE_ORDER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
IMMUTABLE = ("event_references", "event_fields")
PLACES = ("read_point_id", "biz_location_id")
INDEXES = {
    "ix_events_at": ["at", "id"],
    "ix_events_record_time": ["record_time", "id"],
    "ix_events_type": ["type", "id"],
    "ix_events_biz_step": ["biz_step", "id"],
    "ix_events_disposition": ["disposition", "id"],
    "ix_events_read_point_id": ["read_point_id", "id"],
    "ix_events_biz_location_id": ["biz_location_id", "id"],
    "ix_events_captured_by": ["captured_by", "id"],
}


def upgrade() -> None:
    _create_tables()
    _add_places()
    event_queries_backfill.fill(op.get_bind())  # before the indexes: they are made faster than kept
    op.drop_index("ix_events_capture_id", "events")
    op.drop_index("ix_events_at", "events")
    for name, columns in INDEXES.items():
        op.create_index(name, "events", columns)
    _unique_event_id(["event_id", "captured_by"])
    op.drop_index("ix_events_transformation_id", "events")
    where = sa.text("transformation_id IS NOT NULL")
    op.create_index(
        "ix_events_transformation_id", "events", ["transformation_id"], sqlite_where=where, postgresql_where=where
    )
    op.create_index("ix_corrections_corrective_event_id", "corrections", ["corrective_event_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE identifiers ALTER COLUMN uri TYPE text COLLATE "C"')


def downgrade() -> None:
    op.drop_index("ix_corrections_corrective_event_id", "corrections")
    op.drop_index("ix_events_transformation_id", "events")
    op.create_index("ix_events_transformation_id", "events", ["transformation_id"])
    _unique_event_id(["event_id"])
    for name in INDEXES:
        op.drop_index(name, "events")
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index("ix_events_capture_id", "events", ["capture_id"])
    for place in PLACES:
        op.drop_column("events", place)
    for table in ("event_fields", "field_names", "event_references", "vocabulary_elements"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE identifiers ALTER COLUMN uri TYPE text COLLATE "default"')


def _create_tables() -> None:
    op.create_table(
        "event_references",
        sa.Column("event_id", BIG, sa.ForeignKey("events.id", name="fk_event_references_event_id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reference", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column(
            "identifier_id",
            BIG,
            sa.ForeignKey("identifiers.id", name="fk_event_references_identifier_id"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("event_id", "position", name="pk_event_references"),
    )
    op.create_index("ix_event_references_identifier_id", "event_references", ["identifier_id", "reference", "event_id"])
    op.create_table(
        "field_names",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("inner", sa.Boolean(), nullable=False),
        sa.Column("namespace", sa.Text(), nullable=False),
        sa.Column("local", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_field_names"),
        sa.UniqueConstraint(
            "local", "namespace", "scope", "inner", "prefix", name="uq_field_names_local_namespace_scope_inner_prefix"
        ),
    )
    op.create_table(
        "event_fields",
        sa.Column("event_id", BIG, sa.ForeignKey("events.id", name="fk_event_fields_event_id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "name_id", sa.Integer(), sa.ForeignKey("field_names.id", name="fk_event_fields_name_id"), nullable=False
        ),
        sa.Column("key", BYTE_ORDER, nullable=False),
        sa.PrimaryKeyConstraint("event_id", "position", name="pk_event_fields"),
    )
    op.create_index("ix_event_fields_name_id", "event_fields", ["name_id", "key", "event_id"])
    op.create_table(
        "vocabulary_elements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("captured_by", BIG, sa.ForeignKey("parties.id", name="fk_vocabulary_elements_captured_by")),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("children", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vocabulary_elements"),
    )
    op.create_index("ix_vocabulary_elements_uri", "vocabulary_elements", ["uri", "captured_by"])
    for table in IMMUTABLE:
        _forbid_changes(table)


def _add_places() -> None:
    """Written out, because Alembic would copy the table on SQLite and lose its triggers."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for place in PLACES:
        op.execute(
            f"ALTER TABLE events ADD COLUMN {place} {kind} CONSTRAINT fk_events_{place} REFERENCES identifiers (id)"
        )


def _unique_event_id(columns: list[str]) -> None:
    where = sa.text("declaration IS NULL")
    op.drop_index("uq_events_event_id", "events")
    op.create_index("uq_events_event_id", "events", columns, unique=True, sqlite_where=where, postgresql_where=where)


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_forbid_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'captured events are never changed or deleted'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_forbid_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()"
    )
