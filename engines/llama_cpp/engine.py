"""A responder from a GGUF file, and with a projector a large audio model.

model table → `table`, `loading`    prompt → `chat` (text) or `hearing` (sound) → `answering`
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from engines.api import Cancelled, Finished, FinishReason, Loaded, Probe, Progress, Prompt, Settings
from engines.audio import as_float32, read_take, require_written_history
from engines.errors import EngineError, ErrorKind
from engines.generation import read_generation
from engines.llama_cpp.answering import Interrupted, answer, begin, read_prompt, require_room
from engines.llama_cpp.chat import Chat
from engines.llama_cpp.hearing import Ears
from engines.llama_cpp.loading import load_llama, use_gpu
from engines.llama_cpp.table import Table, read_table
from engines.memory import estimate_bytes, free_memory_bytes, not_enough
from engines.weights import digests

_NEEDS = {"llama_cpp": "llama-cpp-python", "numpy": "numpy", "jinja2": "jinja2"}
_GPU_LIBRARIES = ("*ggml-cuda*", "*ggml-hip*", "*ggml-metal*", "*ggml-sycl*", "*ggml-vulkan*")


class Engine:
    """Answers `Prompt.text`, or with a projector `Prompt.wav_path`.

    Equal prompts, settings and seeds get equal answers on one machine and number of threads.
    """

    def __init__(self) -> None:
        self._table: Table | None = None
        self._llama: Any = None
        self._chat: Chat | None = None
        self._ears: Ears | None = None
        self._model_version = ""

    def probe(self, model: Settings) -> Probe:
        missing = tuple(
            package for module, package in _NEEDS.items() if not importlib.util.find_spec(module)
        )
        if missing:
            reason = f"{', '.join(missing)} is not installed: make setup-local."
            return Probe(ok=False, missing=missing, reason=reason, lacks=ErrorKind.NEEDS_PACKAGE)
        try:
            table = read_table(model)
        except EngineError as error:
            return Probe(ok=False, reason=error.researcher, lacks=error.kind)
        weights_bytes = sum(file.stat().st_size for file in table.files())
        needed_bytes = estimate_bytes(
            weights_bytes, table.header.kv_bytes_per_token, table.context_tokens
        )
        on_gpu = table.device != "cpu" and _built_for_gpu()
        device = "gpu" if on_gpu else "cpu"
        free_bytes = None if on_gpu else free_memory_bytes()
        reason = not_enough(needed_bytes, free_bytes, device)
        lacks = ErrorKind.OUT_OF_MEMORY if reason else ""
        return Probe(not reason, (), reason, needed_bytes, lacks, device, free_bytes)

    def load(self, model: Settings, progress: Progress) -> Loaded:
        """Raises EngineError: see `table.read_table` and `loading.load_llama`."""
        table = read_table(model)
        weights = digests(
            table.files(), progress=lambda share: progress("checking the weights", share)
        )
        progress("loading the weights", None)
        self._llama = load_llama(table)
        self._chat = Chat(self._llama)
        if table.mmproj is not None:
            progress("loading the projector", None)
            self._ears = Ears(self._llama, table)
        self._table = table
        self._model_version = f"{table.header.name} ({table.path.name})"
        progress("loaded", 1.0)
        return Loaded(
            self._model_version,
            device="gpu" if use_gpu(table.device) else "cpu",
            dtype=_dtype(self._llama),
            weights={file.name: digest for file, digest in weights.items()},
        )

    def unload(self) -> None:
        if self._ears is not None:
            self._ears.close()
        if self._llama is not None:
            self._llama.close()
        self._ears = self._chat = self._llama = None

    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        """Raises EngineError: `bad_audio`, `audio_empty`, `audio_too_long`, `out_of_memory`,
        `internal` (settings, a prompt longer than the context).
        """
        generation = read_generation(prompt.settings)
        try:
            prompt_tokens, encode_ms = self._read(prompt, cancelled)
        except Interrupted:
            return Finished(FinishReason.CANCELLED, self._model_version)
        reason, count = yield from answer(self._llama, generation, prompt.seed, cancelled)
        return Finished(reason, self._model_version, prompt_tokens, count, encode_ms)

    def _read(self, prompt: Prompt, cancelled: Cancelled) -> tuple[int, float]:
        """The prompt's length in tokens, and how long making them took, in milliseconds."""
        assert self._chat is not None
        require_written_history(prompt)
        if prompt.wav_path is not None:
            return self._hear(prompt, prompt.wav_path, cancelled)
        began_s = time.perf_counter()
        text = self._chat.text(prompt, prompt.text)
        tokens = self._llama.tokenize(text.encode(), add_bos=True, special=True)
        encode_ms = (time.perf_counter() - began_s) * 1000
        require_room(self._llama, len(tokens))
        begin(self._llama)
        read_prompt(self._llama, tokens, cancelled)
        return len(tokens), encode_ms

    def _hear(self, prompt: Prompt, wav_path: Path, cancelled: Cancelled) -> tuple[int, float]:
        assert self._chat is not None
        assert self._table is not None
        if self._ears is None:
            sentence = "This GGUF was loaded without 'mmproj', the projector that lets it hear."
            raise EngineError(ErrorKind.INTERNAL, sentence)
        samples = as_float32(read_take(wav_path, self._table.longest_s))
        # What to do stands before the sound, as in the study.
        asked = "\n".join(part for part in (prompt.instruction, self._ears.marker) if part)
        text = self._chat.text(prompt, asked)
        begin(self._llama)
        return self._ears.read_prompt(text, samples, cancelled)


def _built_for_gpu() -> bool:
    """By the libraries beside the package, which is not imported."""
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        return False
    libraries = Path(spec.origin).parent / "lib"
    return any(next(libraries.glob(pattern), None) for pattern in _GPU_LIBRARIES)


def _dtype(llama: Any) -> str:
    """The kind of numbers the file holds: `Q4_K - Medium`, `all F32`."""
    import ctypes

    from llama_cpp import llama_cpp

    text = ctypes.create_string_buffer(256)
    llama_cpp.llama_model_desc(llama.model, text, len(text))
    return text.value.decode("utf-8", "replace").split(" ", 2)[-1]
