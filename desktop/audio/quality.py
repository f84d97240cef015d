"""Whether a take is good enough to be heard by a system, in plain words. Pure.

A verdict either refuses the take (no system hears it; the speaker records again) or flags it (it is
used, and the flag is stored with it for whoever analyses the votes):

| code           | when                                                         | refuses          |
|----------------|--------------------------------------------------------------|------------------|
| muted          | >= 300 ms of exact zeros and no speech, or >= 1 s beside it  | the first; the   |
|                |                                                              | second at an end |
| too_short      | held for < 1 s                                               | yes              |
| too_long       | held for > 60 s, or stopped at the recorder's limit          | yes              |
| no_speech      | < 200 ms stand out of the noise                              | yes              |
| too_quiet      | speech below -45 dBFS                                        | yes              |
| clipped        | >= 3 consecutive full-scale samples                          | from 2 % of all  |
| device_changed | the recording was moved to another source                    | no               |
| samples_lost   | < 99 % of what the clock expects arrived                     | below 90 %       |
| ended_early    | the device went or the disk was full; the beginning is kept  | no               |

What makes the question unintelligible refuses; what a person can still judge by playing the take
back only flags.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from desktop.audio.capture import Capture, FaultKind
from desktop.audio.facts import ZERO_RUN_MS, SampleFacts, Samples, measure
from desktop.audio.faults import unmute_advice
from desktop.audio.speech import Speech, find_speech


class Code(StrEnum):
    MUTED = "muted"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_SPEECH = "no_speech"
    TOO_QUIET = "too_quiet"
    CLIPPED = "clipped"
    DEVICE_CHANGED = "device_changed"
    SAMPLES_LOST = "samples_lost"
    ENDED_EARLY = "ended_early"


@dataclass(frozen=True, slots=True)
class Verdict:
    code: Code
    sentence: str
    """What is wrong with the take."""
    advice: str
    refuses: bool


@dataclass(frozen=True, slots=True)
class Limits:
    shortest_ms: float = 1_000.0
    longest_ms: float = 60_000.0
    least_speech_ms: float = 200.0
    quietest_dbfs: float = -45.0
    """Of the speech, within its band."""
    muted_ms: float = 1_000.0
    """Exact zeros beside speech, from which words may be missing."""
    clipped_refused_share: float = 0.02
    lost_flagged_share: float = 0.01
    lost_refused_share: float = 0.10


@dataclass(frozen=True, slots=True)
class Quality:
    verdicts: tuple[Verdict, ...]
    """The gravest first; none for a good take."""
    speech_share: float
    """Of the file, in [0, 1]."""
    speech_ms: float
    speech_dbfs: float
    """-inf where there is no speech."""
    noise_dbfs: float
    facts: SampleFacts

    @property
    def refused(self) -> bool:
        return any(verdict.refuses for verdict in self.verdicts)


def assess(
    samples: Samples, rate_hz: int, capture: Capture | None = None, limits: Limits | None = None
) -> Quality:
    """Judge a take: float32 samples, shape (n_samples,), in [-1, 1].

    `capture` adds what only the recorder knows; a file from elsewhere has none. No samples at all
    are too short.
    """
    limits = limits or Limits()
    facts, speech = measure(samples, rate_hz), find_speech(samples, rate_hz)
    held_ms = capture.held_ms if capture else len(samples) * 1000.0 / rate_hz
    found = [_content(facts, speech, held_ms, limits), _too_long(held_ms, capture, limits)]
    found.append(_clipped(facts, len(samples), limits))
    if capture is not None:
        # what explains the others comes first
        found += [_changed(capture), _ended_early(capture), _lost(capture, limits)]
    verdicts = sorted(filter(None, found), key=lambda verdict: not verdict.refuses)
    return Quality(
        verdicts=tuple(verdicts),
        speech_share=speech.share,
        speech_ms=speech.total_ms,
        speech_dbfs=speech.level_dbfs,
        noise_dbfs=speech.floor_dbfs,
        facts=facts,
    )


def _content(facts: SampleFacts, speech: Speech, held_ms: float, limits: Limits) -> Verdict | None:
    """What is there to be heard: one verdict, because each of these explains the next."""
    heard = speech.total_ms >= limits.least_speech_ms
    silent = facts.longest_zero_ms >= ZERO_RUN_MS and not heard
    if silent or facts.peak_dbfs == -math.inf:
        return Verdict(
            Code.MUTED,
            "The microphone delivered nothing at all: it is muted or not allowed.",
            unmute_advice(),
            refuses=True,
        )
    if facts.longest_zero_ms >= limits.muted_ms:
        return Verdict(
            Code.MUTED,
            f"The microphone was dead for {facts.longest_zero_ms / 1000:.1f} seconds of this take.",
            "Check that it was not muted while you spoke; if it was, say it again.",
            refuses=facts.ending_zero_ms >= limits.muted_ms,
        )
    if held_ms < limits.shortest_ms:
        return Verdict(
            Code.TOO_SHORT,
            f"This take lasts only {held_ms / 1000:.1f} seconds.",
            "Hold the key (or leave the recording on) until you have finished speaking.",
            refuses=True,
        )
    if not heard:
        return Verdict(
            Code.NO_SPEECH,
            "No speech was heard in this take.",
            "Check that the right microphone is chosen, speak closer to it, and say it again.",
            refuses=True,
        )
    if speech.level_dbfs < limits.quietest_dbfs:
        return Verdict(
            Code.TOO_QUIET,
            f"The speech is very quiet ({speech.level_dbfs:.0f} dBFS).",
            "Speak closer to the microphone or raise its level in the sound settings.",
            refuses=True,
        )
    return None


def _too_long(held_ms: float, capture: Capture | None, limits: Limits) -> Verdict | None:
    stopped = capture is not None and capture.ended_by is FaultKind.TOO_LONG
    if not stopped and held_ms <= limits.longest_ms:
        return None
    limit_s = min(held_ms, limits.longest_ms) / 1000
    return Verdict(
        Code.TOO_LONG,
        f"This take is longer than the limit of {limit_s:.0f} seconds.",
        "Say it again, more briefly.",
        refuses=True,
    )


def _clipped(facts: SampleFacts, n_samples: int, limits: Limits) -> Verdict | None:
    if facts.clipped_runs == 0:
        return None
    return Verdict(
        Code.CLIPPED,
        "The recording is too loud: its peaks are cut off.",
        "Move a little away from the microphone or lower its level in the sound settings.",
        refuses=facts.clipped_samples >= limits.clipped_refused_share * n_samples,
    )


def _lost(capture: Capture, limits: Limits) -> Verdict | None:
    if capture.lost_share <= limits.lost_flagged_share:
        return None
    return Verdict(
        Code.SAMPLES_LOST,
        f"{capture.lost_share:.0%} of the sound was lost on its way to the program.",
        "Close other programs that keep the computer busy, then say it again.",
        refuses=capture.lost_share > limits.lost_refused_share,
    )


def _changed(capture: Capture) -> Verdict | None:
    if not capture.device_changed:
        return None
    return Verdict(
        Code.DEVICE_CHANGED,
        "The system switched to another microphone while recording.",
        "Check the microphone's plug, choose it again, and record again if the take sounds wrong.",
        refuses=False,
    )


def _ended_early(capture: Capture) -> Verdict | None:
    if capture.ended_by in (None, FaultKind.TOO_LONG):
        return None
    return Verdict(
        Code.ENDED_EARLY,
        f"Recording broke off after {capture.duration_ms / 1000:.1f} seconds.",
        "Play it back; record again if the end is missing.",
        refuses=False,
    )
