"""Setting the service up on more than one machine (docs/scale.md)."""
