"""A study: one validated TOML file that says what is compared, how often, and what is shown."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from desktop.errors import StudyProblem
from desktop.session.study_parts import (
    Design,
    Showing,
    Voting,
    read_design,
    read_showing,
    read_voting,
    require_fair_repeats,
)
from desktop.session.study_table import FORM, StudyTable, shown
from desktop.session.study_turns import Turns, read_turns, require_one_turn_for_checks
from resources import FOLDER

SCHEMA = 1
EVERYDAY = FOLDER / "studies" / "everyday.toml"


class Reveal(StrEnum):
    """When the participant learns which system was which."""

    NEVER = "never"
    SESSION_END = "session_end"
    EACH_VOTE = "each_vote"


@dataclass(frozen=True, slots=True)
class Study:
    file: Path
    """For sentences about it."""
    id: str
    title: str
    text: str
    instruction: str
    notice: str
    systems: tuple[str, ...]
    battles_per_session: int
    """Votes of a session on battles that count."""
    reveal: Reveal
    take_max_ms: int
    answer_time_limit_s: float
    sha256: str
    """Of the study file's bytes, in hexadecimal."""
    design: Design = field(default_factory=Design)
    showing: Showing = field(default_factory=Showing)
    voting: Voting = field(default_factory=Voting)
    turns: Turns = field(default_factory=Turns)

    @property
    def session_length(self) -> int:
        """Votes that complete a session: on battles that count, practice and calibration alike."""
        return self.battles_per_session + self.design.besides

    @property
    def settings(self) -> dict[str, Any]:
        """What is kept with every session of how its battles were made; JSON values."""
        return {
            "reveal": self.reveal.value,
            "take_max_ms": self.take_max_ms,
            "answer_time_limit_s": self.answer_time_limit_s,
            "design": asdict(self.design),
            "show": asdict(self.showing),
            "vote": asdict(self.voting),
            "turns": asdict(self.turns),
        }


_LARGEST_BYTES = 1_000_000
"""More than anybody writes; a device that never ends must not be read."""


_NAME_ONE = "Name the file itself; resources/studies holds one to begin with."


def load_study(path: Path) -> Study:
    """Read and validate a study file. Raises StudyProblem with a sentence about the first fault."""
    where = f"The study file {path}"
    try:
        if path.exists() and not path.is_file():
            raise StudyProblem(f"{where} is no file.", _NAME_ONE)
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise StudyProblem(f"{where} cannot be read ({error.strerror}).", _NAME_ONE) from error
    if len(content) > _LARGEST_BYTES:
        raise StudyProblem(f"{where} is larger than {_LARGEST_BYTES:,} bytes.", FORM)
    try:
        values = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        # ValueError: not UTF-8, not TOML, or a number of thousands of digits.
        wrong = "no text" if isinstance(error, UnicodeDecodeError) else f"not valid TOML: {error}"
        raise StudyProblem(f"{where} is {wrong}.", FORM) from error
    return _parse(path, values, hashlib.sha256(content).hexdigest())


def _parse(path: Path, values: Mapping[str, Any], sha256: str) -> Study:
    where = f"The study file {path}"
    table = StudyTable(where, values)
    schema = table.take("schema", int)
    if schema != SCHEMA:
        raise StudyProblem(
            f"{where} has schema {shown(schema)}; this program reads {SCHEMA}.",
            "Use the Earshot version it was written for.",
        )
    take, answer = table.table("take"), table.table("answer")
    systems = _systems(table)
    study = Study(
        file=path,
        id=table.line("id"),
        title=table.line("title"),
        text=table.take("text", str),
        instruction=table.take("instruction", str),
        notice=table.take("notice", str, ""),
        systems=systems,
        battles_per_session=table.number("battles_per_session", int, None, (1, 1000)),
        reveal=table.choice("reveal", Reveal.SESSION_END),
        take_max_ms=take.number("max_ms", int, 60_000, (2_000, 600_000)),
        answer_time_limit_s=float(answer.number("time_limit_s", (int, float), 60, (1, 3600))),
        sha256=sha256,
        design=read_design(table.table("design"), systems),
        showing=read_showing(table.table("show")),
        voting=read_voting(table.table("vote")),
        turns=read_turns(table.table("turns")),
    )
    for part in (table, take, answer):
        part.finish()
    if study.voting.guess and study.reveal is not Reveal.SESSION_END:
        raise StudyProblem(
            f"{where}: vote.guess needs reveal = “{Reveal.SESSION_END}”.",
            "Where names are never told, or were told after each vote, they cannot be asked for.",
        )
    require_fair_repeats(
        where,
        study.design,
        normal=study.battles_per_session,
        told_each_vote=study.reveal is Reveal.EACH_VOTE,
    )
    require_one_turn_for_checks(where, study.design, study.turns)
    return study


def _systems(table: StudyTable) -> tuple[str, ...]:
    systems = table.take("systems", list)
    if not all(isinstance(system, str) for system in systems):
        raise StudyProblem(f"{table.where}: “systems” is a list of system ids.", FORM)
    if len(systems) < 2 or len(set(systems)) != len(systems):
        raise StudyProblem(
            f"{table.where}: “systems” names at least two different systems, each once.", FORM
        )
    return tuple(systems)
