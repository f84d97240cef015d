"""What several commands share: where the data is, what a number may be, how results are printed."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from desktop.cli.output import put, visible
from desktop.paths import Home, home
from desktop.plural import count

if TYPE_CHECKING:
    from local_db.chain import Head

LARGEST_SEED = 2**53 - 1
"""Every reader of JSON keeps this number as it is."""


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


def add_seed(parser: argparse.ArgumentParser, what: str) -> None:
    """`--seed`, of what the sentence says."""
    parser.add_argument(
        "--seed", type=whole_number(0, LARGEST_SEED), default=0, help=f"{what}, from 0 (default 0)"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def add_head(parser: argparse.ArgumentParser) -> None:
    """`--head`, as often as wanted: what was printed of this station's history."""
    parser.add_argument(
        "--head",
        type=_head,
        action="append",
        default=[],
        metavar="NUMBER:LINK",
        help="an end of the history that was written down: nothing before it may be missing",
    )


def _head(text: str) -> Head:
    from local_db.chain import Head

    try:
        return Head.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text:.40} is no end of a history: NUMBER:LINK, as `doctor` and `export` print it"
        ) from error


def print_json(value: Any) -> None:
    """Strict JSON on stdout: no NaN, no infinity, and readable in whatever stdout can hold."""
    encoding = getattr(sys.stdout, "encoding", None) or ""
    escaped = encoding.lower().replace("-", "") != "utf8"
    put(json.dumps(value, indent=2, ensure_ascii=escaped, allow_nan=False, sort_keys=True))


def say(text: str) -> None:
    """Progress, on stderr, so that stdout stays clean for results; `visible`."""
    if sys.stderr is not None:  # `2>&-` closes it, and `print` would take stdout instead
        print(visible(text, sys.stderr), file=sys.stderr, flush=True)


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """For argparse: a whole number in [least, most]."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:  # not a number, or one of thousands of digits
            number = least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(
                f"{text:.40} is not a whole number from {least} to {most}"
            )
        return number

    return read


def seconds(most: float) -> Callable[[str], float]:
    """For argparse: a duration in (0, most]."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not 0 < number <= most:  # nor nan, which is neither above nor below anything
            raise argparse.ArgumentTypeError(
                f"{text:.40} is not a number of seconds above 0 and up to {most:g}"
            )
        return number

    return read


def say_simulated(left_out: int) -> None:
    """How to count what was left out because programs gave it; on stderr."""
    if left_out:
        what = count(left_out, "simulated battle is", "simulated battles are")
        say(f"{what} not counted: `--simulated` counts them.")
