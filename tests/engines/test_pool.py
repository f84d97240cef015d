"""The pool: compositions, shared recognitions, two answers at a time, second lives."""

from __future__ import annotations

import hashlib
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from engines.api import Answer, FinishReason, Part, System, Turn
from engines.client import STOP_LIMIT_S
from engines.errors import EngineError, ErrorKind, RequestCancelled, WorkerLost
from engines.limits import CANCEL_LIMIT_S
from engines.pool import Asked, Pool
from engines.registry import find_engines
from tests.helpers.foreign_engines import python_engine
from tests.helpers.processes import becomes, children, open_descriptors
from tests.helpers.wav_files import write_wav

LIMIT_S = 20.0
FOREVER_MS = 60_000

EARS = Part("echo", {"heard": ["what time is it"]})


def lam(system_id: str, **script: Any) -> System:
    return System(system_id, "1", Part("echo", script | {"answers": ["hello"]}))


def cascade(system_id: str, ears: Part = EARS, **script: Any) -> System:
    return System(system_id, "1", Part("echo", script), ears, "scripted")


@pytest.fixture
def open_pool() -> Iterator[Callable[..., Pool]]:
    pools: list[Pool] = []
    descriptors = open_descriptors()

    def make(*systems: System, **options: Any) -> Pool:
        pools.append(Pool(systems, **options))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()
    assert becomes(lambda: open_descriptors() <= descriptors)


def answer(asked: Asked) -> Answer:
    return asked.future.result(LIMIT_S)


def error(future: Future[Any]) -> EngineError:
    caught = future.exception(LIMIT_S)
    assert isinstance(caught, EngineError)
    return caught


# What an answer says of itself.


def test_a_lam_hears_the_take_itself(open_pool: Callable[..., Pool], take: Path) -> None:
    tokens: list[str] = []
    pool = open_pool(System("a", "1", Part("echo", {})))
    got = answer(pool.ask("a", take, seed=7, on_token=tokens.append))
    assert got.text == "You said: 2 seconds of sound" == "".join(tokens)
    assert got.finish is FinishReason.STOP
    assert got.transcription is None
    assert got.seed == 7
    assert got.served_version == "echo 1"
    assert got.audio_sha256 == hashlib.sha256(take.read_bytes()).hexdigest()


def test_a_composition_is_asked_with_what_its_recogniser_heard(
    open_pool: Callable[..., Pool], take: Path
) -> None:
    system = System(
        "a", "1", Part("echo", {}), EARS, "scripted", system_prompt="Be kind.",
        settings={"temperature": 0.5},
    )  # fmt: skip
    got = answer(open_pool(system).ask("a", take, history=[Turn("hello", "hi")]))
    assert got.text == "You said: what time is it"
    assert got.transcription is not None
    assert got.transcription.named(got.hypothesis).text == "what time is it"
    assert got.settings == {"temperature": 0.5}
    assert got.audio_sha256 == hashlib.sha256(take.read_bytes()).hexdigest()
    assert got.packages["python"]
    assert got.replaced_characters == 0


def test_what_the_engine_is_given_is_what_the_system_says(
    open_pool: Callable[..., Pool], take: Path, tmp_path: Path
) -> None:
    code = """
        import json, dataclasses
        from engines.api import Finished, FinishReason, Loaded
        class Engine:
            def load(self, model, progress):
                return Loaded("loaded 1", weights={"model.bin": "ab" * 32})
            def unload(self): pass
            def respond(self, prompt, cancelled):
                yield json.dumps(dataclasses.asdict(prompt), default=str)
                return Finished(FinishReason.LENGTH, "served 2", 11, 22)
    """
    info = python_engine(tmp_path, code)
    system = System(
        "a", "1", Part("foreign"), Part("echo", {"heard": ["hi"], "understood": False}),
        "scripted", "Be kind.", {"top_p": 1},
    )  # fmt: skip
    pool = open_pool(system, engines={"foreign": info, **find_engines()})
    got = answer(pool.ask("a", take, seed=3, history=[Turn("one", "two")]))
    assert got.text == (
        '{"text": "hi", "understood": false, "wav_path": null, "system_prompt": "Be kind.", '
        '"history": [{"said": "one", "answered": "two"}], "settings": {"top_p": 1}, "seed": 3}'
    )
    assert got.finish is FinishReason.LENGTH
    assert got.served_version == "served 2"
    assert (got.prompt_tokens, got.answer_tokens) == (11, 22)
    assert got.weights == {"foreign/model.bin": "ab" * 32}


