"""A report as a file: its table as CSV, its parts as worksheets, all of it on paper. Read off its JSON alone."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, BinaryIO

from recalls.reports.build import ReportRow
from recalls.reports.forms import REPORTS, FormName
from recalls.reports.parts import CASE, Part, shown, write_moment
from trace.kit.errors import TooLarge
from trace.pdf import Block, Drawing, Facts, Font, Heading, Paragraph, Table, write_pdf
from trace.sheets import MAX_ROWS, Column, Language, write_csv, write_workbook

Report = ReportRow | Mapping[str, Any]

NOTHING = {"zh": "无", "en": "None."}
MOST_COLUMNS = 9
"""Wider tables are set as several on paper, each beginning with the columns that name the row."""

NAMING = 2
MOST_PIECES = 2
MOST_CARDS = 20
"""Up to so many rows of what would need more than two tables are set one below the other, a line for each figure."""

MOST_ON_PAPER = 30_000
"""Rows of all tables together that are set on paper: some 1,000 pages."""


class TooMuchForAFile(TooLarge):
    """More rows than a file of this format holds."""


def write_report_csv(target: BinaryIO, report: Report, language: Language) -> None:
    """Write the main table of the form."""
    main = REPORTS[_form_of(report)].main
    write_csv(target, main.sheet, report["parts"][main.name], language)


def write_report_xlsx(target: BinaryIO, report: Report, language: Language) -> None:
    """Write every part as a worksheet. Raises TooMuchForAFile (413) beyond what one holds."""
    form = REPORTS[_form_of(report)]
    most = max(len(report["parts"][part.name]) for part in form.parts)
    if most > MAX_ROWS:
        raise TooMuchForAFile(f"Expected at most {MAX_ROWS} rows on a worksheet, got {most}: ask for JSON or CSV.")
    write_workbook(target, [(part.sheet, report["parts"][part.name]) for part in form.parts], language)


def write_report_pdf(
    target: BinaryIO, report: Report, language: Language, font: Font, pictures: Sequence[Drawing] = ()
) -> None:
    """Write every part below its heading, then the pictures; each page ends with the digest of the run and the moment.

    Raises TooMuchForAFile (413) beyond `MOST_ON_PAPER`.
    """
    form = REPORTS[_form_of(report)]
    rows = sum(len(report["parts"][part.name]) * len(_pieces(part)) for part in form.parts)
    if rows > MOST_ON_PAPER:
        raise TooMuchForAFile(f"Expected at most {MOST_ON_PAPER} rows on paper, got {rows}: ask for XLSX, CSV or JSON.")
    title = form.zh if language == "zh" else form.en
    footer = f"{report['number']} · {write_moment(report['as_of'])} · SHA-256 {report['run_digest']}"
    blocks = chain(_blocks(report, title, language), picture_blocks(pictures))
    write_pdf(target, title, blocks, font, footer, "zh-CN" if language == "zh" else "en")


def _form_of(report: Report) -> FormName:
    form: FormName = report["form"]  # type: ignore[assignment]
    return form


def _blocks(report: Report, title: str, language: Language) -> Iterator[Block]:
    yield Heading(title, 1)
    made = ("制作", "Made by") if "id" not in report else ("提交", "Filed by")
    yield Paragraph(f"{made[0 if language == 'zh' else 1]}: {report['by']} · {write_moment(report['at'])}", small=True)
    for part in REPORTS[_form_of(report)].parts:
        yield Heading(part.sheet.zh if language == "zh" else part.sheet.en)
        rows = report["parts"][part.name]
        if not rows:
            yield Paragraph(NOTHING[language])
        elif part is CASE:
            named = [[shown(column.read(row, language)) for column in part.sheet.columns] for row in rows]
            yield Facts([(name, said) for name, said in named if said])
        elif len(rows) <= MOST_CARDS and len(_pieces(part)) > MOST_PIECES:
            yield from _cards(part, rows, language)
        else:
            yield from _tables(part, rows, language)


def picture_blocks(pictures: Sequence[Drawing]) -> Iterator[Block]:
    """Yield pictures below one heading."""
    if pictures:
        yield Heading(pictures[0].title)
    yield from pictures


def _tables(part: Part, rows: list[dict[str, Any]], language: Language) -> Iterator[Table]:
    for columns in _pieces(part):
        yield Table(
            heads=[column.heading(language) for column in columns],
            rows=[[shown(column.read(row, language)) for column in columns] for row in rows],
        )


def _cards(part: Part, rows: list[dict[str, Any]], language: Language) -> Iterator[Block]:
    for row in rows:
        named = [(column.heading(language), shown(column.read(row, language))) for column in part.sheet.columns]
        yield Heading(" · ".join(said for _, said in named[:NAMING] if said), 3)
        yield Facts([(name, said) for name, said in named[NAMING:] if said])


def _pieces(part: Part) -> list[list[Column[Any]]]:
    """Return the columns of a part, table by table."""
    columns = list(part.sheet.columns)
    if len(columns) <= MOST_COLUMNS:
        return [columns]
    naming, rest = columns[:NAMING], columns[NAMING:]
    step = MOST_COLUMNS - NAMING
    return [[*naming, *rest[at : at + step]] for at in range(0, len(rest), step)]
