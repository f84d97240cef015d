"""Write this station's battles to a folder; works while the window is open."""

from __future__ import annotations

import argparse
from dataclasses import asdict
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
        print_json(
            {
                "folder": str(summary.folder),
                "battles": summary.battles,
                "exclusions": dict(summary.exclusions),
                "chain": {"ok": summary.chain.ok, "head": str(summary.chain.head)},
                "takes": asdict(summary.takes),
            }
        )
    else:
        say(f"{summary.battles} battles; the history ends at {summary.chain.head}.")
        for rule, count in summary.exclusions.items():
            say(f"Left out as {rule}: {count}.")
        if not summary.chain.ok:
            say(f"The history does not verify: {summary.chain.findings[0]}.")
        print(summary.folder)
    return 0
