"""The real program, worked by a script, that ends itself with SIGKILL at a chosen moment.

Window, session, take desk, recorder, workers and database are those of the program; only the hands
are scripted. What the window has shown is told through a descriptor, a line each, in the instant it
is shown.
"""

from __future__ import annotations

import os
import random
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from desktop.app import make_application, open_program
from desktop.audio.file_source import FileSource
from desktop.audio.wav_file import WavFile
from desktop.catalogue.catalogue import Entry
from desktop.paths import Home
from desktop.program import Program
from desktop.session.given_vote import GivenVote
from desktop.session.ledger import Ledger
from desktop.session.take_desk import NamedSource, SourceFactory
from desktop.settings import Settings
from tests.helpers.rehearsal import STUDY, echo_entry
from ui.state import ArenaState, Meter, Phase

BATTLES = 4
"""In a session: few, so that many are broken off and many are ended."""
SYSTEMS = {"one": {"answers": ["The first."]}, "two": {"answers": ["The second."]}}
TURNS = """
[turns]
most = 2
history = "common"
"""
GOES_ON = 0.3
"""In so many battles a second turn comes before the vote."""
SPOKEN_MS = 1_100
"""A take that is held for less than a second is refused."""

DRAWN = "a battle is drawn"
HEADER = "the recording has its header"
WRITTEN = "the recording has its sound"
UNSYNCED = "the recording is to be synced"
SYNCED = "the recording is synced, not renamed"
RENAMED = "the recording is renamed, its folder not synced"
NO_ROW = "the recording is safe, no row names it"
ROW = "a row names the recording"
ANSWERED = "both answers came, no row has them"
SHOWN = "both answers are shown"
PRESSED = "a vote is pressed, nothing is written"
UNCOMMITTED = "a vote is written, not committed"
COMMITTED = "a vote is committed, not shown"
ACKNOWLEDGED = "a vote is shown"
LATER_TURN = "a row names the recording of a later turn, nobody has answered it"
CHANGING = "a vote is being changed"
SUPERSEDED = "another vote in its place is committed, not shown"
MOMENTS = (
    DRAWN, HEADER, WRITTEN, UNSYNCED, SYNCED, RENAMED, NO_ROW, ROW, ANSWERED, SHOWN, PRESSED,
    UNCOMMITTED, COMMITTED, ACKNOWLEDGED, LATER_TURN, CHANGING, SUPERSEDED,
)  # fmt: skip
RECORDING = "in the middle of recording"
POST_ROLL = "in the post-roll"
MICROPHONE_MOMENTS = (RECORDING, POST_ROLL)


@dataclass
class Fate:
    """The end of a program: at `moment`, once it has shown `votes` votes; None is never."""

    moment: str | None
    votes: int

    def strike(self, moment: str) -> None:
        if moment == self.moment and self.votes <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def run(folder: Path, take: Path | None, told: int, fate: Fate, *, sessions: int | None) -> None:
    """Vote for ever, or until so many sessions are ended; without a `take` listen to a microphone.

    `told` is a descriptor: `offered N`, `vote KEY`, `changed KEY`, `finished`,
    `turn KEY` (its answers were shown).
    """
    study = folder / "study.toml"
    names = ", ".join(f'"{name}"' for name in SYSTEMS)
    folder.mkdir(parents=True, exist_ok=True)
    study.write_text(
        STUDY.format(
            systems=names, battles=BATTLES, time_limit_s=20, reveal="session_end", tables=TURNS
        )
    )
    settings = Settings(study=str(study), still=True)
    app = make_application(settings)
    program = open_program(
        Home(folder),
        settings,
        catalogue=_catalogue(),
        source=_file_source(take) if take else None,
        source_name="a recording" if take else "",
    )
    hands = Hands(program, told, fate, sessions, listening=take is None)
    let_fate_see(program, hands, fate)
    program.show()
    hands.begin()
    app.exec()
    program.close()


