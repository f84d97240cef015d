"""How much sound a model hears at once."""

from __future__ import annotations

from typing import Any

from engines.api import Settings
from engines.audio import LONGEST_S, read_longest_s


def longest_s(table: Settings, processor: Any = None) -> float:
    """Seconds: `longest_s` of the model table, else what the processor says, else our own limit.

    A processor says `max_audio_len` where it cuts long takes into windows itself, and otherwise
    its feature extractor says `chunk_length`: an encoder of Whisper's kind hears no more, and
    would drop the rest in silence. A family that joins such chunks needs `longest_s`.
    """
    extractor = getattr(processor, "feature_extractor", None)
    for limit in (
        getattr(processor, "max_audio_len", None),
        getattr(extractor, "chunk_length", None),
    ):
        if isinstance(limit, int | float) and limit > 0:
            return read_longest_s(table, min(limit, LONGEST_S))
    return read_longest_s(table)
