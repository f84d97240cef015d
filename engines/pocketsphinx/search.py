"""One acoustic model and two language models, each giving its best path through a take."""

from __future__ import annotations

import math
import re
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.api import Cancelled
from engines.audio import RATE_HZ
from engines.pocketsphinx.language_model import write_skill_model

SKILLS = "skills"
DICTATION = "dictation"

_DECODER = {"samprate": RATE_HZ, "loglevel": "FATAL", "lm": None}

# One word: a search that costs next to nothing, for the features' sake.
_LEVEL_DICTIONARY = "uh AH\n"
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

        with tempfile.TemporaryDirectory(prefix="earshot-") as folder:
            dictionary = Path(folder) / "level.dict"
            dictionary.write_text(_LEVEL_DICTIONARY, encoding="utf-8")
            self._leveller: Any = Decoder(**_DECODER, dict=str(dictionary))
            self._leveller.add_jsgf_string("level", _LEVEL_GRAMMAR)
            self._leveller.activate_search("level")
            self._decoder: Any = Decoder(**_DECODER)
            arpa = Path(folder) / "skills.arpa"
            write_skill_model(arpa)
            logmath = self._decoder.get_logmath()
            for name, path in ((SKILLS, arpa), (DICTATION, get_model_path("en-us/en-us.lm.bin"))):
                model = NGramModel(self._decoder.config, logmath, str(path))
                self._decoder.add_lm(name, model)

    def means(self, sound: bytes) -> str:
        """The cepstral means of a whole take, as `best_path` wants them.

        A decoder of its own finds them: one that was ever fed in pieces does not look at whole
        takes any more.
        """
        _start(self._leveller)
        self._leveller.process_raw(sound, full_utt=True)
        self._leveller.end_utt()
        means: str = self._leveller.get_cmn()
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
        _start(decoder)
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


def _start(decoder: Any) -> None:
    with warnings.catch_warnings():
        # "Deprecated and unnecessary", it says; without it, the noise of one take is subtracted
        # from the next, and a take is not heard alike twice.
        warnings.simplefilter("ignore", DeprecationWarning)
        decoder.start_stream()
    decoder.start_utt()
