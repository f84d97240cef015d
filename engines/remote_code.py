"""Checkpoints that bring Python code of their own: allowed by revision, and only in a worker.

Such code can do whatever the person who runs Earshot can. It stays off unless the model table says

    revision = "<40 hexadecimal digits>"   # what is pinned
    remote_code = "<the same digits>"      # that revision was shown to somebody, who allowed it

so that an allowance never carries over to another revision. The SHA-256 of each code file is
reported beside those of the weights and stored with every answer.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path

from engines.api import Settings
from engines.errors import EngineError, ErrorKind
from engines.places import cache_folder

_REVISION = re.compile(r"[0-9a-f]{40}")


def refusal(model: Settings) -> str:
    """Why the code of this model may not run: one sentence, empty when it may."""
    revision, allowed = model.get("revision"), model.get("remote_code")
    if not isinstance(revision, str) or not _REVISION.fullmatch(revision):
        return "It brings code of its own, and its 'revision' is not pinned to a full commit."
    if not allowed:
        return (
            f"It brings code of its own, which is off until revision {revision} was shown and "
            "allowed ('remote_code')."
        )
    if allowed != revision:
        return f"Code of revision {allowed!s:.40} was allowed, and this is {revision}."
    return ""


def require_allowed(model: Settings) -> None:
    """Raises EngineError (`refused`) unless the model's own code was allowed."""
    if sentence := refusal(model):
        raise EngineError(ErrorKind.REFUSED, sentence)


def code_files(folder: Path) -> list[Path]:
    """The Python files of a checkpoint."""
    return sorted(folder.glob("*.py"))


def importable(folder: Path, environment: MutableMapping[str, str] = os.environ) -> Path:
    """The same folder under a name that transformers can import code from.

    It copies the code into a package named for the folder, where a dot in the name ends the
    import. That package goes into the station's cache and not into the person's. Call it before
    transformers is imported. Raises EngineError (`refused`) when a configuration file takes code
    from another repository, whose revision nobody pinned.
    """
    _refuse_foreign_code(folder)
    name = re.sub(r"\W", "_", folder.resolve().name)
    home = cache_folder(environment) / "remote_code" / name
    home.mkdir(parents=True, exist_ok=True)
    environment["HF_MODULES_CACHE"] = str(home)
    if name == folder.name or sys.platform == "win32":  # links need a right there
        return folder
    link = home / name
    if not link.is_symlink() or link.resolve() != folder.resolve():
        link.unlink(missing_ok=True)
        link.symlink_to(folder.resolve(), target_is_directory=True)
    return link


def _refuse_foreign_code(folder: Path) -> None:
    for name in ("config.json", "tokenizer_config.json", "generation_config.json"):
        try:
            content = json.loads((folder / name).read_text("utf-8"))
        except (OSError, ValueError):  # not there, or the loader's business
            continue
        named = content.get("auto_map") if isinstance(content, dict) else None
        # transformers writes `owner/name--module.Class` for code that lies elsewhere.
        if named and "--" in json.dumps(named):
            sentence = f"{folder / name} takes code from another repository; that stays off."
            raise EngineError(ErrorKind.REFUSED, sentence)
