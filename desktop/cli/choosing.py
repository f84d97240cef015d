"""How commands name systems: by ids of the catalogue, or by what a path or an address is."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from desktop.errors import UsageProblem

if TYPE_CHECKING:
    from desktop.catalogue.catalogue import Entry
    from desktop.naming.quick import Wishes

SYSTEM = "id of `systems list`, path of a checkpoint, or address of a server"


def add_wishes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        metavar="NAME",
        default="",
        help="which model of the server; by default the only one it has",
    )
    add_key(parser, "of the key that the server is asked with (`systems key NAME` keeps one)")
    parser.add_argument(
        "--hears",
        metavar="ID",
        default="",
        help="system whose recogniser hears for a text model (default: PocketSphinx's dictation)",
    )
    parser.add_argument(
        "--allow-pickle",
        metavar="FILE",
        default="",
        help="name of the one .pt file that may be opened, as weights only",
    )


def add_key(parser: argparse.ArgumentParser, says: str) -> None:
    """The name of a key: a key itself is never an argument."""
    parser.add_argument("--key", metavar="NAME", default="", help=f"name {says}")


def wishes_of(args: argparse.Namespace) -> Wishes:
    from desktop.naming.quick import Wishes

    return Wishes(args.model, args.key, args.hears, args.allow_pickle)


def chosen(catalogue: Mapping[str, Entry], ids: list[str]) -> list[Entry]:
    """The entries of some ids. Raises UsageProblem."""
    if unknown := [id_ for id_ in ids if id_ not in catalogue]:
        raise UsageProblem(
            f"There is no system called {unknown[0]}.",
            "`python main.py systems list` names those that are.",
        )
    return [catalogue[id_] for id_ in dict.fromkeys(ids)]
