"""What gives systems away besides what they say: this station's battles, or those of exports."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from pathlib import Path

from desktop.cli.common import add_home, add_json, add_seed, home_of, print_json, say_simulated
from desktop.cli.output import tell

HELP = "say how well timing, style or guesses give systems away"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "exports",
        metavar="EXPORT",
        type=Path,
        nargs="*",
        help="exported folder (default: this station's battles)",
    )
    parser.add_argument(
        "--simulated", action="store_true", help="count simulated battles too (rehearsals)"
    )
    add_seed(parser, "seed of the parts that answers are dealt into")
    add_home(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from desktop.pages.exporting import counted_export
    from ranker.audit import audit
    from ranker.audit.text import render

    own = nullcontext(args.exports) if args.exports else counted_export(home_of(args))
    with own as exports:
        report = audit(exports, include_simulated=args.simulated, seed=args.seed)
    if args.json:
        print_json(report.to_json())
    else:
        tell(render(report))
        say_simulated(report.left_out.get("simulated", 0))
    return 0
