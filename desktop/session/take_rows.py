"""A take as a row: what the recorder measured and what was found wrong with it."""

from __future__ import annotations

from dataclasses import asdict

from desktop.session.take_desk import Take
from local_db import records


def take_record(
    take: Take, purpose: records.Purpose, file: str, battle_id: str, session_id: str
) -> records.TakeRecord:
    """`file` is relative to the takes folder, with slashes."""
    capture, quality = take.capture, take.quality
    return records.TakeRecord(
        id=take.id,
        purpose=purpose,
        battle_id=battle_id,
        session_id=session_id,
        file=file,
        sha256=capture.sha256,
        duration_ms=capture.duration_ms,
        rate_hz=capture.rate_hz,
        channels=capture.channels,
        frames_expected=capture.frames_expected,
        frames_got=capture.frames,
        peak_dbfs=capture.peak_dbfs,
        rms_dbfs=capture.rms_dbfs,
        clipped_runs=capture.clipped_runs,
        zero_runs=capture.zero_runs,
        speech_share=quality.speech_share,
        device_start=capture.device_start,
        device_end=capture.device_end,
        verdicts=[verdict.code.value for verdict in quality.verdicts],
        accepted=not quality.refused,
        facts={
            "held_ms": capture.held_ms,
            "device_channels": capture.device_channels,
            "status_flags": capture.status_flags,
            "gaps": [asdict(gap) for gap in capture.gaps],
            "ended_by": capture.ended_by.value if capture.ended_by else None,
            "speech_dbfs": quality.speech_dbfs,
            "noise_dbfs": quality.noise_dbfs,
        },
    )
