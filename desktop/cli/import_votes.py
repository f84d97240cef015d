"""Other people's votes, read back from a dialect of the export."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from desktop.cli.common import add_json, print_json, say
from desktop.cli.dialects import NAMES
from desktop.cli.output import tell
from desktop.plural import count

_WHY = {
    "not_blind": "cast where the names were known",
    "later_evaluation": "cast on a conversation that was voted on before",
}
HELP = "read votes of other programs into a folder that `rank` reads"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="their votes")
    parser.add_argument("--dialect", choices=NAMES, required=True, help="how they are written")
    parser.add_argument(
        "--to", metavar="DIR", type=Path, required=True, help="new or empty folder to write"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from local_db.importing import import_votes

    summary = import_votes(args.file, args.dialect, args.to)
    if args.json:
        print_json({**asdict(summary), "folder": str(summary.folder)})
        return 0
    say(f"{count(summary.battles, 'battle')}.")
    for kind, n in summary.kinds.items():
        if kind in _WHY:
            is_one, it = ("is", "it") if n == 1 else ("are", "them")
            say(f"{n:,} of them {is_one} of kind {kind}, {_WHY[kind]}: `rank` does not count {it}.")
    tell(str(summary.folder))
    return 0
