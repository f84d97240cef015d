"""Qwen-Audio-Chat through the code of its checkpoint: transformers 4.32, in its own environment.

Model settings: those of `engines.model_files`, `remote_code` (`engines.remote_code`), and

    device   "auto" unless said: a CUDA device where there is one, else the CPU
    dtype    "auto" unless said: float16 there, float32 on the CPU; bfloat16

The checkpoint's `model.chat` is what its authors show (github.com/QwenLM/Qwen-Audio, TUTORIAL.md).
Its `chat_stream` does not work as published; `chat` streams and ends all the same, through
`streamer` and `stopping_criteria`. Its loader starts the program ffmpeg for each file; a take is
16 kHz mono PCM16 already, so the samples are handed over in its place, the same numbers.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator, Sequence
from typing import Any

from engines.api import Cancelled, Finished, Loaded, Probe, Progress, Prompt, Settings
from engines.audio import as_float32, read_take
from engines.checkpoint_code import (
    DTYPES,
    answer,
    as_engine_error,
    checkpoint,
    content_digests,
    probe_checkpoint,
    version_of,
    where,
    wrong_setting,
)
from engines.errors import EngineError, ErrorKind
from engines.generation import read_generation
from engines.remote_code import importable, require_allowed
from engines.token_stream import TokenStream

LONGEST_S = 30
"""Its encoder hears no more; the published code would cut the rest off without a word."""

_MODULES = ("torch", "transformers", "tiktoken")
_TAKE = "take.wav"  # the name under which its code asks for the samples
_FLAGS = dict(zip(DTYPES, ("fp32", "fp16", "bf16"), strict=True))


class Engine:
    """A LAM. One take a prompt; earlier turns as text."""

    def __init__(self) -> None:
        self._model: Any = None
        self._tokenizer: Any = None
        self._version = ""
        self._samples: Any = None
        self._stream: TokenStream | None = None

    def probe(self, model: Settings) -> Probe:
        return probe_checkpoint(model, _MODULES)

    def load(self, model: Settings, progress: Progress) -> Loaded:
        if wrong := wrong_setting(model):
            raise EngineError(ErrorKind.INTERNAL, wrong)
        require_allowed(model)
        folder = checkpoint(model)
        source = importable(folder)
        progress("importing transformers", None)
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        place = where(model, torch, "float16")
        weights = content_digests(folder, progress)
        progress("loading the weights", None)
        flags = {flag: dtype == place.dtype for dtype, flag in _FLAGS.items()}
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=True)
            self._hand_over_samples()
            loaded = AutoModelForCausalLM.from_pretrained(
                source,
                trust_remote_code=True,
                use_safetensors=True,
                low_cpu_mem_usage=True,
                **flags,
            )
            self._model = loaded.to(place.device).eval()
        except Exception as error:  # code of a checkpoint raises anything
            raise as_engine_error(error) from error
        self._version = version_of(model, folder)
        return Loaded(self._version, place.device, place.dtype, weights)

    def unload(self) -> None:
        if self._stream is not None:
            self._stream.join()
        self._model = self._tokenizer = self._samples = self._stream = None

    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        import torch

        if prompt.wav_path is None:
            raise EngineError(ErrorKind.BAD_AUDIO, "This engine hears takes; there is none.")
        settings = read_generation(prompt.settings)
        samples = as_float32(read_take(prompt.wav_path, LONGEST_S))
        if self._stream is not None:  # cancelled before its first token, perhaps
            self._stream.join()
        self._samples = samples
        torch.manual_seed(prompt.seed)
        stream = self._stream = TokenStream(self._decode)
        query = self._query(prompt.instruction)
        options: dict[str, Any] = {
            "max_new_tokens": settings.max_new_tokens,
            "do_sample": settings.samples,
            "repetition_penalty": settings.repetition_penalty,
        }
        if settings.samples:
            options |= {"temperature": settings.temperature, "top_p": settings.top_p}
            options["top_k"] = settings.top_k
        if prompt.system_prompt:
            options["system"] = self._plain(prompt.system_prompt)
        history = [(self._plain(t.said), self._plain(t.answered)) for t in prompt.history]
        stream.run(
            lambda: self._model.chat(
                self._tokenizer,
                query,
                history=history or None,
                streamer=stream,
                stopping_criteria=[stream.should_stop],
                **options,
            )
        )
        return (yield from answer(stream, cancelled, version=self._version, ends=self._ends()))

    def _query(self, instruction: str) -> str:
        """The user's turn. The study put its instruction before the sound."""
        parts = [{"text": self._plain(instruction)}] if instruction else []
        query: str = self._tokenizer.from_list_format([*parts, {"audio": _TAKE}])
        return query

    def _plain(self, text: str) -> str:
        """Text in which nothing is a tag: its code opens what stands between two of them."""
        tokenizer = self._tokenizer
        for name in ("audio_start_tag", "audio_end_tag", "audio_pad_tag"):
            tag = getattr(tokenizer, name, "")
            if tag:
                text = text.replace(tag, f"{tag[0]} {tag[1:]}")
        return text.replace("<|", "< |")

    def _decode(self, ids: Sequence[int]) -> str:
        text: str = self._tokenizer.decode(list(ids), skip_special_tokens=True)
        return text

    def _ends(self) -> set[int]:
        ids: set[int] = {getattr(self._model.generation_config, "eos_token_id", -1)}
        for name in ("im_start_id", "im_end_id", "eod_id"):
            with contextlib.suppress(AttributeError):
                ids.add(getattr(self._tokenizer, name))
        return ids

    def _hand_over_samples(self) -> None:
        module = sys.modules[type(self._tokenizer).__module__]
        if not hasattr(module, "load_audio"):
            sentence = "The code of this checkpoint is not that of Qwen-Audio-Chat (no load_audio)."
            raise EngineError(ErrorKind.INTERNAL, sentence)
        module.load_audio = self._load_audio  # type: ignore[attr-defined]

    def _load_audio(self, name: str, *_: object, **__: object) -> Any:
        """What its code gets in place of a file: samples of shape (n_samples,) in [-1, 1]."""
        if name != _TAKE:
            raise EngineError(ErrorKind.INTERNAL, f"Its code asked for the sound {name!r:.100}.")
        return self._samples
