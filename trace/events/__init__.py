"""Captured events as they are kept: rows, storing, reading back, and the jobs that brought them."""