class Hands:
    """Do what is to be done next, as soon as the window shows that it can be done."""

    def __init__(
        self, program: Program, told: int, fate: Fate, sessions: int | None, *, listening: bool
    ) -> None:
        self._program = program
        self._told = told
        self._fate = fate
        self._sessions = sessions
        self._listening = listening
        self._chance = random.Random(fate.votes)
        self.phase: Phase | None = None
        self.pressed = ""
        """Key of the vote that the ledger was last given."""
        self.supersedes = False
        """Whether that one stands in the place of another."""
        self.turn = ""
        """Key of the turn that the ledger was last told is shown."""
        self._changed = 0
        """Number of the battle whose vote was changed last."""
        program.arena_drawn.connect(self._drawn)
        program.session_finished.connect(self._finished)

    def begin(self) -> None:
        """Go on with the session that was broken off, or start one, as soon as that is possible."""
        window, state = self._program.window, self._program.compare_state
        compare, listening = window.compare, state.meter_open or not self._listening
        if window.current_page != "compare" or not compare.start.isEnabled() or not listening:
            QTimer.singleShot(5, self.begin)  # the page has no signal for it
            return
        offer = re.search(r"after (\d+) of", state.resume_text)
        self._tell(f"offered {offer[1] if offer else 0}")
        button = compare.resume if offer else compare.start
        button.click()

    def spoken(self, meter: Meter) -> None:
        """The microphone tells how long the take is; a file is whole at once."""
        if self.phase is Phase.RECORDING and meter.elapsed_ms >= SPOKEN_MS and self._listening:
            self._fate.strike(RECORDING)
            self._press(Qt.Key.Key_Space)
        elif self.phase is Phase.CHECKING:
            self._fate.strike(POST_ROLL)

    def _drawn(self, state: ArenaState) -> None:
        if state.phase is self.phase:
            return
        self.phase = state.phase
        if state.phase is Phase.VOTED:
            self._tell(f"{'changed' if self.supersedes else 'vote'} {self.pressed}")
            self._fate.votes -= 1
            self._fate.strike(ACKNOWLEDGED)
        elif state.phase is Phase.VOTING:
            self._tell(f"turn {self.turn}")
            self._fate.strike(SHOWN)
        elif state.phase is Phase.CHANGING:
            self._fate.strike(CHANGING)
        QTimer.singleShot(0, lambda: self._act(state))

    def _act(self, state: ArenaState) -> None:
        """Not while the page is being drawn: a person is not that quick.

        Every vote is changed once, as soon as it is shown or from the page after it.
        """
        phase = state.phase
        if state.can_change and self._changes(state):
            self._press(Qt.Key.Key_U)
        elif phase is Phase.CHANGING:
            self._press(Qt.Key.Key_4)
        elif phase is Phase.READY or (phase is Phase.RECORDING and not self._listening):
            self._press(Qt.Key.Key_Space)
        elif state.conversation.may_go_on and phase is Phase.VOTING and self._goes_on():
            self._press(self._chance.choice([Qt.Key.Key_A, Qt.Key.Key_B]))
        elif phase is Phase.VOTING:
            self._press(self._chance.choice([Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3]))
        elif phase in (Phase.VOTED, Phase.FAILED):
            self._press(Qt.Key.Key_Return)

    def _goes_on(self) -> bool:
        return self._chance.random() < GOES_ON

    def _changes(self, state: ArenaState) -> bool:
        battle = state.number - (state.phase is not Phase.VOTED)
        if state.phase is Phase.OPENING or self._changed >= battle:
            return False
        if state.phase is Phase.VOTED and self._chance.random() < 0.5:
            return False  # later
        self._changed = battle
        return True

    def _finished(self, _: object) -> None:
        self._tell("finished")
        self.phase, self._changed = None, 0
        if self._sessions == 1:
            QTimer.singleShot(0, self._program.window.close)
            return
        self._sessions = self._sessions - 1 if self._sessions else None
        QTimer.singleShot(0, self._program.window.finished.again.click)
        QTimer.singleShot(0, self.begin)

    def _press(self, key: Qt.Key) -> None:
        QTest.keyClick(self._program.window.arena, key)

    def _tell(self, line: str) -> None:
        os.write(self._told, f"{line}\n".encode())


def let_fate_see(program: Program, hands: Hands, fate: Fate) -> None:
    """Every moment; everything happens as it would otherwise."""
    around = partial(strike_around, fate)

    def pressed(_: Ledger, __: str, given: GivenVote) -> bool:
        hands.pressed, hands.supersedes = given.id, given.supersedes is not None
        voting.append(given.id)
        return True

    def changed(_: Ledger, __: str, given: GivenVote) -> bool:
        return given.supersedes is not None

    def shown(ledger: Ledger, battle_id: str, _: object) -> bool:
        hands.turn = ledger._turns[battle_id]
        return True

    def committing(statement: str) -> None:
        if voting and statement == "COMMIT":
            fate.strike(UNCOMMITTED)
            voting.clear()

    voting: list[str] = []
    around(Ledger, "open_battle", after=DRAWN)
    around(WavFile, "append", before=HEADER, after=WRITTEN)
    around(os, "fsync", before=UNSYNCED, after=SYNCED, when=_of_a_recording)
    around(Path, "replace", after=RENAMED, when=lambda path, _: path.suffix == ".part")
    around(Ledger, "take", before=NO_ROW, after=ROW)
    around(Ledger, "take", after=LATER_TURN, when=lambda *_, turn, **__: turn > 1)
    around(Ledger, "answers", before=ANSWERED)
    around(Ledger, "shown", when=shown)
    around(Ledger, "vote", before=PRESSED, after=COMMITTED, when=pressed)
    around(Ledger, "vote", after=SUPERSEDED, when=changed)
    program._store._connection.set_trace_callback(committing)
    meter = program.meter

    def metered(level: Meter) -> None:
        meter(level)
        hands.spoken(level)

    program.meter = metered


def strike_around(
    fate: Fate,
    owner: Any,
    name: str,
    *,
    before: str = "",
    after: str = "",
    when: Callable[..., bool] = lambda *_, **__: True,
) -> None:
    """Exchange a method of `owner` for one that does the same, with fate before and after it."""
    whole = getattr(owner, name)

    def seen(*given: Any, **named: Any) -> Any:
        counts = when(*given, **named)  # asked first: a file that was renamed has another name
        if counts:
            fate.strike(before)
        result = whole(*given, **named)
        if counts:
            fate.strike(after)
        return result

    setattr(owner, name, seen)


def _of_a_recording(descriptor: int) -> bool:
    return Path(f"/proc/self/fd/{descriptor}").readlink().suffix == ".part"


def _catalogue() -> dict[str, Entry]:
    return {name: echo_entry(name, **script) for name, script in SYSTEMS.items()}


def _file_source(take: Path) -> SourceFactory:
    return lambda on_level, *_: NamedSource(
        FileSource(take, "a recording", on_level), "a recording"
    )
