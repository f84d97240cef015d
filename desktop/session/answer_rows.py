"""An answer, or the error in its place, as a row."""

from __future__ import annotations

from dataclasses import asdict

from desktop.session.heard_rows import hearing
from engines.api import Answer
from engines.errors import EngineError
from local_db import records

Outcome = Answer | EngineError


def answer_record(
    turn_id: str,
    slot: records.Slot,
    fingerprint: str,
    outcome: Outcome,
    transcript_id: str | None,
) -> records.AnswerRecord:
    """`transcript_id`: what the answer was given to; None where the system heard the take."""
    if isinstance(outcome, EngineError):
        return records.AnswerRecord(
            turn_id=turn_id,
            slot=slot,
            fingerprint=fingerprint,
            text="",
            finish="error",
            error_kind=outcome.kind.value,
            error_text=outcome.researcher,
        )
    return records.AnswerRecord(
        turn_id=turn_id,
        slot=slot,
        fingerprint=fingerprint,
        text=outcome.text,
        finish=outcome.finish.value,
        transcript_id=transcript_id,
        hypothesis=outcome.hypothesis,
        served_version=outcome.served_version,
        audio_sha256=outcome.audio_sha256,
        prompt_sha256=outcome.prompt_sha256 or None,
        placement={
            "device": outcome.device,
            "dtype": outcome.dtype,
            "network": outcome.network,
            **hearing(outcome.transcription),
        },
        seed=outcome.seed,
        settings=dict(outcome.settings),
        packages=dict(outcome.packages),
        weights=dict(outcome.weights),
        timings=asdict(outcome.timings),
        prompt_tokens=outcome.prompt_tokens,
        answer_tokens=outcome.answer_tokens,
    )
