"""The consumer's check: from whatever a scanner gives to what is known about the goods."""
