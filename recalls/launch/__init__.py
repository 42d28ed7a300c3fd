"""Launching a recall step by step: a draft on the server, what its scope means, and one act that opens and files it."""
