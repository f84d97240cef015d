"""Exports of any number of stations in, a leaderboard out."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli.common import add_json, add_seed, print_json, say_simulated, whole_number
from desktop.cli.output import tell

HELP = "leaderboard from any number of exports"
FEWEST = 40
"""With fewer, no draw lies in the tails of a 95 % interval."""
MOST = 100_000
"""Ten times what the paper draws; all draws are held in memory."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("exports", metavar="EXPORT", type=Path, nargs="+", help="exported folder")
    parser.add_argument(
        "--bootstraps",
        type=whole_number(FEWEST, MOST),
        default=10_000,
        metavar="N",
        help=f"resamples, {FEWEST} to {MOST} (default 10000)",
    )
    add_seed(parser, "seed of the resampling")
    parser.add_argument(
        "--simulated", action="store_true", help="count simulated votes too (rehearsals)"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    import ranker
    from ranker.text import render

    board = ranker.rank(
        args.exports,
        bootstraps=args.bootstraps,
        seed=args.seed,
        include_simulated=args.simulated,
    )
    if args.json:
        print_json(board.to_json())
    else:
        tell(render(board))
        say_simulated(sum(x.count for x in board.exclusions if x.rule == "simulated"))
    return 0
