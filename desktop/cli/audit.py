"""What gives systems away besides what they say: this station's battles, or those of exports."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.cli.common import add_home, add_json, add_seed, home_of, print_json
from desktop.cli.output import tell
from desktop.paths import Home

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
    from ranker.audit import audit
    from ranker.audit.text import render

    with _exports(args.exports, home_of(args)) as exports:
        report = audit(exports, include_simulated=args.simulated, seed=args.seed)
    if args.json:
        print_json(report.to_json())
    else:
        tell(render(report))
    return 0


@contextmanager
def _exports(named: list[Path], home: Home) -> Iterator[list[Path]]:
    """Those that were named, or one of this station that lasts as long as it is read."""
    if named:
        yield named
        return
    from local_db.export import export

    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "export"
        export(home.database, home.takes, own, backup_folder=home.backups)
        yield [own]
