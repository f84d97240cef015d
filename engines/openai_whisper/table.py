"""The model table and the settings of this engine, read and checked. Imports no library.

    path, repo, revision, file   where the checkpoint is (`engines.model_files`); of a folder that
                                 holds one `.pt`, that one
    allow_pickle                 the checkpoint's file name: without it the file is not opened
    device                       `auto` (CUDA where there is one) unless said; `cpu`, `cuda:1`
    language                     a code such as `en`; told from the sound unless said
    longest_s                    takes longer than this are refused; 120 unless said
    segments                     true: what was said up to a pause is recognised while the person
                                 goes on (`engines.stretches`); the paper's method hears whole takes

The settings of a request know `language` too, and it goes before the table's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from engines.api import Settings
from engines.audio import read_longest_s
from engines.errors import EngineError, ErrorKind
from engines.model_files import SOURCE_SETTINGS, locate_one
from engines.stretches import wanted

_KEYS = SOURCE_SETTINGS | {"allow_pickle", "device", "language", "longest_s", "segments"}
_DEVICE = re.compile(r"auto|cpu|cuda(:\d+)?")


@dataclass(frozen=True, slots=True)
class Table:
    path: Path
    device: str
    language: str | None
    longest_s: float
    segments: bool


def read_table(model: Settings) -> Table:
    """Raises EngineError: `needs_download` where the file is not here, `internal` for what is wrong
    or was not allowed.
    """
    if unknown := sorted(set(model) - _KEYS):
        raise EngineError(ErrorKind.INTERNAL, f"openai_whisper knows no {unknown[0]!r} of a model.")
    device = model.get("device", "auto")
    if not isinstance(device, str) or not _DEVICE.fullmatch(device):
        sentence = f"'device' of a Whisper is auto, cpu or cuda, not {device!r}."
        raise EngineError(ErrorKind.INTERNAL, sentence)
    language, segments = read_language(model), wanted(model)
    path = locate_one(model, ".pt")
    _require_permission(path, model)
    return Table(path, device, language, read_longest_s(model), segments)


def read_language(settings: Settings) -> str | None:
    """Whether it is a language Whisper knows is only seen once its library is loaded."""
    language = settings.get("language")
    if language is not None and (not isinstance(language, str) or not language):
        raise EngineError(ErrorKind.INTERNAL, f"'language' cannot be {language!r}.")
    return language


def read_settings(settings: Settings) -> str | None:
    """The language of one request."""
    if unknown := sorted(set(settings) - {"language"}):
        raise EngineError(ErrorKind.INTERNAL, f"openai_whisper has no setting {unknown[0]!r}.")
    return read_language(settings)


def _require_permission(path: Path, model: Settings) -> None:
    allowed = model.get("allow_pickle")
    if allowed == path.name:
        return
    named = "" if allowed is None else f", it names {allowed!r}"
    sentence = (
        f"{path.name} is a pickle, a file format that can carry a program. It is only opened where "
        f"the model table says allow_pickle = {path.name!r}{named}."
    )
    raise EngineError(ErrorKind.INTERNAL, sentence, {"allow_pickle": path.name})
