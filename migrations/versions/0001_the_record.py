"""The record: identifiers, master data, immutable events, the ledger, holds, keys."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"

down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# RULES 3: what was captured is never changed or deleted; the database itself refuses it.
IMMUTABLE = ("events", "event_items", "event_documents", "corrections")


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('company', 'regulator', 'admin')", name=op.f("ck_api_keys_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_keys_prefix")),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.UniqueConstraint("reference", name=op.f("uq_holds_reference")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("principal", "key", name=op.f("uq_idempotency_keys_principal_key")),
    )
    op.create_table(
        "identifiers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=True),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("gln", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identifiers")),
        sa.UniqueConstraint("uri", name=op.f("uq_identifiers_uri")),
    )
    with op.batch_alter_table("identifiers", schema=None) as batch_op:
        batch_op.create_index("ix_identifiers_gln", ["gln"], unique=False)
        batch_op.create_index("ix_identifiers_gtin_lot", ["gtin", "lot"], unique=False)

    op.create_table(
        "parties",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uscc", sa.Text(), nullable=True),
        sa.Column("gln", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("webhook", sa.Text(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
        sa.UniqueConstraint("gln", name=op.f("uq_parties_gln")),
        sa.UniqueConstraint("uscc", name=op.f("uq_parties_uscc")),
    )
    op.create_table(
        "postings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("uom", sa.Text(), nullable=False),
        sa.Column("entry", sa.SmallInteger(), nullable=False),
        sa.Column("origin_id", sa.BigInteger(), nullable=True),
        sa.Column("destination_id", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=True),
        sa.Column("closes_id", sa.BigInteger(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("transformation_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
    )
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.create_index("ix_postings_batch_id", ["batch_id", "at"], unique=False)
        batch_op.create_index("ix_postings_closes_id", ["closes_id"], unique=False)
        batch_op.create_index("ix_postings_destination_id", ["destination_id", "batch_id"], unique=False)
        batch_op.create_index("ix_postings_event_id", ["event_id"], unique=False)
        batch_op.create_index(
            "ix_postings_open",
            ["batch_id", "destination_id"],
            unique=False,
            sqlite_where=sa.text("is_open"),
            postgresql_where=sa.text("is_open"),
        )
        batch_op.create_index("ix_postings_origin_id", ["origin_id", "batch_id"], unique=False)
        batch_op.create_index(
            "ix_postings_transformation_id",
            ["transformation_id", "entry"],
            unique=False,
            sqlite_where=sa.text("transformation_id IS NOT NULL"),
            postgresql_where=sa.text("transformation_id IS NOT NULL"),
        )

    op.create_table(
        "capture_jobs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("error_behaviour", sa.Text(), nullable=False),
        sa.Column("captured", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("outcomes", sa.Text(), nullable=False),
        sa.Column("errors", sa.Text(), nullable=False),
        sa.Column("captured_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["captured_by"], ["parties.id"], name=op.f("fk_capture_jobs_captured_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capture_jobs")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("has_event_id", sa.Boolean(), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("time_zone_offset", sa.Text(), nullable=False),
        sa.Column("record_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("biz_step", sa.Text(), nullable=True),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("verb", sa.SmallInteger(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("origin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("destination_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("transformation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("production_date", sa.Text(), nullable=True),
        sa.Column("expiry_date", sa.Text(), nullable=True),
        sa.Column("captured_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("capture_id", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["captured_by"], ["parties.id"], name=op.f("fk_events_captured_by")),
        sa.ForeignKeyConstraint(["destination_id"], ["identifiers.id"], name=op.f("fk_events_destination_id")),
        sa.ForeignKeyConstraint(["place_id"], ["identifiers.id"], name=op.f("fk_events_place_id")),
        sa.ForeignKeyConstraint(["origin_id"], ["identifiers.id"], name=op.f("fk_events_origin_id")),
        sa.ForeignKeyConstraint(["transformation_id"], ["identifiers.id"], name=op.f("fk_events_transformation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_at", ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_capture_id"), ["capture_id"], unique=False)
        batch_op.create_index("ix_events_content_hash", ["content_hash"], unique=False)
        batch_op.create_index("ix_events_transformation_id", ["transformation_id"], unique=False)
        batch_op.create_index(
            "uq_events_event_id",
            ["event_id"],
            unique=True,
            sqlite_where=sa.text("declaration IS NULL"),
            postgresql_where=sa.text("declaration IS NULL"),
        )

    op.create_table(
        "held_batches",
        sa.Column(
            "hold_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "batch_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["identifiers.id"], name=op.f("fk_held_batches_batch_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_held_batches_hold_id")),
        sa.PrimaryKeyConstraint("hold_id", "batch_id", name=op.f("pk_held_batches")),
    )
    with op.batch_alter_table("held_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_batches_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "hold_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_hold_lines_hold_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_lines")),
    )
    with op.batch_alter_table("hold_lines", schema=None) as batch_op:
        batch_op.create_index("ix_hold_lines_batch_uri", ["batch_uri"], unique=False)
        batch_op.create_index("ix_hold_lines_gtin", ["gtin"], unique=False)
        batch_op.create_index(batch_op.f("ix_hold_lines_hold_id"), ["hold_id"], unique=False)

    op.create_table(
        "locations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("gln", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["identifiers.id"], name=op.f("fk_locations_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_locations_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locations")),
        sa.UniqueConstraint("gln", name=op.f("uq_locations_gln")),
    )
    with op.batch_alter_table("locations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_locations_party_id"), ["party_id"], unique=False)

    op.create_table(
        "products",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("gtin", sa.Text(), nullable=False),
        sa.Column("commodity_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("brand", sa.Text(), nullable=True),
        sa.Column("specification", sa.Text(), nullable=True),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("uom", sa.Text(), nullable=True),
        sa.Column("classifications", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["identifiers.id"], name=op.f("fk_products_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_products_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("gtin", name=op.f("uq_products_gtin")),
    )
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_products_party_id"), ["party_id"], unique=False)

    op.create_table(
        "batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("gtin", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.Column("uom", sa.Text(), nullable=False),
        sa.Column("produced_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_batches_event_id")),
        sa.ForeignKeyConstraint(["id"], ["identifiers.id"], name=op.f("fk_batches_id")),
        sa.ForeignKeyConstraint(["location_id"], ["identifiers.id"], name=op.f("fk_batches_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batches_gtin"), ["gtin"], unique=False)

    op.create_table(
        "corrections",
        sa.Column(
            "event_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("corrective_event_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_corrections_event_id")),
        sa.PrimaryKeyConstraint("event_id", "corrective_event_id", name=op.f("pk_corrections")),
    )
    op.create_table(
        "event_documents",
        sa.Column(
            "event_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "document_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["identifiers.id"], name=op.f("fk_event_documents_document_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_documents_event_id")),
        sa.PrimaryKeyConstraint("event_id", "document_id", name=op.f("pk_event_documents")),
    )
    with op.batch_alter_table("event_documents", schema=None) as batch_op:
        batch_op.create_index("ix_event_documents_document_id", ["document_id", "event_id"], unique=False)

    op.create_table(
        "event_items",
        sa.Column(
            "event_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("identifier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_class", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.Column("uom", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["identifiers.id"], name=op.f("fk_event_items_batch_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_items_event_id")),
        sa.ForeignKeyConstraint(["identifier_id"], ["identifiers.id"], name=op.f("fk_event_items_identifier_id")),
        sa.PrimaryKeyConstraint("event_id", "position", name=op.f("pk_event_items")),
    )
    with op.batch_alter_table("event_items", schema=None) as batch_op:
        batch_op.create_index("ix_event_items_identifier_id", ["identifier_id", "event_id"], unique=False)

    op.create_table(
        "conflicts",
        sa.Column(
            "event_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("capture_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["capture_id"], ["capture_jobs.id"], name=op.f("fk_conflicts_capture_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_conflicts_event_id")),
        sa.PrimaryKeyConstraint("event_id", "capture_id", name=op.f("pk_conflicts")),
    )
    op.create_table(
        "voids",
        sa.Column(
            "event_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_voids_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_voids")),
    )
    _forbid_changes()


def downgrade() -> None:
    op.drop_table("conflicts")
    op.drop_table("voids")
    with op.batch_alter_table("event_items", schema=None) as batch_op:
        batch_op.drop_index("ix_event_items_identifier_id")

    op.drop_table("event_items")
    with op.batch_alter_table("event_documents", schema=None) as batch_op:
        batch_op.drop_index("ix_event_documents_document_id")

    op.drop_table("event_documents")
    op.drop_table("corrections")
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batches_gtin"))

    op.drop_table("batches")
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_products_party_id"))

    op.drop_table("products")
    with op.batch_alter_table("locations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_locations_party_id"))

    op.drop_table("locations")
    with op.batch_alter_table("hold_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hold_lines_hold_id"))
        batch_op.drop_index("ix_hold_lines_gtin")
        batch_op.drop_index("ix_hold_lines_batch_uri")

    op.drop_table("hold_lines")
    with op.batch_alter_table("held_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_held_batches_batch_id"))

    op.drop_table("held_batches")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_events_event_id",
            sqlite_where=sa.text("declaration IS NULL"),
            postgresql_where=sa.text("declaration IS NULL"),
        )
        batch_op.drop_index("ix_events_transformation_id")
        batch_op.drop_index("ix_events_content_hash")
        batch_op.drop_index(batch_op.f("ix_events_capture_id"))
        batch_op.drop_index("ix_events_at")

    op.drop_table("events")
    op.drop_table("capture_jobs")
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_postings_transformation_id",
            sqlite_where=sa.text("transformation_id IS NOT NULL"),
            postgresql_where=sa.text("transformation_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_postings_origin_id")
        batch_op.drop_index("ix_postings_open", sqlite_where=sa.text("is_open"), postgresql_where=sa.text("is_open"))
        batch_op.drop_index("ix_postings_event_id")
        batch_op.drop_index("ix_postings_destination_id")
        batch_op.drop_index("ix_postings_closes_id")
        batch_op.drop_index("ix_postings_batch_id")

    op.drop_table("postings")
    op.drop_table("parties")
    with op.batch_alter_table("identifiers", schema=None) as batch_op:
        batch_op.drop_index("ix_identifiers_gtin_lot")
        batch_op.drop_index("ix_identifiers_gln")

    op.drop_table("identifiers")
    op.drop_table("idempotency_keys")
    op.drop_table("holds")
    op.drop_table("api_keys")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION forbid_change()")


def _forbid_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in IMMUTABLE:
            for action in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_forbid_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'captured events are never changed or deleted'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'captured events are never changed or deleted'; END $$"
    )
    for table in IMMUTABLE:
        op.execute(
            f"CREATE TRIGGER {table}_forbid_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()"
        )
