"""What a study would give, in sentences for whoever wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.plural import count

if TYPE_CHECKING:
    from desktop.session.reason_recogniser import Dictation
    from desktop.session.study import Study
    from desktop.session.study_turns import Turns


def told(study: Study, dictation: Dictation | None) -> list[str]:
    """`dictation`: who would write spoken reasons down."""
    n_systems = len(study.systems)
    return [
        f"“{study.title}” ({study.id}) can be used: {count(n_systems, 'system')}, "
        f"{count(n_systems * (n_systems - 1) // 2, 'pair')}, {_session(study)}.",
        _waits(study.showing.minimum_wait_ms),
        _turns(study.turns),
        _reasons(study.voting.reason_recogniser, dictation),
        f"SHA-256 {study.sha256}",
        *_notes(study),
    ]


def _notes(study: Study) -> list[str]:
    design = study.design
    if study.showing.minimum_wait_ms or not (design.same_system or design.same_text):
        return []
    return [
        "Note: battles with one system in both slots can be told by their wait, for it is asked "
        "twice in turn, or once. Set show.minimum_wait_ms to more than the slowest system takes "
        "twice."
    ]


def _session(study: Study) -> str:
    """How often a participant votes, and what for."""
    design, votes = study.design, f"{count(study.session_length, 'vote')} a session"
    others = (
        (design.practice, "for practice"),
        (design.same_system, "on one system in both slots"),
        (design.same_text, "on one answer in both"),
        (design.swapped_repeats, "on an earlier battle with its slots the other way round"),
        (design.gold, "on a pair with a known better one"),
    )
    parts = [f"{n:,} {what}" for n, what in others if n]
    if not parts:
        return votes
    return f"{votes}: {study.battles_per_session:,} that count, {', '.join(parts)}"


def _waits(least_ms: int) -> str:
    if not least_ms:
        return "Answers appear as soon as both are there."
    return f"Answers appear {least_ms / 1000:g} s after the end of a take at the earliest."


def _turns(turns: Turns) -> str:
    if turns.most == 1:
        return "A battle is one turn."
    knows = "the answers that were chosen" if turns.history == "common" else "its own answers"
    return f"A battle is up to {turns.most} turns, and each system is told {knows}."


def _reasons(named: str, dictation: Dictation | None) -> str:
    from desktop.session.reason_recogniser import DICTATIONS

    if dictation is None:
        return "Reasons are typed: no system of the study takes free speech on this machine."
    heard = f"“{dictation.hypothesis}” of {dictation.recogniser.engine}"
    if not named:
        return f"Spoken reasons are written down by {heard}."
    if dictation.hypothesis in DICTATIONS:
        return f"Spoken reasons are written down by {named}: {heard}."
    return (
        f"Spoken reasons are written down by {named}: {heard}, which may not be free speech. Speak "
        "one to see, or name a system whose hypothesis is dictation or transcript."
    )
