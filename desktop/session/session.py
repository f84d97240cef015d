"""One sitting of one participant: the only place where slots and systems meet.

Knows no Qt and no SQL. It belongs to one thread (the window's); what recorders, workers and checks
report is posted into that thread first. What may follow what is `desktop.session.battle`'s to say;
what the window may see is `desktop.session.view`'s; what is kept is `desktop.session.ledger`'s.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from desktop import problems
from desktop.audio.capture import CaptureFault, Level
from desktop.audio.problems import AudioUnavailable
from desktop.catalogue.catalogue import Entry
from desktop.getting.removing import remove_quietly
from desktop.session.answer_steps import AnswerSteps
from desktop.session.battle import SETTLED, Step
from desktop.session.battle_order import BattleOrder
from desktop.session.counting import Widths
from desktop.session.guessing import GuessSteps
from desktop.session.ledger import Ledger, Shown
from desktop.session.listener import Listener
from desktop.session.listening_ahead import listen_ahead
from desktop.session.microphone_steps import MicrophoneSteps
from desktop.session.playback_desk import PlaybackDesk
from desktop.session.reason_recogniser import reason_recogniser
from desktop.session.reason_steps import ReasonSteps
from desktop.session.reasons import ReasonDesk
from desktop.session.running_battle import RunningBattle
from desktop.session.stage import Stage
from desktop.session.study import Reveal, Study
from desktop.session.take_desk import Take, TakeDesk
from desktop.session.turn_steps import TurnSteps
from desktop.session.view import arena_state, finished_state, names_state
from desktop.session.vote_steps import VoteSteps
from engines.pool import Pool
from local_db.errors import WorldError
from local_db.kept import Battle, SessionProgress
from ui.state import Meter, Phase, Problem

MAX_FAILURES_IN_A_ROW = 3
"""After this many failed battles the session stops instead of trying a participant's patience."""

Post = Callable[[Callable[[], None]], None]


