"""Emergencies (应急处置): incidents, who does what, and a board of all that is open in a jurisdiction."""
