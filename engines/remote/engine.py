"""What every engine behind an address does alike: look for its model, connect, leave, be cancelled.

A family gives a table (`RemoteTable`), a connection (`Connection`) and its own `answer`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, Protocol, TypeVar

from engines.address import Address
from engines.api import Cancelled, Finished, Loaded, Probe, Progress, Prompt, Settings
from engines.audio import read_pcm
from engines.errors import EngineError
from engines.remote.faults import Fault
from engines.remote.listing import unready
from engines.remote.loop import Emit, LoopThread
from engines.remote.patience import Line, patiently, read_to_end
from engines.remote.table import need_key

PROBE_S = 7.0
"""The longest look at a server for a probe: within the caller's limit for one."""
NOTHING_HEARD = "I could not understand that. Please say it again."
"""The answer to speech that nobody understood: no server is asked to make one up."""


class RemoteTable(Protocol):
    """What all model tables of such engines say."""

    @property
    def address(self) -> Address: ...
    @property
    def model(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def wait_s(self) -> float: ...


class Connection(Protocol):
    """One server, in the loop's thread."""

    def fault_of(self, error: Exception) -> Fault | None:
        """What an exception of the SDK means; None for one that is our own fault."""
        ...

    async def check(self) -> str:
        """See that the server has the model; returns a warning, mostly empty.

        Raises EngineError, or what `fault_of` reads.
        """
        ...

    async def close(self) -> None: ...


class Heard(Protocol):
    """What the events of one answer said so far."""

    @property
    def over(self) -> bool:
        """Whether they said that the answer is complete."""
        ...

    def take(self, event: Any) -> str:
        """Take one event in; returns the text it adds."""
        ...


H = TypeVar("H", bound=Heard)
Table = TypeVar("Table", bound=RemoteTable)
Link = TypeVar("Link", bound=Connection)
T = TypeVar("T")


class RemoteEngine(Generic[Table, Link]):
    """Give it `read_table` and `connect`."""

    def __init__(
        self, read_table: Callable[[Settings], Table], connect: Callable[[Table, str], Link]
    ) -> None:
        self._read_table = read_table
        self._connect = connect
        self._key = ""
        self._loop: LoopThread | None = None
        self._of_loaded: tuple[Table, Link] | None = None

    def take_key(self, key: str) -> None:
        """The key that the model's table names; called before `probe` and `load`."""
        self._key = key

    def probe(self, model: Settings) -> Probe:
        """Asks the server which models it has; sends no recording."""
        server = ""
        try:
            table = self._read_table(model)
            server = table.address.server
            warning = self._look(table)
        except EngineError as error:
            return unready(error, server)
        return Probe(ok=True, device=server, warning=warning)

    def load(self, model: Settings, progress: Progress) -> Loaded:
        """Connects, and sees that the server has the model."""
        table = self._read_table(model)
        need_key(table.key, self._key)
        progress("connecting", None)
        self._loop = LoopThread()
        try:
            self._of_loaded = table, self._connect(table, self._key)
            warning = self._loop.run(self.patiently(lambda link, _: link.check()), _never)
        except BaseException:
            self.unload()
            raise
        progress(warning or "connected", 1.0)
        return Loaded(model_version=table.model, device=table.address.server)

    def unload(self) -> None:
        """Leaves the server."""
        loop, of_loaded = self._loop, self._of_loaded
        self._loop = self._of_loaded = None
        if loop is not None:
            loop.close(of_loaded[1].close() if of_loaded is not None else None)

    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        """One answer, to a take or to a text. Closing the generator closes the connection."""
        wav = wav_of(prompt)
        if wav is None and not (prompt.understood and prompt.text.strip()):
            yield NOTHING_HEARD
            return Finished(model_version=self.table.model)
        return (yield from self.stream(lambda emit: self.answer(prompt, wav, emit), cancelled))

    async def answer(self, prompt: Prompt, wav: bytes | None, emit: Emit) -> Finished:
        """The same in the loop's thread. Of the family."""
        raise NotImplementedError

    async def heard(
        self,
        ask: Callable[[Link], AbstractAsyncContextManager[AsyncIterator[Any]]],
        hear: Callable[[], H],
        finished: Callable[[H, bool], Finished],
        emit: Emit,
    ) -> Finished:
        """The answer to what `ask` asks, heard by a new `hear` at each attempt.

        `finished` is told what was heard and whether text was emitted; it may raise Failed.
        """

        async def attempt(link: Link, line: Line) -> Finished:
            heard = hear()

            def take(event: Any) -> bool:
                if text := heard.take(event):
                    line.begun = True
                    emit(text)
                return heard.over

            async with ask(link) as events:
                await read_to_end(events, take, line=line, fault_of=link.fault_of)
            return finished(heard, line.begun)

        return await self.patiently(attempt)

    @property
    def table(self) -> Table:
        """Of the loaded model."""
        assert self._of_loaded is not None
        return self._of_loaded[0]

    @property
    def link(self) -> Link:
        """To the loaded model's server."""
        assert self._of_loaded is not None
        return self._of_loaded[1]

    def stream(
        self, answer: Callable[[Emit], Coroutine[Any, Any, Finished]], cancelled: Cancelled
    ) -> Generator[str, None, Finished]:
        """`LoopThread.stream`, of the loaded model."""
        assert self._loop is not None
        return self._loop.stream(answer, cancelled)

    def run(self, coroutine: Coroutine[Any, Any, T], cancelled: Cancelled) -> T | None:
        """`LoopThread.run`, of the loaded model."""
        assert self._loop is not None
        return self._loop.run(coroutine, cancelled)

    async def patiently(self, attempt: Callable[[Link, Line], Coroutine[Any, Any, T]]) -> T:
        """`patience.patiently`, of the loaded model."""
        table, link = self.table, self.link
        return await patiently(
            lambda line: attempt(link, line),
            fault_of=link.fault_of,
            wait_s=table.wait_s,
            server=table.address.server,
        )

    def _look(self, table: Table) -> str:
        need_key(table.key, self._key)
        loop, link = LoopThread(), self._connect(table, self._key)
        try:
            looking = patiently(
                lambda _: link.check(),
                fault_of=link.fault_of,
                wait_s=min(PROBE_S, table.wait_s),
                server=table.address.server,
            )
            return loop.run(looking, _never) or ""
        finally:
            loop.close(link.close())


def wav_of(prompt: Prompt) -> bytes | None:
    """The whole file of the prompt's take, checked; None for a prompt of text.

    Raises EngineError: `bad_audio`, `audio_empty`, `audio_too_long`.
    """
    if prompt.wav_path is None:
        return None
    read_pcm(prompt.wav_path)
    return prompt.wav_path.read_bytes()


def _never() -> bool:
    return False
