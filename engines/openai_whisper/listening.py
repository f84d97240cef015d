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
from engines.errors import EngineError, ErrorKind, RequestCancelled
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
    a language it does not know, and RequestCancelled.
    """
    listener = Listener(model, language, cancelled)
    listener.hear(samples, told=False)
    return listener.verdict()


class Listener:
    """Hears a take, in one stretch or in several one after the other."""

    def __init__(self, model: Any, language: str | None, cancelled: Cancelled) -> None:
        """Raises EngineError `internal` for a language the model does not know."""
        _require_language(model, language)
        self._model = model
        self._language = language
        self._cancelled = cancelled
        self._believed: list[Mapping[str, Any]] = []
        self.stretches = 0

    def hear(self, samples: NDArray[np.float32], *, told: bool) -> None:
        """The next stretch. It is `told` what the one before it heard, as the library tells it to
        the next window, or not; it is in the same language. Raises RequestCancelled.
        """
        model = self._model
        with _interruptible(model, self._cancelled):
            # Temperature 0 alone: by default what it is unsure of is tried six times, at leisure.
            result = model.transcribe(
                samples,
                task="transcribe",
                language=self._language,
                temperature=0.0,
                condition_on_previous_text=False,
                initial_prompt=(_text(self._believed) if told else "") or None,
                no_speech_threshold=NO_SPEECH_ABOVE,
                logprob_threshold=CERTAIN_ABOVE,
                fp16=model.device.type == "cuda",
            )
        self.stretches += 1
        # Without the windows in which Whisper itself heard nobody.
        believed = [
            segment
            for segment in result["segments"]
            if was_anything_said(segment["no_speech_prob"], segment["avg_logprob"])
        ]
        if believed:
            self._language = self._language or result["language"]
        self._believed += believed

    def verdict(self) -> Heard:
        """What was said in all of it. Raises EngineError `audio_empty` where nobody spoke."""
        text = _text(self._believed)
        if not text:
            raise EngineError(ErrorKind.AUDIO_EMPTY, "Whisper heard nobody speak in this take.")
        tokens = sum(len(segment["tokens"]) for segment in self._believed)
        total = sum(s["avg_logprob"] * len(s["tokens"]) for s in self._believed)
        return Heard(text, float(total / max(1, tokens)))


def _text(segments: Sequence[Mapping[str, Any]]) -> str:
    return " ".join("".join(segment["text"] for segment in segments).split())


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
            raise RequestCancelled

    steps = [*model.encoder.blocks, model.decoder]
    hooks = [step.register_forward_pre_hook(ask) for step in steps]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
