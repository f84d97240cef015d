"""One sitting of one participant: the only place where slots and systems meet.

Knows no Qt and no SQL. It belongs to one thread (the window's); what recorders, workers and checks
report is posted into that thread first. Everything a participant may not know stays in here: what
leaves through `Listener.state` has no field for a system's name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from desktop import problems
from desktop.audio.capture import CaptureFault, Level
from desktop.battle import RERECORDABLE, SETTLED, Step, follows
from desktop.catalogue import Entry
from desktop.ledger import Ledger, Shown
from desktop.matchmaking import Draw, OrderedPair, balanced
from desktop.playback_desk import PlaybackDesk
from desktop.reasons import ReasonDesk
from desktop.study import Reveal, Study
from desktop.take_desk import Take, TakeDesk
from engines.api import Answer
from engines.errors import EngineError
from engines.pool import Asked, Pool
from local_db.errors import WorldError
from ui.state import (
    ArenaState,
    CardState,
    FinishedState,
    Meter,
    Phase,
    Problem,
    RevealRow,
    TakeStrip,
    Vote,
)

MAX_FAILURES_IN_A_ROW = 3
"""After this many failed battles the session stops instead of trying a participant's patience."""

SLOTS = ("a", "b")


class Listener(Protocol):
    """What a session tells the window; called in the session's thread."""

    def state(self, state: ArenaState) -> None: ...
    def meter(self, meter: Meter) -> None: ...
    def finished(self, state: FinishedState) -> None: ...


@dataclass(slots=True)
class _Battle:
    """The running battle. `systems` is the secret."""

    id: str
    number: int
    systems: Mapping[str, str]
    draw: Draw
    phase: Phase = Phase.OPENING
    take: Take | None = None
    asked: dict[str, Asked] = field(default_factory=dict)
    outcomes: dict[str, Answer | EngineError] = field(default_factory=dict)
    asked_at: float = 0.0
    wait_ms: float = 0.0
    shown_at: float = 0.0
    vote: Vote | None = None
    vote_id: str = ""
    said: str = ""


