"""Messages to the firms of a recall: who must be told, until when, by which way, and what came of it."""
