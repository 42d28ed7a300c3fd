"""Purchase checks (进货查验): may goods be taken from this supplier, by what is known that day."""
