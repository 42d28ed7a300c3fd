"""The second wall on PostgreSQL around what market regulation has of firms (see 0029)."""

import sqlalchemy as sa
from alembic import op

from trace.kit.db import FIRM_ROLE

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

# ruff: noqa: S608  (all names are our own)
ME = "(SELECT suyuan_party())"
OF_MATTERS = "matter_id IN (SELECT id FROM matters)"
POLICIES = {
    "withdrawal_tasks": f"party_id = {ME}",
    "withdrawal_confirmations": "task_id IN (SELECT id FROM withdrawal_tasks)",
    "matters": f"""(party_id = {ME} AND shown_at IS NOT NULL)
        OR id IN (SELECT t.matter_id FROM withdrawal_tasks t WHERE t.party_id = {ME})""",
    "matter_steps": OF_MATTERS,
    "matter_clocks": OF_MATTERS,
    "withdrawals": OF_MATTERS,
    "complaints": OF_MATTERS,
    "credit_records": f"party_id = {ME}",
    "credit_repairs": f"party_id = {ME}",
    "credit_looks": f"party_id = {ME}",
    "grade_changes": f"party_id = {ME}",
    # who is listed is public, who is proposed is not
    "listed_parties": f"party_id = {ME} OR starts_on IS NOT NULL",
    "publications": "published_at IS NOT NULL",
}


def upgrade() -> None:
    if not _has_wall():
        return
    for table, condition in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"DROP POLICY IF EXISTS own_rows ON {table}")
        op.execute(f"CREATE POLICY own_rows ON {table} FOR SELECT TO {FIRM_ROLE} USING ({condition})")


def downgrade() -> None:
    if not _has_wall():
        return
    for table in POLICIES:
        op.execute(f"DROP POLICY IF EXISTS own_rows ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _has_wall() -> bool:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return False
    return bool(bind.scalar(sa.text("SELECT to_regproc('suyuan_party') IS NOT NULL")))
