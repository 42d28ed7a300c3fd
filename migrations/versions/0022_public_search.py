"""What the public list of recalls is searched by; what was announced before is entered here."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from recalls.publication.fields import tell_consumer
from recalls.publication.regions import provinces_of
from recalls.publication.search import index_notice
from trace.kit.db import chunked

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    entries = op.create_table(
        "recall_public_entries",
        sa.Column("case_id", BIG, autoincrement=False, nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_recall_public_entries_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_recall_public_entries"),
    )
    op.create_index("ix_recall_public_entries_announced_at", "recall_public_entries", ["announced_at", "case_id"])
    marks = op.create_table(
        "recall_public_marks",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("case_id", BIG, autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("label_en", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_recall_public_marks_case_id"),
        sa.PrimaryKeyConstraint("kind", "value", "case_id", name="pk_recall_public_marks"),
    )
    op.create_index("ix_recall_public_marks_case_id", "recall_public_marks", ["case_id", "kind"])
    _enter_all(entries, marks)


def downgrade() -> None:
    op.drop_table("recall_public_marks")
    op.drop_table("recall_public_entries")


def _enter_all(entries: sa.Table, marks: sa.Table) -> None:
    connection = op.get_bind()
    cases = sa.text("SELECT * FROM recall_cases WHERE announced_at IS NOT NULL AND NOT drill ORDER BY id")
    tell = sa.text("UPDATE holds SET notice = :notice WHERE reference = :number")
    for some in chunked(connection.execute(cases.columns(announced_at=sa.DateTime(timezone=True))).mappings().all()):
        for case in some:
            words, facts = _read_newest(connection, dict(case))
            if words:
                told = {"number": case["number"], "notice": json.dumps(tell_consumer(words, facts), ensure_ascii=False)}
                connection.execute(tell, told)
            found = index_notice(case["number"], words, facts)
            row = {"case_id": case["id"], "announced_at": case["announced_at"], "text": found.text}
            connection.execute(entries.insert(), row | {"title": found.title, "title_en": found.title_en})
            rows = [{"case_id": case["id"], "position": at, **mark._asdict()} for at, mark in enumerate(found.marks)]
            if rows:
                connection.execute(marks.insert(), rows)


def _read_newest(connection: sa.Connection, case: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    newest = sa.text(
        "SELECT words, facts FROM recall_public_notices WHERE case_id = :id AND version IS NOT NULL "
        "ORDER BY version DESC LIMIT 1"
    )
    row = connection.execute(newest, {"id": case["id"]}).first()
    return _facts_of(connection, case) if row is None else (json.loads(row.words), json.loads(row.facts))


def _facts_of(connection: sa.Connection, case: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return what is known of a recall that was announced before notices were kept: what its case and scope say."""
    scope = sa.text(
        "SELECT gtin, lot, exclude FROM recall_scope_lines WHERE case_id = :id AND version = :version ORDER BY id"
    )
    lines = connection.execute(scope, {"id": case["id"], "version": case["version"]}).all()
    gtins = list(dict.fromkeys(line.gtin for line in lines if line.gtin is not None))
    find = sa.text(
        "SELECT p.name, p.name_en, p.brand, p.specification, p.commodity_code, "
        "f.name AS firm, f.name_en AS firm_en, f.uscc "
        "FROM products p LEFT JOIN parties f ON f.id = p.party_id WHERE p.gtin = :gtin"
    )
    products, producers = [], []
    for gtin in gtins:
        row = connection.execute(find, {"gtin": gtin}).first()
        named = ("name", "name_en", "brand", "specification")
        known = {name: None if row is None else getattr(row, name) for name in named}
        code = gtin if row is None else row.commodity_code
        products.append({"id": f"https://id.gs1.org/01/{gtin}", "gtin": gtin, "code": code, **known})
        if row is not None and row.firm is not None:
            producers.append({"name": row.firm, "name_en": row.firm_en, "uscc": row.uscc})
    lots = list(dict.fromkeys(line.lot for line in lines if line.lot is not None and not line.exclude))
    return {}, {
        "title": case["title"],
        "title_en": case["title_en"],
        "hazard": case["hazard"],
        "products": products,
        "producers": producers,
        "lines": [],
        "batches": [{"lot": lot} for lot in lots],
        "batches_in_all": len(lots),
        "provinces": provinces_of(json.loads(case["regions"] or "[]")),
    }