def test_timings_are_measured_where_they_say(open_pool: Callable[..., Pool], take: Path) -> None:
    ears = Part("echo", {"heard": ["hi"], "delay_ms": 60})
    pool = open_pool(
        cascade("a", ears, answers=["four"], chunk=1, delay_ms=80, token_delay_ms=20,
                load_delay_ms=50)
    )  # fmt: skip
    timings = answer(pool.ask("a", take)).timings
    assert timings.load_ms is not None
    assert timings.load_ms >= 50
    assert timings.asr_ms is not None
    assert timings.asr_ms >= 60
    assert timings.ttft_ms is not None
    assert timings.ttft_ms >= 100
    assert timings.tpot_ms is not None
    assert timings.tpot_ms >= 15  # 20 where they were made; a busy reader may see them closer
    assert timings.engine_ms >= 60 + 80 + 4 * 20
    assert timings.total_ms >= timings.engine_ms + 50


def test_replaced_characters_are_counted_in_the_answer(
    open_pool: Callable[..., Pool], take: Path, tmp_path: Path
) -> None:
    code = """
        from engines.api import Finished, Loaded
        class Engine:
            def load(self, model, progress): return Loaded("1")
            def unload(self): pass
            def respond(self, prompt, cancelled):
                yield "x\\x00y\\ud800"
                return Finished()
    """
    system = System("a", "1", Part("foreign"))
    pool = open_pool(system, engines={"foreign": python_engine(tmp_path, code)})
    got = answer(pool.ask("a", take))
    assert (got.text, got.replaced_characters) == ("x\ufffdy\ufffd", 2)


# Sharing.


def test_one_recognition_serves_all_who_read_it(open_pool: Callable[..., Pool], take: Path) -> None:
    # A second recognition would hear the second text.
    ears = Part("echo", {"heard": ["first", "second"], "delay_ms": 50})
    pool = open_pool(cascade("a", ears), cascade("b", ears, chunk=2))
    answers = [answer(asked) for asked in [pool.ask("a", take), pool.ask("b", take)]]
    later = answer(pool.ask("a", take))
    heard = pool.transcribe(ears, take).result(LIMIT_S)
    assert [got.text for got in [*answers, later]] == ["You said: first"] * 3
    assert all(got.transcription is heard for got in [*answers, later])
    assert len({got.timings.asr_ms for got in [*answers, later]}) == 1


def test_a_forgotten_take_is_recognised_anew(open_pool: Callable[..., Pool], take: Path) -> None:
    ears = Part("echo", {"heard": ["first", "second"]})
    pool = open_pool()
    assert pool.transcribe(ears, take).result(LIMIT_S).named("scripted").text == "first"
    pool.forget(take)
    assert pool.transcribe(ears, take).result(LIMIT_S).named("scripted").text == "second"


def test_another_take_is_another_recognition(
    open_pool: Callable[..., Pool], take: Path, tmp_path: Path
) -> None:
    pool = open_pool()
    other = write_wav(tmp_path / "other.wav", seconds=3)
    ears = Part("echo", {})
    heard = [pool.transcribe(ears, path) for path in (take, other)]
    assert [h.result(LIMIT_S).duration_ms for h in heard] == [1500, 3000]


def test_equal_parts_share_a_process_and_others_do_not(
    open_pool: Callable[..., Pool], take: Path
) -> None:
    before = children(os.getpid())
    pool = open_pool(
        System("a", "1", Part("echo", {"chunk": 2, "delay_ms": 0})),
        System("b", "1", Part("echo", {"delay_ms": 0, "chunk": 2})),
        System("c", "1", Part("echo", {"chunk": 3})),
    )
    for asked in [pool.ask(system_id, take) for system_id in "abc"]:
        answer(asked)
    assert len(children(os.getpid()) - before) == 2


def test_both_answers_of_a_battle_are_made_at_the_same_time(
    open_pool: Callable[..., Pool], take: Path
) -> None:
    """Neither ends before both began: each waits until the other has sent its first token."""
    slow = {"answers": ["many words of one answer"], "chunk": 1, "token_delay_ms": 20}
    pool = open_pool(cascade("a", **slow), cascade("b", **slow, delay_ms=1))
    events: queue.SimpleQueue[str] = queue.SimpleQueue()
    for warm in pool.prewarm("ab"):
        warm.result(LIMIT_S)
    asked = [pool.ask(name, take, on_token=lambda _, name=name: events.put(name)) for name in "ab"]
    for one in asked:
        answer(one)
    order = [events.get() for _ in range(events.qsize())]
    first_of_b, last_of_a = order.index("b"), len(order) - 1 - order[::-1].index("a")
    first_of_a, last_of_b = order.index("a"), len(order) - 1 - order[::-1].index("b")
    assert first_of_b < last_of_a
    assert first_of_a < last_of_b


