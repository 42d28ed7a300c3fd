"""Labels: what stands on them, how they lie on a sheet, and how they are drawn."""
