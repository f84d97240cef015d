"""A model folder of transformers as an engine: recogniser, responder or large audio model.

    model table    path | repo + revision   the folder (`engines.model_files`)
                   kind            whisper, text, audio, diva; found out by config.json unless said
                   device          auto (unless said), cpu, cuda, cuda:N, mps
                   dtype           auto (unless said: as stored), bfloat16, float16, float32, 4bit
                   longest_s       how much sound the model hears at once
                   language        of a Whisper; found out by it unless said
                   segments        of a Whisper; true: what was said up to a pause is recognised
                                   while the person goes on (`engines.stretches`)
                   allow_pickle    the name of the one pickle file that may be opened
                   remote_code     the full revision whose own Python may run
                   encoder, decoder    tables of the folders that a DiVA is made of

What each answer is made with is in `answering.py`: the settings of `engines.generation`, and
`min_new_tokens` and `instruction_order`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Generator
from pathlib import Path
from typing import Any

from engines import stretches
from engines.api import (
    Cancelled,
    Finished,
    Loaded,
    Probe,
    Progress,
    Prompt,
    Settings,
    Transcription,
)
from engines.errors import EngineError, ErrorKind
from engines.memory import estimate_bytes, kv_bytes_per_token, not_enough
from engines.model_files import SOURCE_SETTINGS
from engines.transformers.checkpoint import Checkpoint, Kind, read_checkpoint
from engines.transformers.devices import choose_device, free_bytes
from engines.transformers.failures import give_memory_back, told_as_engine_errors
from engines.transformers.loading import BYTES_PER_NUMBER, prepare_libraries, read_wanted
from engines.transformers.truth import model_version, weight_digests

_NEEDS = ("torch", "transformers", "safetensors", "numpy")
_TABLE = SOURCE_SETTINGS | {
    *("kind", "device", "dtype", "longest_s", "language", "segments"),
    *("allow_pickle", "remote_code", "encoder", "decoder"),
}


class Engine:
    """One loaded model of one of four kinds."""

    def __init__(self) -> None:
        self._model: Any = None
        self._model_version = ""

    def probe(self, model: Settings) -> Probe:
        if missing := tuple(name for name in _NEEDS if importlib.util.find_spec(name) is None):
            reason = f"Not installed: {', '.join(missing)}. Type: make setup-local"
            return Probe(False, missing, reason, lacks=ErrorKind.NEEDS_PACKAGE)
        try:
            checkpoints = _checkpoints(model)
            device = choose_device(model.get("device", "auto"))
            dtype = read_wanted(model, checkpoints[0], device).dtype
        except EngineError as error:
            missing = tuple(error.data.get("packages") or error.data.get("missing") or ())
            return Probe(False, missing, error.researcher, lacks=error.kind)
        needed, free = _needed_bytes(checkpoints, dtype), free_bytes(device)
        reason = not_enough(needed, free, device)
        lacks = ErrorKind.OUT_OF_MEMORY if reason else ""
        return Probe(not reason, (), reason, needed, lacks, device, free)

    def load(self, model: Settings, progress: Progress) -> Loaded:
        """Raises EngineError: `needs_download`, `needs_package`, `out_of_memory`, `internal`."""
        checkpoints = _checkpoints(model)
        device = choose_device(model.get("device", "auto"))
        wanted = read_wanted(model, checkpoints[0], device)
        digests = weight_digests(checkpoints, progress)
        self._model_version = model_version(checkpoints[0], model, digests)
        progress("importing torch and transformers", None)
        prepare_libraries()
        with told_as_engine_errors("importing transformers and loading the model"):
            road = _road(checkpoints[0].kind)
            progress("loading the weights", None)
            self._model = road(checkpoints, wanted, model)
        progress("loaded", 1.0)
        dtype = "4bit" if wanted.dtype == "4bit" else str(self._model.model.dtype)
        segments = checkpoints[0].kind is Kind.WHISPER and stretches.wanted(model)
        dtype = dtype.removeprefix("torch.")
        return Loaded(self._model_version, device, dtype, digests, segments)

    def unload(self) -> None:
        if self._model is not None:
            self._model = None
            give_memory_back()

    def transcribe(self, wav_path: Path, settings: Settings, cancelled: Cancelled) -> Transcription:
        """Raises EngineError: `bad_audio`, `audio_empty`, `audio_too_long`, `out_of_memory`."""
        hear = self._able_to("transcribe", "hears and writes down")
        heard: Transcription = hear(wav_path, settings, cancelled, self._model_version)
        return heard

    def open(self, settings: Settings, cancelled: Cancelled) -> stretches.InStretches:
        """Raises EngineError `internal` for a setting it does not know."""
        begin = self._able_to("open", "hears and writes down")
        segment: stretches.InStretches = begin(settings, cancelled, self._model_version)
        return segment

    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        """Raises EngineError: those of `transcribe`, `audio_…` where it hears."""
        respond = self._able_to("respond", "answers")
        finished: Finished = yield from respond(prompt, cancelled)
        return finished

    def _able_to(self, method: str, in_words: str) -> Any:
        able = getattr(self._model, method, None)
        if able is None:
            sentence = f"{self._model_version} is no model that {in_words}."
            raise EngineError(ErrorKind.INTERNAL, sentence)
        return able


def _checkpoints(model: Settings) -> list[Checkpoint]:
    """The folder of the table, and of a DiVA its encoder's and its text model's."""
    if unknown := sorted(set(model) - _TABLE):
        raise EngineError(ErrorKind.INTERNAL, f"There is no model setting {unknown[0]!r}.")
    found = [read_checkpoint(model)]
    if found[0].kind is Kind.DIVA:
        for name in ("encoder", "decoder"):
            table = model.get(name)
            if not isinstance(table, dict):
                sentence = f"A DiVA needs a table {name!r} with the source of that folder."
                raise EngineError(ErrorKind.INTERNAL, sentence)
            found.append(read_checkpoint(table))
    return found


def _needed_bytes(checkpoints: list[Checkpoint], dtype: str) -> int:
    stored = checkpoints[-1].stored()
    per_number = BYTES_PER_NUMBER.get(dtype)
    weights = stored.tensors_bytes if per_number is None else round(stored.numbers * per_number)
    if checkpoints[0].kind is Kind.DIVA:
        # Whisper in float32, its decoder overwritten by the connector; most of DiVA's own file
        # is copies that are never read.
        weights += round(checkpoints[1].stored().numbers * BYTES_PER_NUMBER["float32"])
    # The cache is as precise as what is computed, which 4 bits are not.
    return estimate_bytes(
        weights, kv_bytes_per_token(checkpoints[-1].config, 4 if dtype == "float32" else 2)
    )


def _road(kind: Kind) -> Any:
    """What loads a model of this kind: called with checkpoints, what is wanted, the table."""
    if kind is Kind.WHISPER:
        from engines.transformers.whisper import Whisper

        return lambda found, wanted, table: Whisper(found[0], wanted, table)
    if kind is Kind.DIVA:
        from engines.transformers.diva import Diva

        return lambda found, wanted, table: Diva(found[0], found[1], found[2], wanted, table)
    if kind is Kind.AUDIO:
        from engines.transformers.audio_model import AudioModel

        return lambda found, wanted, table: AudioModel(found[0], wanted, table)
    from engines.transformers.text_model import TextModel

    return lambda found, wanted, _table: TextModel(found[0], wanted)
