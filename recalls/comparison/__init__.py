"""Two impacts of one case compared: what differs, and why."""
