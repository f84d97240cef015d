"""One request on its way, as its caller holds it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from engines.errors import EngineError, RequestCancelled
from engines.messages import CANCELLED, Request

OnToken = Callable[[str], None]
OnProgress = Callable[[str, float | None], None]


class Call(Future[Mapping[str, Any]]):
    """The future of one request: its JSON-RPC result, or an `EngineError`.

    Only `cancel_request` and what a future offers is for callers; the rest belongs to the client.
    """

    def __init__(
        self,
        request: Request,
        limit_s: float,
        *,
        cancel: Callable[[Call], None],
        on_token: OnToken | None,
        on_progress: OnProgress | None,
    ) -> None:
        super().__init__()
        # A request that is on its way cannot be taken back by `Future.cancel`.
        self.set_running_or_notify_cancel()
        self.request = request
        self.limit_s = limit_s
        self.due_s = time.monotonic() + limit_s
        self.replaced = 0
        """Characters that were replaced by U+FFFD in what the worker sent so far."""
        self.cancelling = False
        self.timed_out = False
        self.verdict: EngineError | None = None
        """Why the worker had to be ended for this request."""
        self._cancel = cancel
        self._on_token = on_token
        self._on_progress = on_progress
        self._callback_error: Exception | None = None

    def cancel_request(self) -> None:
        """Ask the worker to end it; the future follows within `CANCEL_LIMIT_S`. Never blocks."""
        self._cancel(self)

    def tell_token(self, text: str) -> None:
        if self._on_token is not None:
            self._guarded(self._on_token, text)

    def tell_progress(self, what: str, share: float | None) -> None:
        if self._on_progress is not None:
            self._guarded(self._on_progress, what, share)

    def resolve(self, outcome: Mapping[str, Any] | EngineError) -> None:
        """Settle the future: with what a callback raised, if one did, else with `outcome`."""
        if self._callback_error is not None:
            self.set_exception(self._callback_error)
        elif isinstance(outcome, EngineError):
            self.set_exception(outcome)
        else:
            self.set_result(outcome)

    def _guarded(self, listener: Callable[..., None], *told: object) -> None:
        try:
            listener(*told)
        except Exception as error:  # noqa: BLE001 - the caller's bug goes to who waits for it
            self._callback_error = error
            self._on_token = self._on_progress = None


def as_error(code: int, sentence: str, data: Mapping[str, Any]) -> EngineError:
    """What a worker answered that did not serve a request."""
    if code == CANCELLED:
        return RequestCancelled()
    return EngineError.from_wire(data, message=sentence)
