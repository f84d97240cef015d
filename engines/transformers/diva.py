"""DiVA: a text model that reads virtual tokens made from sound. Native, no code of its folder.

    take → Whisper's encoder → connector (a Whisper decoder that is run once, over learned queries)
         → projection to the text model's width → [prompt before] [sound] [prompt after] → answer

Held et al. 2024, "Distilling an End-to-End Voice Assistant Without Instruction Training Data";
layout and prompt as in the published folder WillHeld/DiVA-llama-3-v0-8b. Its file holds copies of
encoder and text model besides: only the tensors that are DiVA's own are read, by name. The
encoder and the text model come from folders of their own, as `encoder` and `decoder` of the table.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

from engines.api import Cancelled, Finished, Prompt, Settings
from engines.audio import RATE_HZ, as_float32, read_take
from engines.transformers.answering import (
    Asking,
    answer,
    forget_recommendations,
    read_wishes,
)
from engines.transformers.chat import messages
from engines.transformers.checkpoint import Checkpoint
from engines.transformers.failures import told_as_engine_errors
from engines.transformers.loading import Wanted, load_model, read_config
from engines.transformers.longest import longest_s

_CONNECTOR = "connector."
_HERE = "\x02the sound\x02"  # nothing that a person says or a template writes


class Diva:
    """A LAM of three folders."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        encoder: Checkpoint,
        decoder: Checkpoint,
        wanted: Wanted,
        table: Settings,
    ) -> None:
        import torch
        from transformers import (
            AutoFeatureExtractor,
            AutoModelForCausalLM,
            AutoTokenizer,
            WhisperModel,
        )

        with told_as_engine_errors("reading tokenizer and feature extractor"):
            self._extractor = AutoFeatureExtractor.from_pretrained(
                encoder.folder, local_files_only=True
            )
            self._tokenizer = AutoTokenizer.from_pretrained(decoder.folder, local_files_only=True)
        # The published connector is float32, and its queries were trained against that encoder.
        exact = Wanted(wanted.device, "float32", remote_code=False)
        whisper = load_model(WhisperModel, encoder, exact, read_config(encoder, exact))
        with told_as_engine_errors("reading the connector"):
            own = _own_tensors(checkpoint)
            connector = {
                name.removeprefix(_CONNECTOR): tensor
                for name, tensor in own.items()
                if name.startswith(_CONNECTOR)
            }
            whisper.decoder.load_state_dict(connector)  # strict: all of it, and no more
        self._encoder, self._connector = whisper.encoder, whisper.decoder
        self._queries = own["query_tokens"].to(wanted.device, torch.float32)
        self._width = own["projection.weight"].to(wanted.device, torch.float32)  # [in, out]
        self._shift = own["projection.bias"].to(wanted.device, torch.float32)
        self.model = load_model(AutoModelForCausalLM, decoder, wanted, read_config(decoder, wanted))
        forget_recommendations(self.model)
        self._longest_s = longest_s(table, self)

    @property
    def feature_extractor(self) -> Any:
        """What says how much sound is heard at once (`longest.py`)."""
        return self._extractor

    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        """Raises EngineError: `bad_audio`, `audio_empty`, `audio_too_long`."""
        import torch

        began_s = time.perf_counter()
        wishes = read_wishes(prompt.settings)
        with torch.inference_mode(), told_as_engine_errors("preparing the sound"):
            embedded = self._embed(prompt)
        asking = Asking(
            inputs={
                "inputs_embeds": embedded,
                "attention_mask": torch.ones(
                    embedded.shape[:2], dtype=torch.long, device=embedded.device
                ),
            },
            prompt_tokens=embedded.shape[1],
            encode_ms=(time.perf_counter() - began_s) * 1000,
            seed=prompt.seed,
        )
        return (yield from answer(self.model, self._tokenizer, asking, wishes, cancelled, []))

    def _embed(self, prompt: Prompt) -> Any:
        """Shape (1, positions, width of the text model)."""
        import torch

        earlier = [turn.wav_path for turn in prompt.history if turn.wav_path is not None]
        parts = []
        for text, take in zip(self._around(prompt), [*earlier, prompt.wav_path, None], strict=True):
            parts.append(self._embed_text(text))
            if take is not None:
                parts.append(self._hear(take))
        return torch.cat(parts).unsqueeze(0)

    def _hear(self, wav_path: Path) -> Any:
        """Shape (queries, width of the text model): as many as there are learned queries."""
        samples = as_float32(read_take(wav_path, self._longest_s))
        heard = self._extractor(samples, sampling_rate=RATE_HZ, return_tensors="pt")
        states = self._encoder(heard.input_features.to(self._queries)).last_hidden_state
        read = self._connector(inputs_embeds=self._queries[None], encoder_hidden_states=states)
        virtual = read.last_hidden_state[0] @ self._width + self._shift
        return virtual.to(self.model.dtype)

    def _embed_text(self, text: str) -> Any:
        ids = self._tokenizer(text, add_special_tokens=False, return_tensors="pt").input_ids[0]
        return self.model.get_input_embeddings()(ids.long().to(self.model.device))

    def _around(self, prompt: Prompt) -> list[str]:
        """The chat before, between and after the sounds; where there is none, about the text.

        With a text and no earlier turns as published: the first line of what stands before the
        sound, the text, and the last line of it. Earlier turns are ours: a chat like any other,
        whose system prompt is the text.
        """
        text = "\n".join(filter(None, (prompt.system_prompt, prompt.instruction)))
        heard = [t if t.wav_path is None else replace(t, said=_HERE) for t in prompt.history]
        prompt = replace(prompt, history=heard)
        if prompt.history and text:
            chat = [{"role": "system", "content": text}]
            chat += [m for m in messages(prompt, _HERE, folded=False) if m["role"] != "system"]
        else:
            chat = [m for m in messages(prompt, _HERE, folded=False) if m["role"] != "system"]
        written = self._tokenizer.apply_chat_template(
            chat, tokenize=False, add_generation_prompt=True
        )
        *between, before, after = written.split(_HERE)
        lines = [line for line in before.split("\n") if line.strip()]
        if text and not prompt.history and lines:
            before = f"{lines[0]}\n{text}\n{lines[-1]}\n"
        return [*between, before + prompt.text, after]


def _own_tensors(checkpoint: Checkpoint) -> dict[str, Any]:
    """Raises KeyError where one is missing; touches nothing else of the file."""
    from safetensors import safe_open

    found: dict[str, Any] = {}
    wanted = ("query_tokens", "projection.weight", "projection.bias")
    for path in checkpoint.weights:
        with safe_open(path, framework="pt") as file:
            for name in file.keys():  # noqa: SIM118 - not a dictionary
                if name in wanted or name.startswith(_CONNECTOR):
                    found[name] = file.get_tensor(name)
    if missing := [name for name in wanted if name not in found]:
        raise KeyError(f"DiVA's file lacks {missing[0]}")
    return found
