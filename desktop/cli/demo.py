"""The whole road, unattended, on the sample takes."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli.common import say
from desktop.cli.output import tell
from desktop.interrupt import end_on_interrupt

HELP = "the whole road, unattended, on the sample takes; votes are marked as simulated"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help="new or empty folder to write into"
    )
    parser.add_argument(
        "--dark", action="store_true", help="draw the screenshots in the dark colours"
    )


def run(args: argparse.Namespace) -> int:
    end_on_interrupt()
    from desktop.demo import run_demo

    def begins() -> None:
        say("Ten battles between the baselines on the sample takes; this takes half a minute …")

    produced = run_demo(args.out, colours="dark" if args.dark else "light", begins=begins)
    tell(produced.board_text)
    tell()
    tell(f"Screenshots   {args.out / 'screenshots'}")
    tell(f"Export        {produced.export}")
    tell(f"Leaderboard   {produced.leaderboard}")
    return 0
