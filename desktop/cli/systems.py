"""What can compete on this station, what is missing and how to get it."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from desktop.cli import environment, systems_getting
from desktop.cli.choosing import chosen
from desktop.cli.common import add_home, add_json, home_of, print_json, say
from desktop.cli.output import tell
from desktop.cli.system_key import keep_key

if TYPE_CHECKING:
    from ui.state import SystemRow

HELP = "what can compete here, what is missing, how to get it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_home(parser)
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    listing = _action(actions, "list", "the catalogue; starts nothing", _list)
    add_json(listing)
    checking = _action(
        actions, "check", "start the engines of what is here and ask whether it could run", _check
    )
    checking.add_argument(
        "ids", nargs="*", metavar="ID", help="only these; then each of them has to be ready"
    )
    add_json(checking)
    systems_getting.add_actions(actions, _action)
    environment.add_arguments(
        _action(
            actions,
            "environment",
            "make the Python environment of an engine that needs its own",
            environment.run,
        )
    )
    key = _action(
        actions,
        "key",
        "keep the API key NAME, read from the terminal without showing it or from standard input",
        lambda args: keep_key(args.name, forget=args.forget),
    )
    key.add_argument("name", metavar="NAME", help="for example openai")
    key.add_argument("--forget", action="store_true", help="forget it")


def run(args: argparse.Namespace) -> int:
    return int(args.act(args))


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    says: str,
    act: systems_getting.Act,
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=says, description=says)
    add_home(parser)
    parser.set_defaults(act=act)
    return parser


def _list(args: argparse.Namespace) -> int:
    from desktop.catalogue.catalogue import read_catalogue
    from desktop.keys.states import told_of_keys
    from desktop.pages.systems_desk import list_systems

    home = home_of(args)
    _tell(told_of_keys(list_systems(read_catalogue(home), home)), args)
    return 0


def _check(args: argparse.Namespace) -> int:
    from desktop.catalogue.catalogue import read_catalogue
    from desktop.pages.systems_desk import check_systems, expected
    from ui.state import Availability

    home = home_of(args)
    catalogue = read_catalogue(home)
    if args.ids:
        catalogue = {entry.system.id: entry for entry in chosen(catalogue, args.ids)}
    rows = check_systems(catalogue, home=home, on_system=lambda id_: say(f"Asking {id_} …"))
    _tell(rows, args)
    if args.ids:
        return int(any(row.availability is not Availability.READY for row in rows))
    return int(any(expected(row) for row in rows))


def _tell(rows: list[SystemRow], args: argparse.Namespace) -> None:
    from ui.state import Availability

    if args.json:
        print_json([asdict(row) for row in rows])
        return
    width = max(len(row.id) for row in rows)
    wide = max(13, *(len(row.status_text) for row in rows))
    for row in rows:
        tell(f"{row.id:<{width}}  {row.status_text:<{wide}}  {row.label}: {row.kind}")
        unready = row.availability is not Availability.READY
        facts = [row.licence, row.memory, f"the paper's {row.paper}" if row.paper else ""]
        lines = [row.detail if unready else "", row.how_to_get, "; ".join(filter(None, facts))]
        for line in filter(None, lines):
            tell(f"{'':<{width}}  {line}")
