"""What several commands share: where the data is, and how results are printed."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from desktop.paths import Home, home


def add_home(parser: argparse.ArgumentParser, default: str | None = argparse.SUPPRESS) -> None:
    """`--home`, before or after the command; a command without it leaves the other one standing."""
    parser.add_argument(
        "--home",
        metavar="DIR",
        default=default,
        help="data folder of this station (default: EARSHOT_HOME, else the system's place)",
    )


def home_of(args: argparse.Namespace) -> Home:
    return home(args.home)


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def print_json(value: Any) -> None:
    """Strict JSON on stdout: no NaN, no infinity."""
    print(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False, sort_keys=True))


def say(text: str) -> None:
    """Progress, on stderr, so that stdout stays clean for results."""
    print(text, file=sys.stderr, flush=True)


def positive(text: str) -> int:
    """For argparse: a whole number above zero."""
    number = int(text)
    if number <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not above zero")
    return number
