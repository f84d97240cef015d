"""One measured figure, with what it is compared to; and the reason why there is none."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    unit: str
    target: str
    """What the issue or the design asks for; empty when it only informs."""
    floor: str
    """What physics or the library alone would take."""
    note: str = ""


class NotMeasured(Exception):
    """A bench cannot be run on this machine; its words say why, in place of its figures."""
