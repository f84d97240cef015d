"""One battle as its participant saw it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from desktop.cli.common import add_home, add_json, home_of, print_json, say
from desktop.cli.output import tell
from desktop.interrupt import end_on_interrupt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.replaying.record import ShownTurn
    from local_db.kept import Battle, Json

HELP = "show again what a participant saw of a battle; nothing is recorded"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("battle", metavar="BATTLE", help="its key, or the beginning of it")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--check",
        action="store_true",
        help="run it again on scripted systems and compare what is shown; opens no window",
    )
    how.add_argument("--text", action="store_true", help="print the texts; opens no window")
    parser.add_argument("--names", action="store_true", help="tell which systems they were")
    add_home(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    end_on_interrupt()
    from desktop.replaying.record import battle_called, shown_turns
    from local_db.reader import open_reader

    home = home_of(args)
    with open_reader(home.database, home.backups) as reader:
        battle = battle_called(reader, args.battle)
        settings = next(s.settings for s in reader.sessions() if s.id == battle.session)
    turns = shown_turns(battle)
    if args.check:
        return _check(args, battle, turns, settings)
    if args.text or args.json:
        _print(args, battle, turns)
        return 0
    from desktop.replaying.window import replay_in_window

    return replay_in_window(battle, turns, home, names=args.names)


def _check(
    args: argparse.Namespace, battle: Battle, turns: Sequence[ShownTurn], settings: Json
) -> int:
    from desktop.replaying.check import run_again
    from desktop.replaying.record import digest

    then, now = digest(turns), digest(run_again(battle, settings))
    if args.json:
        print_json({"battle": battle.battle_id, "shown": then, "run_again": now})
    elif then == now:
        tell(f"The same was shown: {then}.")
    else:
        tell(f"What was shown is {then}; what is shown now is {now}.")
    if not all(turn.kept for turn in turns):
        say("This record is older than the keeping of painted texts: its answers stand for them.")
    return 0 if then == now else 1


def _print(args: argparse.Namespace, battle: Battle, turns: Sequence[ShownTurn]) -> None:
    from dataclasses import asdict

    from desktop.replaying.record import digest

    names = {"a": battle.a.label, "b": battle.b.label} if args.names else None
    if args.json:
        shown = [asdict(turn) for turn in turns]
        whole = {"battle": battle.battle_id, "shown": digest(turns), "turns": shown}
        print_json(whole | ({"names": names} if names else {}))
        return
    for nth, turn in enumerate(turns):
        if len(turns) > 1:
            if nth:
                tell()
            tell(f"Turn {turn.ordinal}{_went_on(turn.history)}")
            tell()
        for slot, text, cut in (
            ("A", turn.text_a, turn.truncated_a),
            ("B", turn.text_b, turn.truncated_b),
        ):
            name = f" ({names[slot.lower()]})" if names else ""
            tell(f"{slot}{name}{', only its beginning was shown' if cut else ''}:")
            tell(text)
            tell()
        pace = turn.cadence_per_s
        tell(f"Both at {pace:.4g} characters a second." if pace else "Both at once.")
    if battle.vote is not None:
        from desktop.session.view import VOTE_TEXT
        from ui.state import Vote

        tell()
        tell(f"The vote: {VOTE_TEXT[Vote(battle.vote.choice)]}.")


def _went_on(history: str | None) -> str:
    """Whose answers both systems knew as theirs."""
    if history in ("a", "b"):
        return f", after both were told the answer of {history.upper()}"
    return "" if history is None else ", after each was told its own answer"
