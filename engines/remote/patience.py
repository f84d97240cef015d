"""How long a server may be silent, and how often it is asked again.

A request is tried three times at most, and never again once a piece of its answer was passed on:
two halves of two answers are no answer. All tries and the pauses between them share one limit of
silence, which moves on with everything the server says.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from engines.errors import EngineError, ErrorKind
from engines.remote.faults import Failed, Fault, broke_off, in_words

T = TypeVar("T")

RETRIES = 2
BACKOFF_S = 0.5
"""Before the first retry, where the server does not say how long; twice that before the second."""
WAIT_S = 45.0
"""The longest silence unless the model's table says otherwise: below the caller's own limit, so
that the sentence is ours."""
TAIL_S = 2.0
"""How long what follows a finished answer (its counts) may be waited for."""


@dataclass(slots=True)
class Line:
    """One request, as its attempts see it."""

    wait_s: float
    silence: asyncio.Timeout
    begun: bool = False
    """Whether a piece of the answer was passed on."""

    def alive(self) -> None:
        """The server said something."""
        self.silence.reschedule(asyncio.get_running_loop().time() + self.wait_s)


async def patiently(
    attempt: Callable[[Line], Awaitable[T]],
    *,
    fault_of: Callable[[Exception], Fault | None],
    wait_s: float,
    server: str,
) -> T:
    """What `attempt` returns, tried again where that may help.

    `fault_of` reads the exceptions of one SDK; what it does not know is a bug and passes through.
    Raises EngineError, `timeout` among them.
    """
    try:
        async with asyncio.timeout(wait_s) as silence:
            return await _attempts(attempt, fault_of, Line(wait_s, silence), server)
    except TimeoutError as error:
        sentence = f"{server} said nothing for {wait_s:g} s."
        raise EngineError(ErrorKind.TIMEOUT, sentence) from error


async def read_to_end(
    stream: AsyncIterator[Any],
    take: Callable[[Any], bool],
    *,
    line: Line,
    fault_of: Callable[[Exception], Fault | None],
) -> bool:
    """Give every event to `take`, until it says that the answer is complete; then the rest.

    False where the stream ended before that. Nothing that goes wrong behind a complete answer
    counts: a server may keep its connection open, or close it roughly.
    """
    async for event in stream:
        line.alive()
        if take(event):
            break
    else:
        return False
    try:
        async with asyncio.timeout(TAIL_S):
            async for event in stream:
                take(event)
    except Exception as error:
        if not isinstance(error, TimeoutError) and fault_of(error) is None:
            raise
    return True


async def _attempts(
    attempt: Callable[[Line], Awaitable[T]],
    fault_of: Callable[[Exception], Fault | None],
    line: Line,
    server: str,
) -> T:
    for retry in range(RETRIES + 1):
        try:
            return await attempt(line)
        except Exception as error:
            fault = error.fault if isinstance(error, Failed) else fault_of(error)
            if fault is None:
                raise
            if line.begun and fault.again and not fault.broke_off:
                fault = broke_off(server, in_words(error.__cause__ or error))
            pause_s = BACKOFF_S * 2**retry if fault.after_s is None else fault.after_s
            if line.begun or not fault.again or retry == RETRIES or _too_long(pause_s, line):
                raise _told(fault) from error
            await asyncio.sleep(pause_s)
    raise AssertionError("the last attempt returns or raises")


def _too_long(pause_s: float, line: Line) -> bool:
    until_s = line.silence.when()
    return until_s is not None and asyncio.get_running_loop().time() + pause_s >= until_s


def _told(fault: Fault) -> EngineError:
    if fault.after_s is None or fault.error.kind is not ErrorKind.RATE_LIMITED:
        return fault.error
    sentence = f"{fault.error.researcher} It asks to wait {fault.after_s:g} s."
    data = fault.error.data | {"retry_after_s": fault.after_s}
    return EngineError(fault.error.kind, sentence, data)
