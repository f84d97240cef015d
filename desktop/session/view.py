"""What the window sees of a session: frozen states without a name, until the end.

Pure. `arena_state` knows slots only. `names_state` is made after a vote that cannot be changed any
more, and `finished_state`, which shows the names that were written down, when the session is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from desktop.catalogue.catalogue import Entry
from desktop.session.battle import RERECORDABLE
from desktop.session.running_battle import RunningBattle
from desktop.session.study import Reveal, Study
from desktop.session.study_turns import History
from local_db.kept import Battle, Conservation, Json, SessionProgress
from local_db.kept import Vote as KeptVote
from ui.conversation_state import Conversation, Earlier
from ui.judging_state import Asked
from ui.state import (
    ArenaState,
    CardState,
    FinishedState,
    NamesState,
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
_COVERED = frozenset(
    {
        Phase.OPENING,
        Phase.READY,
        Phase.RECORDING,
        Phase.CHECKING,
        Phase.THINKING,
        Phase.GIVEN_UP,
    }
)


def arena_state(
    study: Study,
    battle: RunningBattle,
    *,
    course: str,
    can_change: bool,
    undo_ms: float,
    device_label: str,
    playing: bool,
    reason: ReasonState,
    can_speak_reason: bool,
    replays: bool,
    problem: Problem | None,
) -> ArenaState:
    again = battle.again is not None
    return ArenaState(
        title=study.title,
        number=battle.number,
        total=study.session_length,
        course=course,
        phase=battle.phase,
        instruction=study.instruction,
        device_label="" if again else device_label,
        max_duration_ms=study.take_max_ms,
        take=_strip(battle, playing, replays),
        card_a=_card(battle, "a"),
        card_b=_card(battle, "b"),
        conversation=_conversation(study, battle),
        vote=None if battle.given is None else battle.given.cast.vote,
        strength=None if battle.given is None else battle.given.cast.strength,
        asked=Asked(
            strength=study.voting.strength,
            each_side=study.voting.each_side,
            codes=study.voting.reason_codes,
        ),
        judged=battle.judged,
        can_change=can_change,
        undo_ms=undo_ms,
        reason=reason,
        can_speak_reason=can_speak_reason,
        replays=replays,
        asked_before=again,
        tells_names=study.reveal is Reveal.EACH_VOTE,
        problem=problem,
    )


def _strip(battle: RunningBattle, playing: bool, replays: bool) -> TakeStrip | None:
    if battle.again is not None:
        return TakeStrip(
            duration_ms=round(battle.again.duration_ms),
            peaks=battle.again.peaks,
            playing=playing,
            can_rerecord=False,
            can_discard=False,
            replays=True,
        )
    if battle.take is None:
        return None
    return TakeStrip(
        duration_ms=round(battle.take.capture.duration_ms),
        peaks=battle.take.peaks,
        playing=playing,
        can_rerecord=battle.phase in RERECORDABLE,
        can_discard=battle.phase in RERECORDABLE,
        replays=replays,
        of_several=battle.turn > 1,
    )


def _conversation(study: Study, battle: RunningBattle) -> Conversation:
    return Conversation(
        turn=battle.turn,
        most=study.turns.most,
        chooses=study.turns.history is History.COMMON,
        may_go_on=battle.turn < study.turns.most,
        may_go_back=battle.turn > 1,
    )


def _card(battle: RunningBattle, slot: str) -> CardState:
    """Until both are there, and after a failure of either, both cards say the same."""
    if battle.phase is Phase.FAILED:
        return CardState(failed=True)
    if battle.phase in _COVERED:
        return CardState(earlier=_earlier(battle, slot))
    return CardState(text=battle.texts.get(slot, ""), earlier=_earlier(battle, slot))


def _earlier(battle: RunningBattle, slot: str) -> tuple[Earlier, ...]:
    return tuple(Earlier(turn.texts[slot], turn.goes_on_with == slot) for turn in battle.past)


def names_state(entries: Mapping[str, Entry], battle: RunningBattle) -> NamesState:
    """For after the vote: who stood where."""
    return NamesState(battle.number, entries[battle.draw.a].label, entries[battle.draw.b].label)


def finished_state(
    study: Study, voted: int, kept: Sequence[Battle], problem: Problem | None
) -> FinishedState:
    """`kept` are the session's battles, those before a break-off included."""
    rows: tuple[RevealRow, ...] = ()
    reveals = study.reveal is not Reveal.NEVER
    if reveals:
        rows = tuple(_reveal_row(battle, battle.vote) for battle in kept if battle.vote is not None)
    return FinishedState(
        title=study.title,
        voted=voted,
        course=course_of(kept),
        total=study.session_length,
        rows=rows,
        reveals=reveals,
        problem=problem,
    )


def course_of(battles: Sequence[Battle]) -> str:
    """Where the battles of a session went, where that is not all to votes; the whole and its parts.

    Nothing in it says whose answers they were.
    """
    states = Counter(battle.state for battle in battles)
    whole = Conservation(started=len(battles), **states)
    return whole.sentence if whole.voted != whole.started else ""


def resume_text(earlier: SessionProgress | None) -> str:
    """What the first page says of a session that can go on; empty for none."""
    if earlier is None:
        return ""
    coded = earlier.participant_code is not None  # the code itself is its owner's to know
    done, planned = earlier.battles.voted, earlier.battles_planned
    return (
        f"A session was broken off after {done} of {planned} battles. "
        f"{'Type its participant code to go on with it. ' * coded}Starting a new one ends it."
    )


def _reveal_row(battle: Battle, vote: KeptVote) -> RevealRow:
    return RevealRow(
        number=battle.number,
        said=said_in(battle),
        vote_text=_in_words(vote),
        name_a=battle.a.label,
        name_b=battle.b.label,
    )


def _in_words(vote: KeptVote) -> str:
    if vote.strength is None:
        return VOTE_TEXT[Vote(vote.choice)]
    return f"{vote.choice.upper()} is {vote.strength} better"


def said_in(battle: Battle) -> str:
    """What was heard: of the readings that a recogniser accepted, first one an answer went by.

    Where all were rejected it is one of those; empty where nothing was heard.
    """
    readings = [*_gone_by(battle), *_readings(battle)]
    accepted = [reading for reading in readings if reading["accepted"]]
    texts = [str(reading["text"]) for reading in (*accepted, *readings)]
    return next((text for text in texts if text), "")


def _gone_by(battle: Battle) -> Iterator[Json]:
    """The reading that each answer was given to; A's first."""
    scripts = {script.id: script for take in battle.takes for script in take.transcripts}
    for turn in battle.turns:
        for answer in (turn.a, turn.b):
            script = scripts.get(answer.transcript_id or "") if answer is not None else None
            if answer is not None and script is not None:
                yield from (r for r in script.hypotheses if r["name"] == answer.hypothesis)


def _readings(battle: Battle) -> Iterator[Json]:
    """All that recognisers made of what the battle's turns were about."""
    heard = {turn.take_id for turn in battle.turns}
    for take in battle.takes:
        if take.id in heard:
            for script in take.transcripts:
                yield from script.hypotheses
