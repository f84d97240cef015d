"""One take through Whisper's own `transcribe`, as the paper's pipeline calls it, and its verdict.

`transcribe` goes through the take in windows of 30 s and is deaf meanwhile. It is ended through
the model: the encoder's blocks and the decoder ask before each step whether anybody still waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engines.api import Cancelled
from engines.errors import EngineError, ErrorKind
from engines.speech_heard import CERTAIN_ABOVE, NO_SPEECH_ABOVE, was_anything_said

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Heard:
    text: str
    """As Whisper writes it, with capitals and full stops; words separated by single spaces."""
    mean_logprob: float
    """Of the text's tokens, in nats."""


class Interrupted(Exception):
    """Nobody waits any longer."""


def prepare(model: Any) -> None:
    """Have what `transcribe` otherwise reads and compiles while somebody waits for the first take:
    the tokeniser's tables and patterns, half a second of a processor.
    """
    from whisper.tokenizer import get_tokenizer

    languages = model.num_languages
    tokenizer = get_tokenizer(model.is_multilingual, num_languages=languages, task="transcribe")
    _ = tokenizer.non_speech_tokens  # the first that encodes


def listen(
    model: Any, samples: NDArray[np.float32], language: str | None, cancelled: Cancelled
) -> Heard:
    """`samples`: shape `(n_samples,)`, 16 kHz.

    Raises EngineError `audio_empty` where the model itself says that nobody spoke, `internal` for
    a language it does not know, and Interrupted.
    """
    _require_language(model, language)
    with _interruptible(model, cancelled):
        # Temperature 0 alone: by default what it is unsure of is tried six times, at leisure.
        result = model.transcribe(
            samples,
            task="transcribe",
            language=language,
            temperature=0.0,
            condition_on_previous_text=False,
            no_speech_threshold=NO_SPEECH_ABOVE,
            logprob_threshold=CERTAIN_ABOVE,
            fp16=model.device.type == "cuda",
        )
    return _verdict(result["segments"])


def _verdict(segments: Sequence[Mapping[str, Any]]) -> Heard:
    """`segments` are without the windows in which Whisper itself heard nobody."""
    believed = [
        segment
        for segment in segments
        if was_anything_said(segment["no_speech_prob"], segment["avg_logprob"])
    ]
    text = " ".join("".join(segment["text"] for segment in believed).split())
    if not text:
        raise EngineError(ErrorKind.AUDIO_EMPTY, "Whisper heard nobody speak in this take.")
    tokens = sum(len(segment["tokens"]) for segment in believed)
    total = sum(segment["avg_logprob"] * len(segment["tokens"]) for segment in believed)
    return Heard(text, float(total / max(1, tokens)))


def _require_language(model: Any, language: str | None) -> None:
    from whisper.tokenizer import LANGUAGES

    known = LANGUAGES if model.is_multilingual else ("en",)
    if language is not None and language not in known:
        sentence = f"This Whisper does not know the language {language!r}."
        raise EngineError(ErrorKind.INTERNAL, sentence)


@contextmanager
def _interruptible(model: Any, cancelled: Cancelled) -> Iterator[None]:
    def ask(*_: object) -> None:
        if cancelled():
            raise Interrupted

    steps = [*model.encoder.blocks, model.decoder]
    hooks = [step.register_forward_pre_hook(ask) for step in steps]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
