"""The demo shows sense: a sample take that is a request for the skills is heard and answered."""

import tomllib
from pathlib import Path

import soundfile

from engines.pocketsphinx.engine import Engine
from resources import FOLDER
from tests.helpers.skills import ask

TAKES = FOLDER / "takes"


def test_every_request_among_the_sample_takes_is_answered_and_nothing_else(
    engine: Engine, tmp_path: Path
) -> None:
    answered = 0
    for take in tomllib.loads((TAKES / "takes.toml").read_text(encoding="utf-8"))["take"]:
        wav = tmp_path / "take.wav"
        samples, rate_hz = soundfile.read(TAKES / take["file"], dtype="int16")
        soundfile.write(wav, samples, rate_hz)
        heard = engine.transcribe(wav, {}, lambda: False).named("skills")
        meant = ask(take["text"])
        came = ask(heard.text, understood=heard.accepted)
        assert came.intent == meant.intent, f"{take['text']!r} was heard as {heard.text!r}"
        if meant.intent:
            assert came.text == meant.text
            answered += 1
    assert answered >= 6
