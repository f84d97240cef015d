"""A take is recognised while it is being spoken, and loses nothing where that does not work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engines.api import Part, System, Transcription
from engines.errors import ErrorKind, WorkerLost
from engines.pool import Pool
from engines.segment import Listening, Segment
from tests.engines.segment_contract import samples_of
from tests.helpers.foreign_engines import python_engine
from tests.helpers.pools import FOREVER_MS, LIMIT_S, answer, cascade, error
from tests.helpers.processes import becomes
from tests.helpers.wav_files import write_wav

OpenPool = Callable[..., Pool]
SECOND_BYTES = 2 * 16_000


def ears(**script: Any) -> Part:
    return Part("echo", {"segments": True, **script})


def speak(listening: Listening, take: Path, *, piece_bytes: int = SECOND_BYTES // 5) -> None:
    """All of it, and then the file is there."""
    pcm16 = samples_of(take)
    for at in range(0, len(pcm16), piece_bytes):
        listening.feed(pcm16[at : at + piece_bytes])
    listening.end()
    listening.whole(take)


def heard(pool: Pool, take: Path, system: str = "a") -> Transcription:
    transcription = answer(pool.ask(system, take)).transcription
    assert transcription is not None
    return transcription


def lost(listening: Listening) -> bool:
    return not any(segment.wanted for segment in listening._segments.values())


def loaded(pool: Pool, *systems: str) -> None:
    for future in pool.prewarm(systems):
        future.result(LIMIT_S)


# With it.


def test_what_was_heard_on_the_way_serves_both_systems(open_pool: OpenPool, take: Path) -> None:
    both = ears(heard=["once", "twice"])
    pool = open_pool(cascade("a", both), cascade("b", both, answers=["b"]))
    speak(pool.listen(["a", "b"]), take)
    first, second = heard(pool, take, "a"), heard(pool, take, "b")
    assert first is second
    assert first.segments == 1
    assert first.hypotheses[0].text == "once"
    assert first.duration_ms == pytest.approx(1500)


def test_a_spoken_reason_is_heard_on_the_way_too(open_pool: OpenPool, take: Path) -> None:
    recogniser = ears()
    pool = open_pool()
    speak(pool.listen([recogniser]), take)
    assert pool.transcribe(recogniser, take).result(LIMIT_S).segments == 1


def test_what_is_said_while_the_recogniser_loads_is_not_lost(
    open_pool: OpenPool, take: Path
) -> None:
    pool = open_pool(cascade("a", ears(load_delay_ms=300)))
    listening = pool.listen(["a"])
    speak(listening, take)
    assert heard(pool, take).segments == 1


def test_the_last_samples_may_come_after_the_question(open_pool: OpenPool, take: Path) -> None:
    pool = open_pool(cascade("a", ears()))
    loaded(pool, "a")
    listening = pool.listen(["a"])
    listening.whole(take)
    asked = pool.ask("a", take)
    listening.feed(samples_of(take))
    listening.end()
    transcription = answer(asked).transcription
    assert transcription is not None
    assert transcription.segments == 1


def test_that_nobody_spoke_is_not_asked_twice(open_pool: OpenPool, take: Path) -> None:
    """The script hears somebody where a whole take is recognised."""
    pool = open_pool(cascade("a", ears(fault_in="close", fail="audio_empty")))
    speak(pool.listen(["a"]), take)
    assert error(pool.ask("a", take).future).kind is ErrorKind.AUDIO_EMPTY


# Without it: the whole file.


@pytest.mark.parametrize(
    ("fault_in", "how"),
    [
        *[(place, {"fault": "exit"}) for place in ("open", "feed", "close")],
        ("feed", {"fail": "internal"}),
        pytest.param("close", {"fail": "internal"}, marks=pytest.mark.full),
        pytest.param("open", {"fault": "garbage"}, marks=pytest.mark.full),
        pytest.param("feed", {"fault": "garbage"}, marks=pytest.mark.full),
        pytest.param("close", {"fault": "wrong_id"}, marks=pytest.mark.full),
    ],
)
def test_a_segment_that_fails_loses_no_take(
    open_pool: OpenPool, take: Path, fault_in: str, how: dict[str, str]
) -> None:
    pool = open_pool(cascade("a", ears(fault_in=fault_in, **how)))
    loaded(pool, "a")
    speak(pool.listen(["a"]), take)
    assert heard(pool, take).segments == 0


@pytest.mark.parametrize("dies_in", ["feed", "close"])
def test_one_that_dies_in_it_and_with_the_whole_file_is_started_again_once(
    open_pool: OpenPool, take: Path, tmp_path: Path, dies_in: str
) -> None:
    lives = tmp_path / "lives"
    code = f"""
        import os
        from pathlib import Path
        from engines.api import Loaded
        class Engine:
            def load(self, model, progress):
                with Path({str(lives)!r}).open("a") as lives: lives.write("load ")
                return Loaded("mortal 1", segments=True)
            def unload(self): pass
            def open(self, settings, cancelled): return self
            def feed(self, pcm16): {dies_in == "feed"} and os._exit(3)
            def close(self): os._exit(3)
            def discard(self): pass
            def transcribe(self, wav_path, settings, cancelled): os._exit(3)
    """
    info = python_engine(tmp_path, code, manifest="segments = true\n")
    pool = open_pool(engines={"foreign": info})
    listening = pool.listen([Part("foreign")])
    assert becomes(lambda: lives.exists())
    speak(listening, take)
    assert isinstance(error(pool.transcribe(Part("foreign"), take)), WorkerLost)
    assert lives.read_text() == "load load "


def test_a_worker_that_hangs_in_it_is_ended(open_pool: OpenPool, take: Path) -> None:
    pool = open_pool(cascade("a", ears(fault_in="feed", fault="hang")), time_limit_s=0.3)
    loaded(pool, "a")
    speak(pool.listen(["a"]), take)
    assert heard(pool, take).segments == 0


def test_a_model_that_takes_none_hears_the_whole_take(open_pool: OpenPool, take: Path) -> None:
    pool = open_pool(cascade("a", Part("echo", {})))
    speak(pool.listen(["a"]), take)
    assert heard(pool, take).segments == 0


def test_another_file_than_what_was_fed_is_heard_whole(
    open_pool: OpenPool, take: Path, tmp_path: Path
) -> None:
    longer = write_wav(tmp_path / "longer.wav", seconds=3)
    pool = open_pool(cascade("a", ears()))
    listening = pool.listen(["a"])
    listening.feed(samples_of(take))
    listening.end()
    listening.whole(longer)
    transcription = heard(pool, longer)
    assert transcription.segments == 0
    assert transcription.duration_ms == pytest.approx(3000)


def test_an_end_that_does_not_come_is_not_waited_for(open_pool: OpenPool, take: Path) -> None:
    pool = open_pool(cascade("a", ears()))
    listening = pool.listen(["a"])
    listening.feed(samples_of(take))
    listening.whole(take)
    assert heard(pool, take).segments == 0


def test_a_bug_in_it_leaves_the_file_to_be_heard(
    open_pool: OpenPool,
    take: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def stumble(*_: object) -> None:
        raise ValueError("a bug of ours")

    monkeypatch.setattr(Segment, "open_in", stumble)
    pool = open_pool(cascade("a", ears()))
    speak(pool.listen(["a"]), take)
    assert heard(pool, take).segments == 0
    assert "a bug of ours" in caplog.text


def test_a_take_that_does_not_end_is_given_up(open_pool: OpenPool, take: Path) -> None:
    pool = open_pool(cascade("a", ears(feed_delay_ms=FOREVER_MS)))
    listening = pool.listen(["a"])
    for _ in range(130):
        listening.feed(bytes(SECOND_BYTES))
    listening.end()
    listening.whole(take)
    assert heard(pool, take).segments == 0


def test_what_uses_the_network_gets_no_sound_before_the_take_is_kept(
    open_pool: OpenPool, take: Path, tmp_path: Path
) -> None:
    opened = tmp_path / "opened"
    code = f"""
        from pathlib import Path
        from engines.api import Hypothesis, Loaded, Transcription
        class Engine:
            def load(self, model, progress): return Loaded("remote 1", segments=True)
            def unload(self): pass
            def open(self, settings, cancelled): Path({str(opened)!r}).touch()
            def transcribe(self, wav_path, settings, cancelled):
                return Transcription((Hypothesis("scripted", "whole", 0.0),), 1.0, 1.0, "remote 1")
    """
    manifest = "network = true\nsegments = true\n"
    info = python_engine(tmp_path, code, manifest=manifest)
    recogniser = Part("foreign")
    pool = open_pool(engines={"foreign": info})
    speak(pool.listen([recogniser]), take)
    assert pool.transcribe(recogniser, take).result(LIMIT_S).hypotheses[0].text == "whole"
    assert not opened.exists()


# Nobody is kept waiting.


def test_another_take_goes_before_an_open_segment(
    open_pool: OpenPool, take: Path, tmp_path: Path
) -> None:
    """The script works on what it was fed for a minute, unless the segment is dropped."""
    other = write_wav(tmp_path / "other.wav", seconds=3)
    pool = open_pool(cascade("a", ears(feed_delay_ms=FOREVER_MS)))
    loaded(pool, "a")
    listening = pool.listen(["a"])
    listening.feed(samples_of(take))
    assert heard(pool, other).duration_ms == pytest.approx(3000)
    listening.end()
    listening.whole(take)
    assert heard(pool, take).segments == 0


def test_an_engine_is_asked_nothing_else_before_its_segment_is_discarded(
    open_pool: OpenPool, take: Path, tmp_path: Path
) -> None:
    code = """
        from engines.api import Hypothesis, Loaded, Transcription
        class Engine:
            is_open = False
            def load(self, model, progress): return Loaded("one at a time 1", segments=True)
            def unload(self): assert not self.is_open
            def open(self, settings, cancelled):
                assert not self.is_open
                self.is_open = True
                return self
            def feed(self, pcm16): pass
            def discard(self): self.is_open = False
            def transcribe(self, wav_path, settings, cancelled):
                assert not self.is_open
                heard = (Hypothesis("scripted", "whole", 0.0),)
                return Transcription(heard, 1.0, 1.0, "one at a time 1")
    """
    info = python_engine(tmp_path, code, manifest="segments = true\n")
    recogniser = Part("foreign")
    pool = open_pool(engines={"foreign": info})
    for _ in range(2):
        pool.listen([recogniser])  # and its end never comes
    assert pool.transcribe(recogniser, take).result(LIMIT_S).hypotheses[0].text == "whole"


def test_a_segment_holds_up_neither_prewarming_nor_probing(open_pool: OpenPool, take: Path) -> None:
    recogniser = ears(feed_delay_ms=FOREVER_MS)
    pool = open_pool(cascade("a", recogniser))
    loaded(pool, "a")
    listening = pool.listen(["a"])
    listening.feed(samples_of(take))
    loaded(pool, "a")
    assert pool.probe(recogniser).result(LIMIT_S).ok
    listening.drop()
    assert heard(pool, take).segments == 0


def test_feeding_a_worker_that_does_not_read_never_waits(
    open_pool: OpenPool, tmp_path: Path
) -> None:
    """A worker that is deaf to its input: its pipe is full after two seconds of sound."""
    code = """
        import os, signal
        from engines.api import Loaded
        class Engine:
            def load(self, model, progress): return Loaded("deaf 1", segments=True)
            def unload(self): pass
            def open(self, settings, cancelled): return self
            def feed(self, pcm16): os.kill(os.getpid(), signal.SIGSTOP)
            def discard(self): pass
    """
    info = python_engine(tmp_path, code, manifest="segments = true\n")
    recogniser = Part("foreign")
    pool = open_pool(engines={"foreign": info})
    listening = pool.listen([recogniser])
    (segment,) = listening._segments.values()
    assert becomes(lambda: segment._worker is not None)
    began_s = time.monotonic()
    fed = threading.Thread(
        target=lambda: [listening.feed(bytes(SECOND_BYTES // 10)) for _ in range(1000)]
    )
    fed.start()
    fed.join(LIMIT_S)
    assert not fed.is_alive()
    assert time.monotonic() - began_s < LIMIT_S / 4
    assert lost(listening)


def test_whoever_thinks_better_of_it_ends_the_rest(open_pool: OpenPool, take: Path) -> None:
    pool = open_pool(cascade("a", ears(feed_delay_ms=FOREVER_MS)))
    loaded(pool, "a")
    speak(pool.listen(["a"]), take)
    asked = pool.ask("a", take)
    asked.cancel()
    assert answer(asked).finish == "cancelled"
    assert heard(pool, take).segments == 0


def test_a_dropped_take_is_not_heard(open_pool: OpenPool, take: Path) -> None:
    pool = open_pool(cascade("a", ears()))
    loaded(pool, "a")
    listening = pool.listen(["a"])
    listening.feed(samples_of(take))
    listening.drop()
    listening.whole(take)
    assert heard(pool, take).segments == 0


def test_a_forgotten_take_is_not_kept(open_pool: OpenPool, take: Path) -> None:
    pool = open_pool(cascade("a", ears()))
    speak(pool.listen(["a"]), take)
    pool.forget(take)
    assert heard(pool, take).segments == 0


def test_it_pushes_out_no_model_that_is_loaded(
    open_pool: OpenPool, take: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "device"
    folder.mkdir()
    device = {"folder": str(folder), "total_bytes": 10}
    big = {"device": device, "memory_bytes": 8}
    lam = System("lam", "1", Part("echo", {**big, "answers": ["hello"]}))
    pool = open_pool(lam, cascade("a", ears(**big)))
    loaded(pool, "lam")
    (holder,) = folder.iterdir()
    listening = pool.listen(["a"])
    assert becomes(lambda: lost(listening))
    assert [*folder.iterdir()] == [holder]
    speak(listening, take)
    assert heard(pool, take).segments == 0


def test_a_pool_that_closes_drops_what_is_open(open_pool: OpenPool, take: Path) -> None:
    pool = open_pool(cascade("a", ears(feed_delay_ms=FOREVER_MS)))
    listening = pool.listen(["a"])
    listening.feed(samples_of(take))
    pool.close()
    listening.feed(samples_of(take))
    listening.end()
    listening.whole(take)
    assert answer(pool.ask("a", take)).finish == "cancelled"
