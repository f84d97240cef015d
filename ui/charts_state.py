"""Charts of the Results page: drawings and the numbers they show."""

from __future__ import annotations

from dataclasses import dataclass

from ui.state import Problem


@dataclass(frozen=True, slots=True)
class ChartState:
    name: str
    """What it is asked for by."""
    title: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[bool, ...] = ()
    """Which columns hold numbers."""
    left_out: int = 0
    """Rows that are only in the file."""
    alt: str = ""
    """What there is to see, in a sentence."""
    light: str = ""
    """SVG; empty while it is not drawn. It has its own title, notes and margins."""
    dark: str = ""


@dataclass(frozen=True, slots=True)
class ChartsState:
    charts: tuple[ChartState, ...] = ()
    undrawn: str = ""
    """Why none of them can be drawn, and how to mend it."""
    line: str = ""
    """Where one was saved, or is being saved."""
    problem: Problem | None = None
    """Why one was not drawn or saved."""
