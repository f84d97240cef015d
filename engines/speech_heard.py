"""Whether a recogniser of the Whisper kind heard speech, or made up a text over noise.

The rule and its two thresholds are those of openai-whisper 20250625 (`transcribe` in
`whisper/transcribe.py`: `no_speech_threshold`, `logprob_threshold`).
"""

from __future__ import annotations

NO_SPEECH_ABOVE = 0.6
"""Probability of `<|nospeech|>` above which the model says that nobody spoke."""
CERTAIN_ABOVE = -1.0
"""Mean log-probability of the text's tokens above which the text is believed all the same."""


def was_anything_said(no_speech: float, mean_logprob: float) -> bool:
    """False where the text should not be believed and the take counts as empty.

    `no_speech` is the probability, in [0, 1], that the recogniser gives to "no speech" where the
    text begins; `mean_logprob` the mean log-probability of the tokens it then wrote, in nats, the
    end mark included. What is not a number (a model that broke down) is not believed.
    """
    return no_speech <= NO_SPEECH_ABOVE or mean_logprob > CERTAIN_ABOVE
