"""What does not fit into memory at once is loaded in turn, and nobody is asked in vain."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from engines.api import FinishReason, Part, System
from engines.errors import EngineError, ErrorKind
from engines.pool import Pool
from tests.helpers.pools import FOREVER_MS, LIMIT_S, answer, error
from tests.helpers.processes import becomes

GB = 1_000_000_000
OpenPool = Callable[..., Pool]


@pytest.fixture
def device(tmp_path: Path) -> dict[str, Any]:
    """Eleven gigabytes for all scripted workers together."""
    folder = tmp_path / "device"
    folder.mkdir()
    return {"folder": str(folder), "total_bytes": 11 * GB}


def system(name: str, device: Mapping[str, Any], needs_gb: float, **script: Any) -> System:
    model = {"answers": [name], "device": device, "memory_bytes": round(needs_gb * GB), **script}
    return System(name, "1", Part("echo", model))


def loaded(device: Mapping[str, Any]) -> int:
    """How many workers hold memory of the device."""
    return len(list(Path(device["folder"]).iterdir()))


def warm(pool: Pool, *names: str) -> None:
    for future in pool.prewarm(names):
        future.result(LIMIT_S)


def test_two_that_fit_stay_loaded(open_pool: OpenPool, take: Path, device: dict[str, Any]) -> None:
    pool = open_pool(system("a", device, 5), system("b", device, 6))
    asked = [pool.ask(name, take) for name in ("a", "b")]
    assert [answer(one).text for one in asked] == ["a", "b"]
    assert loaded(device) == 2


def test_two_that_do_not_fit_answer_one_after_the_other(
    open_pool: OpenPool, take: Path, device: dict[str, Any]
) -> None:
    pool = open_pool(system("a", device, 8), system("b", device, 7))
    for _ in range(2):  # a battle, and the next one with the same pair
        asked = [pool.ask(name, take) for name in ("a", "b")]
        assert [answer(one).text for one in asked] == ["a", "b"]
        assert loaded(device) == 1


def test_an_answer_is_not_interrupted_to_make_room(
    open_pool: OpenPool, take: Path, device: dict[str, Any]
) -> None:
    begun = threading.Event()
    pool = open_pool(system("a", device, 8, token_delay_ms=20, chunk=1), system("b", device, 7))
    first = pool.ask("a", take, on_token=lambda _: begun.set())
    assert begun.wait(LIMIT_S)
    second = pool.ask("b", take)
    assert answer(first).finish is FinishReason.STOP
    assert answer(second).text == "b"


def test_the_least_recently_used_leaves(
    open_pool: OpenPool, take: Path, device: dict[str, Any]
) -> None:
    names = ("a", "b", "c")
    pool = open_pool(
        *(system(name, device, 5, answers=[f"{name} 1", f"{name} 2"]) for name in names)
    )
    heard = [answer(pool.ask(name, take)).text for name in ("a", "b", "a", "c", "a", "b")]
    # `a` was used after `b`, so `b` made room for `c`: its script begins anew, that of `a` goes on.
    assert heard == ["a 1", "b 1", "a 2", "c 1", "a 1", "b 1"]


def test_loading_ahead_pushes_out_what_is_not_needed_next(
    open_pool: OpenPool, take: Path, device: dict[str, Any]
) -> None:
    pool = open_pool(*(system(name, device, 5) for name in ("a", "b", "c")))
    warm(pool, "a", "b")
    assert answer(pool.ask("a", take)).text == "a"
    warm(pool, "a", "c")
    held = sorted(int(file.name) for file in Path(device["folder"]).iterdir())
    assert answer(pool.ask("c", take)).text == "c"
    assert sorted(int(file.name) for file in Path(device["folder"]).iterdir()) == held


def test_loading_ahead_leaves_the_other_of_the_pair_alone(
    open_pool: OpenPool, take: Path, device: dict[str, Any]
) -> None:
    pool = open_pool(system("a", device, 8), system("b", device, 7))
    warm(pool, "a", "b")
    (held,) = Path(device["folder"]).iterdir()
    warm(pool, "a", "b")
    assert list(Path(device["folder"]).iterdir()) == [held]
    asked = [pool.ask(name, take) for name in ("a", "b")]
    assert [answer(one).text for one in asked] == ["a", "b"]


def test_what_never_fits_says_both_numbers_and_leaves_the_other_running(
    open_pool: OpenPool, take: Path, device: dict[str, Any]
) -> None:
    pool = open_pool(system("a", device, 5), system("big", device, 19.2))
    assert answer(pool.ask("a", take)).text == "a"
    caught = error(pool.ask("big", take).future)
    assert isinstance(caught, EngineError)
    assert caught.kind is ErrorKind.OUT_OF_MEMORY
    assert "19.2 GB" in caught.researcher
    assert "11.0 GB can be free" in caught.researcher
    assert loaded(device) == 1
    assert answer(pool.ask("a", take)).text == "a"


def test_an_estimate_that_was_too_small_is_cured_by_one_more_that_leaves(
    open_pool: OpenPool, take: Path, device: dict[str, Any]
) -> None:
    pool = open_pool(system("a", device, 5), system("b", device, 2, takes_bytes=8 * GB))
    assert answer(pool.ask("a", take)).text == "a"
    assert answer(pool.ask("b", take)).text == "b"
    assert loaded(device) == 1


def test_a_load_that_fails_though_it_is_alone_fails_once(
    open_pool: OpenPool, take: Path, device: dict[str, Any]
) -> None:
    pool = open_pool(system("a", device, 2, takes_bytes=12 * GB))
    assert error(pool.ask("a", take).future).kind is ErrorKind.OUT_OF_MEMORY


def test_a_worker_that_dies_frees_its_room(
    open_pool: OpenPool, take: Path, device: dict[str, Any]
) -> None:
    pool = open_pool(system("a", device, 8, fault="abort"), system("b", device, 7))
    asked = [pool.ask(name, take) for name in ("a", "b")]
    assert error(asked[0].future).kind is ErrorKind.INTERNAL
    assert answer(asked[1]).text == "b"


def test_closing_the_pool_ends_the_wait_for_room(
    open_pool: OpenPool, take: Path, device: dict[str, Any]
) -> None:
    begun = threading.Event()
    slow = system("a", device, 8, answers=["aaaa aaaa"], fault_after_tokens=1, fault="hang")
    pool = open_pool(slow, system("b", device, 7, delay_ms=FOREVER_MS))
    asked = [pool.ask("a", take, on_token=lambda _: begun.set())]
    assert begun.wait(LIMIT_S)
    asked.append(pool.ask("b", take))
    assert becomes(lambda: any(t.name == "worker-lane" for t in threading.enumerate()))
    pool.close()
    assert [answer(one).finish for one in asked] == [FinishReason.CANCELLED] * 2
