"""Flags that say what a path or an address does not say of itself, for `ask` and `ab`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.quick import Wishes

SYSTEM = "id of `systems list`, path of a checkpoint, or address of a server"


def add_wishes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="NAME", default="", help="which model of the server")
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


def wishes_of(args: argparse.Namespace) -> Wishes:
    from desktop.quick import Wishes

    return Wishes(model=args.model, hears=args.hears, allow_pickle=args.allow_pickle)
