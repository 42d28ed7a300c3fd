"""Matters: all that an authority has in hand, with one history, one way through the offices and one kind of clock."""
