"""Clocks of a case: the table of duties, the calendar, deadlines and what was said about them."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RECORDED = datetime(2026, 1, 1, tzinfo=UTC)

ADDED_ONLY = ("calendar_days", "recall_deadline_reminders")
NEVER_DELETED = ("duties", "recall_deadlines")

ARRANGEMENT = "国务院办公厅关于{year}年部分节假日安排的通知 ({published})"
HOLIDAYS: dict[str, list[tuple[str, str, str, str, list[str]]]] = {
    ARRANGEMENT.format(year=2025, published="2024-11-12, 国办发明电〔2024〕12号"): [
        ("元旦", "New Year", "2025-01-01", "2025-01-01", []),
        ("春节", "Spring Festival", "2025-01-28", "2025-02-04", ["2025-01-26", "2025-02-08"]),
        ("清明节", "Qingming Festival", "2025-04-04", "2025-04-06", []),
        ("劳动节", "Labour Day", "2025-05-01", "2025-05-05", ["2025-04-27"]),
        ("端午节", "Dragon Boat Festival", "2025-05-31", "2025-06-02", []),
        ("国庆节、中秋节", "National Day and Mid-Autumn", "2025-10-01", "2025-10-08", ["2025-09-28", "2025-10-11"]),
    ],
    ARRANGEMENT.format(year=2026, published="2025-11-04"): [
        ("元旦", "New Year", "2026-01-01", "2026-01-03", ["2026-01-04"]),
        ("春节", "Spring Festival", "2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
        ("清明节", "Qingming Festival", "2026-04-04", "2026-04-06", []),
        ("劳动节", "Labour Day", "2026-05-01", "2026-05-05", ["2026-05-09"]),
        ("端午节", "Dragon Boat Festival", "2026-06-19", "2026-06-21", []),
        ("中秋节", "Mid-Autumn Festival", "2026-09-25", "2026-09-27", []),
        ("国庆节", "National Day", "2026-10-01", "2026-10-07", ["2026-09-20", "2026-10-10"]),
    ],
}
"""By source: a holiday's names, its first and last day, and the days that are worked in exchange."""

FOOD = "食品召回管理办法"
CONSUMER = "消费品召回管理暂行规定"
CARS = "缺陷汽车产品召回管理条例"


def duty(word: str, regime: str | None, starts: str, met_by: list[str], amount: int, unit: str, **rest: Any) -> Any:
    """One row of the table, with what most rows have in common."""
    common = {
        "recall_class": None,
        "until": None,
        "repeats": False,
        "restarts": False,
        "in_charge": "firm",
        "confirmed": True,
        "valid_from": None,
        "valid_to": None,
        "recorded_at": RECORDED,
        "recorded_by": None,
    }
    own = {"word": word, "regime": regime, "starts": starts, "met_by": json.dumps(met_by), "amount": amount}
    return common | own | {"unit": unit} | rest


DUTIES = [
    *(
        duty(
            *("start_and_report", "cn_food", "learned", ["plan_filed"], hours, "h"),
            recall_class=number,
            text_zh="知悉食品安全风险后启动召回，并报告召回计划",
            text_en="Start the recall and report its plan after learning of the risk",
            source=f"{FOOD} 第十三条",
        )
        for number, hours in ((1, 24), (2, 48), (3, 72))
    ),
    *(
        duty(
            *("finish", "cn_food", "announced", ["completed"], days, "wd"),
            recall_class=number,
            restarts=True,
            text_zh="自公告发布之日起完成召回",
            text_en="Finish the recall after the announcement",
            source=f"{FOOD} 第十八条",
        )
        for number, days in ((1, 10), (2, 20), (3, 30))
    ),
    duty(
        *("report_harm", "cn_consumer", "learned", ["report", "plan_filed"], 2, "wd"),
        recall_class=1,
        text_zh="发现造成死亡、严重人身伤害或在境外已被召回的，报告市场监督管理部门",
        text_en="Report goods that caused death or serious injury, or are recalled abroad",
        source=CONSUMER,
    ),
    duty(
        *("plan_or_objection", "cn_consumer", "notified", ["plan_filed", "objected"], 10, "wd"),
        text_zh="收到召回通知后提交召回计划，或提出异议",
        text_en="File a plan, or object, after the authority's notice",
        source=CONSUMER,
        confirmed=False,
    ),
    duty(
        *("publish", "cn_consumer", "plan_filed", ["announced"], 3, "wd"),
        text_zh="提交召回计划后向社会公布",
        text_en="Publish the recall after the plan",
        source=CONSUMER,
        confirmed=False,
    ),
    duty(
        *("interim_summary", "cn_consumer", "announced", ["report:cn_progress"], 3, "month"),
        until="completed",
        repeats=True,
        text_zh="召回实施期间提交阶段性总结",
        text_en="Interim summaries while the recall goes on",
        source=CONSUMER,
        confirmed=False,
    ),
    duty(
        *("final_summary", "cn_consumer", "completed", ["summary_filed"], 15, "wd"),
        text_zh="召回完成后提交召回总结",
        text_en="File the summary after completion",
        source=CONSUMER,
        confirmed=False,
    ),
    duty(
        *("keep_records", "cn_consumer", "terminated", [], 60, "month"),
        text_zh="保存召回记录",
        text_en="Keep the records of the recall",
        source=CONSUMER,
        confirmed=False,
    ),
    duty(
        *("objection", "cn_auto", "notified", ["objected", "plan_filed"], 15, "wd"),
        text_zh="收到召回通知后提出异议，或实施召回",
        text_en="Object to the notice, or recall",
        source=f"{CARS} 第十五条",
    ),
    duty(
        *("tell_sellers", "cn_auto", "plan_filed", ["told"], 0, "d"),
        restarts=True,
        text_zh="备案召回计划的同时通报销售者，销售者停止销售",
        text_en="Tell the sellers at once, who stop selling",
        source=f"{CARS} 第十七条",
    ),
    duty(
        *("status_report", "us_food", "announced", ["report:fda_753"], 4, "week"),
        repeats=True,
        text_zh="每两至四周向FDA提交召回进展报告",
        text_en="Status reports to the FDA every two to four weeks",
        source="21 CFR 7.53",
    ),
    duty(
        *("sortable_sheet", "us_food", "notified", ["report:fsma204"], 24, "h"),
        text_zh="提交可排序的追溯记录电子表格",
        text_en="Give the sortable spreadsheet of the tracing records",
        source="FSMA 204 (21 CFR 1 subpart S)",
        confirmed=False,
    ),
    duty(
        *("trace_exercise", None, "drill", ["drill-report"], 4, "h"),
        text_zh="完成追溯演练及物料平衡",
        text_en="Finish the trace exercise with its mass balance",
        source="GFSI / BRCGS",
    ),
]