def test_requests_for_one_worker_queue(open_pool: Callable[..., Pool], take: Path) -> None:
    pool = open_pool(System("a", "1", Part("echo", {"answers": ["one", "two", "three"]})))
    asked = [pool.ask("a", take) for _ in range(3)]
    assert [answer(one).text for one in asked] == ["one", "two", "three"]


def test_prewarmed_workers_need_not_load(open_pool: Callable[..., Pool], take: Path) -> None:
    pool = open_pool(cascade("a", load_delay_ms=300), lam("b"))
    warm = pool.prewarm(["a", "b"])
    assert [future.result(LIMIT_S) for future in warm] == [None, None]
    timings = answer(pool.ask("a", take)).timings
    assert timings.load_ms is not None
    assert timings.load_ms >= 300 > timings.total_ms


# Cancelling.


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
                    time.sleep(0.01)
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


# Failures.


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


# Probing and closing.


def test_probing_starts_nothing_that_stays(open_pool: Callable[..., Pool]) -> None:
    before = children(os.getpid())
    pool = open_pool()
    probes = [pool.probe(Part("echo")), pool.probe(Part("echo", {"x": 1})), pool.probe(Part("no"))]
    good, wrong, absent = [probe.result(LIMIT_S) for probe in probes]
    assert good.ok
    assert good.memory_bytes > 0
    assert not wrong.ok
    assert "no setting 'x'" in wrong.reason
    assert not absent.ok
    assert "no engine 'no'" in absent.reason
    assert becomes(lambda: children(os.getpid()) == before)


def test_a_missing_package_is_named_without_starting_anything(
    open_pool: Callable[..., Pool], tmp_path: Path
) -> None:
    needs = 'needs = [{ module = "no_such_module", distribution = "no-such-thing" }]\n'
    info = python_engine(tmp_path, "1 / 0", manifest=needs)
    probe = open_pool(engines={"foreign": info}).probe(Part("foreign")).result(LIMIT_S)
    assert not probe.ok
    assert probe.missing == ("no-such-thing",)
    assert "To install: Nothing to install." in probe.reason


def test_a_probe_that_fails_is_told(open_pool: Callable[..., Pool], tmp_path: Path) -> None:
    info = python_engine(tmp_path, "1 / 0")
    pool = open_pool(engines={"foreign": info, **find_engines()})
    assert "ZeroDivisionError" in error(pool.probe(Part("foreign"))).researcher
    assert pool.probe(Part("echo")).result(LIMIT_S).ok


@pytest.mark.parametrize("state", ["idle", "busy", "stuck", "loading"])
def test_close_ends_every_worker_in_time(
    open_pool: Callable[..., Pool], take: Path, state: str
) -> None:
    before = children(os.getpid())
    script: dict[str, Any] = {
        "idle": {},
        "busy": {"delay_ms": FOREVER_MS},
        "stuck": {"fault": "hang"},
        "loading": {"load_delay_ms": FOREVER_MS},
    }[state]
    pool = open_pool(lam("a", **script), cascade("b", **script))
    asked = [pool.ask("a", take), pool.ask("b", take), pool.ask("a", take)]
    if state == "idle":
        for one in asked:
            answer(one)
    began_s = time.monotonic()
    pool.close()
    assert time.monotonic() - began_s < STOP_LIMIT_S
    assert children(os.getpid()) <= before
    if state != "idle":
        assert {one.future.result(0).finish for one in asked} == {FinishReason.CANCELLED}


def test_a_closed_pool_takes_no_more(open_pool: Callable[..., Pool], take: Path) -> None:
    pool = open_pool(lam("a"))
    pool.close()
    pool.close()
    assert answer(pool.ask("a", take)).finish is FinishReason.CANCELLED
    for future in (pool.transcribe(EARS, take), pool.probe(Part("echo")), *pool.prewarm("a")):
        assert isinstance(error(future), RequestCancelled)


def test_a_callback_may_ask_the_next_question(open_pool: Callable[..., Pool], take: Path) -> None:
    pool = open_pool(System("a", "1", Part("echo", {"answers": ["one", "two"]})))
    texts: queue.SimpleQueue[str] = queue.SimpleQueue()

    def on_first(future: Future[Answer]) -> None:
        texts.put(future.result().text)
        second = pool.ask("a", take)
        second.future.add_done_callback(lambda future: texts.put(future.result().text))

    pool.ask("a", take).future.add_done_callback(on_first)
    assert [texts.get(timeout=LIMIT_S) for _ in range(2)] == ["one", "two"]
