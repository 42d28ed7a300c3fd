"""Symbols that scanners read: drawn from what they say, and read back."""
