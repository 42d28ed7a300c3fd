"""What the demonstration tells packages above the record, so that they show their part on the same goods."""

from collections.abc import Sequence
from dataclasses import dataclass

from trace.kit.auth import Principal


@dataclass(frozen=True, slots=True)
class Scene:
    """The demonstration by codes alone.

    ``offices`` are (GB/T 2260 code, Chinese, English); ``bought`` are goods that consumers hold: (the batch's URI, GLN
    of the shop), all made by ``maker`` (USCC); ``stranger`` (USCC) is a firm of which nobody thinks well, that sent
    something to a shop.
    """

    official: Principal
    colleague: Principal
    offices: Sequence[tuple[str, str, str]]
    maker: str
    bought: Sequence[tuple[str, str]]
    stranger: str
