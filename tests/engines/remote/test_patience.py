"""How often a server is asked, and how long it may be silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from engines.errors import EngineError, ErrorKind
from engines.remote import patience
from engines.remote.faults import Failed, Fault, broke_off
from engines.remote.patience import Line, patiently, read_to_end

PASSING = Fault(EngineError(ErrorKind.NETWORK, "down"), again=True, after_s=0.0)
FOR_GOOD = Fault(EngineError(ErrorKind.INTERNAL, "no"))
LATER = Fault(EngineError(ErrorKind.RATE_LIMITED, "busy."), again=True, after_s=99.0)


class Attempts:
    """Fails as scripted, then returns how often it was tried."""

    def __init__(self, *faults: Fault, begins: bool = False) -> None:
        self.faults = list(faults)
        self.begins = begins
        self.count = 0

    async def __call__(self, line: Line) -> int:
        self.count += 1
        line.begun = self.begins
        if self.faults:
            raise Failed(self.faults.pop(0))
        return self.count


def asked(attempt: Callable[[Line], Awaitable[int]], wait_s: float = 5.0) -> int:
    async def ask() -> int:
        return await patiently(attempt, fault_of=lambda _: None, wait_s=wait_s, server="lab")

    return asyncio.run(ask())


def test_what_passes_is_tried_three_times() -> None:
    assert asked(Attempts(PASSING, PASSING)) == 3
    attempts = Attempts(PASSING, PASSING, PASSING)
    with pytest.raises(EngineError, match="down"):
        asked(attempts)
    assert attempts.count == 3


def test_what_does_not_pass_is_tried_once() -> None:
    attempts = Attempts(FOR_GOOD)
    with pytest.raises(EngineError, match="no"):
        asked(attempts)
    assert attempts.count == 1


def test_nothing_is_tried_again_once_a_piece_was_passed_on() -> None:
    attempts = Attempts(PASSING, begins=True)
    with pytest.raises(EngineError, match="broke off"):
        asked(attempts)
    assert attempts.count == 1


def test_that_an_answer_broke_off_is_said_once() -> None:
    with pytest.raises(EngineError) as caught:
        asked(Attempts(broke_off("lab", "it did not say that it was done"), begins=True))
    assert caught.value.researcher.count("broke off") == 1


def test_a_pause_longer_than_the_patience_is_told_and_not_made() -> None:
    with pytest.raises(EngineError, match="asks to wait 99 s") as caught:
        asked(Attempts(LATER))
    assert caught.value.data["retry_after_s"] == 99.0


def test_a_bug_passes_through() -> None:
    async def attempt(_line: Line) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asked(attempt)


def test_silence_ends_it() -> None:
    async def attempt(_line: Line) -> int:
        await asyncio.Event().wait()
        return 0

    with pytest.raises(EngineError, match=r"said nothing for 0\.05 s") as caught:
        asked(attempt, wait_s=0.05)
    assert caught.value.kind is ErrorKind.TIMEOUT


def test_a_server_that_talks_may_take_longer_than_its_silence() -> None:
    async def attempt(line: Line) -> int:
        began = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() < began + 1.5:
            await asyncio.sleep(0.01)
            line.alive()
        return 1

    assert asked(attempt, wait_s=1.0) == 1


@pytest.mark.parametrize("ending", ["ends", "hangs", "breaks"])
def test_what_follows_a_complete_answer_does_not_count(
    monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(patience, "TAIL_S", 0.05)

    async def events() -> AsyncIterator[str]:
        yield "a"
        yield "end"
        yield "counts"
        if ending == "hangs":
            await asyncio.Event().wait()
        if ending == "breaks":
            raise OSError

    taken: list[str] = []

    def take(event: str) -> bool:
        taken.append(event)
        return event == "end"

    async def attempt(line: Line) -> int:
        return await read_to_end(
            events(),
            take,
            line=line,
            fault_of=lambda _: broke_off("lab", "broke"),
        )

    assert asked(attempt)
    assert taken == ["a", "end", "counts"]
