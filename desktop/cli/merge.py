"""Several exports as one folder."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from desktop.cli.common import add_json, print_json, say
from desktop.cli.dialects import WITHOUT_TAKES, add_dialects, tell_dialects
from desktop.cli.output import tell
from desktop.plural import count

HELP = "one folder of any number of exports, the same in whatever order they are named"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("exports", metavar="EXPORT", type=Path, nargs="+", help="exported folder")
    parser.add_argument(
        "--to", metavar="DIR", type=Path, required=True, help="new or empty folder to write"
    )
    add_dialects(parser, WITHOUT_TAKES)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from desktop.errors import UsageProblem
    from local_db.merging import merge
    from ranker.parts.mark import collected_into, is_store

    for folder in args.exports:
        if is_store(folder):
            raise UsageProblem(
                f"{folder} is a parts store, and no export. Nothing was written.",
                f"Name {collected_into(folder)}.",
            )
    summary = merge(args.exports, args.to, dialects=args.dialect, simulated=args.simulated)
    if args.json:
        print_json({**asdict(summary), "folder": str(summary.folder)})
        return 0
    say(f"{count(summary.battles, 'battle')} of {count(summary.parts, 'export')}.")
    tell_dialects(summary.dialects.values())
    tell(str(summary.folder))
    return 0
