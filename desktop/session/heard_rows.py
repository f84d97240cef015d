"""What a recogniser heard, in the words of the store's records."""

from __future__ import annotations

from dataclasses import asdict

from engines.api import Transcription
from local_db import records


def hearing(transcription: Transcription | None) -> dict[str, int]:
    """In how many pieces a recogniser heard the take while it was spoken; 0 for a whole file."""
    return {} if transcription is None else {"segments": transcription.segments}


def transcript_record(
    take_id: str, engine: str, transcription: Transcription
) -> records.TranscriptRecord:
    return records.TranscriptRecord(
        take_id=take_id,
        engine=engine,
        model_version=transcription.model_version,
        hypotheses=[asdict(hypothesis) for hypothesis in transcription.hypotheses],
        duration_ms=transcription.duration_ms,
        recognise_ms=transcription.recognise_ms,
    )
