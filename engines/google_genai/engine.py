"""Asks Gemini: the take goes as inline bytes, the answer comes as a stream."""

from __future__ import annotations

from engines.api import Finished, Prompt
from engines.google_genai.connection import Connection
from engines.google_genai.events import Heard
from engines.google_genai.table import Table, read_table
from engines.remote.engine import RemoteEngine
from engines.remote.faults import Failed, broke_off, declined, garbage
from engines.remote.loop import Emit


class Engine(RemoteEngine[Table, Connection]):
    def __init__(self) -> None:
        super().__init__(read_table, Connection)

    async def answer(self, prompt: Prompt, wav: bytes | None, emit: Emit) -> Finished:
        server = self.table.address.server
        return await self.heard(
            lambda link: link.answer(prompt, wav),
            Heard,
            lambda heard, begun: _finished(heard, server, begun=begun),
            emit,
        )


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
