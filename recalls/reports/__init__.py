"""Reports of a recall, all from one ledger (RECALLS, Reports)."""
