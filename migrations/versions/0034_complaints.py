"""Complaints, reports, inquiries and praise; citizens apart from them; their causes and time limits."""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from trace.kit.db import FIRM_ROLE

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

# ruff: noqa: S608  (all names are our own)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)

CAUSES = (
    ("quality", "质量问题", "Quality"),
    ("safety", "食用或使用后身体不适", "Illness or injury after use"),
    ("foreign_body", "混有异物", "Foreign body"),
    ("spoiled", "腐败变质、超过保质期", "Spoiled or past its date"),
    ("label", "标签、说明书问题", "Label or instructions"),
    ("counterfeit", "假冒伪劣", "Counterfeit"),
    ("quantity", "短斤少两", "Short weight or measure"),
    ("price", "价格问题", "Price"),
    ("advertising", "虚假宣传", "Misleading advertising"),
    ("after_sale", "售后服务", "Service after the sale"),
    ("unlicensed", "无证经营、无证生产", "Trading or making without a licence"),
    ("other", "其他", "Other"),
)

CONSUMER_LAW = "消费者权益保护法 第四十六条"
RULES = "市场监督管理投诉举报处理暂行办法"
PENALTIES = "市场监督管理行政处罚程序规定"
HOUSE = "内部办理时限（可修改）"

ENDS = ["agree", "end", "withdraw", "turn-into-report"]
LIMITS = (
    ("complaint", "accept", "open", ["accept", "decline", "withdraw"], 7, "wd", "authority", "处理并告知消费者",
     "Deal with it and tell the consumer", CONSUMER_LAW, True),
    ("complaint", "settle", "accept", ENDS, 45, "wd", "authority", "受理后办结调解",
     "Mediation ended after acceptance", f"{RULES} 第二十一条", False),
    ("complaint", "firm_answer", "invite", ["propose", "refuse", "lapse"], 7, "wd", "firm", "经营者答复和解意见",
     "The firm answers the offer to settle", HOUSE, False),
    ("complaint", "citizen_answer", "propose", ["agree", "disagree"], 7, "wd", "citizen", "消费者答复和解方案",
     "The consumer answers the proposal", HOUSE, False),
    ("complaint", "call_back", "agree", ["call-back", "rate"], 5, "wd", "authority", "回访消费者",
     "Call the consumer back", HOUSE, False),
    ("complaint", "call_back_ended", "end", ["call-back", "rate"], 5, "wd", "authority", "回访消费者",
     "Call the consumer back", HOUSE, False),
    ("complaint", "settle_again", "reopen", ENDS, 15, "wd", "authority", "重新办理",
     "Deal with it again", HOUSE, False),
    ("report", "check", "open", ["file-case", "decline", "extend"], 15, "wd", "authority", "核查并决定是否立案",
     "Check and decide whether to open a case", f"{RULES} 第三十一条", False),
    ("report", "check_extended", "extend", ["file-case", "decline"], 15, "wd", "authority", "延长后核查并决定是否立案",
     "Check and decide, after the extension", f"{RULES} 第三十一条", False),
    ("report", "check_again", "reopen", ["file-case", "decline", "extend"], 15, "wd", "authority", "重新核查",
     "Check again", HOUSE, False),
    ("report", "tell_filed", "file-case", ["tell"], 5, "wd", "authority", "告知举报人立案情况",
     "Tell who reported that a case was opened", f"{RULES} 第三十一条", False),
    ("report", "tell_declined", "decline", ["tell"], 5, "wd", "authority", "告知举报人不予立案",
     "Tell who reported that no case was opened", f"{RULES} 第三十一条", False),
    ("report", "conclude", "file-case", ["conclude"], 90, "d", "authority", "立案后作出处理决定",
     "Decide the case", f"{PENALTIES} 第六十四条", False),
    ("inquiry", "answer", "open", ["answer", "refer"], 5, "wd", "authority", "答复咨询", "Answer", HOUSE, False),
    ("inquiry", "answer_again", "reopen", ["answer", "refer"], 5, "wd", "authority", "再次答复咨询", "Answer again",
     HOUSE, False),
    ("praise", "respond", "open", ["pass-on", "adopt", "note"], 15, "wd", "authority", "处理表扬或建议",
     "Deal with praise or a suggestion", HOUSE, False),
)  # fmt: skip

POLICIES = {
    "citizens": "disclosed <> '[]' AND matter_id IN "
    "(SELECT id FROM matters WHERE party_id = (SELECT suyuan_party()) AND shown_at IS NOT NULL)",
    "citizen_words": "false",
    "citizen_looks": "false",
    "complaint_messages": "false",
}
"""What a firm reads of citizens behind the second wall (migration 0029): what was disclosed to it."""


