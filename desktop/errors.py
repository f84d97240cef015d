"""What can go wrong outside the program, and how it is said.

    EarshotError            a sentence and advice; shown to the person, never a traceback
    ├── StudyProblem        the study file cannot be used
    ├── CatalogueProblem    the system catalogue cannot be used
    ├── Busy                another Earshot has this data folder open
    └── UsageProblem        a command was given something it cannot work with

Other folders have families of their own for their own worlds (`local_db.errors`, `engines.errors`,
`desktop.audio.errors`); `desktop.problems` turns each of them into what the window shows. Every
other exception is a bug: it is logged whole and never dressed up.
"""

from __future__ import annotations


class EarshotError(Exception):
    """The world's fault. `sentence` says what happened, `advice` what to do."""

    def __init__(self, sentence: str, advice: str = "") -> None:
        super().__init__(f"{sentence} {advice}".strip())
        self.sentence = sentence
        self.advice = advice


class StudyProblem(EarshotError):
    """The study file cannot be used."""


class CatalogueProblem(EarshotError):
    """The system catalogue cannot be used."""


class Busy(EarshotError):
    """Another Earshot has this data folder open."""


class UsageProblem(EarshotError):
    """A command was given something it cannot work with."""
