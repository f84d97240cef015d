"""The pool: compositions, shared recognitions, two answers at a time, its end."""

from __future__ import annotations

import hashlib
import os
import queue
import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from engines.api import Answer, FinishReason, Part, System, Turn
from engines.client import STOP_LIMIT_S
from engines.errors import RequestCancelled
from engines.pool import Pool
from engines.registry import find_engines
from tests.helpers.foreign_engines import python_engine
from tests.helpers.pools import EARS, FOREVER_MS, LIMIT_S, answer, cascade, error, lam
from tests.helpers.processes import becomes, children
from tests.helpers.wav_files import write_wav

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
        '{"text": "hi", "understood": false, "wav_path": null, "instruction": "", '
        '"system_prompt": "Be kind.", '
        '"history": [{"said": "one", "answered": "two", "wav_path": null}], '
        '"settings": {"top_p": 1}, "seed": 3}'
    )
    assert got.finish is FinishReason.LENGTH
    assert got.served_version == "served 2"
    assert (got.prompt_tokens, got.answer_tokens) == (11, 22)
    assert got.weights == {"foreign/model.bin": "ab" * 32}


def test_who_hears_takes_gets_the_earlier_ones(
    open_pool: Callable[..., Pool], take: Path, tmp_path: Path
) -> None:
    ears = System("a", "1", Part("echo", {"recalls": True}))
    pool = open_pool(ears)
    moved = Path(shutil.copy(take, tmp_path / "moved.wav"))
    asked = [
        answer(pool.ask("a", take, history=[Turn("", "hi", wav_path=where)]))
        for where in (take, moved)
    ]
    assert {one.text.splitlines()[1] for one in asked} == {"Before: 2 seconds of sound -> hi"}
    assert asked[0].prompt_sha256 == asked[1].prompt_sha256  # where it lies says nothing


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
    assert (probe.missing, probe.lacks) == (("no-such-thing",), "needs_package")
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
