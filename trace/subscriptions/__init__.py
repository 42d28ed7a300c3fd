"""Named queries and who is told what they find (EPCIS 2.0 §8.2.5, §12.8)."""
