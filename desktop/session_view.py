"""What the window sees of a session: frozen states without a name, until the end.

Pure. `arena_state` has no access to the catalogue; only `finished_state`, which is made when the
session is over, turns slots into names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.battle import RERECORDABLE
from desktop.catalogue import Entry
from desktop.running_battle import RunningBattle
from desktop.study import Reveal, Study
from engines.api import Answer
from ui.state import (
    ArenaState,
    CardState,
    FinishedState,
    Phase,
    Problem,
    ReasonState,
    RevealRow,
    TakeStrip,
    Vote,
)

VOTE_TEXT = {
    Vote.A: "A is better",
    Vote.TIE: "Tie",
    Vote.BOTH_BAD: "Both bad",
    Vote.B: "B is better",
    Vote.CANNOT_JUDGE: "Could not judge",
}
_COVERED = frozenset({Phase.OPENING, Phase.READY, Phase.RECORDING, Phase.CHECKING, Phase.THINKING})


def arena_state(
    study: Study,
    battle: RunningBattle,
    *,
    device_label: str,
    playing: bool,
    reason: ReasonState,
    can_speak_reason: bool,
    problem: Problem | None,
) -> ArenaState:
    take = battle.take
    strip = None
    if take is not None:
        strip = TakeStrip(
            duration_ms=round(take.capture.duration_ms),
            peaks=take.peaks,
            playing=playing,
            can_rerecord=battle.phase in RERECORDABLE,
            can_discard=battle.phase in RERECORDABLE,
        )
    return ArenaState(
        title=study.title,
        number=battle.number,
        total=study.battles_per_session,
        phase=battle.phase,
        instruction=study.instruction,
        device_label=device_label,
        max_duration_ms=study.take_max_ms,
        take=strip,
        card_a=_card(battle, "a"),
        card_b=_card(battle, "b"),
        vote=battle.vote,
        reason=reason,
        can_speak_reason=can_speak_reason,
        problem=problem,
    )


def _card(battle: RunningBattle, slot: str) -> CardState:
    """Until both are there, and after a failure of either, both cards say the same."""
    if battle.phase is Phase.FAILED:
        return CardState(failed=True)
    outcome = battle.outcomes.get(slot)
    if battle.phase in _COVERED or not isinstance(outcome, Answer):
        return CardState()
    return CardState(text=outcome.text)


def finished_state(
    study: Study,
    entries: Mapping[str, Entry],
    voted: Sequence[RunningBattle],
    earlier: int,
    problem: Problem | None,
) -> FinishedState:
    """`earlier` votes were given before a crash; they count, and are not listed."""
    rows: tuple[RevealRow, ...] = ()
    if study.reveal is Reveal.SESSION_END:
        rows = tuple(_reveal_row(battle, entries) for battle in voted)
    return FinishedState(
        title=study.title,
        voted=earlier + len(voted),
        total=study.battles_per_session,
        rows=rows,
        problem=problem,
    )


def _reveal_row(battle: RunningBattle, entries: Mapping[str, Entry]) -> RevealRow:
    assert battle.vote is not None
    return RevealRow(
        number=battle.number,
        said=_said(battle),
        vote_text=VOTE_TEXT[battle.vote],
        name_a=entries[battle.draw.a].label,
        name_b=entries[battle.draw.b].label,
    )


def _said(battle: RunningBattle) -> str:
    """What a recogniser heard; empty where no system of the battle has one."""
    for outcome in battle.outcomes.values():
        if isinstance(outcome, Answer) and outcome.transcription is not None:
            return outcome.transcription.named(outcome.hypothesis).text
    return ""
