"""How a score is shown. Whatever the scale, what is computed is the natural-log coefficient."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Shown = `factor` * beta + `origin`."""

    factor: float
    origin: float
    places: int
    name: str
    unit: str
    """What the numbers are, in words."""
    meaning: str
    """The rest of what there is to know of them; a sentence."""
    suffix: str = ""
    """Of columns with such numbers in a file."""

    @property
    def title(self) -> str:
        """Of a column of scores."""
        return f"Score ({self.name})" if self.suffix else "Score"

    def column(self, name: str) -> str:
        """What a column of such numbers is called in a file."""
        return name + self.suffix

    def of(self, beta: float) -> float:
        return self.factor * beta + self.origin

    def text(self, beta: float) -> str:
        """With a true minus, and a sign for what is endless or unknown."""
        if math.isnan(beta):
            return "–"
        if math.isinf(beta):
            return "∞" if beta > 0 else "−∞"
        shown = round(self.of(beta), self.places) + 0.0  # minus nothing is nothing
        return f"{shown:.{self.places}f}".replace("-", "−")

    def wide(self, width: float) -> str:
        """A difference of coefficients, with its unit where that is not the natural one."""
        return f"{self.factor * width:.{self.places}f}{' points' * (self.factor != 1)}"

    def signed(self, beta: float) -> str:
        """Likewise, with a plus where it is above nothing."""
        text = self.text(beta)
        return f"+{text}" if text[0].isdigit() and text.strip("0.") else text


NATURAL = Scale(
    1.0, 0.0, 2, "natural", "natural log odds",
    "The mean is zero, and a difference of one means odds of 2.7 to one.",
)  # fmt: skip
POINTS_400 = Scale(
    400 / math.log(10), 1000.0, 0, "400", "points: 400 are odds of ten to one",
    "The mean is 1000.", "_400",
)  # fmt: skip
"""As chess and the public arenas show it."""