def calendar() -> Iterator[dict[str, Any]]:
    """The rows of the published arrangements: every day of a holiday is off, every make-up day is worked."""
    for source, holidays in HOLIDAYS.items():
        for name_zh, name_en, first, last, worked in holidays:
            days = {date.fromisoformat(day): True for day in worked}
            start, end = date.fromisoformat(first), date.fromisoformat(last)
            days |= {start + timedelta(days=number): False for number in range((end - start).days + 1)}
            for day, working in sorted(days.items()):
                yield {
                    "day": day,
                    "working": working,
                    "name_zh": f"{name_zh}调休上班" if working else name_zh,
                    "name_en": f"{name_en}, worked in exchange" if working else name_en,
                    "source": source,
                    "recorded_at": RECORDED,
                    "recorded_by": None,
                }


def upgrade() -> None:
    days = op.create_table(
        "calendar_days",
        sa.Column("id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=True),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_days"),
    )
    op.create_index("ix_calendar_days_day", "calendar_days", ["day"])
    duties = op.create_table(
        "duties",
        sa.Column("id", BIG, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=True),
        sa.Column("recall_class", sa.SmallInteger(), nullable=True),
        sa.Column("starts", sa.Text(), nullable=False),
        sa.Column("met_by", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("repeats", sa.Boolean(), nullable=False),
        sa.Column("restarts", sa.Boolean(), nullable=False),
        sa.Column("in_charge", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_duties"),
    )
    op.create_index("ix_duties_starts", "duties", ["starts", "regime"])
    op.create_table(
        "recall_deadlines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("duty_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("periods", sa.Integer(), nullable=False),
        sa.Column("follows_id", BIG, nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calendar_complete", sa.Boolean(), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_by", sa.Text(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_recall_deadlines_case_id"),
        sa.ForeignKeyConstraint(["duty_id"], ["duties.id"], name="fk_recall_deadlines_duty_id"),
        sa.ForeignKeyConstraint(["follows_id"], ["recall_deadlines.id"], name="fk_recall_deadlines_follows_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recall_deadlines"),
        sa.UniqueConstraint("follows_id", name="uq_recall_deadlines_follows_id"),
    )
    op.create_index("ix_recall_deadlines_case_id", "recall_deadlines", ["case_id"])
    op.create_index("ix_recall_deadlines_duty_id", "recall_deadlines", ["duty_id"])
    op.create_index("ix_recall_deadlines_due_at", "recall_deadlines", ["due_at", "id"])
    op.create_index("ix_recall_deadlines_next_at", "recall_deadlines", ["next_at"])
    op.create_table(
        "recall_deadline_reminders",
        sa.Column("id", BIG, nullable=False),
        sa.Column("deadline_id", BIG, nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["recall_deadlines.id"], name="fk_recall_deadline_reminders_deadline_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recall_deadline_reminders"),
        sa.UniqueConstraint(
            "deadline_id", "mark", "due_at", name="uq_recall_deadline_reminders_deadline_id_mark_due_at"
        ),
    )
    op.bulk_insert(days, list(calendar()))
    op.bulk_insert(duties, DUTIES)
    _protect()


def downgrade() -> None:
    for table in ("recall_deadline_reminders", "recall_deadlines", "duties", "calendar_days"):
        op.drop_table(table)


def _protect() -> None:
    """Let the database itself refuse what is never done (RECALLS: nothing is overwritten)."""
    forbidden = dict.fromkeys(ADDED_ONLY, ("UPDATE", "DELETE")) | dict.fromkeys(NEVER_DELETED, ("DELETE",))
    for table, actions in forbidden.items():
        if op.get_bind().dialect.name == "sqlite":
            for action in actions:
                op.execute(
                    f"CREATE TRIGGER {table}_forbid_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'the history of a recall is never changed or deleted'); END"
                )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_forbid_change BEFORE {' OR '.join((*actions, 'TRUNCATE'))} ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION forbid_change_of_recall()"
            )
