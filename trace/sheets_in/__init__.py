"""Sheets in: a firm's own spreadsheets as what it registers and reports (docs/sheets-in.md)."""
