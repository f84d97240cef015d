"""One server that speaks like OpenAI, through the `openai` package."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from engines.openai_compatible.faults import fault_of
from engines.openai_compatible.table import Table
from engines.remote.faults import Failed, Fault, garbage
from engines.remote.http import drop_variables, open_client
from engines.remote.listing import Listed, no_such_model, read_date, warning_of

_NO_LISTING = {404, 405, 501}
_PLACEHOLDER = "none"  # the SDK wants a key; its header is taken away again


class Connection:
    def __init__(self, table: Table, key: str) -> None:
        drop_variables("OPENAI_")
        import openai

        self._table = table
        self._server = table.address.server
        self._http = open_client(table.address, keyless=not key)
        self._client = openai.AsyncOpenAI(
            base_url=table.address.url,
            api_key=key or _PLACEHOLDER,
            max_retries=0,  # `engines.remote.patience` counts
            timeout=self._http.timeout,
            http_client=self._http,
        )

    def fault_of(self, error: Exception) -> Fault | None:
        return fault_of(error, self._table.address, self._table.key)

    async def check(self) -> str:
        """See `engines.remote.engine.Connection`. A server without a listing has what it has."""
        import openai

        try:
            answered = await self._client.models.list()
        except openai.APIStatusError as error:
            if error.status_code in _NO_LISTING and self._table.model:
                return ""
            raise
        listed = self._listed(answered)
        for one in listed:
            if one.id == self._table.model:
                return warning_of(one, self._server)
        if not self._table.model:
            raise no_such_model("", listed, self._server)
        return await self._ask_for_it(listed)

    async def _ask_for_it(self, listed: list[Listed]) -> str:
        """Some models are served and not listed; of others the server may say what became."""
        import openai

        try:
            await self._client.models.retrieve(self._table.model)
        except openai.NotFoundError as error:
            fault = self.fault_of(error)
            if fault is not None and fault.error.kind == "model_retired":
                raise Failed(fault) from error
            raise no_such_model(self._table.model, listed, self._server) from error
        return ""

    def _listed(self, answered: Any) -> list[Listed]:
        data = getattr(answered, "data", None)
        if not isinstance(data, list):
            raise Failed(self._no(answered, "list of models"))
        return [
            Listed(one.id, read_date(getattr(one, "shutdown_date", None)))
            for one in data
            if isinstance(getattr(one, "id", None), str)
        ]

    @contextlib.asynccontextmanager
    async def chat(self, request: dict[str, Any]) -> AsyncIterator[AsyncIterator[Any]]:
        """The events of one streamed chat completion. Leaving it closes the connection."""
        stream = await self._client.chat.completions.create(**request)
        try:
            yield _events(stream)
        finally:
            await stream.close()

    async def transcription(self, wav: bytes) -> str:
        """The transcript of a WAV file."""
        language = {"language": self._table.language} if self._table.language else {}
        answered = await self._client.audio.transcriptions.create(
            model=self._table.model,
            file=("take.wav", wav, "audio/wav"),
            response_format="json",
            **language,
        )
        text = getattr(answered, "text", None)
        if not isinstance(text, str):
            raise Failed(self._no(answered, "transcript"))
        return text

    def _no(self, answered: Any, wanted: str) -> Fault:
        what = answered if isinstance(answered, str) else f"it holds no {wanted}"
        return garbage(self._server, what)

    async def close(self) -> None:
        await self._client.close()


async def _events(stream: Any) -> AsyncIterator[Any]:
    async for event in stream:
        yield event
