"""One acoustic model and two language models, each giving its best path through a take."""

from __future__ import annotations

import math
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.api import Cancelled
from engines.pocketsphinx.audio import RATE_HZ
from engines.pocketsphinx.language_model import write_skill_model

SKILLS = "skills"
DICTATION = "dictation"

# One word nobody says: a search that costs next to nothing, for the features' sake.
_LEVEL = "level"
_LEVEL_GRAMMAR = "#JSGF V1.0; grammar level; public <level> = uh;"

_CHUNK_BYTES = 2 * RATE_HZ // 10
_SCORE_SCALE = 1024  # PocketSphinx drops the ten lowest bits of its log scores
_NOTHING_HEARD = -100.0  # nats per frame; no real path comes near
_NO_WORD = re.compile(r"\(\d+\)|<[^>]*>|\[[^]]*\]|\+\+\w+\+\+")


@dataclass(frozen=True, slots=True)
class BestPath:
    text: str
    """Lower-case words separated by single spaces; "" when nothing was heard."""
    score: float
    """Log path score, nats per frame."""


class Searches:
    """The loaded models. Not for two threads at once."""

    def __init__(self) -> None:
        """Loads everything, in about two seconds."""
        from pocketsphinx import Decoder, NGramModel, get_model_path

        self._decoder: Any = Decoder(samprate=RATE_HZ, loglevel="FATAL", cmn="live", lm=None)
        with tempfile.TemporaryDirectory(prefix="earshot-") as folder:
            arpa = Path(folder) / "skills.arpa"
            write_skill_model(arpa)
            logmath = self._decoder.get_logmath()
            for name, path in ((SKILLS, arpa), (DICTATION, get_model_path("en-us/en-us.lm.bin"))):
                model = NGramModel(self._decoder.config, logmath, str(path))
                self._decoder.add_lm(name, model)
        self._decoder.add_jsgf_string(_LEVEL, _LEVEL_GRAMMAR)

    def means(self, sound: bytes) -> str:
        """The cepstral means of a whole take, as `best_path` wants them."""
        self._decoder.activate_search(_LEVEL)
        self._decoder.start_utt()
        self._decoder.process_raw(sound, full_utt=True)
        self._decoder.end_utt()
        means: str = self._decoder.get_cmn()
        return means

    def best_path(self, name: str, sound: bytes, means: str, cancelled: Cancelled) -> BestPath:
        """The best path of one search, or of as much of the take as was heard before a cancel.

        `sound` is PCM16 at 16 kHz. Feeding it in pieces lets a cancel through between them (the
        decoder keeps other threads out while it works); the means of the whole take, set before,
        give what PocketSphinx otherwise gives only to a take fed in one piece.
        """
        decoder = self._decoder
        decoder.activate_search(name)
        decoder.set_cmn(means)
        decoder.start_utt()
        for start in range(0, len(sound), _CHUNK_BYTES):
            if cancelled():
                break
            decoder.process_raw(sound[start : start + _CHUNK_BYTES])
        decoder.end_utt()
        found = decoder.hyp()
        if found is None:
            return BestPath("", _NOTHING_HEARD)
        text = " ".join(_NO_WORD.sub("", found.hypstr.lower()).split())
        return BestPath(text, math.log(found.score) * _SCORE_SCALE / decoder.n_frames())
