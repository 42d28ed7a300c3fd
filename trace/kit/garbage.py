"""How often Python looks for cycles among the objects of a running server."""

import gc
from functools import cache

YOUNG = 50_000
"""Objects made before the youngest are looked through: reading one document makes as many, none of them in cycles.

With Python's own 700 a third of a capture is spent looking, and each full look goes through every module loaded.
"""


@cache
def look_seldom() -> None:
    """Call when everything is imported: what is alive now stays for good and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
