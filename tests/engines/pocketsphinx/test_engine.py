"""Two readings of one take, each the same every time."""

from pathlib import Path

import numpy as np
import pytest

from engines.audio import read_take
from engines.errors import EngineError
from engines.pocketsphinx.engine import Engine
from engines.pocketsphinx.hearing import ACCEPT_AT
from tests.helpers.skills import ask
from tests.helpers.spoken import spoken
from tests.helpers.wav_files import write_wav

SUM = ("what is forty two plus nineteen", "en-us", 150)
ELSE = ("i had a really long day at work", "en-us+f3", 170)


def never() -> bool:
    return False


def test_hears_a_question_for_the_skills(engine: Engine) -> None:
    heard = engine.transcribe(spoken(*SUM), {}, never)
    skills = heard.named("skills")
    assert skills.text == SUM[0]
    assert skills.accepted
    assert skills.score - heard.named("dictation").score >= ACCEPT_AT
    assert heard.named("dictation").accepted


def test_rejects_what_is_not_for_the_skills(engine: Engine) -> None:
    heard = engine.transcribe(spoken(*ELSE), {}, never)
    assert not heard.named("skills").accepted
    assert heard.named("dictation").accepted


@pytest.mark.local  # for its time, not for a library
def test_a_take_is_heard_alike_whatever_was_heard_before(engine: Engine) -> None:
    alone = engine.transcribe(spoken(*SUM), {}, never).hypotheses
    engine.transcribe(spoken(*ELSE), {}, never)
    assert engine.transcribe(spoken(*SUM), {}, never).hypotheses == alone


def test_a_cancel_ends_a_search_and_leaves_nothing_behind(engine: Engine) -> None:
    whole = engine.transcribe(spoken(*SUM), {}, never)
    asked = 0

    def after_half_a_second() -> bool:
        nonlocal asked
        asked += 1
        return asked > 5

    engine.transcribe(spoken(*SUM), {}, after_half_a_second)
    assert asked == 5 + 2 * 2  # each of the two searches ends at its next question, asked twice
    assert engine.transcribe(spoken(*SUM), {}, never).hypotheses == whole.hypotheses


@pytest.mark.local  # for its time, not for a library
def test_a_long_take_is_heard_while_it_is_spoken_as_it_is_from_its_file(engine: Engine) -> None:
    """The search has begun before the end, and a take that is thrown away leaves nothing behind."""
    path = spoken(f"{SUM[0]}. {ELSE[0]}", "en-us", 150)
    samples = read_take(path)
    whole = engine.transcribe(path, {}, never)
    thrown_away = engine.open({}, never)
    thrown_away.feed(samples[: len(samples) * 7 // 8].tobytes())
    thrown_away.discard()
    spoken_take = engine.open({}, never)
    for at in range(0, len(samples), 7_001):
        spoken_take.feed(samples[at : at + 7_001].tobytes())
    assert spoken_take.searching
    heard = spoken_take.close()
    assert heard.hypotheses == whole.hypotheses
    assert (heard.segments, whole.segments) == (1, 0)
    assert heard.duration_ms == whole.duration_ms


def test_noise_gets_no_answer_from_the_skills(engine: Engine, tmp_path: Path) -> None:
    heard = engine.transcribe(write_wav(tmp_path / "noise.wav"), {}, never).named("skills")
    assert ask(heard.text, understood=heard.accepted).intent == ""


def test_the_length_and_the_time_it_took_are_told(engine: Engine) -> None:
    path = spoken(*SUM)
    heard = engine.transcribe(path, {}, never)
    assert heard.duration_ms == pytest.approx((path.stat().st_size - 44) / 32, abs=1)
    assert heard.recognise_ms > 0
    assert np.isfinite([hypothesis.score for hypothesis in heard.hypotheses]).all()


def test_the_files_of_the_model_are_named_with_their_sums() -> None:
    engine = Engine()
    loaded = engine.load({}, lambda _what, _share: None)
    assert {"skills.jsgf", "en-us.lm.bin", "means", "cmudict-en-us.dict"} <= set(loaded.weights)
    engine.unload()


def test_a_setting_it_does_not_know_is_refused() -> None:
    assert "'beam'" in Engine().probe({"beam": 1}).reason
    with pytest.raises(EngineError, match="'beam'"):
        Engine().load({"beam": 1}, lambda _what, _share: None)
