"""The market regulator's desk: who may make what, what was found, who complained, and what the public is told."""
