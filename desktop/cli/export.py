"""Write this station's battles to a folder; works while the window is open."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.common import add_head, add_home, add_json, home_of, print_json, say
from desktop.cli.dialects import NAMES, add_dialects, tell_dialects
from desktop.cli.output import tell
from desktop.errors import UsageProblem
from desktop.plural import count

if TYPE_CHECKING:
    from local_db.export import TakesSummary

HELP = "write this station's battles to a folder that the ranker reads"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="DIR", type=Path, required=True, help="folder to write")
    parser.add_argument("--takes", action="store_true", help="include the recordings")
    add_dialects(parser, NAMES)
    add_head(parser)
    add_home(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from desktop.pages.exporting import export_station

    if "audiofolder" in args.dialect and not args.takes:
        raise UsageProblem(
            "The dialect audiofolder describes the recordings, and they are not exported.",
            "Add --takes.",
        )
    summary = export_station(
        home_of(args),
        args.to,
        include_takes=args.takes,
        dialects=args.dialect,
        simulated_in_dialects=args.simulated,
        heads=args.head,
    )
    if args.json:
        print_json(
            {
                "folder": str(summary.folder),
                "battles": summary.battles,
                "conservation": asdict(summary.conservation),
                "exclusions": dict(summary.exclusions),
                "chain": {"ok": summary.chain.ok, "head": str(summary.chain.head)},
                "takes": asdict(summary.takes),
                "signer": summary.signer or None,
                "dialects": {name: asdict(one) for name, one in summary.dialects.items()},
            }
        )
    else:
        say(f"{count(summary.battles, 'battle')}; the history ends at {summary.chain.head}.")
        say(summary.conservation.sentence)
        if summary.signer:
            say(f"Signed with the key {summary.signer}.")
        if summary.unsigned:
            say(summary.unsigned)
        if open_still := sum(summary.exclusions.values()):  # there is no other rule
            what = count(open_still, "battle has", "battles have")
            say(f"{what} not ended yet, and so {'is' if open_still == 1 else 'are'} left out.")
        if not summary.chain.ok:
            say(f"The history does not verify: {summary.chain.findings[0]}.")
        for sentence in _not_included(summary.takes):
            say(sentence)
        tell_dialects(summary.dialects.values())
        tell(str(summary.folder))
    return 0


def _not_included(takes: TakesSummary) -> Iterator[str]:
    """Which recordings that were asked for are not in the export."""
    for files, why in (
        (takes.missing, "not in the takes folder, or cannot be read"),
        (takes.changed, "no longer what was recorded"),
    ):
        if files:
            what = count(len(files), "recording is", "recordings are")
            yield (
                f"{what} {why} (for example {files[0]}), so the export has the votes without them; "
                "its manifest names them."
            )
