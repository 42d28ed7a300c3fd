"""Drills: a recall tried out on one batch, against a clock, that nobody is told of but those who take part."""
