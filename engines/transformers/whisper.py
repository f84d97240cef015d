"""Whisper: windows of 30 s, the words of each, and whether anybody spoke in it.

A take of one window is written in one go. In a longer one every window but the last is written
with times, and the next begins where the last sentence ended that the model finished, so that no
word is cut in two; that is the way of the paper (Radford et al. 2022, section 3.8).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.api import Cancelled, Hypothesis, Settings, Transcription
from engines.audio import RATE_HZ, as_float32, read_take
from engines.errors import EngineError, ErrorKind
from engines.speech_heard import was_anything_said
from engines.stretches import InStretches
from engines.transformers.checkpoint import Checkpoint
from engines.transformers.failures import told_as_engine_errors
from engines.transformers.loading import Wanted, load_model, read_config
from engines.transformers.longest import longest_s

TRANSCRIPT = "transcript"
"""The name of its one hypothesis."""
_TIMES_PER_S = 50  # one time token for 20 ms


@dataclass(frozen=True, slots=True)
class _Window:
    """What was heard in one window."""

    text: str
    no_speech: float
    logprobs: tuple[float, ...]
    """Of every token that was written, the end mark included."""
    finished_s: float
    """Where the last finished sentence ended; 0 where no times were written."""

    @property
    def mean_logprob(self) -> float:
        return sum(self.logprobs) / len(self.logprobs) if self.logprobs else float("-inf")

    @property
    def believed(self) -> bool:
        return was_anything_said(self.no_speech, self.mean_logprob)


class Whisper:
    """A recogniser."""

    def __init__(self, checkpoint: Checkpoint, wanted: Wanted, table: Settings) -> None:
        from transformers import (
            AutoFeatureExtractor,
            AutoTokenizer,
            WhisperForConditionalGeneration,
        )

        with told_as_engine_errors("reading the processor"):
            folder = checkpoint.folder
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self._extractor = AutoFeatureExtractor.from_pretrained(folder, local_files_only=True)
        config = read_config(checkpoint, wanted)
        self.model = load_model(WhisperForConditionalGeneration, checkpoint, wanted, config)
        self._longest_s = longest_s(table)  # of windows it joins as many as there are
        self._language = _language(table, self.model.generation_config)

    def transcribe(
        self, wav_path: Path, settings: Settings, cancelled: Cancelled, model_version: str
    ) -> Transcription:
        """One hypothesis, `transcript`: text as Whisper writes it, its mean log-probability.

        Raises EngineError: `bad_audio`, `audio_empty` (nobody speaks in it), `audio_too_long`.
        """
        began_s = time.perf_counter()
        _refuse(settings)
        samples = read_take(wav_path, self._longest_s)
        with told_as_engine_errors("hearing the take"):
            windows = self._hear_all(as_float32(samples), cancelled)
        heard = _hypothesis(windows, str(wav_path), cancelled)
        took_ms = (time.perf_counter() - began_s) * 1000
        return Transcription((heard,), len(samples) / RATE_HZ * 1000, took_ms, model_version)

    def open(self, settings: Settings, cancelled: Cancelled, model_version: str) -> InStretches:
        """The same, while the take is still being spoken: one window for each stretch."""
        _refuse(settings)
        windows: list[_Window] = []

        def hear(samples: Any, *, told: bool) -> None:
            said = [window.text.strip() for window in windows if window.believed]
            before = " ".join(said) if told else ""
            with told_as_engine_errors("hearing the take"):
                windows.append(self._hear(samples, cancelled, with_times=False, before=before))

        def conclude(seconds: float, took_s: float) -> Transcription:
            heard = _hypothesis(windows, "the take", cancelled)
            times = (seconds * 1000, took_s * 1000)
            return Transcription((heard,), *times, model_version, segments=len(windows))

        return InStretches(hear, conclude, self._longest_s)

    def _hear_all(self, samples: Any, cancelled: Cancelled) -> list[_Window]:
        longest = self._extractor.n_samples
        windows: list[_Window] = []
        at = 0
        while at < len(samples) and not cancelled():
            last = len(samples) - at <= longest
            window = self._hear(samples[at : at + longest], cancelled, with_times=not last)
            windows.append(window)
            finished = round(window.finished_s * RATE_HZ)
            at += longest if last or not finished else finished
        return windows

    def _hear(
        self, samples: Any, cancelled: Cancelled, *, with_times: bool, before: str = ""
    ) -> _Window:
        """`before` is what was said before this window, as context for it."""
        import torch

        heard = self._extractor(samples, sampling_rate=RATE_HZ, return_tensors="pt")
        features = heard.input_features.to(self.model.device, dtype=self.model.dtype)
        model, known = self.model, self.model.generation_config

        def stop(input_ids: Any, _scores: Any, **_more: Any) -> Any:
            return torch.full((len(input_ids),), cancelled(), device=input_ids.device)

        with torch.inference_mode():
            encoded = model.get_encoder()(features)
            start = torch.tensor([[known.decoder_start_token_id]], device=model.device)
            logits = model(encoder_outputs=encoded, decoder_input_ids=start).logits[0, 0]
            silence = logits.float().softmax(-1)[known.no_timestamps_token_id - 1]
            written = model.generate(
                encoder_outputs=encoded,
                return_timestamps=with_times,
                stopping_criteria=[stop],
                do_sample=False,
                return_dict_in_generate=True,
                output_scores=True,
                force_unique_generate_call=True,
                **self._language,
                **self._context(before),
            )
        tokens = written.sequences[0, -len(written.scores) :].tolist()
        logprobs = [
            score[0].float().log_softmax(-1)[token].item()
            for token, score in zip(tokens, written.scores, strict=True)
        ]
        return self._window(tokens, logprobs, float(silence), with_times)

    def _context(self, before: str) -> dict[str, Any]:
        if not before:
            return {}
        # As much as the library's own long takes pass on: half of what the decoder can hold.
        most = self.model.config.max_target_positions // 2 - 1
        prompt = self._tokenizer.get_prompt_ids(before, return_tensors="pt")
        kept = prompt if len(prompt) <= most else prompt[[0, *range(1 - most, 0)]]
        return {"prompt_ids": kept.to(self.model.device)}

    def _window(
        self, tokens: list[int], logprobs: list[float], no_speech: float, with_times: bool
    ) -> _Window:
        """With times, what comes after the last of them is left to the next window."""
        first_time = self.model.generation_config.no_timestamps_token_id + 1
        finished_s = 0.0
        if with_times:
            times = [at for at, token in enumerate(tokens) if token >= first_time]
            last = times[-1] if times else 0
            finished_s = max(0, tokens[last] - first_time) / _TIMES_PER_S
            tokens = tokens[:last] if finished_s else tokens
        words = [token for token in tokens if token < first_time]
        text = self._tokenizer.decode(words, skip_special_tokens=True)
        return _Window(text, no_speech, tuple(logprobs), finished_s)


def _refuse(settings: Settings) -> None:
    if settings:
        sentence = f"The recogniser knows no setting {sorted(settings)[0]!r}."
        raise EngineError(ErrorKind.INTERNAL, sentence)


def _hypothesis(windows: list[_Window], take: str, cancelled: Cancelled) -> Hypothesis:
    """What was said in all of them. Raises EngineError `audio_empty` where nobody spoke."""
    said = [window for window in windows if window.believed]
    text = " ".join(" ".join(window.text for window in said).split())
    if not text and not cancelled():
        raise EngineError(
            ErrorKind.AUDIO_EMPTY,
            f"Nobody speaks in {take}.",
            {"no_speech": [round(window.no_speech, 3) for window in windows]},
        )
    logprobs = [value for window in said for value in window.logprobs]
    score = sum(logprobs) / len(logprobs) if logprobs else 0.0
    return Hypothesis(TRANSCRIPT, text, score)


def _language(table: Settings, known: Any) -> dict[str, str]:
    """What to tell a multilingual model; one for English alone refuses to be told."""
    if not getattr(known, "is_multilingual", False):
        return {}
    language = table.get("language")
    if language is None:
        return {"task": "transcribe"}
    if f"<|{language}|>" not in getattr(known, "lang_to_id", {}):
        raise EngineError(ErrorKind.INTERNAL, f"This recogniser knows no language {language!r}.")
    return {"task": "transcribe", "language": str(language)}
