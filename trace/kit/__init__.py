"""Plumbing that knows no traceability: settings, database, errors, contract, keys, paging, languages."""
