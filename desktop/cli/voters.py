"""Exports of any number of stations in, how far each participant can be relied on out."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli.common import add_json, print_json, say_simulated
from desktop.cli.output import tell

HELP = "how far each participant's votes can be relied on, from exports"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "exports",
        metavar="EXPORT",
        type=Path,
        nargs="+",
        help="exported folder, or a store of `collect`",
    )
    parser.add_argument(
        "--simulated", action="store_true", help="count simulated votes too (rehearsals)"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from ranker.reliability import reliability
    from ranker.reliability_text import render

    found = reliability(args.exports, include_simulated=args.simulated)
    if args.json:
        print_json(found.to_json())
    else:
        tell(render(found))
        say_simulated(sum(x.count for x in found.exclusions if x.rule == "simulated"))
    return 0
