"""What a checkpoint on this disk is, told by its files. Nothing of it is run or unpickled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.errors import UsageProblem
from engines.api import Part, Role
from engines.split_files import begins

_LARGEST_CONFIG_BYTES = 10_000_000
_SOUND = b"clip.has_audio_encoder\7\0\0\0\1"
"""In a GGUF's header: this key, of the type bool, is true."""
_HEADER_BYTES = 1_000_000
_FORMS = (
    "Known are: a transformers folder (config.json beside *.safetensors), a GGUF file (with its "
    "mmproj*.gguf beside it: one that hears), and either of them beside a Whisper .pt."
)


@dataclass(frozen=True, slots=True)
class Recognised:
    part: Part
    """With `path` as its model's source."""
    role: Role
    kind: str
    """What it is, in words."""
    recogniser: Part | None = None
    """What hears for it, where that lies beside it."""


def recognise(path: Path, *, allow_pickle: str = "") -> Recognised:
    """`allow_pickle` is the name of the one pickle that may be opened, as weights only.

    Raises UsageProblem whose sentence says what was looked at and what is missing.
    """
    place = path.expanduser().absolute()
    try:
        if place.is_dir():
            next(place.iterdir(), None)  # a glob would find nothing where nothing may be read
        return _recognised(path, place, allow_pickle)
    except OSError as error:
        raise UsageProblem(
            f"{error.filename or path} cannot be read ({error.strerror}).", "Allow reading it."
        ) from error


def _recognised(path: Path, place: Path, allow_pickle: str) -> Recognised:
    if not place.exists():
        raise UsageProblem(f"There is nothing at {path}.", _FORMS)
    if place.suffix == ".pt":
        return _beside_whisper(place, place.parent, allow_pickle)
    if place.is_dir():
        ears = sorted(place.glob("*.pt"))
        if len(ears) == 1 and not (place / "config.json").is_file():
            return _beside_whisper(ears[0], place, allow_pickle)
        models = [gguf for gguf in _ggufs(place) if not _is_projector(gguf)]
        if len(models) == 1 and not (place / "config.json").is_file():
            return _gguf(models[0])
        return _folder(place)
    if _begins_with(place, b"GGUF"):
        return _gguf(place)
    raise UsageProblem(f"{path} is no checkpoint that is recognised.", _FORMS)


def _gguf(file: Path) -> Recognised:
    """A text model; with a projector beside it a model that hears."""
    if _is_projector(file):
        raise UsageProblem(
            f"{file.name} is a projector, which lets a model hear.", "Name the model beside it."
        )
    projectors = [
        gguf for gguf in _ggufs(file.parent) if _is_projector(gguf) and _is_of_sound(gguf)
    ]
    if projectors:
        _require_its_own(file, projectors)
    if len(projectors) > 1:
        names = ", ".join(projector.name for projector in projectors)
        raise UsageProblem(
            f"Beside {file.name} there are {len(projectors)} projectors: {names}.",
            "Leave one there, or name one as “mmproj” in a file of your own (docs/engines.md).",
        )
    if projectors:
        part = Part("llama_cpp", {"path": str(file), "mmproj": projectors[0].name})
        return Recognised(part, Role.LAM, "a GGUF file that hears, through llama.cpp")
    part = Part("llama_cpp", {"path": str(file)})
    return Recognised(part, Role.RESPONDER, "a GGUF file through llama.cpp")


def _require_its_own(model: Path, projectors: list[Path]) -> None:
    """Another model's projector fails when it is loaded, or lets this one hear nonsense."""
    models = [gguf for gguf in _ggufs(model.parent) if not _is_projector(gguf)]
    if len(models) > 1:
        raise UsageProblem(
            f"Beside {model.name} lies {projectors[0].name}, which lets a model hear, and nothing "
            f"says which of the {len(models)} models there.",
            "Put the model into a folder of its own, with its projector if it is to hear; links "
            "will do.",
        )


def _ggufs(folder: Path) -> list[Path]:
    """Each model once: of one in several parts the first."""
    return [gguf for gguf in sorted(folder.glob("*.gguf")) if begins(gguf.name)]


def _is_projector(gguf: Path) -> bool:
    return "mmproj" in gguf.name.lower()


def _is_of_sound(projector: Path) -> bool:
    """Others let a model see, which is of no use here."""
    with projector.open("rb") as content:
        return _SOUND in content.read(_HEADER_BYTES)


def _beside_whisper(ears: Path, folder: Path, allow_pickle: str) -> Recognised:
    """A Whisper `.pt` and the text model that lies beside it."""
    ggufs = [gguf for gguf in _ggufs(folder) if not _is_projector(gguf)]
    texts = [*ggufs, *(found.parent for found in folder.glob("*/config.json"))]
    if len(texts) != 1:
        count = "no text model" if not texts else f"{len(texts)} text models"
        raise UsageProblem(f"Beside {ears.name} in {folder} there is {count}.", _FORMS)
    if allow_pickle != ears.name:
        raise UsageProblem(
            f"{ears.name} is a pickle, which can run code.",
            f"If you know where it is from, add --allow-pickle {ears.name}; it is read as weights "
            "only.",
        )
    text = recognise(texts[0])
    if text.role is not Role.RESPONDER:
        raise UsageProblem(f"{texts[0]} beside {ears.name} is no text model.", _FORMS)
    part = Part("openai_whisper", {"path": str(ears), "allow_pickle": ears.name})
    return Recognised(text.part, text.role, f"a Whisper .pt, then {text.kind}", part)


def _folder(folder: Path) -> Recognised:
    config = _config(folder)
    if not any(folder.glob("*.safetensors")):
        pickles = [*folder.glob("*.bin"), *folder.glob("*.pt")]
        instead = f"; {pickles[0].name} is a pickle, which can run code" if pickles else ""
        raise UsageProblem(
            f"{folder} has a config.json and no *.safetensors{instead}.",
            "Save the model as safetensors.",
        )
    part = Part("transformers", {"path": str(folder)})
    if config.get("model_type") == "whisper":
        return Recognised(part, Role.RECOGNISER, "a Whisper folder of transformers")
    if _hears(config):
        return Recognised(part, Role.LAM, "a transformers folder that hears")
    return Recognised(part, Role.RESPONDER, "a transformers folder that reads text")


def _config(folder: Path) -> Mapping[str, Any]:
    path = folder / "config.json"
    if not path.is_file():
        raise UsageProblem(f"{folder} is no model: there is no config.json in it.", _FORMS)
    try:
        if path.stat().st_size > _LARGEST_CONFIG_BYTES:
            raise UsageProblem(f"{path} is too large to be a configuration.", _FORMS)
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageProblem(f"{path} cannot be read: {error}.", _FORMS) from error
    if not isinstance(config, dict) or not isinstance(config.get("model_type"), str):
        raise UsageProblem(f"{path} does not say what model it is (“model_type”).", _FORMS)
    return config


def _hears(config: Mapping[str, Any]) -> bool:
    """Whether some part of it is about sound."""
    return any(
        (name.startswith("audio") and value is not None)
        or (isinstance(value, Mapping) and _hears(value))
        for name, value in config.items()
    )


def _begins_with(file: Path, magic: bytes) -> bool:
    try:
        with file.open("rb") as content:
            return content.read(len(magic)) == magic
    except OSError as error:
        raise UsageProblem(f"{file} cannot be read ({error.strerror}).") from error
