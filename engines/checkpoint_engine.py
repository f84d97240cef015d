"""An engine that runs a checkpoint through the Python code it brings: all but the calls to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from engines.api import Cancelled, Finished, Loaded, Probe, Progress, Prompt, Settings
from engines.audio import as_float32, read_take, require_written_history
from engines.checkpoint_code import (
    Where,
    answer,
    as_engine_error,
    checkpoint,
    content_digests,
    probe_checkpoint,
    version_of,
    wrong_setting,
)
from engines.errors import EngineError, ErrorKind
from engines.generation import Generation, read_generation
from engines.remote_code import importable, require_allowed
from engines.token_stream import TokenStream


class CheckpointEngine:
    """A LAM. One take a prompt."""

    modules: ClassVar[Collection[str]]
    """What has to be installed."""
    longest_s: ClassVar[float]
    """More than that its code would cut off without a word."""

    def __init__(self) -> None:
        self._model: Any = None
        self._tokenizer: Any = None
        self._version = ""
        self._stream: TokenStream | None = None

    # What an engine adds.

    def open(self, source: Path, model: Settings) -> tuple[Any, Any, Where]:
        """The model, its tokenizer, and where the model table put it."""
        raise NotImplementedError

    def generating(
        self, prompt: Prompt, samples: Any, generation: Generation, stream: TokenStream
    ) -> Callable[[], object]:
        """Seeds the library, and returns what makes the answer: called in a thread, it puts tokens
        into `stream`.

        `samples`: float32 of shape (n_samples,). Raises EngineError for a prompt that cannot be.
        """
        raise NotImplementedError

    def ends(self) -> set[int]:
        """Ids after which the model says no more."""
        raise NotImplementedError

    # The rest.

    def probe(self, model: Settings) -> Probe:
        return probe_checkpoint(model, self.modules)

    def load(self, model: Settings, progress: Progress) -> Loaded:
        """Raises EngineError: `refused` (its code was not allowed), `needs_download`,
        `needs_package`, `out_of_memory`, `internal`.
        """
        if wrong := wrong_setting(model):
            raise EngineError(ErrorKind.INTERNAL, wrong)
        require_allowed(model)
        folder = checkpoint(model)
        source = importable(folder)
        weights = content_digests(folder, progress)
        progress("importing transformers and loading the weights", None)
        try:
            self._model, self._tokenizer, place = self.open(source, model)
        except Exception as error:  # code of a checkpoint raises anything
            raise as_engine_error(error) from error
        self._version = version_of(model, folder)
        return Loaded(self._version, place.device, place.dtype, weights)

    def unload(self) -> None:
        if self._stream is not None:
            self._stream.join()
        self._model = self._tokenizer = self._stream = None

    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        """Raises EngineError: `bad_audio`, `audio_empty`, `audio_too_long`, `out_of_memory`,
        `internal`.
        """
        if prompt.wav_path is None:
            raise EngineError(ErrorKind.BAD_AUDIO, "This engine hears takes; there is none.")
        require_written_history(prompt)
        generation = read_generation(prompt.settings)
        samples = as_float32(read_take(prompt.wav_path, self.longest_s))
        if self._stream is not None:  # cancelled before its first token, perhaps
            self._stream.join()
        stream = self._stream = TokenStream(self._decode, cancelled)
        stream.run(self.generating(prompt, samples, generation, stream))
        return (yield from answer(stream, cancelled, version=self._version, ends=self.ends()))

    def _decode(self, ids: Sequence[int]) -> str:
        text: str = self._tokenizer.decode(list(ids), skip_special_tokens=True)
        return text
