"""The help of every command as one page, for docs/commands.md."""

from __future__ import annotations

import argparse
import os

from desktop.cli import build_parser

_COLUMNS = "96"


def as_markdown() -> str:
    """Every command's own help, at a fixed width so that the page does not depend on a terminal."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = _COLUMNS
    try:
        parser = build_parser()
        parts = [_section("python main.py", parser)]
        for name, command in _commands(parser).items():
            parts.append(_section(f"python main.py {name}", command))
            for action, nested in _commands(command).items():
                parts.append(_section(f"python main.py {name} {action}", nested))
        return "\n\n".join(parts)
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before


def _section(title: str, parser: argparse.ArgumentParser) -> str:
    return f"## `{title}`\n\n```\n{parser.format_help().rstrip()}\n```"


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}
