"""Whether a folder that somebody points to looks like the weights of a repository at all.

What is looked for is what the engine of the system loads. The check opens no file: a folder that
was taken by mistake (documents, a home) is refused before a byte of it is read.
"""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path

from desktop.catalogue.sources import Source
from desktop.errors import UsageProblem

_CHECKPOINT = ("config.json", "*.safetensors")
_FORMS = {
    "transformers": _CHECKPOINT,
    "qwen_audio_chat": _CHECKPOINT,
    "typhoon_audio": _CHECKPOINT,
    "llama_cpp": ("*.gguf",),
    "openai_whisper": ("*.pt",),
}
"""Engine -> patterns of which each has a file at the top of a folder that it can load."""


def require_form(source: Source, folder: Path) -> None:
    """Raises UsageProblem for a folder that cannot be what `source` stands for."""
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.is_file()]
    except OSError as error:
        raise UsageProblem(
            f"{folder} cannot be read ({error.strerror}).", "Allow reading it, or name another one."
        ) from error
    if absent := [file for file in source.must if not _is_file(folder / file)]:
        raise UsageProblem(
            f"{folder} lacks {', '.join(absent)}, which {source.repo} consists of.",
            "Point to the folder that holds them.",
        )
    if source.must:
        return
    form = _FORMS.get(source.part.engine)
    if form is None:  # an engine that is not ours: something of what would have been fetched
        fits, looks = _any_of(source.allow, names), " or ".join(source.allow)
    else:
        fits, looks = all(_any_of((p,), names) for p in form), " beside ".join(form)
    if not fits:
        raise UsageProblem(
            f"{folder} does not hold the weights of {source.repo}: such a folder holds {looks}.",
            "Point to the folder that holds them.",
        )


def _any_of(patterns: tuple[str, ...], names: list[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise UsageProblem(f"{path} cannot be read ({error.strerror}).") from error
