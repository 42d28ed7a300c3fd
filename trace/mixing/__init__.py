"""Goods of an item that moved without a lot, or through places that mix lots: where units in scope may be (RULES 7)."""
