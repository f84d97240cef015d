"""A quick blind A/B of two systems in the window."""

from __future__ import annotations

import argparse

from desktop.cli.choosing import SYSTEM, add_wishes, wishes_of
from desktop.cli.common import add_home, home_of, say, whole_number
from desktop.interrupt import end_on_interrupt

HELP = "a quick blind A/B of two systems in the window, without a study file"
DEFAULT_BATTLES = 10
MOST_BATTLES = 1000
REVEALS = ("each_vote", "session_end", "never")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("system", metavar="CHECKPOINT", help=SYSTEM)
    parser.add_argument(
        "--against", metavar="SYSTEM", required=True, help="the other one, named likewise"
    )
    parser.add_argument(
        "--battles",
        metavar="N",
        type=whole_number(1, MOST_BATTLES),
        help=f"votes of the session (default {DEFAULT_BATTLES}, or the replayed recordings)",
    )
    parser.add_argument(
        "--replay",
        metavar="SESSION|DIR",
        help="ask again what was recorded: `last`, the id of a session, or a folder of WAV files",
    )
    parser.add_argument(
        "--reveal",
        metavar="WHEN",
        choices=REVEALS,
        default=REVEALS[0],
        help=f"when the names are told: {', '.join(REVEALS)} (default {REVEALS[0]})",
    )
    add_wishes(parser)
    add_home(parser)


def run(args: argparse.Namespace) -> int:
    end_on_interrupt()
    from desktop.app import Instead, run_window
    from desktop.catalogue.catalogue import read_catalogue
    from desktop.naming.able import require_able
    from desktop.naming.named import systems_named
    from desktop.naming.quick import different, quick_study
    from desktop.session.earlier_takes import earlier_takes, replaying, require_usable
    from desktop.session.study import Reveal

    home, wishes = home_of(args), wishes_of(args)
    one, other = different(*systems_named([args.system, args.against], home, wishes))
    takes = earlier_takes(args.replay, home) if args.replay else []
    study = quick_study(
        one,
        other,
        battles=args.battles or len(takes) or DEFAULT_BATTLES,
        reveal=Reveal(args.reveal),
        replays=bool(takes),
    )
    require_usable(takes, longest_ms=study.take_max_ms)
    entries = {entry.system.id: entry for entry in (one, other)}
    say("Asking whether both can answer here …")
    require_able(entries.values(), home)
    say(f"{one.label} ({one.kind}) against {other.label} ({other.kind}), blind.")
    name = "Earlier recordings"
    instead = Instead(
        study=study,
        catalogue=read_catalogue(home) | entries,
        source=replaying(takes, name) if takes else None,
        source_name=name if takes else "",
        replays=bool(takes),
    )
    return run_window(home, {}, instead)
