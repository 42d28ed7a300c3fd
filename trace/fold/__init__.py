"""The derivation of RULES: from effective events to postings, as pure functions over plain values."""
