"""docs/deadlines.md shows the table of duties and the calendar as the service brings them along."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.clocks.calendar_days import list_days
from recalls.clocks.duties import list_duties, write_duty
from recalls.clocks.triggers import MEETS, STARTS
from recalls.models import CalendarDay, Duty
from trace.kit.config import ROOT

DOCUMENT = (ROOT / "docs" / "deadlines.md").read_text("utf-8")
UNITS = {"h": "h", "d": "d", "wd": "wd", "week": "weeks", "month": "months"}


def table_after(heading: str) -> list[str]:
    """The rows of the first table below a heading, without its own two lines."""
    lines = DOCUMENT.split(f"\n## {heading}\n", 1)[1].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = lines[first:]
    return rows[2 : next((number for number, line in enumerate(rows) if not line.startswith("|")), len(rows))]


def row_of(duty: Duty) -> str:
    row = write_duty(duty)
    limit = "at once" if row["amount"] == 0 else f"{row['amount']} {UNITS[row['unit']]}"
    limit = f"every {limit}" if row["repeats"] else limit
    marks = [word for word in ("restarts",) if row["restarts"]] + ([f"until {row['until']}"] if row["until"] else [])
    cells = [
        f"`{row['duty']}`",
        row["regime"] or "all",
        str(row["class"] or "all"),
        row["starts"],
        ", ".join(row["met_by"]) or "time",
        ", ".join([limit, *marks]),
        row["source"],
        "yes" if row["confirmed"] else "no",
    ]
    return f"| {' | '.join(cells)} |"


def test_the_table_of_duties_is_the_document_s(session: Session) -> None:
    assert table_after("The table of duties") == [row_of(duty) for duty in list_duties(session, 0, 100)]


def test_the_calendar_is_the_document_s(session: Session) -> None:
    rows = []
    for year in (2025, 2026):
        days = {row.day: row for row in list_days(session, year)}
        names = dict.fromkeys(row.name_zh for row in days.values() if not row.working)
        for name in names:
            off = [day for day, row in days.items() if row.name_zh == name]
            worked = [day for day, row in days.items() if row.working and row.name_zh.startswith(name)]
            assert off == [off[0] + timedelta(number) for number in range(len(off))]
            period = f"{off[0]:%m-%d}" if len(off) == 1 else f"{off[0]:%m-%d} to {off[-1]:%m-%d}"
            english = days[off[0]].name_en
            rows.append(f"| {year} | {name} {english} | {period} | {', '.join(f'{day:%m-%d}' for day in worked)} |")
    assert [row.replace("|  |", "| |") for row in rows] == table_after("The calendar")
    for source in session.scalars(select(CalendarDay.source).distinct()):
        assert source in DOCUMENT
    assert {row.day.weekday() for row in list_days(session, 2026) if row.working} <= {5, 6}
    assert date(2026, 2, 14) in {row.day for row in list_days(session, 2026) if row.working}


def test_every_word_is_explained() -> None:
    for word in {*STARTS, *MEETS}:
        assert f"`{word}`" in DOCUMENT, word
