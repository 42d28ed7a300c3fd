"""The tables of the regulator's desk; one file a noun."""

from oversight.models.jurisdictions import Jurisdiction, StaffPost
from oversight.models.matters import Matter, MatterClock, MatterCounter, MatterStep, TimeLimit

__all__ = ["Jurisdiction", "Matter", "MatterClock", "MatterCounter", "MatterStep", "StaffPost", "TimeLimit"]
