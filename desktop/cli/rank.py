"""Exports of any number of stations in, a leaderboard out."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from desktop.cli.common import add_json, add_seed, whole_number

HELP = "leaderboard from any number of exports"
FEWEST = 40
"""With fewer, no draw lies in the tails of a 95 % interval."""
MOST = 100_000
"""Ten times what the paper draws; all draws are held in memory."""
USUAL = 10_000
"""What the paper draws."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "exports",
        metavar="EXPORT",
        type=Path,
        nargs="+",
        help="exported folder, a store of `collect`, or a Parquet file of votes",
    )
    parser.add_argument(
        "--simulated", action="store_true", help="count simulated votes too (rehearsals)"
    )
    parser.add_argument(
        "--prior",
        type=_games,
        default=0.0,
        metavar="GAMES",
        help="let every system also win and lose so many games against an opponent that is not "
        "there, which makes every score finite (default 0: none); for the leaderboard and --by",
    )
    _add_intervals(parser)
    _add_beside(parser)
    _add_outputs(parser)


def _add_intervals(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("intervals")
    group.add_argument(
        "--resample",
        choices=("auto", "participant", "vote", "pair"),
        default="auto",
        help="what is drawn again: people with all their votes (auto, where ten or more are "
        "known), votes as in the paper, or votes with as many of each pair as there were",
    )
    group.add_argument(
        "--bootstraps",
        type=whole_number(FEWEST, MOST),
        default=USUAL,
        metavar="N",
        help=f"resamples, {FEWEST} to {MOST} (default {USUAL})",
    )
    group.add_argument(
        "--confidence",
        type=_part,
        default=0.95,
        metavar="PART",
        help="of every interval, between 0 and 1 (default 0.95)",
    )
    add_seed(parser, "seed of the resampling")


def _add_beside(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("beside the leaderboard")
    group.add_argument(
        "--by",
        metavar="COLUMN",
        help="one leaderboard for each language, noise, station, study, device, day, or value of a "
        "column of --labels",
    )
    group.add_argument(
        "--labels",
        type=Path,
        metavar="FILE.csv",
        help="columns for --by: topics, groups; one of them is battle_id or participant",
    )
    group.add_argument(
        "--ties",
        choices=("half", "davidson", "rao-kupper"),
        default="half",
        help="also score with a tie as an outcome of its own, not as half a win",
    )
    group.add_argument(
        "--adjust",
        action="store_true",
        help="also say how slot, length, format, language, wait and trial move a vote, and score "
        "with all of it equal",
    )
    group.add_argument(
        "--weigh",
        choices=("propensity",),
        help="also score as if every pair had been drawn equally often",
    )


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how it is shown")
    group.add_argument(
        "--scale",
        choices=("natural", "400"),
        default="natural",
        help="natural logarithms (default), or points: ten to one are 400, the mean is 1000",
    )
    add_json(parser)
    group.add_argument("--csv", type=Path, metavar="FILE", help="write the leaderboard there")
    group.add_argument(
        "--html",
        type=Path,
        metavar="FILE",
        help="write the whole report there: one file with charts, tables and method",
    )


def run(args: argparse.Namespace) -> int:
    from desktop.cli.rank_output import answer

    return answer(args)


def _part(text: str) -> float:
    number = _number(text)
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError(f"{text:.40} is not a number between 0 and 1")
    return number


def _games(text: str) -> float:
    number = _number(text)
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{text:.40} is not a number from 0")
    return number


def _number(text: str) -> float:
    """nan where it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
