"""After the vote: why. The steps of a typed or spoken reason, until it is kept or thrown away."""

from __future__ import annotations

from desktop import problems
from desktop.audio.capture import CaptureFault
from desktop.session.battle import Step
from desktop.session.ledger import Ledger
from desktop.session.reasons import ReasonDesk
from desktop.session.stage import Stage
from local_db.ids import new_id
from ui.state import Phase


class ReasonSteps:
    """What a participant can do about a reason. Belongs to the session's thread."""

    def __init__(self, stage: Stage, desk: ReasonDesk, ledger: Ledger) -> None:
        self._stage = stage
        self._desk = desk
        self._ledger = ledger

    def speak(self) -> None:
        if self._stage.may(Step.REASON_RECORD):
            self._stage.settle()
            self._desk.record(self._opened, self._failed)
            self._stage.advance(Step.REASON_RECORD)

    def stop(self) -> None:
        if self._stage.may(Step.REASON_STOP):
            self._stage.advance(Step.REASON_STOP)
            self._desk.stop(self._heard, self._failed, self._stage.not_kept)

    def broken_off(self, fault: CaptureFault) -> None:
        """The microphone ended the recording; what there is of it is transcribed."""
        self._desk.problem = problems.from_fault(fault)
        self.stop()

    def type(self) -> None:
        if self._stage.may(Step.REASON_EDIT):
            self._stage.settle()
            self._desk.edit()
            self._stage.advance(Step.REASON_EDIT)

    def save(self, text: str) -> None:
        battle = self._stage.battle
        if battle is None or battle.phase is not Phase.REASON_EDITING:
            return
        text = text.strip()
        if not text:
            self.dismiss()
            return

        def saved() -> None:
            self._desk.saved(text)
            battle.reason = text
            self._stage.advance(Step.REASON_DONE)

        spoken, key = self._desk.spoken, new_id()
        self._stage.keep(
            lambda: self._ledger.reason(battle.id, battle.explained_id, text, spoken, key), saved
        )

    def dismiss(self) -> None:
        if self._stage.may(Step.REASON_DONE):
            self._desk.dismiss()
            self._stage.settle()
            self._stage.advance(Step.REASON_DONE)

    def _opened(self) -> None:
        self._stage.tell(self._stage.problem, self._stage.retry)

    def _heard(self) -> None:
        self._stage.problem = self._desk.problem
        # Without anything to correct, it can be spoken again as well as typed.
        nothing = self._desk.spoken is None
        self._stage.advance(Step.REASON_DONE if nothing else Step.REASON_EDIT)

    def _failed(self, error: BaseException) -> None:
        self._stage.problem = problems.no_take(error)
        self._desk.give_up()
        self._stage.advance(Step.REASON_DONE)
