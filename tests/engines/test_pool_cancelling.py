"""A question to the pool can be taken back at every stage."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from engines.api import FinishReason, Part, System
from engines.limits import CANCEL_LIMIT_S
from engines.pool import Pool
from engines.registry import find_engines
from tests.helpers.foreign_engines import python_engine
from tests.helpers.pools import EARS, FOREVER_MS, LIMIT_S, answer, cascade, lam
from tests.helpers.wav_files import write_wav


def test_a_cancelled_answer_has_the_text_so_far(open_pool: Callable[..., Pool], take: Path) -> None:
    token = threading.Event()
    pool = open_pool(lam("a", token_delay_ms=20, chunk=1, delay_ms=0))
    asked = pool.ask("a", take, on_token=lambda _: token.set())
    assert token.wait(LIMIT_S)
    asked.cancel()
    asked.cancel()
    got = answer(asked)
    assert got.finish is FinishReason.CANCELLED
    assert "hello".startswith(got.text)
    assert got.text
    asked.cancel()


@pytest.mark.parametrize("stage", ["recognising", "loading", "waiting", "responding"])
def test_a_question_can_be_cancelled_at_every_stage(
    open_pool: Callable[..., Pool], take: Path, stage: str
) -> None:
    slow = FOREVER_MS
    ears = Part("echo", {"heard": ["hi"], "delay_ms": slow}) if stage == "recognising" else EARS
    script = {"loading": {"load_delay_ms": 2000}, "responding": {"delay_ms": slow}}.get(stage, {})
    pool = open_pool(cascade("a", ears, **script), lam("b", delay_ms=slow))
    if stage == "waiting":
        before, asked = pool.ask("b", take), pool.ask("b", take)
    else:
        before, asked = None, pool.ask("a", take)
    asked.cancel()
    got = asked.future.result(CANCEL_LIMIT_S + 1)
    assert (got.finish, got.text) == (FinishReason.CANCELLED, "")
    if before is not None:
        assert not before.future.done()
        before.cancel()


def test_a_recognition_goes_on_while_somebody_waits_for_it(
    open_pool: Callable[..., Pool], take: Path
) -> None:
    ears = Part("echo", {"heard": ["first", "second"], "delay_ms": 150})
    pool = open_pool(cascade("a", ears), cascade("b", ears))
    first, second = pool.ask("a", take), pool.ask("b", take)
    first.cancel()
    assert answer(second).text == "You said: first"


def test_a_recognition_that_nobody_waits_for_makes_room(
    open_pool: Callable[..., Pool], take: Path, tmp_path: Path
) -> None:
    code = """
        import time
        from engines.api import Hypothesis, Loaded, Transcription
        class Engine:
            def load(self, model, progress): return Loaded("1")
            def unload(self): pass
            def transcribe(self, wav_path, settings, cancelled):
                while wav_path.name == "take.wav" and not cancelled():
                    time.sleep(0.01)  # a model at work
                return Transcription((Hypothesis("x", "done", 0.0),), 1.0, 1.0, "1")
    """
    engines = {"foreign": python_engine(tmp_path, code), **find_engines()}
    ears = Part("foreign")
    pool = open_pool(System("a", "1", Part("echo"), ears, "x"), engines=engines)
    asked = pool.ask("a", take)
    asked.cancel()
    assert answer(asked).finish is FinishReason.CANCELLED
    other = write_wav(tmp_path / "other.wav")
    assert pool.transcribe(ears, other).result(LIMIT_S).named("x").text == "done"


def test_a_system_deaf_to_cancel_is_cancelled_all_the_same(
    open_pool: Callable[..., Pool], take: Path
) -> None:
    token = threading.Event()
    pool = open_pool(lam("a", fault="hang", fault_after_tokens=1, chunk=1))
    asked = pool.ask("a", take, on_token=lambda _: token.set())
    assert token.wait(LIMIT_S)
    asked.cancel()
    assert answer(asked).finish is FinishReason.CANCELLED
