"""What the rules of market regulation lacked.

A record of a quality-credit file knows the office that entered it. A limit may extend another one: it counts from the
end of that. A firm that waived its say in a blacklisting has answered, and the decision is due. Not complaints alone
lead to mails. A firm's samples are found by who sold them. A place's word knows
whether an official wrote it down.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

LIMITS = sa.table(
    "time_limits",
    *(sa.column(name) for name in ("id", "kind", "word", "starts", "met_by", "amount", "unit", "in_charge")),
    *(sa.column(name) for name in ("text_zh", "text_en", "source", "confirmed", "extends")),
    sa.column("valid_from", sa.DateTime(timezone=True)),
)
CLOCKS = sa.table("matter_clocks", sa.column("limit_id"))
ANSWER = (LIMITS.c.kind == "listing") & (LIMITS.c.word == "answer")
EXTENDED = (LIMITS.c.kind == "report") & (LIMITS.c.word == "check_extended")
UNHEARD = (LIMITS.c.kind == "listing") & (LIMITS.c.word == "decide_unheard")
DECIDE = {
    "kind": "listing",
    "word": "decide_unheard",
    "starts": "waive",
    "met_by": '["list", "drop"]',
    "amount": 20,
    "unit": "wd",
    "in_charge": "authority",
    "text_zh": "作出是否列入的决定",
    "text_en": "Decide whether the firm is listed",
    "source": "市场监督管理严重违法失信名单管理办法",
    "confirmed": False,
    "valid_from": datetime(2026, 1, 1, tzinfo=UTC),
}


def upgrade() -> None:
    op.add_column("credit_records", sa.Column("code", sa.Text(), nullable=True))
    # where who entered it worked then; somebody whom nobody assigned worked for the whole country
    op.execute(
        "UPDATE credit_records SET code = COALESCE((SELECT p.code FROM staff_posts p"
        " WHERE p.actor_id = credit_records.recorded_by AND p.since <= credit_records.recorded_at"
        " ORDER BY p.id DESC LIMIT 1), '000000')"
    )
    op.add_column("time_limits", sa.Column("extends", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(LIMITS.update().where(EXTENDED).values(extends=sa.true()))
    op.execute(LIMITS.update().where(ANSWER).values(met_by='["state-case", "waive", "list", "drop"]'))
    if op.get_bind().scalar(sa.select(LIMITS.c.id).where(UNHEARD)) is None:  # clocks may have kept it
        op.bulk_insert(LIMITS, [DECIDE])
    by_authority: sa.Column[bool] = sa.Column("by_authority", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("withdrawal_confirmations", by_authority)
    op.execute(
        "UPDATE withdrawal_confirmations SET by_authority = true"
        " WHERE actor_id IN (SELECT id FROM api_keys WHERE role <> 'company')"
    )
    op.create_index("ix_samples_seller_id", "samples", ["seller_id"])
    op.rename_table("complaint_messages", "matter_messages")
    _index("complaint_messages", "matter_messages")


def _index(before: str, after: str) -> None:
    for name, columns in (("matter_id", ["matter_id"]), ("next_at", ["next_at", "id"])):
        op.drop_index(f"ix_{before}_{name}", after)
        op.create_index(f"ix_{after}_{name}", after, columns)


def downgrade() -> None:
    op.drop_index("ix_samples_seller_id", "samples")
    op.drop_column("withdrawal_confirmations", "by_authority")
    op.execute("DELETE FROM matter_messages WHERE matter_id IN (SELECT id FROM matters WHERE kind = 'sample')")
    op.rename_table("matter_messages", "complaint_messages")
    _index("matter_messages", "complaint_messages")
    op.execute(LIMITS.delete().where(UNHEARD, LIMITS.c.id.not_in(sa.select(CLOCKS.c.limit_id))))
    op.execute(LIMITS.update().where(ANSWER).values(met_by='["state-case", "list", "drop"]'))
    op.drop_column("time_limits", "extends")
    op.drop_column("credit_records", "code")
