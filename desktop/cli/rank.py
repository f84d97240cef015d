"""Exports of any number of stations in, a leaderboard out."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli.common import add_json, positive, print_json

HELP = "leaderboard from any number of exports"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("exports", metavar="EXPORT", type=Path, nargs="+", help="exported folder")
    parser.add_argument(
        "--bootstraps", type=positive, default=1000, metavar="N", help="resamples (default 1000)"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the resampling (default 0)")
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
        print(render(board))
    return 0
