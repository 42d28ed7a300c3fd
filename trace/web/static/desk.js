// The desk: comfort on top of pages that work without it.
