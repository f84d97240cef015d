"""Folders of this station that workers use, told to them in their environment."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_MODELS, _CACHE = "EARSHOT_MODELS", "EARSHOT_CACHE"


@dataclass(frozen=True, slots=True)
class Places:
    """Where weights lie and where what was computed of them may be kept."""

    models: Path
    """One folder for each model and revision (`engines.model_files`)."""
    cache: Path
    """May be deleted at any time."""
    environments: Path
    """One Python environment for each engine that needs its own."""
    engines: Path | None = None
    """Engines that somebody brought: folders as those of `engines/`."""

    def to_environment(self) -> dict[str, str]:
        """Variables that `models_folder` and `cache_folder` read."""
        return {_MODELS: str(self.models), _CACHE: str(self.cache)}


def models_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of weights, in a worker."""
    return Path(environment.get(_MODELS) or _nowhere("models"))


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of things that can be computed again, in a worker."""
    return Path(environment.get(_CACHE) or _nowhere("cache"))


def _nowhere(name: str) -> Path:
    """For a worker that somebody started by hand."""
    return Path(tempfile.gettempdir()) / f"earshot-{name}"
