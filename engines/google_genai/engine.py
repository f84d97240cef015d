"""Asks Gemini: the take goes as inline bytes, the answer comes as a stream."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from engines.api import Cancelled, Finished, Prompt
from engines.google_genai.connection import Connection
from engines.google_genai.events import Heard
from engines.google_genai.table import Table, read_table
from engines.remote.engine import NOTHING_HEARD, RemoteEngine, wav_of
from engines.remote.faults import Failed, broke_off, declined, garbage
from engines.remote.loop import Emit
from engines.remote.patience import Line, read_to_end


class Engine(RemoteEngine[Table, Connection]):
    def __init__(self) -> None:
        super().__init__(read_table, Connection)

    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        """One answer, to a take or to a text. Closing the generator closes the connection."""
        wav = wav_of(prompt)
        if wav is None and not (prompt.understood and prompt.text.strip()):
            yield NOTHING_HEARD
            return Finished(model_version=self.table.model)
        return (yield from self.stream(lambda emit: self._answer(prompt, wav, emit), cancelled))

    async def _answer(self, prompt: Prompt, wav: bytes | None, emit: Emit) -> Finished:
        server = self.table.address.server

        async def attempt(link: Connection, line: Line) -> Finished:
            heard = Heard()

            def take(event: Any) -> bool:
                if text := heard.take(event):
                    line.begun = True
                    emit(text)
                return bool(heard.finish or heard.blocked)

            async with link.answer(prompt, wav) as events:
                await read_to_end(events, take, line=line, fault_of=link.fault_of)
            return _finished(heard, server, begun=line.begun)

        return await self.patiently(attempt)


def _finished(heard: Heard, server: str, *, begun: bool) -> Finished:
    if heard.blocked:
        raise Failed(declined(server, heard.blocked))
    if not heard.finish:
        if begun or heard.model:
            raise Failed(broke_off(server, "it did not say that it was done"))
        raise Failed(garbage(server, "no event of an answer"))
    if heard.reason is None:
        raise Failed(declined(server, heard.finish))
    return Finished(
        reason=heard.reason,
        model_version=heard.model,
        prompt_tokens=heard.prompt_tokens,
        answer_tokens=heard.answer_tokens,
    )
