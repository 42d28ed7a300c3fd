"""Clocks of a case: which duties begin when, when they are due, and who is reminded (docs/deadlines.md)."""
