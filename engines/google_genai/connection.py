"""Google's server, through the `google-genai` package."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from engines.api import Prompt
from engines.google_genai.faults import fault_of
from engines.google_genai.request import config, contents
from engines.google_genai.table import Table
from engines.remote.faults import Failed, Fault
from engines.remote.http import drop_variables, open_client
from engines.remote.listing import Listed, no_such_model

_PLACEHOLDER = "none"  # the SDK wants a key; its header is taken away again


class Connection:
    def __init__(self, table: Table, key: str) -> None:
        drop_variables("GOOGLE_", "GEMINI_")
        from google import genai

        self._table = table
        self._server = table.address.server
        self._http = open_client(table.address, keyless=not key)
        # Its own client also keeps the SDK from aiohttp, which retries behind our back.
        options = genai.types.HttpOptions(base_url=table.address.url, httpx_async_client=self._http)
        self._client = genai.Client(
            vertexai=False, api_key=key or _PLACEHOLDER, http_options=options
        )

    def fault_of(self, error: Exception) -> Fault | None:
        return fault_of(error, self._table.address, self._table.key)

    async def check(self) -> str:
        """See `engines.remote.engine.Connection`. Google reports no end of a model."""
        from google.genai import errors

        if not self._table.model:
            raise no_such_model("", await self._listed(), self._server)
        try:
            await self._client.aio.models.get(model=self._table.model)
        except errors.ClientError as error:
            fault = self.fault_of(error)
            if error.code != 404 or fault is None:
                raise
            if fault.error.kind == "model_retired":
                raise Failed(fault) from error
            raise no_such_model(self._table.model, await self._listed(), self._server) from error
        return ""

    async def _listed(self) -> list[Listed]:
        pager = await self._client.aio.models.list(config={"page_size": 1000})
        return [Listed(one.name.removeprefix("models/")) for one in pager.page if one.name]

    @contextlib.asynccontextmanager
    async def answer(self, prompt: Prompt, wav: bytes | None) -> AsyncIterator[AsyncIterator[Any]]:
        """The events of one streamed answer. Leaving it closes the connection."""
        events = await self._client.aio.models.generate_content_stream(
            model=self._table.model,
            contents=contents(prompt, wav),
            config=config(prompt, seed=self._table.seed),
        )
        async with contextlib.aclosing(events):
            yield events

    async def close(self) -> None:
        await self._http.aclose()
