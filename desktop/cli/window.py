"""No command: the window."""

from __future__ import annotations

import argparse

from desktop.cli.common import add_home, home_of
from desktop.interrupt import end_on_interrupt
from desktop.settings import SETTINGS, add_flags


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_home(parser, None)
    add_flags(parser)


def run(args: argparse.Namespace) -> int:
    end_on_interrupt()
    from desktop.app import run_window

    return run_window(home_of(args), {s.name: getattr(args, s.name) for s in SETTINGS})
