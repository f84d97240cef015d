"""Who writes down what participants say of their votes: a recogniser that works on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.catalogue.catalogue import Entry
from desktop.errors import StudyProblem
from desktop.session.study import Study
from engines.api import Part, System
from engines.pool import Pool

DICTATIONS = ("dictation", "transcript")
"""What the shipped recognisers call their hypothesis of free speech."""


@dataclass(frozen=True, slots=True)
class Dictation:
    recogniser: Part
    hypothesis: str
    """Which of what it hears is the reason."""


def reason_recogniser(study: Study, entries: Mapping[str, Entry], pool: Pool) -> Dictation | None:
    """The recogniser of the system that the study names, or the first of its own that would do.

    None where none would: then reasons are typed. Raises StudyProblem where the named one has no
    recogniser, or would send what was said to another machine.
    """
    named = study.voting.reason_recogniser
    if not named:
        found = (_dictation(entries[system_id].system, pool) for system_id in study.systems)
        return next((one for one in found if one and one.hypothesis in DICTATIONS), None)
    system = entries[named].system
    if system.recogniser is None:
        raise StudyProblem(
            f"The study file {study.file} has {named} write down spoken reasons, which has no "
            "recogniser.",
            "Name a system that is made of a recogniser and a responder.",
        )
    dictation = _dictation(system, pool)
    if dictation is None:
        raise StudyProblem(
            f"The study file {study.file} has {named} write down spoken reasons, which would send "
            "them to another machine.",
            "Name a system whose recogniser works on this one.",
        )
    return dictation


def _dictation(system: System, pool: Pool) -> Dictation | None:
    if system.recogniser is None or not pool.stays_here(system.recogniser):
        return None
    return Dictation(system.recogniser, system.hypothesis)
