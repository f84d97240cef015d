"""A recogniser: Whisper by the library of its authors, exactly as the paper's pipeline used it.

model table → `table`    file → `checkpoint`    take → `listening` → hypothesis `transcript`
"""

from __future__ import annotations

import importlib.util
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from engines.api import (
    Cancelled,
    Hypothesis,
    Loaded,
    Probe,
    Progress,
    Settings,
    Transcription,
)
from engines.audio import RATE_HZ, as_float32, read_take
from engines.errors import EngineError, ErrorKind
from engines.memory import estimate_bytes, not_enough
from engines.openai_whisper.checkpoint import load_checkpoint, require_safe_torch
from engines.openai_whisper.devices import choose_device, free_bytes
from engines.openai_whisper.listening import Listener, listen, prepare
from engines.openai_whisper.table import Table, read_settings, read_table
from engines.stretches import InStretches
from engines.weights import digests

TRANSCRIPT = "transcript"
_NEEDS = {"whisper": "openai-whisper", "torch": "torch", "numpy": "numpy"}


class Engine:
    """A recogniser with one hypothesis, `transcript`. Its score is the text's mean log-probability
    per token; `accepted` is always true, because what is not believed is `audio_empty`.
    """

    def __init__(self) -> None:
        self._model: Any = None
        self._table: Table | None = None
        self._model_version = ""

    def probe(self, model: Settings) -> Probe:
        missing = tuple(
            package
            for module, package in _NEEDS.items()
            if importlib.util.find_spec(module) is None
        )
        if missing:
            reason = f"{', '.join(missing)} is not installed: make setup-local."
            return Probe(ok=False, missing=missing, reason=reason, lacks=ErrorKind.NEEDS_PACKAGE)
        try:
            require_safe_torch()
            table = read_table(model)
            device = choose_device(table.device)
        except EngineError as error:
            return Probe(ok=False, reason=error.researcher, lacks=error.kind)
        # The published files hold 16-bit floats, which the library makes 32-bit ones.
        needed_bytes = estimate_bytes(2 * table.path.stat().st_size, 0)
        free = free_bytes(device)
        reason = not_enough(needed_bytes, free, device)
        lacks = ErrorKind.OUT_OF_MEMORY if reason else ""
        return Probe(not reason, (), reason, needed_bytes, lacks, device, free)

    def load(self, model: Settings, progress: Progress) -> Loaded:
        """Raises EngineError: see `table.read_table` and `checkpoint.load_checkpoint`."""
        table = read_table(model)
        sums = digests([table.path], progress=lambda share: progress("checking the weights", share))
        weights = {file.name: digest for file, digest in sums.items()}
        progress("loading the weights", None)
        device = choose_device(table.device)
        self._model = load_checkpoint(table.path, device).eval()
        prepare(self._model)
        self._table = table
        self._model_version = f"{table.path.name}, openai-whisper {version('openai-whisper')}"
        progress("loaded", 1.0)
        dtype = "float16" if device.startswith("cuda") else "float32"
        return Loaded(self._model_version, device, dtype, weights, segments=table.segments)

    def unload(self) -> None:
        self._model = None

    def transcribe(self, wav_path: Path, settings: Settings, cancelled: Cancelled) -> Transcription:
        """Raises EngineError: `bad_audio`, `audio_empty`, `audio_too_long`, `internal`, and
        RequestCancelled."""
        began_s = time.perf_counter()
        assert self._table is not None  # the worker asks no engine before `load`
        language = read_settings(settings) or self._table.language
        samples = read_take(wav_path, self._table.longest_s)
        heard = listen(self._model, as_float32(samples), language, cancelled)
        return Transcription(
            hypotheses=(Hypothesis(TRANSCRIPT, heard.text, heard.mean_logprob),),
            duration_ms=len(samples) / RATE_HZ * 1000,
            recognise_ms=(time.perf_counter() - began_s) * 1000,
            model_version=self._model_version,
        )

    def open(self, settings: Settings, cancelled: Cancelled) -> InStretches:
        """Raises EngineError `internal`, as `transcribe`."""
        assert self._table is not None
        language = read_settings(settings) or self._table.language
        listener = Listener(self._model, language, cancelled)

        def conclude(seconds: float, took_s: float) -> Transcription:
            heard = listener.verdict()
            return Transcription(
                hypotheses=(Hypothesis(TRANSCRIPT, heard.text, heard.mean_logprob),),
                duration_ms=seconds * 1000,
                recognise_ms=took_s * 1000,
                model_version=self._model_version,
                segments=listener.stretches,
            )

        return InStretches(listener.hear, conclude, self._table.longest_s)
