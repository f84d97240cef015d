"""The page of a battle in every state."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.scene_makers import (
    Scene,
    leaving,
    on_arena,
    on_named,
    pressed_early,
    with_bug,
    with_focus,
)
from tests.ui.states import (
    ALL_ASKED,
    ARENA,
    BATTLE_FAILED,
    DISK_FULL,
    EARLIER_A,
    EARLIER_B,
    HOSTILE_ANSWER,
    JUDGING,
    LONG_ANSWER,
    LONG_TITLE,
    NAMED,
    NAMES,
    NO_MICROPHONE,
    NO_SPEECH,
    SECOND_TURN,
    SOME_JUDGED,
    SPEAK_AGAIN,
    SPEAKING,
    STRENGTH,
    TAKE,
    THIRD_TURN,
    VOTED,
)
from ui.conversation_state import Conversation, Earlier
from ui.judging_state import Asked, Strength
from ui.state import CardState, Meter, NamesState, Phase, Problem, ReasonState, Vote

ARENA_SCENES: dict[str, Scene] = {
    "arena_bug": with_bug(on_arena(JUDGING)),
    "arena_replays": on_arena(replace(ARENA, replays=True, devices=())),
    "arena_replayed": on_arena(replace(JUDGING, replays=True, take=replace(TAKE, replays=True))),
    "arena_opening": on_arena(replace(ARENA, phase=Phase.OPENING)),
    "arena_opening_early": pressed_early,
    "arena_ready": on_arena(ARENA, Meter(-38.0)),
    "arena_asked_before": on_arena(
        replace(ARENA, asked_before=True, take=TAKE, device_label="", devices=())
    ),
    "arena_shown_again": on_arena(
        replace(
            JUDGING,
            asked_before=True,
            take=replace(TAKE, replays=True, can_rerecord=False, can_discard=False),
        )
    ),
    "arena_recording": on_arena(
        replace(ARENA, phase=Phase.RECORDING, max_duration_ms=10_000), SPEAKING
    ),
    "arena_checking": on_arena(replace(ARENA, phase=Phase.CHECKING)),
    "arena_too_short": on_arena(
        replace(
            ARENA,
            problem=Problem(
                "That was too short to hear.", "Hold the space bar until you have finished."
            ),
        ),
        Meter(-38.0),
    ),
    "arena_no_microphone": on_arena(
        replace(
            ARENA,
            phase=Phase.OPENING,
            devices=(),
            device_label="",
            device_key="",
            problem=NO_MICROPHONE,
        )
    ),
    "arena_thinking": on_arena(
        replace(JUDGING, phase=Phase.THINKING, card_a=CardState(), card_b=CardState())
    ),
    "arena_revealing": on_arena(replace(JUDGING, phase=Phase.REVEALING)),
    "arena_voting": on_arena(JUDGING),
    "arena_playing": on_arena(replace(JUDGING, take=replace(TAKE, playing=True))),
    "arena_voted": on_arena(VOTED),
    "arena_voted_tie": on_arena(
        replace(VOTED, vote=Vote.TIE, take=replace(TAKE, can_rerecord=False, can_discard=False))
    ),
    "arena_cannot_judge": on_arena(replace(VOTED, vote=Vote.CANNOT_JUDGE)),
    "arena_reason_recording": on_arena(replace(VOTED, phase=Phase.REASON_RECORDING), SPEAKING),
    "arena_reason_checking": on_arena(replace(VOTED, phase=Phase.REASON_CHECKING)),
    "arena_reason_typing": on_arena(replace(VOTED, phase=Phase.REASON_EDITING)),
    "arena_reason_spoken": on_arena(
        replace(
            VOTED,
            phase=Phase.REASON_EDITING,
            reason=ReasonState("it told me how much salt i need", spoken=True),
        )
    ),
    "arena_reason_refused": on_arena(replace(VOTED, problem=NO_SPEECH)),
    "arena_reason_saved": on_arena(replace(VOTED, reason=ReasonState("Salt.", saved=True))),
    "arena_names_follow": on_arena(replace(VOTED, tells_names=True)),
    "arena_named": on_named(NAMED, NAMES),
    "arena_named_long": on_named(
        replace(NAMED, vote=Vote.CANNOT_JUDGE, card_a=CardState(LONG_ANSWER, truncated=True)),
        NamesState(NAMED.number, LONG_TITLE * 2, LONG_TITLE),
    ),
    "arena_turn_talks": on_arena(
        replace(JUDGING, conversation=Conversation(turn=1, most=3, may_go_on=True))
    ),
    "arena_turn_second": on_arena(SECOND_TURN),
    "arena_turn_thinking": on_arena(
        replace(
            THIRD_TURN,
            phase=Phase.THINKING,
            card_a=CardState(earlier=EARLIER_A),
            card_b=CardState(earlier=EARLIER_B),
        )
    ),
    "arena_turn_last": on_arena(THIRD_TURN),
    "arena_turn_voted": on_arena(replace(THIRD_TURN, phase=Phase.VOTED, vote=Vote.A)),
    "arena_turn_speak": on_arena(SPEAK_AGAIN, Meter(-38.0)),
    "arena_turn_recording": on_arena(replace(SPEAK_AGAIN, phase=Phase.RECORDING), SPEAKING),
    "arena_turn_long": on_arena(
        replace(
            SECOND_TURN,
            title=LONG_TITLE,
            card_a=CardState(
                LONG_ANSWER, truncated=True, earlier=(Earlier(LONG_ANSWER), Earlier(HOSTILE_ANSWER))
            ),
            card_b=CardState("Yes.", earlier=(Earlier("No.", True), Earlier("Perhaps."))),
        )
    ),
    "arena_turn_speak_long": on_arena(
        replace(
            SPEAK_AGAIN,
            title=LONG_TITLE,
            card_a=CardState(earlier=(Earlier(LONG_ANSWER), Earlier(HOSTILE_ANSWER))),
            card_b=CardState(earlier=(Earlier("No.", True), Earlier("Perhaps."))),
            problem=Problem(
                "That was too short to hear.", "Hold the space bar until you have finished."
            ),
        )
    ),
    "arena_turn_no_microphone": on_arena(
        replace(
            SPEAK_AGAIN,
            phase=Phase.OPENING,
            devices=(),
            device_label="",
            device_key="",
            problem=NO_MICROPHONE,
        )
    ),
    "arena_changing": on_arena(replace(VOTED, phase=Phase.CHANGING)),
    "arena_changing_unsure": on_arena(
        replace(VOTED, phase=Phase.CHANGING, vote=Vote.CANNOT_JUDGE, problem=DISK_FULL)
    ),
    "arena_ready_change": on_arena(replace(ARENA, can_change=True), Meter(-38.0)),
    "arena_strength_voted": on_arena(
        replace(VOTED, asked=STRENGTH, vote=Vote.B, strength=Strength.SLIGHTLY)
    ),
    "arena_sheet_ticked": with_focus(
        on_arena(replace(VOTED, asked=ALL_ASKED, strength=Strength.SLIGHTLY, judged=SOME_JUDGED)),
        lambda w: w.arena.judge.sheet.b,
    ),
    "arena_sheet_sides": on_arena(
        replace(VOTED, vote=Vote.BOTH_BAD, asked=Asked(each_side=True), judged=SOME_JUDGED)
    ),
    "arena_sheet_codes": on_arena(
        replace(
            VOTED,
            vote=Vote.CANNOT_JUDGE,
            asked=Asked(codes=True),
            card_a=CardState(LONG_ANSWER, truncated=True),
            reason=ReasonState("Salt.", saved=True),
        )
    ),
    "arena_failed": on_arena(
        replace(
            JUDGING,
            phase=Phase.FAILED,
            course="1 failed, 2 skipped",
            card_a=CardState(),
            card_b=CardState(failed=True),
            problem=BATTLE_FAILED,
        )
    ),
    "arena_disk_full": on_arena(replace(JUDGING, problem=DISK_FULL)),
    "arena_leaving": leaving,
    "arena_long": on_arena(
        replace(
            JUDGING,
            title=LONG_TITLE * 3,
            number=17,
            total=40,
            card_a=CardState(LONG_ANSWER, truncated=True),
            card_b=CardState("Yes."),
        )
    ),
    "arena_hostile": on_arena(
        replace(JUDGING, card_a=CardState(HOSTILE_ANSWER), card_b=CardState(""))
    ),
    "arena_focus_card": with_focus(on_arena(JUDGING), lambda w: w.arena.judge.cards.b.text),
    "arena_focus_vote": with_focus(
        on_arena(JUDGING), lambda w: w.arena.judge.votes.buttons[Vote.B]
    ),
    "arena_focus_record": with_focus(on_arena(ARENA), lambda w: w.arena.record.control),
}
MORE_ARENA: dict[str, Scene] = {
    "arena_undo": on_arena(replace(VOTED, undo_ms=10_000)),
    "arena_ready_undo": on_arena(replace(ARENA, can_change=True, undo_ms=8_000), Meter(-38.0)),
    "arena_strength": on_arena(replace(JUDGING, asked=STRENGTH)),
    "arena_sheet": on_arena(replace(VOTED, asked=ALL_ASKED, strength=Strength.CLEARLY)),
}
"""Made of the same parts as others in other words: for the gallery only."""
