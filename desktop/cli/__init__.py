"""Everything the window does, as commands.

Exit code 0 means done, 1 that it failed for a reason the sentence on stderr gives, 2 that the
command was typed wrongly or names what it cannot work with, 130 that it was interrupted, 141 that
nobody wanted to read the result to its end. Results go to stdout, progress to stderr.
No command but the window, `demo`, `ab` and `replay` loads Qt.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from pathlib import Path

from desktop.cli.common import say
from desktop.cli.output import READER_LEFT, accept_any_text, flush
from desktop.errors import EarshotError, UsageProblem
from desktop.problems import Spoken
from desktop.settings import SETTINGS

_CODES: dict[type[Exception], int] = {UsageProblem: 2}
COMMANDS = (
    "demo",
    "ab",
    "systems",
    "ask",
    "study",
    "export",
    "import",
    "merge",
    "collect",
    "rank",
    "audit",
    "voters",
    "replay",
    "doctor",
)
_FILES = {"import": "import_votes"}
"""Where a command's name is no name for a file."""


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; used by `main` and by the page that documents it."""
    parser = argparse.ArgumentParser(
        prog="main.py",
        description="Blind, side-by-side tests of voice assistants. Without a command: the window.",
    )
    window = importlib.import_module("desktop.cli.window")
    window.add_arguments(parser)
    parser.set_defaults(run=window.run)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for name in COMMANDS:
        module = importlib.import_module(f"desktop.cli.{_FILES.get(name, name)}")
        command = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(command)
        command.set_defaults(run=module.run, parser=command)
    return parser


def main(argv: Sequence[str]) -> int:
    """Run one command; returns its exit code."""
    accept_any_text()
    try:
        _require_a_place_to_stand()
        args = _parsed(argv)
        return int(args.run(args))
    except KeyboardInterrupt:
        say("Interrupted.")
        return 130
    except BrokenPipeError:
        return READER_LEFT
    except Exception as error:
        # World errors come from four families that share two sentences; everything else is a bug.
        if not isinstance(error, Spoken):
            raise
        say(f"{error.sentence} {error.advice}".strip())
        return _CODES.get(type(error), 1)


def _parsed(argv: Sequence[str]) -> argparse.Namespace:
    try:
        args = build_parser().parse_args(argv)
        _refuse_flags_of_the_window(args)
    except SystemExit:
        flush()  # it has printed the help
        raise
    return args


def _refuse_flags_of_the_window(args: argparse.Namespace) -> None:
    """A flag before a command that does not read it would be taken and do nothing."""
    if args.command is None:
        return
    command: argparse.ArgumentParser = args.parser
    flags = {"home": "--home"} | {setting.name: setting.flag for setting in SETTINGS}
    for name, flag in flags.items():
        its_own = command.get_default(name) is not None
        if getattr(args, name) is not None and not its_own:
            command.error(f"the command `{args.command}` does not read {flag}: leave it out")


def _require_a_place_to_stand() -> None:
    try:
        Path.cwd()
    except OSError as error:
        raise EarshotError(
            f"The folder this was started in is gone ({error.strerror}).", "Change to another one."
        ) from error
