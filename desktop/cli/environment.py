"""`systems environment`: make, show or remove the Python environment of one engine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from desktop.cli.common import add_json, home_of, print_json, say
from desktop.cli.output import tell
from desktop.errors import EarshotError, UsageProblem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("engine", metavar="ENGINE", help="the name of its folder")
    parser.add_argument("--yes", action="store_true", help="do not ask before fetching")
    parser.add_argument(
        "--remove", action="store_true", help="delete it, with those of earlier pins"
    )
    parser.add_argument("--python", metavar="PATH", type=Path, help="the Python to make it with")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from desktop.getting.environment_desk import engine_of, plan_json, plan_lines, plan_of
    from engines.environment_maker import make, remove

    home = home_of(args)
    if args.remove:
        try:
            gone = remove(engine_of(home, args.engine).name, home.environments)
        except OSError as error:
            raise EarshotError(
                f"{error.filename} cannot be deleted ({error.strerror}).", "Allow it, or delete it."
            ) from error
        tell("\n".join(f"Deleted {place}" for place in gone) or "There was none.")
        return 0
    planned = plan_of(home, args.engine, args.python)
    if args.json:
        print_json(plan_json(planned))
        if not args.yes:
            return 0
    elif planned.is_made():
        tell(f"It is there: {planned.place}")
        return 0
    else:
        for line in plan_lines(planned):
            say(line)
    if not args.yes and not _agreed():
        raise UsageProblem("Nothing was fetched.", "Say yes, or add --yes.")
    made = make(planned, _show)
    if not args.json:
        tell(f"Made {made}")
    return 0


def _agreed() -> bool:
    if not sys.stdin or not sys.stdin.isatty():
        return False
    say("Fetch and make it now? [y/N]")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _show(what: str, share: float | None) -> None:
    if not share:
        say(f"{what} …")
    elif sys.stderr is not None and sys.stderr.isatty():
        print(f"\r{share:4.0%}", end="\n" if share == 1 else "", file=sys.stderr, flush=True)
