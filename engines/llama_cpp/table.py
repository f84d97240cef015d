"""The model table of this engine, read and checked. Imports no library.

path, repo, revision, file   where the GGUF is (`engines.model_files`); of a folder that holds
                             one, beside projectors, that one; of several parts, the first
mmproj                       the projector that lets it hear: a file beside the GGUF, or a path
device                       `auto` (a GPU where this llama.cpp can use one) unless said;
                             `cpu`, `gpu`
n_ctx                        tokens of prompt and answer together; what the model was trained
                             for, 8192 at most, unless said
longest_s                    takes longer than this are refused; 120 unless said (models that
                             hear)
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engines.api import Settings
from engines.audio import read_longest_s
from engines.errors import EngineError, ErrorKind
from engines.llama_cpp.header import Header, read_header
from engines.model_files import SOURCE_SETTINGS, locate
from engines.split_files import begins, parts

MOST_CONTEXT = 8192
DEVICES = ("auto", "cpu", "gpu")
_KEYS = SOURCE_SETTINGS | {"mmproj", "device", "n_ctx", "longest_s"}


@dataclass(frozen=True, slots=True)
class Table:
    path: Path
    header: Header
    mmproj: Path | None
    device: str
    context_tokens: int
    longest_s: float

    def files(self) -> list[Path]:
        """All that is loaded: every part of the model, and the projector."""
        return parts(self.path) + ([self.mmproj] if self.mmproj else [])


def read_table(model: Settings) -> Table:
    """Raises EngineError: `needs_download` where a file is missing or broken off, or `internal`."""
    if unknown := sorted(set(model) - _KEYS):
        raise EngineError(ErrorKind.INTERNAL, f"llama_cpp knows no {unknown[0]!r} of a model.")
    device = model.get("device", "auto")
    if device not in DEVICES:
        raise _wrong("device", device)
    path = _model_file(locate(model))
    for part in parts(path):
        _require(part)
    header = read_header(path)
    return Table(
        path=path,
        header=header,
        mmproj=_projector(path, model.get("mmproj")),
        device=device,
        context_tokens=_context(model.get("n_ctx"), header),
        longest_s=read_longest_s(model),
    )


def _model_file(place: Path) -> Path:
    if place.is_file():
        return place
    found = [
        file.name
        for file in sorted(place.glob("*.gguf"))
        if "mmproj" not in file.name.lower() and begins(file.name)
    ]
    if len(found) != 1:
        what = f"{len(found)} GGUF models" if found else "no GGUF model"
        sentence = f"There is {what} in {place}: say with 'file' which one to load."
        raise EngineError(ErrorKind.INTERNAL, sentence, {"files": found})
    return place / found[0]


def _projector(model: Path, name: object) -> Path | None:
    if name is None:
        return None
    if not isinstance(name, str) or not name:
        raise _wrong("mmproj", name)
    path = model.parent / Path(name).expanduser()
    _require(path)
    read_header(path)
    return path


def _context(wanted: object, header: Header) -> int:
    most = header.context_tokens
    if wanted is None:
        return min(most or MOST_CONTEXT, MOST_CONTEXT)
    if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1:
        raise _wrong("n_ctx", wanted)
    if most and wanted > most:
        sentence = f"'n_ctx' is {wanted}, and this model was trained for {most} tokens."
        raise EngineError(ErrorKind.INTERNAL, sentence)
    return wanted


def _require(file: Path) -> None:
    if not file.is_file():
        sentence = f"The weights are not on this machine: {file} is missing."
        raise EngineError(ErrorKind.NEEDS_DOWNLOAD, sentence, {"path": str(file)})


def _wrong(name: str, value: object) -> EngineError:
    return EngineError(ErrorKind.INTERNAL, f"{name!r} of a GGUF model cannot be {value!r}.")
