"""Typhoon-1.5 audio through the code of its checkpoint: transformers 4.45, in its own environment.

The published code could not be run where this was written (docs/own-environments.md). What is
called is what its model card and the study's public code call:

    model = AutoModel.from_pretrained(folder, torch_dtype=float16, trust_remote_code=True)
    model.generate(audio=…, prompt=…, prompt_pattern=…, streamer=…, do_sample=False, num_beams=1, …)

Model settings: those of `engines.model_files`, `remote_code` (`engines.remote_code`), and

    device   "auto" unless said: a CUDA device where there is one, else the CPU
    dtype    "auto" unless said: float16 there, float32 on the CPU; bfloat16
"""

from __future__ import annotations

import inspect
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from engines.api import Cancelled, Finished, Loaded, Probe, Progress, Prompt, Settings
from engines.audio import as_float32, read_take
from engines.checkpoint_code import (
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
from engines.generation import Generation, read_generation
from engines.remote_code import importable, require_allowed
from engines.token_stream import TokenStream

LONGEST_S = 30
PATTERN = (
    "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n<Speech><SpeechHere></Speech>"
    " {}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
)
"""The prompt as the study had it; `{}` is the instruction."""

_MODULES = ("torch", "transformers")


class Engine:
    """A LAM of single turns: its published interface takes no history and no system prompt."""

    def __init__(self) -> None:
        self._model: Any = None
        self._tokenizer: Any = None
        self._version = ""
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
        from transformers import AutoModel

        place = where(model, torch, "float16")
        weights = content_digests(folder, progress)
        progress("loading the weights", None)
        try:
            loaded = AutoModel.from_pretrained(
                source,
                trust_remote_code=True,
                use_safetensors=True,
                torch_dtype=getattr(torch, place.dtype),
            )
            self._model = loaded.to(place.device).eval()
            self._tokenizer = self._its_tokenizer(source)
        except Exception as error:  # code of a checkpoint raises anything
            raise as_engine_error(error) from error
        self._version = version_of(model, folder)
        return Loaded(self._version, place.device, place.dtype, weights)

    def unload(self) -> None:
        if self._stream is not None:
            self._stream.join()
        self._model = self._tokenizer = self._stream = None

    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        import torch

        if prompt.wav_path is None:
            raise EngineError(ErrorKind.BAD_AUDIO, "This engine hears takes; there is none.")
        if prompt.history or prompt.system_prompt:
            sentence = "The code of Typhoon audio takes one turn, without a system prompt."
            raise EngineError(ErrorKind.INTERNAL, sentence)
        options = _options(read_generation(prompt.settings))
        samples = as_float32(read_take(prompt.wav_path, LONGEST_S))
        if self._stream is not None:  # cancelled before its first token, perhaps
            self._stream.join()
        torch.manual_seed(prompt.seed)
        stream = self._stream = TokenStream(self._decode)
        if "device" in inspect.signature(self._model.generate).parameters:
            options["device"] = self._model.device  # some versions of its code assume "cuda:0"
        stream.run(
            lambda: self._model.generate(
                audio=samples,
                prompt=prompt.instruction.replace("<", "< "),  # nothing in it is a tag
                prompt_pattern=PATTERN,
                streamer=stream,
                **options,
            )
        )
        return (yield from answer(stream, cancelled, version=self._version, ends=self._ends()))

    def _its_tokenizer(self, source: Path) -> Any:
        for name in ("llama_tokenizer", "tokenizer"):
            if (found := getattr(self._model, name, None)) is not None:
                return found
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(source, trust_remote_code=True)

    def _decode(self, ids: Sequence[int]) -> str:
        text: str = self._tokenizer.decode(list(ids), skip_special_tokens=True)
        return text

    def _ends(self) -> set[int]:
        found = {self._tokenizer.eos_token_id}
        end_of_turn = self._tokenizer.convert_tokens_to_ids("<|eot_id|>")
        return {number for number in (*found, end_of_turn) if isinstance(number, int)}


def _options(settings: Generation) -> dict[str, Any]:
    options: dict[str, Any] = {
        "do_sample": settings.samples,
        "max_new_tokens": settings.max_new_tokens,
        "repetition_penalty": settings.repetition_penalty,
        "num_beams": 1,  # streaming knows no beams
    }
    if settings.samples:
        options |= {"temperature": settings.temperature, "top_p": settings.top_p}
        options["top_k"] = settings.top_k
    return options
