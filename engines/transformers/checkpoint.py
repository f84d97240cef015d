"""A model folder as it lies on the disk: what kind it is, which files hold its weights.

Read with the standard library alone, so that a probe can tell a folder that is no model, or whose
weights are missing or cut short, before torch is imported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from engines.api import Settings
from engines.errors import EngineError, ErrorKind
from engines.model_files import locate
from engines.safetensors_header import Stored, read_header

INDEX = "model.safetensors.index.json"
PICKLE_SUFFIXES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")


class Kind(StrEnum):
    """Which of our four roads a folder takes."""

    WHISPER = "whisper"  # hears and writes what was said
    TEXT = "text"  # reads and answers
    AUDIO = "audio"  # hears and answers: every such family that transformers knows
    DIVA = "diva"  # hears and answers; transformers does not know it, we do


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One model folder."""

    folder: Path
    config: Mapping[str, Any]
    kind: Kind
    weights: tuple[Path, ...]
    """Every file that will be opened for tensors."""
    pickled: bool
    """Whether `weights` is the one pickle file that the model table allows."""
    revision: str
    """The full commit it was fetched as; empty where nobody knows."""

    def stored(self) -> Stored:
        """All tensors of all files together; of a pickle, the file's size in 16-bit numbers."""
        if self.pickled:
            size = self.weights[0].stat().st_size
            return Stored(size, size // 2)
        headers = [read_header(file) for file in self.weights]
        return Stored(sum(h.tensors_bytes for h in headers), sum(h.numbers for h in headers))


def read_checkpoint(model: Settings) -> Checkpoint:
    """The folder that a model table names.

    Raises EngineError: `needs_download` where it or files of its weights are missing or broken,
    `internal` where it is no model or has only a pickle that nobody allowed.
    """
    folder = locate(model)
    config = _read_config(folder)
    pickle = model.get("allow_pickle")
    weights = _safetensors(folder) if pickle is None else (_allowed_pickle(folder, pickle),)
    checkpoint = Checkpoint(
        folder=folder,
        config=config,
        kind=_kind(config, model.get("kind")),
        weights=weights,
        pickled=pickle is not None,
        revision=_revision(folder, model),
    )
    checkpoint.stored()  # a file that was cut short is told now
    return checkpoint


def _read_config(folder: Path) -> Mapping[str, Any]:
    path = folder / "config.json"
    if not path.is_file():
        sentence = f"{folder} is no model folder of transformers: there is no config.json in it."
        raise EngineError(ErrorKind.INTERNAL, sentence)
    try:
        config = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise EngineError(ErrorKind.INTERNAL, f"{path} cannot be read: {error}") from error
    if not isinstance(config, dict):
        raise EngineError(ErrorKind.INTERNAL, f"{path} does not describe a model.")
    return config


def _kind(config: Mapping[str, Any], told: object) -> Kind:
    if told is not None:
        if told not in set(Kind):
            sentence = f"There is no kind of model {told!r}; there are {', '.join(Kind)}."
            raise EngineError(ErrorKind.INTERNAL, sentence)
        return Kind(str(told))
    # The two names that cannot be had by rule: Whisper's own way of writing (windows, times,
    # "nobody speaks") and DiVA, whose folder is a part that transformers has no class for.
    if config.get("model_type") in {"whisper", "diva"}:
        return Kind(str(config["model_type"]))
    return Kind.AUDIO if _has_ears(config) else Kind.TEXT


def _has_ears(config: Mapping[str, Any]) -> bool:
    """Whether some member, at any depth, is about audio and is not empty."""
    return any(
        (name.startswith("audio") and value is not None)
        or (isinstance(value, Mapping) and _has_ears(value))
        for name, value in config.items()
    )


def _safetensors(folder: Path) -> tuple[Path, ...]:
    index = folder / INDEX
    if index.is_file():
        try:
            names = sorted(set(json.loads(index.read_text("utf-8"))["weight_map"].values()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise EngineError(ErrorKind.NEEDS_DOWNLOAD, f"{index} cannot be read.") from error
    else:
        names = ["model.safetensors"]
    files = tuple(folder / name for name in names)
    if missing := [file.name for file in files if not file.is_file()]:
        raise _missing(folder, missing)
    return files


def _missing(folder: Path, missing: list[str]) -> EngineError:
    data = {"missing": missing}
    pickles = sorted(f.name for f in folder.iterdir() if f.suffix in PICKLE_SUFFIXES)
    if pickles and missing == ["model.safetensors"]:
        sentence = (
            f"{folder} has its weights in the pickle {pickles[0]} only, and a pickle can run any "
            "code when it is opened. Convert it to safetensors, or, if you trust whoever made it, "
            f'say allow_pickle = "{pickles[0]}" in the model\'s table.'
        )
        return EngineError(ErrorKind.INTERNAL, sentence, data)
    named = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
    sentence = f"{folder} lacks weights: {named}. Install it again."
    return EngineError(ErrorKind.NEEDS_DOWNLOAD, sentence, data)


def _allowed_pickle(folder: Path, name: object) -> Path:
    if not isinstance(name, str) or Path(name).name != name:
        raise EngineError(ErrorKind.INTERNAL, "'allow_pickle' must be the name of one file.")
    if not (folder / name).is_file():
        raise EngineError(ErrorKind.NEEDS_DOWNLOAD, f"{folder} has no {name}.", {"missing": [name]})
    return folder / name


def _revision(folder: Path, model: Settings) -> str:
    """As the table says, or as `engines.model_files` named the folder."""
    told = model.get("revision")
    if isinstance(told, str) and "path" not in model:
        return told
    return folder.name.rpartition("@")[2] if "@" in folder.name else ""
