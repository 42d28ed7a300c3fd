"""The way back: from cases to the deliveries, batches, places and firms that can explain them (RULES 7, 20-21)."""
