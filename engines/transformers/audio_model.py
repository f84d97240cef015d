"""One adapter for every large audio model that transformers knows: a new family needs no code.

Five rules, each of which some family needs; none of them looks at a family's name:

    path        the sound goes in as the path of a WAV file, not as an array (Voxtral)
    system      a system prompt that the template refuses or drops is folded in (`chat.py`)
    template    a processor that did not read its folder's template is handed it (Phi-4)
    marks       tokens that stand for sound or pictures in a prompt are never written: the step
                after would look for features that are not there
    thinker     of a model that also speaks, only the part that writes is loaded (the Omni models)
"""

from __future__ import annotations

import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from engines.api import Cancelled, Finished, Prompt, Settings
from engines.audio import read_take
from engines.errors import EngineError, ErrorKind
from engines.transformers.answering import (
    Asking,
    answer,
    forget_recommendations,
    read_wishes,
)
from engines.transformers.chat import Message, SystemPrompts, messages
from engines.transformers.checkpoint import Checkpoint
from engines.transformers.failures import told_as_engine_errors
from engines.transformers.loading import Wanted, load_model, read_config
from engines.transformers.longest import longest_s

_MARKS = ("audio", "image", "video", "speech", "vision")


class AudioModel:
    """A LAM; a prompt without sound is answered as a responder would."""

    def __init__(self, checkpoint: Checkpoint, wanted: Wanted, table: Settings) -> None:
        from transformers import AutoProcessor

        config = read_config(checkpoint, wanted)
        with told_as_engine_errors("reading the processor"):
            self._processor = AutoProcessor.from_pretrained(
                checkpoint.folder, local_files_only=True, trust_remote_code=wanted.remote_code
            )
            self._template = _template(self._processor, checkpoint.folder)
        self._tokenizer = getattr(self._processor, "tokenizer", self._processor)
        model_class, config = _class_and_config(config)
        self.model = load_model(model_class, checkpoint, wanted, config)
        forget_recommendations(self.model)
        self._longest_s = longest_s(table, self._processor)
        self._never = sorted({*_marks(config), *_marks(self._processor)})
        self._system_prompts = SystemPrompts()

    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        """Raises EngineError: `bad_audio`, `audio_empty`, `audio_too_long`."""
        began_s = time.perf_counter()
        wishes = read_wishes(prompt.settings)
        if prompt.wav_path is not None:
            read_take(prompt.wav_path, self._longest_s)
        with told_as_engine_errors("preparing the sound"):
            batch = self._encode(prompt, wishes.instruction_first)
            batch = batch.to(self.model.device, dtype=self.model.dtype)
        asking = Asking(
            inputs=batch,
            prompt_tokens=batch["input_ids"].shape[-1],
            encode_ms=(time.perf_counter() - began_s) * 1000,
            seed=prompt.seed,
        )
        return (
            yield from answer(self.model, self._tokenizer, asking, wishes, cancelled, self._never)
        )

    def _encode(self, prompt: Prompt, instruction_first: bool) -> Any:
        def encode(folded: bool) -> Any:
            return self._processor.apply_chat_template(
                _with_sound(prompt, instruction_first, folded),
                add_generation_prompt=True,
                tokenize=True,
                return_dict=True,
                return_tensors="pt",
                **self._template,
            )

        def written() -> str | None:
            if not (self._template or getattr(self._processor, "chat_template", None)):
                return None  # not a template of text: its own library refuses or takes it
            text: str = self._processor.apply_chat_template(
                _with_sound(prompt, instruction_first, False), tokenize=False, **self._template
            )
            return text

        return self._system_prompts.apply(prompt, encode, written)


def _with_sound(prompt: Prompt, instruction_first: bool, folded: bool) -> list[Message]:
    """Messages as processors take them: lists of parts, each sound with what was said with it."""
    said = "\n".join(filter(None, (prompt.instruction, prompt.text)))
    asked = replace(
        prompt,
        history=[
            turn if turn.wav_path is None else replace(turn, said=prompt.instruction)
            for turn in prompt.history
        ],
    )
    chat = [
        {"role": message["role"], "content": [{"type": "text", "text": message["content"]}]}
        for message in messages(asked, said, folded=folded)
    ]
    sounds = [*(turn.wav_path for turn in prompt.history), prompt.wav_path]
    users = [message for message in chat if message["role"] == "user"]
    for message, wav_path in zip(users, sounds, strict=True):
        if wav_path is not None:
            text = [part for part in message["content"] if part["text"]]
            sound = [{"type": "audio", "path": str(wav_path)}]
            message["content"] = text + sound if instruction_first else sound + text
    return chat


def _template(processor: Any, folder: Path) -> dict[str, str]:
    file = folder / "chat_template.jinja"
    if getattr(processor, "chat_template", None) or not file.is_file():
        return {}
    return {"chat_template": file.read_text("utf-8")}


def _class_and_config(config: Any) -> tuple[Any, Any]:
    import transformers
    from transformers import MODEL_FOR_MULTIMODAL_LM_MAPPING, AutoModelForMultimodalLM

    thinker = getattr(config, "thinker_config", None)
    if thinker is not None:
        whole = MODEL_FOR_MULTIMODAL_LM_MAPPING[type(config)]
        return _class_that_writes(sys.modules[whole.__module__], thinker), thinker
    if type(config) in MODEL_FOR_MULTIMODAL_LM_MAPPING:
        return AutoModelForMultimodalLM, config
    # Some families are in no mapping that would fit: their own folder says which class it is.
    named = (config.architectures or [""])[0]
    found = getattr(transformers, named, None)
    if found is None or not getattr(found, "can_generate", bool)():
        sentence = (
            f"transformers {transformers.__version__} has no class that hears and writes for "
            f"{config.model_type!r} ({named or 'no architecture named'}): a newer one may have."
        )
        raise EngineError(ErrorKind.INTERNAL, sentence)
    return found, config


def _class_that_writes(module: Any, thinker: Any) -> Any:
    """The class of a thinker's configuration that can generate."""
    for found in vars(module).values():
        if (
            isinstance(found, type)
            and getattr(found, "config_class", None) is type(thinker)
            and getattr(found, "can_generate", bool)()
        ):
            return found
    sentence = f"There is no class that writes for {type(thinker).__name__}."
    raise EngineError(ErrorKind.INTERNAL, sentence)


def _marks(of: Any) -> Iterator[int]:
    """Token ids that stand for something that is no text, as a configuration names them."""
    told = of.to_dict() if hasattr(of, "model_type") else vars(of)
    for name, value in told.items():
        about = any(mark in name for mark in _MARKS)
        if about and name.endswith(("_token_id", "_token_index")) and isinstance(value, int):
            yield value
