"""Two searches, each with a decoder of its own, so that both can go on while somebody speaks."""

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
from engines.pocketsphinx.language_model import words_of, write_skill_model

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


class Search:
    """One search on its way through one take; of a decoder, one at a time."""

    def __init__(self, decoder: Any, means: str, cancelled: Cancelled) -> None:
        """`means` are the cepstral means of the take (`Searches.means`)."""
        self._decoder = decoder
        self._cancelled = cancelled
        self._held = b""
        decoder.set_cmn(means)
        _start(decoder)

    def hear(self, sound: bytes) -> None:
        """The next of it, PCM16 at 16 kHz, until a cancel.

        Fed in pieces of one size, whatever came: that lets a cancel through between them (the
        decoder keeps other threads out while it works), and a take is heard alike however it came.
        The means, set before, give what PocketSphinx otherwise gives only to a take in one piece.
        """
        self._held += sound
        whole = len(self._held) // _CHUNK_BYTES * _CHUNK_BYTES
        self._process(self._held[:whole])
        self._held = self._held[whole:]

    def end(self) -> BestPath:
        """The best path, or that of as much of the take as was heard before a cancel."""
        self._process(self._held)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        if found is None:
            return BestPath("", _NOTHING_HEARD)
        text = " ".join(_NO_WORD.sub("", found.hypstr.lower()).split())
        return BestPath(text, math.log(found.score) * _SCORE_SCALE / self._decoder.n_frames())

    def drop(self) -> None:
        """Nobody wants its path."""
        self._decoder.end_utt()

    def _process(self, sound: bytes) -> None:
        for start in range(0, len(sound), _CHUNK_BYTES):
            if self._cancelled():
                return
            self._decoder.process_raw(sound[start : start + _CHUNK_BYTES])


class Searches:
    """The loaded models. Not for two threads at once."""

    def __init__(self) -> None:
        """Loads everything, in about two seconds."""
        from pocketsphinx import get_model_path

        with tempfile.TemporaryDirectory(prefix="earshot-") as folder:
            level, skills = Path(folder) / "level.dict", Path(folder) / "skills.dict"
            level.write_text(_LEVEL_DICTIONARY, encoding="utf-8")
            # Of the 134,000 words it needs a few hundred; with all of them it loads for two seconds
            # more, and hears the same.
            whole = Path(get_model_path("en-us/cmudict-en-us.dict"))
            skills.write_text(words_of(whole), encoding="utf-8")
            arpa = Path(folder) / "skills.arpa"
            write_skill_model(arpa)
            self._leveller = _decoder(dict=str(level))
            self._leveller.add_jsgf_string("level", _LEVEL_GRAMMAR)
            self._leveller.activate_search("level")
            self._decoders = {
                SKILLS: _with_model(_decoder(dict=str(skills)), SKILLS, str(arpa)),
                DICTATION: _with_model(_decoder(), DICTATION, get_model_path("en-us/en-us.lm.bin")),
            }

    def means(self, sound: bytes) -> str:
        """The cepstral means of a sound, as `Search` wants them.

        A decoder of its own finds them: one that was ever fed in pieces does not look at whole
        takes any more.
        """
        _start(self._leveller)
        self._leveller.process_raw(sound, full_utt=True)
        self._leveller.end_utt()
        means: str = self._leveller.get_cmn()
        return means

    def begin(self, name: str, means: str, cancelled: Cancelled) -> Search:
        """One search of a take. It ends, or is dropped, before the next one begins."""
        return Search(self._decoders[name], means, cancelled)


def _decoder(**more: str) -> Any:
    from pocketsphinx import Decoder

    return Decoder(**_DECODER, **more)


def _with_model(decoder: Any, name: str, path: str) -> Any:
    from pocketsphinx import NGramModel

    decoder.add_lm(name, NGramModel(decoder.config, decoder.get_logmath(), path))
    decoder.activate_search(name)
    return decoder


def _start(decoder: Any) -> None:
    with warnings.catch_warnings():
        # "Deprecated and unnecessary", it says; without it, the noise of one take is subtracted
        # from the next, and a take is not heard alike twice.
        warnings.simplefilter("ignore", DeprecationWarning)
        decoder.start_stream()
    decoder.start_utt()