class Session:
    """Draws, records, asks, shows and keeps, until the study's battles are voted on."""

    def __init__(
        self,
        *,
        study: Study,
        entries: Mapping[str, Entry],
        ledger: Ledger,
        pool: Pool,
        desk: Callable[[Callable[[Level], None], Callable[[CaptureFault], None]], TakeDesk],
        playback: PlaybackDesk,
        post: Callable[[Callable[[], None]], None],
        listener: Listener,
        seed: int,
    ) -> None:
        self._study = study
        self._entries = entries
        self._ledger = ledger
        self._pool = pool
        self._desk = desk(self._level, self._capture_fault)
        self._playback = playback
        self._playback.on_change = self._publish
        self._post = post
        self._listener = listener
        self._seed = seed
        self._reasons = ReasonDesk(self._desk, pool, study, entries, post)
        self._shown_pairs: dict[OrderedPair, int] = {}
        self._step = 0
        self._failures = 0
        self._battle: _Battle | None = None
        self._voted: list[_Battle] = []
        self._problem: Problem | None = None
        self._retry: Callable[[], None] | None = None
        self._wants_record = False
        self._over = False

    # --- the participant's actions -------------------------------------------------------------

    def start(self) -> None:
        """Draw the first battle and open the microphone."""
        self._shown_pairs = dict(self._ledger.shown_pairs())
        self._keep(lambda: self._ledger.begin_session(self._seed), self._next_battle)

    def press_record(self) -> None:
        battle = self._battle
        if battle is None:
            return
        if battle.phase is Phase.OPENING:
            self._wants_record = True
        elif self._advance(Step.RECORD):
            self._problem = None
            self._desk.begin()
            self._publish()

    def release_record(self) -> None:
        self._wants_record = False
        if self._advance(Step.STOP):
            self._publish()
            self._desk.end(self._judged, self._source_failed)

    def toggle_playback(self) -> None:
        battle = self._battle
        if battle is not None and battle.take is not None:
            self._playback.toggle(battle.take.file)

    def record_again(self) -> None:
        """Give up these answers; the same pair is asked again with a new take."""
        self._give_up("recorded again", discard=False)

    def discard(self) -> None:
        """Give up these answers and delete the recording."""
        self._give_up("discarded", discard=True)

    def texts_shown(self, shown: Shown) -> None:
        """Both answers have been painted in full."""
        battle = self._battle
        if battle is None or follows(battle.phase, Step.SHOWN) is None:
            return
        shown = replace(shown, wait_ms=battle.wait_ms)
        self._keep(lambda: self._ledger.shown(battle.id, shown), self._open_vote)

    def vote(self, vote: Vote) -> None:
        battle = self._battle
        if battle is None or follows(battle.phase, Step.VOTE) is None:
            return
        taken_ms = (time.monotonic() - battle.shown_at) * 1000

        def commit() -> None:
            battle.vote_id = self._ledger.vote(battle.id, vote, taken_ms)

        def committed() -> None:
            battle.vote = vote
            self._failures = 0
            self._voted.append(battle)
            self._count_pair(battle)
            self._advance(Step.VOTE)
            self._publish()

        self._keep(commit, committed)

    def speak_reason(self) -> None:
        if self._advance(Step.REASON_RECORD):
            self._publish()
            self._reasons.record(self._publish, self._reason_failed)

    def stop_reason(self) -> None:
        if self._advance(Step.REASON_STOP):
            self._publish()
            self._reasons.stop(self._reason_heard, self._reason_failed)

    def type_reason(self) -> None:
        if self._advance(Step.REASON_EDIT):
            self._reasons.clear()
            self._publish()

    def save_reason(self, text: str) -> None:
        battle = self._battle
        if battle is None or battle.phase is not Phase.REASON_EDITING:
            return
        if not text.strip():
            self.dismiss_reason()
            return

        def saved() -> None:
            self._reasons.saved(text)
            self._advance(Step.REASON_DONE)
            self._publish()

        self._keep(
            lambda: self._ledger.reason(battle.id, battle.vote_id, text, self._reasons.spoken),
            saved,
        )

    def dismiss_reason(self) -> None:
        if self._advance(Step.REASON_DONE):
            self._reasons.clear()
            self._publish()

    def next(self) -> None:
        battle = self._battle
        if battle is None or battle.phase not in (Phase.VOTED, Phase.FAILED):
            return
        self._forget(battle)
        if self._failures >= MAX_FAILURES_IN_A_ROW:
            self._finish("failed", problems.SYSTEMS_KEEP_FAILING)
        elif len(self._voted) >= self._study.battles_per_session:
            self._finish("completed")
        else:
            self._next_battle(repeat=battle if battle.phase is Phase.FAILED else None)

    def problem_action(self) -> None:
        """The button of the shown problem: try again what failed, or open the microphone again."""
        retry, self._retry, self._problem = self._retry, None, None
        if retry is not None:
            retry()
        self._publish()

    def leave(self) -> None:
        """End now; the running battle is counted as abandoned."""
        battle = self._battle
        if battle is not None and battle.phase not in SETTLED:
            self._cancel(battle)
            self._keep(
                lambda: self._ledger.end_battle(battle.id, "abandoned", "left"),
                lambda: self._finish("left"),
            )
        else:
            self._finish("left")

    def shut_down(self) -> None:
        """Release the microphone and the loudspeaker; for the end of the program."""
        self._over = True
        if self._battle is not None:
            self._cancel(self._battle)
        self._playback.stop()
        self._desk.shut_down()

    # --- the course of a battle ------------------------------------------------------------------

    def _next_battle(self, repeat: _Battle | None = None) -> None:
        if repeat is None:
            draw = balanced(
                self._study.systems, self._shown_pairs, seed=self._seed, step=self._step
            )
            self._step += 1
        else:
            draw = repeat.draw
        number = len(self._voted) + 1

        def commit() -> None:
            battle_id = self._ledger.open_battle(number, draw, repeat.id if repeat else None)
            self._battle = _Battle(battle_id, number, {"a": draw.a, "b": draw.b}, draw)

        self._keep(commit, self._open_microphone)

    def _open_microphone(self) -> None:
        self._problem = None
        self._reasons.clear()
        self._publish()
        self._desk.open(self._microphone_open, self._source_failed)
        self._prewarm()

    def _prewarm(self) -> None:
        battle = self._battle
        if battle is not None:
            self._pool.prewarm(list(battle.systems.values()))

    def _microphone_open(self) -> None:
        if self._advance(Step.MICROPHONE_OPEN):
            self._publish()
            if self._wants_record:
                self._wants_record = False
                self.press_record()

    def _source_failed(self, error: BaseException) -> None:
        """No microphone, or it broke: say so; pressing the button opens it again."""
        battle = self._battle
        if battle is None:
            return
        self._wants_record = False
        battle.phase = Phase.OPENING
        self._problem = problems.from_exception(error, action="Try again")
        self._retry = self._open_microphone
        self._publish()

    def _capture_fault(self, fault: CaptureFault) -> None:
        battle = self._battle
        if battle is None:
            return
        if battle.phase is Phase.REASON_RECORDING:
            self.stop_reason()
        elif fault.ends_take and battle.phase is Phase.RECORDING:
            self._problem = problems.from_fault(fault)
            self.release_record()
        else:
            self._problem = problems.from_fault(fault)
            self._publish()

    def _judged(self, take: Take) -> None:
        battle = self._battle
        if battle is None or battle.phase is not Phase.CHECKING:
            return
        if take.quality.refused:
            self._keep(lambda: self._ledger.take(battle.id, take, accepted=False), lambda: None)
            self._problem = problems.from_verdicts(take.quality)
            self._advance(Step.REFUSE)
            self._publish()
            return
        battle.take = take
        self._desk.close()
        self._problem = None
        self._ask(battle, take)
        self._keep(lambda: self._ledger.take(battle.id, take, accepted=True), lambda: None)
        self._advance(Step.ASK)
        self._publish()

    def _ask(self, battle: _Battle, take: Take) -> None:
        battle.asked_at = time.monotonic()
        for slot, system_id in battle.systems.items():
            asked = self._pool.ask(system_id, take.heard, seed=self._seed + battle.draw.step)
            battle.asked[slot] = asked
            asked.future.add_done_callback(
                lambda _, slot=slot, asked=asked: self._post(  # type: ignore[misc]
                    lambda: self._answered(battle, slot, asked)
                )
            )

    def _answered(self, battle: _Battle, slot: str, asked: Asked) -> None:
        if battle is not self._battle or asked is not battle.asked.get(slot):
            return
        error = asked.future.exception()
        if error is None:
            battle.outcomes[slot] = asked.future.result()
        elif isinstance(error, EngineError):
            battle.outcomes[slot] = error
            for other in battle.asked.values():
                other.cancel()
        else:
            raise error
        if len(battle.outcomes) == len(SLOTS):
            self._all_answered(battle)

    def _all_answered(self, battle: _Battle) -> None:
        battle.wait_ms = (time.monotonic() - battle.asked_at) * 1000
        take = battle.take
        assert take is not None
        failed = any(isinstance(outcome, EngineError) for outcome in battle.outcomes.values())
        outcomes = {
            slot: (self._entries[battle.systems[slot]], battle.outcomes[slot]) for slot in SLOTS
        }

        def commit() -> None:
            self._ledger.answers(battle.id, take, outcomes)
            if failed:
                self._ledger.end_battle(battle.id, "failed", "a system did not answer")

        self._keep(commit, lambda: self._no_answers() if failed else self._reveal(battle))

    def _reveal(self, battle: _Battle) -> None:
        for outcome in battle.outcomes.values():
            if isinstance(outcome, Answer) and outcome.transcription is not None:
                battle.said = outcome.transcription.named(outcome.hypothesis).text
        if self._advance(Step.BOTH_ANSWERED):
            self._publish()

    def _no_answers(self) -> None:
        self._failures += 1
        self._problem = problems.COMPARISON_FAILED
        self._retry = self.next
        self._advance(Step.FAIL)
        self._publish()

    def _open_vote(self) -> None:
        battle = self._battle
        if battle is not None and self._advance(Step.SHOWN):
            battle.shown_at = time.monotonic()
            self._publish()

    def _give_up(self, reason: str, *, discard: bool) -> None:
        battle = self._battle
        if battle is None or battle.phase not in RERECORDABLE:
            return
        self._cancel(battle)

        def commit() -> None:
            self._ledger.end_battle(battle.id, "skipped", reason)
            if discard and battle.take is not None:
                self._ledger.discard_take(battle.take)

        def again() -> None:
            self._forget(battle)
            self._next_battle(repeat=battle)

        self._keep(commit, again)

    def _finish(self, reason: str, problem: Problem | None = None) -> None:
        def done() -> None:
            self._over = True
            self._battle = None
            self._desk.close()
            self._listener.finished(self._finished_state(problem))

        self._keep(lambda: self._ledger.end_session(reason), done)

    # --- reasons ---------------------------------------------------------------------------------

    def _reason_heard(self) -> None:
        if self._advance(Step.REASON_EDIT):
            self._publish()

    def _reason_failed(self, error: BaseException) -> None:
        self._problem = problems.from_exception(error)
        self._advance(Step.REASON_DONE)
        self._publish()

    # --- helpers ---------------------------------------------------------------------------------

    def _advance(self, step: Step) -> bool:
        battle = self._battle
        phase = follows(battle.phase, step) if battle is not None else None
        if battle is None or phase is None:
            return False
        battle.phase = phase
        return True

    def _keep(self, commit: Callable[[], None], then: Callable[[], None]) -> None:
        """Write something down, then go on. Where the disk refuses, say so and offer to retry."""
        try:
            commit()
        except WorldError as error:
            self._problem = problems.from_exception(error, action="Try again")
            self._retry = lambda: self._keep(commit, then)
            self._publish()
            return
        if self._retry is not None:
            self._retry, self._problem = None, None
        then()

    def _cancel(self, battle: _Battle) -> None:
        self._playback.stop()
        asked, battle.asked = battle.asked, {}
        for one in asked.values():
            one.cancel()

    def _forget(self, battle: _Battle) -> None:
        """Let go of the copy that the systems heard; the recording itself stays."""
        self._playback.stop()
        if battle.take is not None:
            self._pool.forget(battle.take.heard)
            battle.take.heard.unlink(missing_ok=True)

    def _count_pair(self, battle: _Battle) -> None:
        pair = (battle.draw.a, battle.draw.b)
        self._shown_pairs[pair] = self._shown_pairs.get(pair, 0) + 1

    def _level(self, level: Level) -> None:
        self._listener.meter(Meter(level.level_dbfs, level.elapsed_ms, level.peaks))

    # --- what the window sees -----------------------------------------------------------------

    def _publish(self) -> None:
        battle = self._battle
        if battle is not None and not self._over:
            self._listener.state(self._arena_state(battle))

    def _arena_state(self, battle: _Battle) -> ArenaState:
        return ArenaState(
            title=self._study.title,
            number=battle.number,
            total=self._study.battles_per_session,
            phase=battle.phase,
            instruction=self._study.instruction,
            device_label=self._desk.label,
            max_duration_ms=self._study.take_max_ms,
            take=self._strip(battle),
            card_a=self._card(battle, "a"),
            card_b=self._card(battle, "b"),
            vote=battle.vote,
            reason=self._reasons.state(),
            can_speak_reason=self._reasons.possible,
            problem=self._problem,
        )

    def _strip(self, battle: _Battle) -> TakeStrip | None:
        take = battle.take
        if take is None:
            return None
        return TakeStrip(
            duration_ms=round(take.capture.duration_ms),
            peaks=take.peaks,
            playing=self._playback.playing(take.file),
            can_rerecord=battle.phase in RERECORDABLE,
        )

    def _card(self, battle: _Battle, slot: str) -> CardState:
        outcome = battle.outcomes.get(slot)
        if battle.phase is Phase.FAILED:
            return CardState(failed=True)
        if battle.phase in (Phase.OPENING, Phase.READY, Phase.RECORDING, Phase.THINKING):
            return CardState()
        return CardState(text=outcome.text) if isinstance(outcome, Answer) else CardState()

    def _finished_state(self, problem: Problem | None) -> FinishedState:
        rows: tuple[RevealRow, ...] = ()
        if self._study.reveal is Reveal.SESSION_END:
            rows = tuple(self._reveal_row(battle) for battle in self._voted)
        return FinishedState(
            title=self._study.title,
            voted=len(self._voted),
            total=self._study.battles_per_session,
            rows=rows,
            problem=problem,
        )

    def _reveal_row(self, battle: _Battle) -> RevealRow:
        assert battle.vote is not None
        return RevealRow(
            number=battle.number,
            said=battle.said,
            vote_text=VOTE_TEXT[battle.vote],
            name_a=self._entries[battle.systems["a"]].label,
            name_b=self._entries[battle.systems["b"]].label,
        )


VOTE_TEXT = {
    Vote.A: "A is better",
    Vote.TIE: "Tie",
    Vote.BOTH_BAD: "Both bad",
    Vote.B: "B is better",
    Vote.CANNOT_JUDGE: "I can't judge",
}
