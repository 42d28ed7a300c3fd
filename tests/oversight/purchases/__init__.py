"""Purchase checks."""
