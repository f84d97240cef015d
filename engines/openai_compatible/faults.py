"""What the exceptions of the `openai` package mean."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from time import time
from typing import Any

from engines.address import Address
from engines.openai_compatible.events import NoCompletion
from engines.remote import faults
from engines.remote.faults import Fault, Refusal


def fault_of(error: Exception, address: Address, key: str) -> Fault | None:
    """None for an exception that is our own fault. `key`: the name of the one that was sent."""
    import httpx2
    import openai

    if isinstance(error, openai.APIStatusError):
        return faults.fault_of_refusal(_refusal(error), address.server, key)
    if isinstance(error, openai.APIConnectionError | httpx2.RequestError):
        return faults.unreachable(address, faults.in_words(error.__cause__ or error))
    if isinstance(error, openai.APIError):  # an error that came as an event of the stream
        status = int(error.code) if error.code and error.code.isdecimal() else 500
        refusal = Refusal(status, error.message, error.type or "")
        return faults.fault_of_refusal(refusal, address.server, key)
    if isinstance(error, NoCompletion):
        return faults.garbage(address.server, str(error))
    return faults.unreadable(address.server) if faults.stumbled(error) else None


def _refusal(error: Any) -> Refusal:
    words, code = _words(error.body)
    if not words:
        words = error.response.text
    headers = error.response.headers
    after_s = _retry_after_s(headers)
    return Refusal(error.status_code, words, code, after_s, headers.get("location", ""))


def _words(body: object) -> tuple[str, str]:
    """The sentence and the code of an error's body, in the ways servers write them."""
    if isinstance(body, Mapping) and isinstance(body.get("error"), Mapping):
        body = body["error"]
    if not isinstance(body, Mapping):
        return "", ""
    words = next((body[n] for n in ("message", "detail", "error") if body.get(n)), "")
    code = body.get("code") or body.get("type") or ""
    return str(words), str(code)


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds from now, of `retry-after-ms` or `retry-after` (seconds, or a date)."""
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        return max(0.0, float(headers["retry-after"]))
    except KeyError:
        return None
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(headers["retry-after"]).timestamp() - time())
    except (KeyError, ValueError):
        return None
