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
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engines.api import Prompt, Settings
from engines.checkpoint_code import DTYPES, Where, where
from engines.checkpoint_engine import CheckpointEngine
from engines.errors import EngineError, ErrorKind
from engines.generation import Generation
from engines.token_stream import TokenStream

_TAKE = "take.wav"  # the name under which its code asks for the samples
_FLAGS = dict(zip(DTYPES, ("fp32", "fp16", "bf16"), strict=True))


class Engine(CheckpointEngine):
    """Earlier turns go in as text."""

    modules = ("torch", "transformers", "tiktoken")
    longest_s = 30

    def __init__(self) -> None:
        super().__init__()
        self._samples: Any = None

    def open(self, source: Path, model: Settings) -> tuple[Any, Any, Where]:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        place = where(model, torch, "float16")
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=True)
        self._hand_over_samples(tokenizer)
        loaded = AutoModelForCausalLM.from_pretrained(
            source,
            trust_remote_code=True,
            use_safetensors=True,
            low_cpu_mem_usage=True,
            **{flag: dtype == place.dtype for dtype, flag in _FLAGS.items()},
        )
        return loaded.to(place.device).eval(), tokenizer, place

    def unload(self) -> None:
        super().unload()
        self._samples = None

    def generating(
        self, prompt: Prompt, samples: Any, generation: Generation, stream: TokenStream
    ) -> Callable[[], object]:
        import torch

        torch.manual_seed(prompt.seed)
        self._samples = samples
        options = generation.as_transformers_says()
        if prompt.system_prompt:
            options["system"] = self._plain(prompt.system_prompt)
        query = self._query(prompt.instruction)
        history = [(self._plain(t.said), self._plain(t.answered)) for t in prompt.history]
        return lambda: self._model.chat(
            self._tokenizer,
            query,
            history=history or None,
            streamer=stream,
            stopping_criteria=[stream.should_stop],
            **options,
        )

    def ends(self) -> set[int]:
        ids: set[int] = {getattr(self._model.generation_config, "eos_token_id", -1)}
        for name in ("im_start_id", "im_end_id", "eod_id"):
            with contextlib.suppress(AttributeError):
                ids.add(getattr(self._tokenizer, name))
        return ids

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

    def _hand_over_samples(self, tokenizer: Any) -> None:
        module = sys.modules[type(tokenizer).__module__]
        if not hasattr(module, "load_audio"):
            sentence = "The code of this checkpoint is not that of Qwen-Audio-Chat (no load_audio)."
            raise EngineError(ErrorKind.INTERNAL, sentence)
        module.load_audio = self._load_audio  # type: ignore[attr-defined]

    def _load_audio(self, name: str, *_: object, **__: object) -> Any:
        """What its code gets in place of a file: samples of shape (n_samples,) in [-1, 1]."""
        if name != _TAKE:
            raise EngineError(ErrorKind.INTERNAL, f"Its code asked for the sound {name!r:.100}.")
        return self._samples