class Session:
    """Draws, records, asks, shows and keeps, until the study's battles are voted on."""

    def __init__(
        self,
        *,
        study: Study,
        entries: Mapping[str, Entry],
        ledger: Ledger,
        pool: Pool,
        desk: TakeDesk,
        playback: PlaybackDesk,
        post: Post,
        listener: Listener,
        seed: int,
        widths: Widths | None = None,
    ) -> None:
        self._study = study
        self._entries = entries
        self._ledger = ledger
        self._pool = pool
        self._desk = desk
        self._playback = playback
        self._listener = listener
        self._stage = Stage(self._publish)
        self.answers = AnswerSteps(study, pool, post, self._stage, ledger, failed=self._no_answers)
        self.microphone = MicrophoneSteps(self._stage, desk, listener.look_for_microphones)
        self._reasons = ReasonDesk(desk, pool, reason_recogniser(study, entries, pool), post)
        self.reason = ReasonSteps(self._stage, self._reasons, ledger)
        self._order = BattleOrder(
            study, ledger, self._stage, self._opened, seed=seed, widths=widths
        )
        self.guess = GuessSteps(study, entries, ledger, listener)
        self.voting = VoteSteps(
            study.voting,
            self._stage,
            ledger,
            desk,
            self._reasons,
            counted=self._count_vote,
            resumed=self._resumed,
        )
        self.turns = TurnSteps(study.turns, self._stage, desk, opens=self._turn_begun)
        self._failures = 0
        desk.on_level, desk.on_fault = self._level, self._capture_fault
        playback.on_change, playback.on_failure = self._publish, self._playback_failed

    # --- what the participant does ---------------------------------------------------------------

    def start(
        self, earlier: SessionProgress | None = None, *, participant: str | None = None
    ) -> None:
        """Draw the first battle and open the microphone.

        `participant` is the code of whoever sits here; one without a code is a new one.

        Raises WorldError when the sitting cannot even be written down.
        """
        self._order.begin(earlier, participant)

    def press_record(self) -> None:
        battle = self._stage.battle
        if battle is None or not self._stage.may(Step.RECORD):
            return
        if battle.again is not None:
            self._desk.close()  # it was opened where another microphone was chosen meanwhile
            self.answers.show_again(battle, battle.again)
            return
        try:
            self._desk.begin(listen_ahead(self._pool, battle.systems.values()))
        except AudioUnavailable as error:
            self.microphone.failed(error)
            return
        self.voting.forget()
        self._stage.problem = None
        self._stage.advance(Step.RECORD)

    def release_record(self, at_s: float | None = None) -> None:
        """End the take. The speaker did so at `at_s` of the monotonic clock; None means now."""
        if self._stage.battle is not None and self._stage.may(Step.STOP):
            now_s = time.monotonic()
            self._stage.battle.ended_at_s = ended_at_s = now_s if at_s is None else at_s
            self._desk.end(
                self._judged,
                self.microphone.failed,
                self._stage.not_kept,
                heard=self._ask,
                late_ms=(now_s - ended_at_s) * 1000,
            )
            self._stage.advance(Step.STOP)

    def toggle_playback(self) -> None:
        if self._stage.battle is not None and self._stage.battle.recording is not None:
            self._playback.toggle(self._stage.battle.recording)

    def record_again(self) -> None:
        """Give up these answers; the same pair is asked again with a new take."""
        if self._stage.battle is not None:
            self._give_up(self._stage.battle)

    def discard(self) -> None:
        """Delete the recording: a running one, or one that was answered already, and then those of
        the turns before as well: what they led to is not voted on."""
        battle = self._stage.battle
        if battle is not None and battle.phase in (Phase.RECORDING, Phase.CHECKING):
            self._desk.discard()
            self._throw_away(battle)
            self.microphone.open_again()
            return
        if battle is not None and battle.take is not None:
            self._give_up(battle, discard=battle.takes)

    def texts_shown(self, shown: Shown) -> None:
        """Both answers have been painted in full: the vote is open."""
        battle = self._stage.battle
        if battle is None or not self._stage.may(Step.SHOWN):
            return
        shown = replace(shown, wait_ms=battle.wait_ms, facts={**shown.facts, **battle.shown_facts})

        def open_vote() -> None:
            battle.shown_at_s = time.monotonic()
            self._stage.advance(Step.SHOWN)

        self._stage.keep(lambda: self._ledger.shown(battle.id, shown), open_vote)

    def next(self) -> None:
        """On to who was who where the study tells after each vote, else to the next battle."""
        battle = self._stage.battle
        if battle is None or battle.phase not in (Phase.VOTED, Phase.NAMED, Phase.FAILED):
            return
        self._stage.settle()
        if battle.phase is Phase.VOTED:
            self.voting.settle(lambda: self._go_on(battle))
        else:
            self._go_on(battle)

    def _go_on(self, battle: RunningBattle) -> None:
        if battle.phase is Phase.VOTED and self._study.reveal is Reveal.EACH_VOTE:
            self._listener.names(names_state(self._entries, battle))
            self._stage.advance(Step.NAME)
            return
        self._let_go(battle)
        if self.voting.go_on():
            return
        if battle.phase is Phase.VOTED:
            self.voting.passed(battle)
        if self._failures >= MAX_FAILURES_IN_A_ROW:
            self._finish("failed", problems.SYSTEMS_KEEP_FAILING)
        elif self._order.is_complete:
            self._finish("completed")
        elif battle.phase is Phase.FAILED:
            self._order.once_more(battle)
        else:
            self._order.next()

    def problem_action(self) -> None:
        """The button of the shown problem: try again what failed."""
        self._stage.try_again()

    def leave(self) -> None:
        """End now; the running battle counts as abandoned.

        Whoever wants to go may go: what a full disk does not take, the next start puts in order.
        """
        battle, problem = self.voting.open_battle, None
        self._reasons.dismiss()
        try:
            self.voting.leave()
            if battle is not None and battle.phase not in SETTLED:
                self._ledger.end_battle(battle.id, "abandoned", "left")
            self._ledger.end_session("left")
        except WorldError as error:
            problem = problems.for_participant(error)
        self._over(problem)

    def shut_down(self) -> None:
        """Release the microphone and the loudspeaker; for the end of the session or program."""
        battle, self._stage.battle = self._stage.battle, None
        self.answers.drop()
        if battle is not None:
            self._let_go(battle)
        self._playback.stop()
        self._desk.close()

    # --- the course of a battle ------------------------------------------------------------------

    def _give_up(self, battle: RunningBattle, discard: Sequence[Take] = ()) -> None:
        if battle.again is not None or not self._stage.may(Step.GIVE_UP):
            return
        try:
            voted = self.voting.is_there_after_all()
        except WorldError as error:
            self._stage.not_kept(error, lambda: self._give_up(battle, discard))
            return
        if voted:
            self._stage.mention(problems.VOTE_IS_KEPT)
            return
        self.answers.drop()
        self._let_go(battle)
        self._order.give_up(battle, discard)

    def _opened(self) -> None:
        self._reasons.clear()
        battle = self._stage.battle
        if battle is not None and battle.again is not None:
            self._desk.close()
            self._stage.advance(Step.NOTHING_TO_RECORD)
            return
        self._turn_begun()

    def _turn_begun(self) -> None:
        self._playback.stop()
        battle = self._stage.battle
        if battle is not None:
            self._desk.question = (battle.number - 1) * self._study.turns.most + battle.turn
        self._open_microphone()

    def _resumed(self) -> None:
        self._playback.stop()
        self.microphone.open_again()

    def _open_microphone(self) -> None:
        self._publish()
        self.microphone.open()
        if self._stage.battle is not None:
            self._pool.prewarm(list(self._stage.battle.systems.values()))

    def _ask(self, take: Take) -> None:
        """The systems work while the recording is made safe and written down."""
        battle = self._stage.battle
        if battle is not None and self._stage.may(Step.ASK):
            self.answers.ask(battle, take, seed=self._order.seed + battle.draw.step)

    def _judged(self, take: Take) -> None:
        battle = self._stage.battle
        if battle is None or not self._stage.may(Step.ASK):
            return
        if take.quality.refused:
            self._stage.keep(lambda: self._keep_take(battle, take), lambda: self._refuse(take))
            return
        battle.take = take
        self._desk.close()
        self._stage.keep(
            lambda: self._keep_take(battle, take), lambda: self.answers.taken(battle, take)
        )

    def _keep_take(self, battle: RunningBattle, take: Take) -> None:
        self._ledger.take(battle.id, take, turn=battle.turn, history=battle.history)

    def _refuse(self, take: Take) -> None:
        self._stage.problem = problems.from_verdicts(take.quality)
        if self._desk.is_open:
            self._stage.advance(Step.REFUSE)
        else:
            self._stage.advance(Step.REOPEN)
            self._open_microphone()

    def _throw_away(self, battle: RunningBattle) -> None:
        """A take that was judged, and that the disk would not take down, is not used."""
        self.answers.drop()
        self._playback.stop()
        if battle.take is not None:
            self._forget(battle.take)
            remove_quietly(battle.take.file)
        battle.take, battle.outcomes = None, {}

    def _no_answers(self) -> None:
        self._failures += 1
        self._stage.problem, self._stage.retry = problems.COMPARISON_FAILED, self.next
        self._stage.advance(Step.FAIL)

    def _count_vote(self, battle: RunningBattle) -> None:
        self._failures = 0
        self._order.count_vote(battle)

    def _finish(self, reason: str, problem: Problem | None = None) -> None:
        self._stage.keep(
            lambda: self._ledger.end_session(reason),
            lambda: self._over(problem, asks=reason == "completed"),
        )

    def _over(self, problem: Problem | None, *, asks: bool = False) -> None:
        """The session is kept: back up, let go of everything, ask what is asked last, reveal."""
        kept: Sequence[Battle] = ()
        try:
            kept = self._ledger.battles()
            self._ledger.back_up()
        except WorldError as error:
            problem = problem or problems.no_backup(error)
        self.shut_down()
        finished = finished_state(self._study, self._order.votes, kept, problem)
        self.guess.ask(kept if asks else (), lambda: self._listener.finished(finished))

    # --- what microphone and loudspeaker report --------------------------------------------------

    def _level(self, level: Level) -> None:
        self._listener.meter(Meter(level.level_dbfs, level.elapsed_ms, level.peaks))

    def _capture_fault(self, fault: CaptureFault) -> None:
        battle = self._stage.battle
        if battle is None:
            return
        ended = fault.take_ended or fault.stream_closed
        if battle.phase is Phase.REASON_RECORDING and ended:
            self.reason.broken_off(fault)
        elif fault.take_ended:
            self._stage.problem = problems.from_fault(fault)
            self.release_record()
        else:
            self.microphone.fault(fault)

    def _playback_failed(self, error: AudioUnavailable) -> None:
        self._stage.mention(problems.from_exception(error))

    # --- helpers ---------------------------------------------------------------------------------

    def _let_go(self, battle: RunningBattle) -> None:
        """The copies that the systems heard are not needed any more; the recordings stay."""
        self._playback.stop()
        for take in battle.takes:
            self._forget(take)

    def _forget(self, take: Take) -> None:
        self._pool.forget(take.heard)
        remove_quietly(take.heard)

    def _publish(self) -> None:
        battle = self._stage.battle
        if battle is None:
            return
        recording = battle.recording
        playing = recording is not None and self._playback.playing(recording)
        can_change, undo_ms = self.voting.offer()
        self._listener.state(
            arena_state(
                self._study,
                battle,
                course=self._order.course,
                can_change=can_change,
                undo_ms=undo_ms,
                device_label=self._desk.label,
                playing=playing,
                reason=self._reasons.state(),
                can_speak_reason=self._reasons.possible,
                replays=self._desk.replays,
                problem=self._stage.problem or battle.flag,
            )
        )
