"""The table `turns` of a study file: how long a battle goes on, and what systems are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from desktop.errors import StudyProblem
from desktop.session.study_parts import Design
from desktop.session.study_table import StudyTable
from engines.api import System
from engines.registry import EngineInfo

MOST = 10


class History(StrEnum):
    """Whose answers a system is told of as its own, from the second turn on."""

    SEPARATE = "separate"  # each its own
    COMMON = "common"  # both those that the participant chose to go on with


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns of a battle."""

    most: int = 1
    """The participant may vote after fewer."""
    history: History = History.SEPARATE


def read_turns(table: StudyTable) -> Turns:
    """Raises StudyProblem."""
    turns = Turns(
        most=table.number("most", int, 1, (1, MOST)),
        history=table.choice("history", History.SEPARATE),
    )
    table.finish()
    if turns.history is History.COMMON and turns.most == 1:
        raise StudyProblem(
            f"{table.where}: a common history needs “most” of 2 or more.",
            "In a battle of one turn nothing came before.",
        )
    return turns


def require_one_turn_for_checks(where: str, design: Design, turns: Turns) -> None:
    """Two kinds of calibration battles are about one question. Raises StudyProblem."""
    if turns.most == 1:
        return
    where = f"{where}, [turns]"
    if design.swapped_repeats:
        raise StudyProblem(
            f"{where}: a swapped repeat shows one question and its answers again, and cannot "
            "be gone on with.",
            "Set “most” to 1, or leave the repeats out.",
        )
    if design.same_text:
        raise StudyProblem(
            f"{where}: where both answers are the same text, there is nothing to go on with.",
            "Set “most” to 1, or leave same_text out; same_system can have several turns.",
        )


def require_ears_for_turns(
    where: str, turns: Turns, systems: Iterable[System], engines: Mapping[str, EngineInfo]
) -> None:
    """A system that hears one take only would fail every second turn. Raises StudyProblem."""
    for system in systems if turns.most > 1 else ():
        info = engines.get(system.responder.engine)
        if system.recogniser is None and info is not None and info.one_take:
            raise StudyProblem(
                f"{where}: {system.id} hears one take only ({info.name}), and cannot take part in "
                "battles of several turns.",
                "Set turns.most to 1, or leave it out of the study.",
            )
