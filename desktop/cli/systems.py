"""What can compete on this station, what is missing and how to get it."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from desktop.cli.common import add_json, print_json
from desktop.cli.output import tell
from desktop.cli.system_key import keep_key
from desktop.errors import UsageProblem

HELP = "what can compete here, what is missing, how to get it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=("list", "check", "key"),
        help="list: the catalogue; check: start each engine and ask whether it could run here; "
        "key: keep the API key NAME, read from the terminal without showing it or from standard "
        "input",
    )
    parser.add_argument("name", metavar="NAME", nargs="?", help="of a key, for example openai")
    parser.add_argument("--forget", action="store_true", help="of key: forget it")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    if args.action == "key":
        return keep_key(args.name, forget=args.forget)
    if args.name is not None or args.forget:
        raise UsageProblem(f"`systems {args.action}` reads neither a name nor --forget.")
    from desktop.catalogue import read_catalogue
    from desktop.systems_desk import check_systems, list_systems
    from ui.state import Availability

    catalogue = read_catalogue()
    rows = check_systems(catalogue) if args.action == "check" else list_systems(catalogue)
    if args.json:
        print_json([asdict(row) for row in rows])
    else:
        width = max(len(row.id) for row in rows)
        for row in rows:
            tell(f"{row.id:<{width}}  {row.status_text:<12}  {row.label}: {row.kind}")
            if row.how_to_get:
                tell(f"{'':<{width}}  {row.how_to_get}")
    broken = any(row.availability is not Availability.READY for row in rows)
    return 1 if args.action == "check" and broken else 0
