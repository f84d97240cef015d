"""A study: one validated TOML file that says what is compared, how often, and what is shown."""

from __future__ import annotations

import hashlib
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


@dataclass(frozen=True, slots=True)
class Study:
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
        self._where = where
        self._left = dict(values)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        if key not in self._left:
            if default is None:
                raise StudyProblem(f"{self._where} has no “{key}”.", "Add it to the study file.")
            return default
        value = self._left.pop(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise StudyProblem(
                f"{self._where}: “{key}” cannot be {value!r}.", "See docs/study.md for its form."
            )
        return value

    def finish(self) -> None:
        if self._left:
            names = ", ".join(sorted(self._left))
            raise StudyProblem(
                f"{self._where}: nothing is known of {names}.", "Check the spelling."
            )


def load_study(path: Path) -> Study:
    """Read and validate a study file. Raises StudyProblem with a sentence about the first fault."""
    try:
        content = path.read_bytes()
        values = tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise StudyProblem(f"The study file {path} cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyProblem(f"The study file {path} is not valid TOML: {error}.") from error
    return _parse(values, hashlib.sha256(content).hexdigest())


def _parse(values: Mapping[str, Any], sha256: str) -> Study:
    table = _Table("The study", values)
    schema = table.take("schema", int)
    if schema != SCHEMA:
        raise StudyProblem(
            f"The study file has schema {schema}; this program reads {SCHEMA}.",
            "Use the Earshot version it was written for.",
        )
    take = _Table("[take]", table.take("take", dict, {}))
    answer = _Table("[answer]", table.take("answer", dict, {}))
    study = Study(
        id=table.take("id", str),
        title=table.take("title", str),
        text=table.take("text", str),
        instruction=table.take("instruction", str),
        notice=table.take("notice", str, ""),
        systems=tuple(table.take("systems", list)),
        battles_per_session=table.take("battles_per_session", int),
        reveal=_reveal(table.take("reveal", str, Reveal.SESSION_END.value)),
        take_max_ms=take.take("max_ms", int, 60_000),
        answer_time_limit_s=float(answer.take("time_limit_s", (int, float), 60)),
        sha256=sha256,
    )
    for part in (table, take, answer):
        part.finish()
    _check(study)
    return study


def _reveal(value: str) -> Reveal:
    try:
        return Reveal(value)
    except ValueError:
        choices = ", ".join(reveal.value for reveal in Reveal)
        raise StudyProblem(f"“reveal” cannot be {value!r}.", f"Choose one of {choices}.") from None


def _check(study: Study) -> None:
    if not all(isinstance(system, str) for system in study.systems):
        raise StudyProblem("“systems” is a list of system ids.")
    if len(study.systems) < 2 or len(set(study.systems)) != len(study.systems):
        raise StudyProblem("A study compares at least two different systems.")
    if not 1 <= study.battles_per_session <= 1000:
        raise StudyProblem("“battles_per_session” lies between 1 and 1000.")
    if not 2_000 <= study.take_max_ms <= 600_000:
        raise StudyProblem("“max_ms” lies between 2000 and 600000 milliseconds.")
    if not 1 <= study.answer_time_limit_s <= 3600:
        raise StudyProblem("“time_limit_s” lies between 1 and 3600 seconds.")
