"""What can compete on this station, what is missing and how to get it."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from desktop.cli import environment
from desktop.cli.common import add_home, add_json, home_of, print_json
from desktop.cli.output import tell
from desktop.errors import UsageProblem

HELP = "what can compete here, what is missing, how to get it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=("list", "check", "environment"),
        help="list: the catalogue; check: start each engine and ask whether it could run here; "
        "environment: make the Python environment of an engine that needs its own",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="environment: the engine")
    environment.add_arguments(parser)
    add_home(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    if args.action == "environment":
        return environment.run(args)
    if args.names:
        raise UsageProblem(f"`systems {args.action}` takes no names: leave out {args.names[0]!r}.")
    return _list_or_check(args)


def _list_or_check(args: argparse.Namespace) -> int:
    from desktop.catalogue import read_catalogue
    from desktop.systems_desk import check_systems, list_systems
    from ui.state import Availability

    catalogue = read_catalogue()
    places = home_of(args).places
    if args.action == "check":
        rows = check_systems(catalogue, places=places)
    else:
        rows = list_systems(catalogue, places)
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
