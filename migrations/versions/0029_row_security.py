"""A second wall on PostgreSQL: a firm's reading transactions have a role to which other firms' rows do not exist.

`trace.kit.db` takes the role for one transaction, with the firm's row number in a setting; owners and operators read
as before. What each policy lets through is `trace.visibility` and its callers, said once more. Where the role cannot be
made (no CREATEROLE) there is no wall, and `/healthz` says so.
"""

import logging

import sqlalchemy as sa
from alembic import op

from trace.kit.db import FIRM_ROLE

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# ruff: noqa: S608  (all names are our own)
ME = "(SELECT suyuan_party())"
OWN_CASES = (
    "case_id IN (SELECT l.case_id FROM recall_scope_lines l JOIN products p ON p.gtin = l.gtin "
    f"WHERE p.party_id = {ME})"
)
POLICIES = {
    "api_keys": f"party_id = {ME}",
    "users": "actor_id IN (SELECT id FROM api_keys)",
    "sign_ins": "user_id IN (SELECT id FROM users)",
    "invitations": "user_id IN (SELECT id FROM users)",
    "recovery_codes": "user_id IN (SELECT id FROM users)",
    "audit_entries": f"party_id = {ME}",
    "idempotency_keys": "false",
    "capture_jobs": f"captured_by = {ME}",
    "named_queries": f"owner_id = {ME}",
    "sheet_imports": f"party_id = {ME}",
    "sheet_headings": f"party_id = {ME}",
    "recall_drafts": "owner_id IN (SELECT id FROM api_keys)",
    "finding_explanations": f"party_id = {ME}",
    "notices": f"party_id = {ME} OR passed_on_by = {ME} OR {OWN_CASES}",
    "notice_attempts": "notice_id IN (SELECT notice_id FROM notices)",
    "recall_responses": f"party_id = {ME} OR actor_party_id = {ME} OR {OWN_CASES}",
    "recall_response_lines": "response_id IN (SELECT id FROM recall_responses)",
    "recall_response_photos": "response_id IN (SELECT id FROM recall_responses)",
    # events are walled where they are handed out as they were captured; ledgers are made from everybody's
    "events": f"""NOT (SELECT suyuan_strict()) OR captured_by = {ME}
        OR (captured_by IS NULL AND (read_point_id = ANY ((SELECT suyuan_own())::bigint[])
                                     OR biz_location_id = ANY ((SELECT suyuan_own())::bigint[])))
        OR EXISTS (SELECT 1 FROM event_references r WHERE r.event_id = events.id AND r.reference IN (1, 2)
                   AND r.identifier_id = ANY ((SELECT suyuan_own())::bigint[]))""",
}
FUNCTIONS = {
    "suyuan_party": ("bigint", "SELECT coalesce(nullif(current_setting('suyuan.party', true), '')::bigint, 0)"),
    "suyuan_strict": ("boolean", "SELECT coalesce(current_setting('suyuan.strict', true), '') = 'on'"),
    "suyuan_own": (
        "bigint[]",
        """SELECT array_agg(id) FROM (
            SELECT l.id FROM locations l WHERE l.party_id = suyuan_party()
            UNION ALL SELECT i.id FROM identifiers i WHERE i.kind IN ('location', 'party') AND i.gln IN (
                SELECT gln FROM locations WHERE party_id = suyuan_party()
                UNION ALL SELECT gln FROM parties WHERE id = suyuan_party())) own""",
    ),
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    if not _make_role():
        return
    for name, (kind, body) in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {name}() RETURNS {kind} LANGUAGE sql STABLE AS $${body}$$")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {FIRM_ROLE}")
    op.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {FIRM_ROLE}")
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {FIRM_ROLE}")
    for table, condition in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON {table} FOR SELECT TO {FIRM_ROLE} USING ({condition})")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql" or not _has_role():
        return
    for table in POLICIES:
        op.execute(f"DROP POLICY IF EXISTS own_rows ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM {FIRM_ROLE}")
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {FIRM_ROLE}")
    op.execute(f"REVOKE ALL ON SCHEMA public FROM {FIRM_ROLE}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION IF EXISTS {name}()")


def _make_role() -> bool:
    """Make the role unless the server has it, and let the service take it. Roles are the server's, not a database's."""
    if not _has_role():
        try:
            with op.get_bind().begin_nested():
                op.execute(f"CREATE ROLE {FIRM_ROLE} NOLOGIN")
        except sa.exc.DBAPIError as error:
            if not _has_role():
                logging.getLogger("alembic").warning("No row security: cannot make the role %s: %s", FIRM_ROLE, error)
                return False
    member = sa.text(f"SELECT pg_has_role(current_user, '{FIRM_ROLE}', 'MEMBER')")
    if not op.get_bind().scalar(member):
        op.execute(f"GRANT {FIRM_ROLE} TO CURRENT_USER")
    return True


def _has_role() -> bool:
    return op.get_bind().scalar(sa.text(f"SELECT to_regrole('{FIRM_ROLE}') IS NOT NULL")) is True
