"""Which revision of each repository this station has settled on: `<data>/systems/pins.toml`.

The catalogue may leave a revision open. What is installed first decides then, for good: from that
day on the pin is part of what the system is, and of its fingerprint.

    ["someone/model"]
    revision = "0123…"        # 40 hexadecimal digits
    of = "hub"                # a commit; or "content": a digest of a folder that was pointed to
    remote_code = true        # somebody saw this revision and allowed its Python code to run
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from desktop.catalogue.table_keys import FLAG, REPO, REVISION, Key, Wrong, form_of, read_table
from desktop.errors import CatalogueProblem, EarshotError
from desktop.toml_text import as_toml
from local_db.durable import rename_durably

NAME = "pins.toml"
HUB, CONTENT = "hub", "content"

_KEYS = (
    Key("revision", REVISION, "", needed=True),
    Key("of", form_of("“hub” or “content”", lambda v: v in {HUB, CONTENT}), ""),
    Key("remote_code", FLAG, ""),
)
_HEAD = "# Written by `systems install`. What stands here is what runs: change it there.\n"


@dataclass(frozen=True, slots=True)
class Pin:
    revision: str
    of: str = HUB
    remote_code: bool = False


@dataclass(frozen=True, slots=True)
class Pins:
    """Repository -> pin. Immutable; `keep` writes one more."""

    by_repo: Mapping[str, Pin] = field(default_factory=dict)

    def applied(self, model: Mapping[str, Any]) -> dict[str, Any]:
        """A model table with the open revisions filled in, where they are known, at any depth.

        `remote_code = ""` becomes the revision where its code was allowed, and goes where not.
        """
        filled = {
            name: self.applied(value) if isinstance(value, Mapping) else value
            for name, value in model.items()
        }
        pin = self.by_repo.get(str(filled.get("repo")))
        if filled.get("revision") == "" and pin is not None:
            filled["revision"] = pin.revision
        if filled.get("remote_code") == "":
            allowed = pin is not None and pin.remote_code and pin.revision == filled["revision"]
            filled.pop("remote_code")
            if allowed:
                filled["remote_code"] = filled["revision"]
        return filled

    def with_pin(self, repo: str, pin: Pin) -> Pins:
        return Pins({**self.by_repo, repo: pin})

    def without(self, repo: str) -> Pins:
        return Pins({name: pin for name, pin in self.by_repo.items() if name != repo})


def read_pins(folder: Path) -> Pins:
    """Those of a systems folder; none where there is no file. Raises CatalogueProblem."""
    path = folder / NAME
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Pins()
    except OSError as error:
        raise CatalogueProblem(
            f"{path} cannot be read ({error.strerror}).",
            "The data folder (--home, EARSHOT_HOME) has to be a folder that you may read.",
        ) from error
    except ValueError as error:
        raise CatalogueProblem(f"{path} cannot be read: {error}.", _ADVICE) from error
    try:
        return Pins({repo: _pin(repo, table) for repo, table in tables.items()})
    except Wrong as wrong:
        raise CatalogueProblem(f"{path}: “{wrong.field}” {wrong}.", _ADVICE) from wrong


def write_pins(folder: Path, pins: Pins) -> None:
    """Replace the file, whole or not at all. Raises EarshotError."""
    tables = [
        f"\n[{json.dumps(repo)}]\n{as_toml(asdict(pin))}"
        for repo, pin in sorted(pins.by_repo.items())
    ]
    path = folder / NAME
    beside = path.with_name(f"{NAME}.new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside.write_text(_HEAD + "".join(tables), encoding="utf-8")
        rename_durably(beside, path)
    except OSError as error:
        raise EarshotError(
            f"{path} cannot be written ({error.strerror}).", "Allow writing there, or make room."
        ) from error


_ADVICE = "Put it right, or delete it and install the systems again."


def _pin(repo: str, table: Any) -> Pin:
    REPO.read(repo, repo)
    pin = Pin(**read_table(repo, table, _KEYS))
    if not pin.revision:
        raise Wrong(f"{repo}.revision", "is empty")
    return pin
