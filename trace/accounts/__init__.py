"""People: who is invited, how they come in, and what they may change about themselves."""
