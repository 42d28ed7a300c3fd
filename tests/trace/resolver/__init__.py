"""The resolver: its rules, its links, its lists of conformance."""
