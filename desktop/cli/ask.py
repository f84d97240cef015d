"""One answer of one system to one recording."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

from desktop.cli.choosing import SYSTEM, add_wishes, wishes_of
from desktop.cli.common import add_home, add_json, add_seed, home_of, print_json, say, seconds
from desktop.cli.output import tell
from desktop.errors import EarshotError, UsageProblem

HELP = "one system's answer to one recording"
LONGEST_S = 3600
"""As in a study."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "take",
        metavar="TAKE.wav",
        type=Path,
        help="recording: WAV or FLAC; of several channels the first is heard",
    )
    parser.add_argument("--system", metavar="SYSTEM", required=True, help=SYSTEM)
    add_wishes(parser)
    add_seed(parser, "seed of the generation")
    parser.add_argument(
        "--time-limit",
        type=seconds(LONGEST_S),
        default=120.0,
        metavar="S",
        help=f"seconds, at most {LONGEST_S} (default 120)",
    )
    add_home(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from desktop.keys.vault import system_keys
    from desktop.naming.able import require_had
    from desktop.naming.named import systems_named
    from engines.pool import Pool

    home = home_of(args)
    if not args.take.is_file():
        raise UsageProblem(f"There is no recording at {args.take}.")
    if not os.access(args.take, os.R_OK):
        raise UsageProblem(f"{args.take} cannot be read by this user.", "Allow it, or copy it.")
    (entry,) = systems_named([args.system], home, wishes_of(args))
    require_had(entry, home)
    pool = Pool(
        [entry.system], keys=system_keys(), places=home.places, time_limit_s=args.time_limit
    )
    with _heard(args.take) as heard, pool:
        say(f"Asking {entry.label} …")
        answer = pool.ask(entry.system.id, heard, seed=args.seed).future.result()
    if args.json:
        print_json({"system": entry.system.id, **asdict(answer)})
    else:
        _tell_answer(answer.text)
    return 0


def _tell_answer(text: str) -> None:
    """As it came into a file or another program; a terminal would obey what is in it."""
    if not text.strip():
        say("The answer is empty.")
    if sys.stdout is None or not sys.stdout.isatty():  # `>&-` closes it
        tell(text)
        return
    from ui.safe_text import safe_text

    shown = safe_text(text)
    tell(shown.text)
    if shown.truncated:
        say("The answer is longer than what is shown here. A file, or --json, gets all of it.")


@contextmanager
def _heard(take: Path) -> Iterator[Path]:
    """A copy of `take` as engines read it, for a while."""
    from desktop.audio.convert import to_engine_wav

    with ExitStack() as until_answered:
        try:
            folder = until_answered.enter_context(tempfile.TemporaryDirectory())
            heard = Path(folder) / "heard.wav"
            to_engine_wav(take, heard)
        except OSError as error:
            raise EarshotError(
                f"The recording cannot be copied for the system ({error.strerror}).",
                "Make room in the temporary folder, or name another one in TMPDIR.",
            ) from error
        yield heard
