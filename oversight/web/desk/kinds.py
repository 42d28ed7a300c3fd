"""What every kind of matter looks like at the desk, by its name; one line a kind."""

from collections.abc import Mapping

from oversight.web.desk.shown import Shown

SHOWN: Mapping[str, Shown] = {}
