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
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engines.api import Prompt, Settings
from engines.checkpoint_code import Where, where
from engines.checkpoint_engine import CheckpointEngine
from engines.errors import EngineError, ErrorKind
from engines.generation import Generation
from engines.token_stream import TokenStream

PATTERN = (
    "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n<Speech><SpeechHere></Speech>"
    " {}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
)
"""The prompt as the study had it; `{}` is the instruction."""


class Engine(CheckpointEngine):
    """Single turns: its published interface takes no history and no system prompt."""

    modules = ("torch", "transformers")
    longest_s = 30

    def open(self, source: Path, model: Settings) -> tuple[Any, Any, Where]:
        import torch
        from transformers import AutoModel

        place = where(model, torch, "float16")
        loaded = AutoModel.from_pretrained(
            source,
            trust_remote_code=True,
            use_safetensors=True,
            torch_dtype=getattr(torch, place.dtype),
        )
        return loaded.to(place.device).eval(), _tokenizer_of(loaded, source), place

    def generating(
        self, prompt: Prompt, samples: Any, generation: Generation, stream: TokenStream
    ) -> Callable[[], object]:
        import torch

        if prompt.history or prompt.system_prompt:
            sentence = "The code of Typhoon audio takes one turn, without a system prompt."
            raise EngineError(ErrorKind.INTERNAL, sentence)
        torch.manual_seed(prompt.seed)
        options = generation.as_transformers_says()
        options["num_beams"] = 1  # streaming knows no beams
        if "device" in inspect.signature(self._model.generate).parameters:
            options["device"] = self._model.device  # some versions of its code assume "cuda:0"
        return lambda: self._model.generate(
            audio=samples,
            prompt=prompt.instruction.replace("<", "< "),  # nothing in it is a tag
            prompt_pattern=PATTERN,
            streamer=stream,
            **options,
        )

    def ends(self) -> set[int]:
        found = {self._tokenizer.eos_token_id}
        end_of_turn = self._tokenizer.convert_tokens_to_ids("<|eot_id|>")
        return {number for number in (*found, end_of_turn) if isinstance(number, int)}


def _tokenizer_of(model: Any, source: Path) -> Any:
    for name in ("llama_tokenizer", "tokenizer"):
        if (found := getattr(model, name, None)) is not None:
            return found
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(source, trust_remote_code=True)
