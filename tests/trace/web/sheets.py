"""Sheets over HTTP read again: tables of cells from CSV and XLSX, and what a JSON value is in a cell."""

import csv
import io
from typing import Any

from python_calamine import CalamineWorkbook

from tests.trace.web.api_client import Api
from trace.sheets import CSV_TYPE, XLSX_TYPE


def get_csv(api: Api, path: str) -> list[list[str]]:
    """The table of a CSV answer."""
    response = api.send("GET", path)
    assert (response.status_code, response.mimetype) == (200, CSV_TYPE), response.get_data(as_text=True)[:500]
    assert 'attachment; filename="' in response.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"), newline="")))


def get_xlsx(api: Api, path: str) -> list[list[Any]]:
    """The table of a workbook's first worksheet."""
    response = api.send("GET", path)
    assert (response.status_code, response.mimetype) == (200, XLSX_TYPE), response.get_data(as_text=True)[:500]
    assert int(response.headers["Content-Length"]) == len(response.get_data())
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(response.get_data()))
    return workbook.get_sheet_by_index(0).to_python()
