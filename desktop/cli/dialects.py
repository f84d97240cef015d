"""The dialects of the export on the command line, which is built without loading them."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from desktop.cli.common import say
from desktop.plural import count

if TYPE_CHECKING:
    from local_db.dialects import Written

WITHOUT_TAKES = ("parquet", "fastchat", "lmarena", "evalica", "talkarena", "csv")
NAMES = (*WITHOUT_TAKES, "audiofolder")


def add_dialects(parser: argparse.ArgumentParser, names: Sequence[str]) -> None:
    parser.add_argument(
        "--dialect",
        action="append",
        choices=names,
        default=[],
        help="write the votes for other programs too; may be given more than once",
    )
    parser.add_argument(
        "--simulated", action="store_true", help="simulated votes in the dialects too (rehearsals)"
    )


def tell_dialects(dialects: Iterable[Written]) -> None:
    """What became of each, on stderr."""
    from ranker.left_out import in_words  # late: only who asks for dialects loads it

    warnings: dict[str, None] = {}
    for written in dialects:
        left_out = ", ".join(in_words(rule, n) for rule, n in written.exclusions.items())
        votes = count(written.votes, "vote")
        say(f"{written.file}: {votes}; left out: {left_out or 'none'}.")
        warnings |= dict.fromkeys(written.warnings)
    for warning in warnings:  # each once, however many dialects it is about
        say(warning)
