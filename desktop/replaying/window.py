"""The window that shows a battle again; it has no database and no microphone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtWidgets import QMainWindow

from desktop.app import make_application
from desktop.paths import Home
from desktop.replaying.record import ShownTurn
from desktop.settings import load_settings
from local_db.kept import Battle
from ui import icons, theme
from ui.conversation_state import Earlier
from ui.pages.replay import TITLE, ReplayPage
from ui.state import ArenaState, CardState, NamesState, Phase, ReplayState, Vote
from ui.window import SIZE


def replay_in_window(battle: Battle, turns: Sequence[ShownTurn], home: Home, *, names: bool) -> int:
    """Show it until the window is closed; the exit code."""
    app = make_application(load_settings(home.settings, {}))
    window = replay_window(battle, turns, names=names)
    window.show()
    window.page.show_turn()
    return app.exec()


def replay_window(
    battle: Battle, turns: Sequence[ShownTurn], *, names: bool = False
) -> ReplayWindow:
    """Needs a QApplication. Where all was painted at once then, it is now."""
    theme.now.reduced_motion = turns[0].cadence_per_s == 0
    return ReplayWindow(replay_state(battle, turns, names=names))


class ReplayWindow(QMainWindow):
    def __init__(self, state: ReplayState) -> None:
        super().__init__()
        self.setWindowTitle(f"Earshot: {TITLE.lower()}")
        self.setWindowIcon(icons.window_icon())
        self.resize(SIZE)
        self.page = ReplayPage(state)
        self.page.close_requested.connect(self.close)
        self.setCentralWidget(self.page)
        self.page.setFocus()


def replay_state(battle: Battle, turns: Sequence[ShownTurn], *, names: bool) -> ReplayState:
    waited = ", ".join(f"{turn.wait_ms / 1000:.1f} s" for turn in turns)
    vote = Vote(battle.vote.choice) if battle.vote else None
    unjudged = " The participant could not judge." if vote is Vote.CANNOT_JUDGE else ""
    return ReplayState(
        line=f"Battle {battle.number} of its session, {battle.started_utc[:10]}: both answers came "
        f"after {waited}.{unjudged}",
        turns=tuple(_turn(battle, turns[: nth + 1]) for nth in range(len(turns))),
        names=NamesState(battle.number, battle.a.label, battle.b.label) if names else None,
        vote=vote,
    )


def _turn(battle: Battle, turns: Sequence[ShownTurn]) -> ArenaState:
    """The last of `turns`, with what stood above it."""
    turn = turns[-1]

    def earlier(slot: str) -> tuple[Earlier, ...]:
        return tuple(
            Earlier(one.text_a if slot == "a" else one.text_b, after.history == slot)
            for one, after in pairwise(turns)
        )

    return ArenaState(
        title=TITLE,
        number=battle.number,
        total=battle.number,
        phase=Phase.REVEALING,
        card_a=CardState(turn.text_a, truncated=turn.truncated_a, earlier=earlier("a")),
        card_b=CardState(turn.text_b, truncated=turn.truncated_b, earlier=earlier("b")),
    )
