"""Failures of a worker, as whoever asked the pool sees them: second lives, typed errors."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engines.api import Part, System
from engines.errors import ErrorKind, WorkerLost
from engines.limits import CANCEL_LIMIT_S
from engines.pool import Pool
from tests.helpers.foreign_engines import python_engine
from tests.helpers.pools import EARS, FOREVER_MS, LIMIT_S, answer, cascade, error, lam
from tests.helpers.processes import children
from tests.helpers.wav_files import write_wav


def test_a_worker_that_died_between_two_questions_is_started_again(
    open_pool: Callable[..., Pool], take: Path
) -> None:
    before = children(os.getpid())
    pool = open_pool(lam("a"))
    answer(pool.ask("a", take))
    (pid,) = children(os.getpid()) - before
    os.kill(pid, signal.SIGKILL)
    assert answer(pool.ask("a", take)).text == "hello"
    assert pid not in children(os.getpid())


def test_a_worker_that_dies_with_a_question_gets_it_a_second_time(
    open_pool: Callable[..., Pool], take: Path
) -> None:
    before = children(os.getpid())
    pool = open_pool(lam("a", delay_ms=300))
    pool.prewarm(["a"])[0].result(LIMIT_S)
    asked = pool.ask("a", take)
    (pid,) = children(os.getpid()) - before
    os.kill(pid, signal.SIGKILL)
    assert answer(asked).text == "hello"


@pytest.mark.parametrize("fault", ["exit", "abort", "garbage", "wrong_id", "close_stdout"])
def test_two_deaths_with_one_question_are_an_internal_error(
    open_pool: Callable[..., Pool], take: Path, tmp_path: Path, fault: str
) -> None:
    log_folder = tmp_path / "logs"
    pool = open_pool(lam("bad", fault=fault), lam("good"), log_folder=log_folder)
    bad, good = pool.ask("bad", take), pool.ask("good", take)
    caught = error(bad.future)
    assert isinstance(caught, WorkerLost)
    assert caught.kind is ErrorKind.INTERNAL
    assert "echo" not in caught.participant
    assert answer(good).text == "hello"
    if fault == "abort":  # each life left its lines
        (log,) = log_folder.iterdir()
        assert log.read_text().count("Fatal Python error: Aborted") == 2


def test_a_death_in_the_middle_of_an_answer_is_not_tried_again(
    open_pool: Callable[..., Pool], take: Path
) -> None:
    tokens: list[str] = []
    pool = open_pool(lam("a", fault="exit", fault_after_tokens=2, chunk=1))
    asked = pool.ask("a", take, on_token=tokens.append)
    assert isinstance(error(asked.future), WorkerLost)
    assert tokens == ["h", "e"]


def test_a_question_that_takes_too_long_fails_in_time(
    open_pool: Callable[..., Pool], take: Path
) -> None:
    pool = open_pool(lam("slow", delay_ms=FOREVER_MS), lam("hung", fault="hang"), time_limit_s=0.3)
    for warm in pool.prewarm(["slow", "hung"]):
        warm.result(LIMIT_S)
    began_s = time.monotonic()
    asked = [pool.ask("slow", take), pool.ask("hung", take)]
    assert [error(one.future).kind for one in asked] == [ErrorKind.TIMEOUT] * 2
    assert time.monotonic() - began_s < 0.3 + CANCEL_LIMIT_S + 1


@pytest.mark.parametrize("kind", [ErrorKind.OUT_OF_MEMORY, ErrorKind.REFUSED, ErrorKind.GATED])
def test_a_typed_failure_is_not_tried_again(
    open_pool: Callable[..., Pool], take: Path, kind: ErrorKind
) -> None:
    before = children(os.getpid())
    pool = open_pool(lam("a", fail=str(kind)))
    assert error(pool.ask("a", take).future).kind is kind
    living = children(os.getpid()) - before
    assert error(pool.ask("a", take).future).kind is kind
    assert children(os.getpid()) - before == living


@pytest.mark.parametrize("system", [lam("a"), cascade("a")], ids=["lam", "cascade"])
def test_a_take_beyond_what_the_system_hears_starts_no_answer(
    open_pool: Callable[..., Pool], tmp_path: Path, system: System
) -> None:
    pool = open_pool(replace(system, longest_s=1.5))
    refused = error(pool.ask("a", write_wav(tmp_path / "long.wav", seconds=1.6)).future)
    assert refused.kind is ErrorKind.AUDIO_TOO_LONG
    assert "the limit is 1.5 s" in refused.researcher
    missing = error(pool.ask("a", tmp_path / "none.wav").future)
    assert missing.kind is ErrorKind.BAD_AUDIO
    assert answer(pool.ask("a", write_wav(tmp_path / "whole.wav", seconds=1.5))).text


def test_a_failed_recognition_fails_all_who_wait_and_is_not_kept(
    open_pool: Callable[..., Pool], tmp_path: Path
) -> None:
    pool = open_pool(cascade("a"), cascade("b", chunk=2))
    path = tmp_path / "later.wav"
    asked = [pool.ask("a", path), pool.ask("b", path)]
    assert {error(one.future).kind for one in asked} == {ErrorKind.BAD_AUDIO}
    write_wav(path)
    assert answer(pool.ask("a", path)).text == "You said: what time is it"


@pytest.mark.parametrize(
    ("system", "kind", "reason"),
    [
        (System("a", "1", Part("nobody")), ErrorKind.NEEDS_PACKAGE, "no engine 'nobody'"),
        (lam("a", colour=1), ErrorKind.INTERNAL, "no setting 'colour'"),
        (
            System("a", "1", Part("echo"), EARS, "dictation"),
            ErrorKind.INTERNAL,
            "a reads 'dictation'",
        ),
        (lam("a", fault="exit", fault_in="load"), ErrorKind.INTERNAL, "exit code 3"),
    ],
    ids=["no engine", "wrong model", "no such hypothesis", "dies while it loads"],
)
def test_what_cannot_work_is_told(
    open_pool: Callable[..., Pool], take: Path, system: System, kind: ErrorKind, reason: str
) -> None:
    caught = error(open_pool(system).ask("a", take).future)
    assert caught.kind is kind
    assert reason in caught.researcher


def test_a_failed_prewarm_is_told(open_pool: Callable[..., Pool]) -> None:
    pool = open_pool(lam("good"), lam("bad", fail="gated", fault_in="load"))
    good, bad = pool.prewarm(["good", "bad"])
    assert good.result(LIMIT_S) is None
    assert error(bad).kind is ErrorKind.GATED


def test_a_system_the_pool_does_not_have_is_our_mistake(
    open_pool: Callable[..., Pool], take: Path
) -> None:
    with pytest.raises(KeyError):
        open_pool(lam("a")).ask("b", take)


def test_a_worker_that_answers_in_another_shape_is_lost(
    open_pool: Callable[..., Pool], take: Path, tmp_path: Path
) -> None:
    code = """
        from engines.api import Finished, Loaded
        class Engine:
            def load(self, model, progress): return Loaded(model["version"])
            def unload(self): pass
            def respond(self, prompt, cancelled):
                return Finished(model_version=5)
                yield
    """
    engines = {"foreign": python_engine(tmp_path, code)}
    pool = open_pool(
        System("loads", "1", Part("foreign", {"version": 5})),
        System("answers", "1", Part("foreign", {"version": "5"})),
        engines=engines,
    )
    for system_id, reason in {"loads": "loaded wrongly", "answers": "answered wrongly"}.items():
        caught = error(pool.ask(system_id, take).future)
        assert isinstance(caught, WorkerLost)
        assert reason in caught.researcher
