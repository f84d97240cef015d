"""One table of settings: default, stored value and command-line flag come from the same row."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    default: str | bool
    flag: str
    help: str
    choices: tuple[str, ...] = ()
    stored: bool = True
    """Whether it is kept in the file of settings between starts."""


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "study",
        "",
        "--study",
        "study file to run; the everyday study that ships with Earshot when empty",
        stored=False,
    ),
    Setting(
        "microphone",
        "",
        "--microphone",
        "microphone as “name, host API”, as `doctor` names it; the default when empty",
    ),
    Setting(
        "colours",
        "system",
        "--colours",
        "light or dark drawing; the system's own when “system”",
        choices=("system", "light", "dark"),
    ),
    Setting(
        "still",
        False,
        "--still",
        "no motion: answers appear at once instead of running in",
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The values in force. Fields are the names of `SETTINGS`."""

    study: str = ""
    microphone: str = ""
    colours: str = "system"
    still: bool = False


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Give a command one flag per setting."""
    for setting in SETTINGS:
        if isinstance(setting.default, bool):
            parser.add_argument(
                setting.flag,
                dest=setting.name,
                action="store_true",
                default=None,
                help=setting.help,
            )
        else:
            _add_flag(parser, setting)


def add_microphone(parser: argparse.ArgumentParser) -> None:
    """`--microphone`, before or after the command."""
    setting = next(setting for setting in SETTINGS if setting.name == "microphone")
    _add_flag(parser, setting, default=argparse.SUPPRESS)


def _add_flag(
    parser: argparse.ArgumentParser, setting: Setting, default: str | None = None
) -> None:
    parser.add_argument(
        setting.flag,
        dest=setting.name,
        default=default,
        choices=setting.choices or None,
        metavar=None if setting.choices else "VALUE",
        help=setting.help,
    )


def load_settings(path: Path, flags: Mapping[str, Any] | None = None) -> Settings:
    """Flag, else stored value, else default. A stored value that makes no sense is passed over."""
    stored = _stored(path)
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        for source in (given, stored):
            if _makes_sense(setting, source.get(setting.name)):
                values[setting.name] = source[setting.name]
                break
    return Settings(**values)


def remember(path: Path, name: str, value: str | bool) -> None:
    """Store one setting, chosen in the window; what a flag says for one run is not stored.

    Whole file or nothing. Raises OSError.
    """
    stored = _stored(path)
    kept = [s for s in SETTINGS if s.stored and _makes_sense(s, stored.get(s.name))]
    values = {s.name: stored[s.name] for s in kept} | {name: value}
    part = path.with_suffix(".part")
    part.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)


def as_markdown(settings: Iterable[Setting] = SETTINGS) -> str:
    """The table of docs/settings.md."""
    lines = ["| setting | flag | default | remembered | what it does |", "|---|---|---|---|---|"]
    for s in settings:
        default = f"`{json.dumps(s.default)}`"
        remembered = "yes" if s.stored else "no"
        lines.append(f"| `{s.name}` | `{s.flag}` | {default} | {remembered} | {s.help} |")
    return "\n".join(lines)


def _stored(path: Path) -> Mapping[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        # Settings are a convenience: a missing or spoilt file means the defaults, never a stop.
        return {}
    return values if isinstance(values, dict) else {}


def _makes_sense(setting: Setting, value: Any) -> bool:
    if type(value) is not type(setting.default):
        return False
    return not setting.choices or value in setting.choices
