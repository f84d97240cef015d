"""Write this station's battles to a folder; works while the window is open."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli.common import add_home, add_json, home_of, print_json, say

HELP = "write this station's battles to a folder that the ranker reads"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="DIR", type=Path, required=True, help="folder to write")
    parser.add_argument("--takes", action="store_true", help="include the recordings")
    add_home(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from local_db.export import export

    home = home_of(args)
    summary = export(home.database, home.takes, args.to, include_takes=args.takes)
    if args.json:
        print_json(summary.to_json())
    else:
        say(summary.sentence)
        print(args.to)
    return 0
