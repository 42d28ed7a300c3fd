"""The blacklist (黑名单): proposed, notified, heard, decided by a second person, reviewed, and ended by decision."""
