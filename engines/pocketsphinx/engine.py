"""A recogniser with two readings of every take: PocketSphinx, the model its wheel carries.

    take → level, noise floor, quiet → search `skills`     ─┐ compared: is it for the skills?
                                     → search `dictation`  ─┘

A take is heard alike from its file and while it is still being spoken: it goes the same road.

`skills` knows the few hundred words of `skills.jsgf` and hears them well; `dictation` knows
134,000 words and hears them badly. docs/baselines.md says how well and how badly.
"""

from __future__ import annotations

import hashlib
import importlib.util
from importlib.metadata import version
from pathlib import Path

from engines.api import (
    Cancelled,
    Loaded,
    Probe,
    Progress,
    Settings,
    Transcription,
)
from engines.audio import read_take
from engines.errors import EngineError, ErrorKind
from engines.pocketsphinx.hearing import Hearing
from engines.pocketsphinx.language_model import GRAMMAR
from engines.pocketsphinx.search import Searches


class Engine:
    """A recogniser with the hypotheses `skills` and `dictation`, in that order.

    `skills` is not accepted where nothing was heard, or where `dictation` explains the sound
    better than `ACCEPT_AT` allows; `dictation` is always accepted.
    """

    def __init__(self) -> None:
        self._searches: Searches | None = None
        self._model_version = ""

    def probe(self, model: Settings) -> Probe:
        if model:
            return Probe(ok=False, reason=_knows_no_settings(model))
        if importlib.util.find_spec("pocketsphinx") is None:
            reason = "The package pocketsphinx is not installed."
            return Probe(ok=False, missing=("pocketsphinx",), reason=reason)
        return Probe(ok=True, memory_bytes=150_000_000)

    def load(self, model: Settings, progress: Progress) -> Loaded:
        if model:
            raise EngineError(ErrorKind.INTERNAL, _knows_no_settings(model))
        progress("checking the model's files", None)
        weights = _weights()
        progress("loading the acoustic model and two language models", None)
        self._searches = Searches()
        self._model_version = f"pocketsphinx {version('pocketsphinx')} en-us, skills 2"
        progress("loaded", 1.0)
        return Loaded(self._model_version, dtype="int16", weights=weights, segments=True)

    def unload(self) -> None:
        self._searches = None

    def transcribe(
        self,
        wav_path: Path,
        settings: Settings,
        cancelled: Cancelled,
    ) -> Transcription:
        """Raises EngineError: `bad_audio`, `audio_empty`, `audio_too_long`."""
        hearing = self.open(settings, cancelled)
        hearing.hear(read_take(wav_path))
        return hearing.close(segments=0)

    def open(
        self,
        settings: Settings,  # noqa: ARG002 - as above
        cancelled: Cancelled,
    ) -> Hearing:
        assert self._searches is not None  # the worker asks no engine before `load`
        return Hearing(self._searches, self._model_version, cancelled)


def _weights() -> dict[str, str]:
    from pocketsphinx import get_model_path

    model = Path(get_model_path("en-us"))
    files = [
        model / "cmudict-en-us.dict",
        model / "en-us.lm.bin",
        *sorted((model / "en-us").iterdir()),
        GRAMMAR,
    ]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _knows_no_settings(model: Settings) -> str:
    return f"The recogniser knows no model setting {sorted(model)[0]!r}."
