"""How well a recall works: ratios, checks, progress (RULES 8)."""
