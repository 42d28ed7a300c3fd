"""Taking goods back: the case, its scope and stages, its impact on the supply graph."""
