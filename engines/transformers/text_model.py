"""Text models: a chat template where the folder has one, otherwise plain text."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

from engines.api import Cancelled, Finished, Prompt
from engines.transformers.answering import (
    Asking,
    answer,
    forget_recommendations,
    read_wishes,
)
from engines.transformers.chat import SEPARATOR, SystemPrompts, messages
from engines.transformers.checkpoint import Checkpoint
from engines.transformers.failures import told_as_engine_errors
from engines.transformers.loading import Wanted, load_model, read_config


class TextModel:
    """A responder."""

    def __init__(self, checkpoint: Checkpoint, wanted: Wanted) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        config = read_config(checkpoint, wanted)
        with told_as_engine_errors("reading the tokenizer"):
            self._tokenizer = AutoTokenizer.from_pretrained(
                checkpoint.folder, local_files_only=True, trust_remote_code=wanted.remote_code
            )
        self.model = load_model(AutoModelForCausalLM, checkpoint, wanted, config)
        forget_recommendations(self.model)
        self._system_prompts = SystemPrompts()

    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        began_s = time.perf_counter()
        wishes = read_wishes(prompt.settings)
        with told_as_engine_errors("writing the prompt"):
            inputs = self._encode(prompt).to(self.model.device)
        asking = Asking(
            inputs={name: inputs[name] for name in ("input_ids", "attention_mask")},
            prompt_tokens=inputs["input_ids"].shape[-1],
            encode_ms=(time.perf_counter() - began_s) * 1000,
            seed=prompt.seed,
        )
        return (yield from answer(self.model, self._tokenizer, asking, wishes, cancelled, []))

    def _encode(self, prompt: Prompt) -> Any:
        if not self._tokenizer.chat_template:
            return self._tokenizer(_plain(prompt), return_tensors="pt")

        def encode(folded: bool) -> Any:
            return self._tokenizer.apply_chat_template(
                messages(prompt, prompt.text, folded=folded),
                add_generation_prompt=True,
                tokenize=True,
                return_dict=True,
                return_tensors="pt",
            )

        def written() -> str:
            text: str = self._tokenizer.apply_chat_template(
                messages(prompt, prompt.text, folded=False), tokenize=False
            )
            return text

        return self._system_prompts.apply(prompt, encode, written)


def _plain(prompt: Prompt) -> str:
    told = [message["content"] for message in messages(prompt, prompt.text, folded=False)]
    return SEPARATOR.join(told) + SEPARATOR
