"""One measured figure, with what it is compared to."""

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