def upgrade() -> None:
    causes = op.create_table(
        "complaint_causes",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_complaint_causes"),
    )
    op.bulk_insert(causes, [{"word": a, "text_zh": b, "text_en": c, "offered": True} for a, b, c in CAUSES])
    op.create_table(
        "complaints",
        sa.Column("matter_id", BIG, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("gtin", sa.Text(), nullable=True),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("serial", sa.Text(), nullable=True),
        sa.Column("bought_on", sa.Date(), nullable=True),
        sa.Column("claim_fen", sa.BigInteger(), nullable=True),
        sa.Column("query_hash", sa.Text(), nullable=False),
        sa.Column("sent_mark", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("came_from_id", BIG, nullable=True),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("accepted_in_time", sa.Boolean(), nullable=True),
        sa.Column("first_answer_minutes", sa.Integer(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_in_time", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_complaints_matter_id"),
        sa.ForeignKeyConstraint(["came_from_id"], ["matters.id"], name="fk_complaints_came_from_id"),
        sa.ForeignKeyConstraint(["cause"], ["complaint_causes.word"], name="fk_complaints_cause"),
        sa.PrimaryKeyConstraint("matter_id", name="pk_complaints"),
        sa.UniqueConstraint("sent_mark", name="uq_complaints_sent_mark"),
    )
    for name in ("cause", "party_id", "product_id"):
        op.create_index(f"ix_complaints_{name}", "complaints", ["opened_on", "region", "kind", name])
    op.create_index(
        "ix_complaints_duties",
        "complaints",
        [
            *("opened_on", "region", "kind", "accepted_in_time", "settled_in_time"),
            *("first_answer_minutes", "outcome", "satisfaction"),
        ],
    )
    op.create_index("ix_complaints_firm", "complaints", ["party_id", "matter_id"])
    op.create_table(
        "citizens",
        sa.Column("matter_id", BIG, nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("name", "phone", "address", "email", "outlet")),
        sa.Column("disclosed", sa.Text(), nullable=False),
        sa.Column("erase_on", sa.Date(), nullable=True),
        sa.Column("erased_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_citizens_matter_id"),
        sa.PrimaryKeyConstraint("matter_id", name="pk_citizens"),
    )
    op.create_index("ix_citizens_erase_on", "citizens", ["erase_on", "matter_id"])
    op.create_table(
        "citizen_words",
        sa.Column("id", BIG, nullable=False),
        sa.Column("matter_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_citizen_words_matter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_citizen_words"),
    )
    op.create_index("ix_citizen_words_matter_id", "citizen_words", ["matter_id"])
    op.create_table(
        "citizen_looks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("matter_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_citizen_looks_matter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_citizen_looks"),
    )
    op.create_index("ix_citizen_looks_matter_id", "citizen_looks", ["matter_id"])
    op.create_table(
        "complaint_messages",
        sa.Column("id", BIG, nullable=False),
        sa.Column("matter_id", BIG, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_complaint_messages_matter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_complaint_messages"),
    )
    op.create_index("ix_complaint_messages_matter_id", "complaint_messages", ["matter_id"])
    op.create_index("ix_complaint_messages_next_at", "complaint_messages", ["next_at", "id"])
    # who waits is a handful among all clocks that ever ran
    waiting = sa.text("met_at IS NULL AND dropped_at IS NULL")
    op.create_index(
        *("ix_matter_clocks_waiting", "matter_clocks", ["due_at", "matter_id"]),
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    running = sa.text("ended_at IS NULL")
    op.create_index(
        *("ix_matters_running", "matters", ["kind", "code", "handler_id", "id"]),
        sqlite_where=running,
        postgresql_where=running,
    )
    _enter_limits()
    _guard()


def _enter_limits() -> None:
    names = ("kind", "word", "starts", "met_by", "amount", "unit", "in_charge", "text_zh", "text_en", "source")
    kinds = [sa.Text()] * 4 + [sa.Integer()] + [sa.Text()] * 5
    columns = [sa.column(name, kind) for name, kind in zip(names, kinds, strict=True)]
    table = sa.table("time_limits", *columns, sa.column("confirmed", sa.Boolean()), sa.column("valid_from", MOMENT))
    op.bulk_insert(
        table,
        [
            dict(zip((*names, "confirmed"), row, strict=True)) | {"met_by": json.dumps(row[3]), "valid_from": SINCE}
            for row in LIMITS
        ],
    )


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER citizen_looks_forbid_{action} BEFORE {action.upper()} ON citizen_looks "
                "BEGIN SELECT RAISE(ABORT, 'the history of a matter is never changed or deleted'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER citizen_looks_forbid_change BEFORE UPDATE OR DELETE OR TRUNCATE ON citizen_looks "
        "FOR EACH STATEMENT EXECUTE FUNCTION forbid_change_of_matter()"
    )
    if not op.get_bind().scalar(sa.text("SELECT to_regproc('suyuan_party') IS NOT NULL")):
        return
    for table, condition in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON {table} FOR SELECT TO {FIRM_ROLE} USING ({condition})")


def downgrade() -> None:
    op.drop_index("ix_matters_running", "matters")
    op.drop_index("ix_matter_clocks_waiting", "matter_clocks")
    for table in ("complaint_messages", "citizen_looks", "citizen_words", "citizens", "complaints", "complaint_causes"):
        op.drop_table(table)
    for kind in sorted({row[0] for row in LIMITS}):
        op.execute(f"DELETE FROM time_limits WHERE kind = '{kind}' AND id NOT IN (SELECT limit_id FROM matter_clocks)")
