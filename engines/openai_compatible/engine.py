"""Asks a server that speaks like OpenAI: chat completions, streamed, and transcriptions.

Servers differ in how they take sound. `input_audio` is OpenAI's own form; some know only
`audio_url` and refuse the other with 400 or 422. What worked is remembered until `unload`, and
the version of every answer to a take says which it was.
"""

from __future__ import annotations

import time
from pathlib import Path

from engines.api import Cancelled, Finished, Hypothesis, Prompt, Settings, Transcription
from engines.audio import RATE_HZ, read_pcm
from engines.errors import EngineError, ErrorKind
from engines.openai_compatible.connection import Connection
from engines.openai_compatible.events import Heard
from engines.openai_compatible.request import chat_request
from engines.openai_compatible.table import Table, read_table
from engines.remote.engine import RemoteEngine
from engines.remote.faults import Failed, broke_off, declined, garbage
from engines.remote.loop import Emit

_NOT_THIS_FORM = {400, 422}


class Engine(RemoteEngine[Table, Connection]):
    def __init__(self) -> None:
        super().__init__(read_table, Connection)
        self._form = ""  # what this server took; empty until it took one

    def unload(self) -> None:
        super().unload()
        self._form = ""

    def transcribe(self, wav_path: Path, settings: Settings, cancelled: Cancelled) -> Transcription:
        """One hypothesis, `transcript`; its score says nothing, the server gives none."""
        if settings:
            sentence = f"Transcriptions know no setting {sorted(settings)[0]!r}."
            raise EngineError(ErrorKind.INTERNAL, sentence)
        duration_ms = len(read_pcm(wav_path)) / 2 * 1000 / RATE_HZ
        wav = wav_path.read_bytes()
        began_s = time.perf_counter()
        text = self.run(self.patiently(lambda link, _: link.transcription(wav)), cancelled) or ""
        words = " ".join(text.lower().split())
        return Transcription(
            hypotheses=(Hypothesis("transcript", words, score=0.0, accepted=bool(words)),),
            duration_ms=duration_ms,
            recognise_ms=(time.perf_counter() - began_s) * 1000,
            model_version=self.table.model,
        )

    # In the loop's thread.

    async def answer(self, prompt: Prompt, wav: bytes | None, emit: Emit) -> Finished:
        """One answer, in the first form of sound that the server takes."""
        if wav is None:
            return await self._ask(prompt, None, "", emit)
        first: EngineError | None = None
        for form in (self._form,) if self._form else self.table.forms:
            try:
                finished = await self._ask(prompt, wav, form, emit)
            except EngineError as error:
                if error.data.get("status") not in _NOT_THIS_FORM:
                    raise
                first = first or error
            else:
                self._form = form
                return finished
        assert first is not None
        raise first

    async def _ask(self, prompt: Prompt, wav: bytes | None, form: str, emit: Emit) -> Finished:
        request = chat_request(self.table, prompt, wav, form)
        server = self.table.address.server
        return await self.heard(
            lambda link: link.chat(request),
            Heard,
            lambda heard, begun: _finished(heard, form, server, begun=begun),
            emit,
        )


def _finished(heard: Heard, form: str, server: str, *, begun: bool) -> Finished:
    if heard.refusal:
        raise Failed(declined(server, heard.refusal))
    if heard.finish == "content_filter":
        raise Failed(declined(server, "content_filter"))
    if not heard.finish:
        if begun or heard.model:
            raise Failed(broke_off(server, "it did not say that it was done"))
        raise Failed(garbage(server, "no event of a chat completion"))
    return Finished(
        reason=heard.reason,
        model_version=heard.version(form),
        prompt_tokens=heard.prompt_tokens,
        answer_tokens=heard.answer_tokens,
    )
