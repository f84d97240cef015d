"""A study: one validated TOML file that says what is compared, how often, and what is shown."""

from __future__ import annotations

import hashlib
import reprlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from desktop.errors import StudyProblem
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
    reveal: Reveal
    take_max_ms: int
    answer_time_limit_s: float
    sha256: str
    """Of the study file's bytes, in hexadecimal."""


class _Table:
    """Reads one TOML table and complains in sentences; whatever is left over is a mistake too."""

    def __init__(self, where: str, values: Mapping[str, Any]) -> None:
        self.where = where
        self._left = dict(values)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        if key not in self._left:
            if default is None:
                raise StudyProblem(f"{self.where} has no “{key}”.", "Add it.")
            return default
        value = self._left.pop(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise StudyProblem(f"{self.where}: “{key}” cannot be {_shown(value)}.", _FORM)
        return value

    def line(self, key: str) -> str:
        """A text that is read as one line: not blank, nothing in it that cannot be printed."""
        value = str(self.take(key, str))
        if not value.strip():
            raise StudyProblem(f"{self.where}: “{key}” is empty.", "Write something there.")
        if value != value.strip() or not value.isprintable():
            raise StudyProblem(
                f"{self.where}: “{key}” cannot be {_shown(value)}.",
                "It is one line, without spaces around it.",
            )
        return value

    def number(
        self, key: str, kind: type | tuple[type, ...], default: Any, limits: tuple[int, int]
    ) -> Any:
        """`limits`: the least and the most that it may be."""
        value = self.take(key, kind, default)
        least, most = limits
        if not least <= value <= most:  # nor nan, which is neither above nor below anything
            raise StudyProblem(f"{self.where}: “{key}” lies between {least} and {most}.", _FORM)
        return value

    def finish(self) -> None:
        if self._left:
            names = ", ".join(_shown(name) for name in sorted(self._left))
            raise StudyProblem(f"{self.where}: nothing is known of {names}.", "Check the spelling.")


_FORM = "See docs/study.md for its form."
_LARGEST_BYTES = 1_000_000
"""More than anybody writes; a device that never ends must not be read."""


def load_study(path: Path) -> Study:
    """Read and validate a study file. Raises StudyProblem with a sentence about the first fault."""
    where = f"The study file {path}"
    try:
        if path.exists() and not path.is_file():
            raise StudyProblem(f"{where} is no file.", "Name the file itself.")
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise StudyProblem(f"{where} cannot be read ({error.strerror}).") from error
    if len(content) > _LARGEST_BYTES:
        raise StudyProblem(f"{where} is larger than {_LARGEST_BYTES:,} bytes.", _FORM)
    try:
        values = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        # ValueError: not UTF-8, not TOML, or a number of thousands of digits.
        raise StudyProblem(f"{where} is not valid TOML: {error}.") from error
    return _parse(path, values, hashlib.sha256(content).hexdigest())


def _parse(path: Path, values: Mapping[str, Any], sha256: str) -> Study:
    where = f"The study file {path}"
    table = _Table(where, values)
    schema = table.take("schema", int)
    if schema != SCHEMA:
        raise StudyProblem(
            f"{where} has schema {_shown(schema)}; this program reads {SCHEMA}.",
            "Use the Earshot version it was written for.",
        )
    take = _Table(f"{where}, [take]", table.take("take", dict, {}))
    answer = _Table(f"{where}, [answer]", table.take("answer", dict, {}))
    study = Study(
        file=path,
        id=table.line("id"),
        title=table.line("title"),
        text=table.take("text", str),
        instruction=table.take("instruction", str),
        notice=table.take("notice", str, ""),
        systems=_systems(table),
        battles_per_session=table.number("battles_per_session", int, None, (1, 1000)),
        reveal=_reveal(table),
        take_max_ms=take.number("max_ms", int, 60_000, (2_000, 600_000)),
        answer_time_limit_s=float(answer.number("time_limit_s", (int, float), 60, (1, 3600))),
        sha256=sha256,
    )
    for part in (table, take, answer):
        part.finish()
    return study


def _reveal(table: _Table) -> Reveal:
    value = table.take("reveal", str, Reveal.SESSION_END.value)
    try:
        return Reveal(value)
    except ValueError:
        raise StudyProblem(
            f"{table.where}: “reveal” cannot be {_shown(value)}.",
            f"Choose one of {', '.join(reveal.value for reveal in Reveal)}.",
        ) from None


def _systems(table: _Table) -> tuple[str, ...]:
    systems = table.take("systems", list)
    if not all(isinstance(system, str) for system in systems):
        raise StudyProblem(f"{table.where}: “systems” is a list of system ids.", _FORM)
    if len(systems) < 2 or len(set(systems)) != len(systems):
        raise StudyProblem(
            f"{table.where}: “systems” names at least two different systems, each once.", _FORM
        )
    return tuple(systems)


def _shown(value: object) -> str:
    """A value as it was written, shortened."""
    try:
        return reprlib.repr(value)
    except ValueError:  # Python refuses to write out a number of thousands of digits
        return "a number that large"
