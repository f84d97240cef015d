"""A program that records one take and says on stdout, line by line, what it is told.

    python -m tests.helpers.record_child PART SECONDS [LARGEST_FILE_BYTES]

`opened`, then `written FRAMES` for frames that are in the file for certain, `fault KIND SENTENCE
ADVICE`, at the end `capture FRAMES` or `failed SENTENCE`; JSON arrays, one a line.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
from pathlib import Path

from desktop.audio.capture import CaptureFailed, CaptureFault, Level
from desktop.audio.recorder import Recorder
from desktop.audio.waveform import BAR_MS


def tell(*what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main(part_path: Path, seconds: float, largest_bytes: int | None) -> None:
    bars = 0
    ended = threading.Event()

    def on_level(level: Level) -> None:
        nonlocal bars
        if level.peaks:  # a bar is drawn once its samples are written
            bars += len(level.peaks)
            tell("written", bars * BAR_MS * 48)

    def on_fault(fault: CaptureFault) -> None:
        tell("fault", fault.kind, fault.sentence, fault.advice)
        if fault.take_ended:
            ended.set()

    if largest_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_bytes, largest_bytes))
    with Recorder(None, on_level=on_level, on_fault=on_fault) as recorder:
        recorder.open().result()
        tell("opened")
        recorder.begin(part_path)
        ended.wait(seconds)
        try:
            tell("capture", recorder.end().result().frames)
        except CaptureFailed as error:
            tell("failed", str(error))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]) if sys.argv[3:] else None)
