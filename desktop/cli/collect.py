"""Take what stations sent into a parts store: each once, and nothing that cannot be trusted."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.common import add_json, print_json, say
from desktop.cli.output import tell
from desktop.plural import count
from desktop.version import VERSION

if TYPE_CHECKING:
    from ranker.parts.store import Collected

HELP = "take exports into a parts store that the ranker reads"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "store", metavar="STORE", type=Path, help="folder of the store, made where nothing is"
    )
    parser.add_argument("exports", metavar="EXPORT", type=Path, nargs="*", help="exported folder")
    parser.add_argument(
        "--trust",
        metavar="NAME=FINGERPRINT",
        action="append",
        default=[],
        help="take in what this key has signed; from the first on, nothing that is not signed so",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    from ranker.parts.store import QUARANTINE, QUARANTINED, open_store

    store = open_store(args.store)
    for said in args.trust:
        name, fingerprint = store.trust(said)
        say(f"Trusted: {name}, {fingerprint}.")
    done = []
    for one in store.collect(args.exports, VERSION):
        done.append(one)
        if not args.json:
            tell(_said(one))
    if args.json:
        print_json([asdict(one) for one in done])
    put_aside = sum(one.outcome == QUARANTINED or one.refused > 0 for one in done)
    if put_aside:
        say(f"What was put aside, and why, is in {args.store / QUARANTINE}.")
    return 1 if any(one.outcome == QUARANTINED for one in done) else 0


def _said(one: Collected) -> str:
    from ranker.parts.store import KNOWN, QUARANTINED, RENEWED

    if one.outcome == QUARANTINED:
        return f"{one.source}: quarantined. {one.reason}"
    if one.outcome == KNOWN:
        return f"{one.source}: known already."
    how = "taken in anew" if one.outcome == RENEWED else "taken in"
    lines = f"; {count(one.refused, 'line')} quarantined" if one.refused else ""
    return f"{one.source}: {count(one.battles, 'battle')} {how}{lines}."
