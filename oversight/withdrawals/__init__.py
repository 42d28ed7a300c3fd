"""Substandard goods off sale (不合格商品退市): the order, the task of each place, and the way back to sale."""
