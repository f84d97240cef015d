"""What the exceptions of the `google-genai` package mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engines.address import Address
from engines.remote import faults
from engines.remote.faults import Fault, Refusal

_SECONDS = re.compile(r"(\d+(?:\.\d+)?)s")


def fault_of(error: Exception, address: Address, key: str) -> Fault | None:
    """None for an exception that is our own fault. `key`: the name of the one that was sent."""
    import httpx2
    from google.genai import errors

    if isinstance(error, errors.APIError):
        return faults.fault_of_refusal(_refusal(error), address.server, key)
    if isinstance(error, httpx2.RequestError):
        return faults.unreachable(address, faults.in_words(error))
    return faults.unreadable(address.server) if faults.stumbled(error) else None


def _refusal(error: Any) -> Refusal:
    details = list(_details(error.details))
    reasons = [str(one["reason"]) for one in details if one.get("reason")]
    headers = getattr(error.response, "headers", None) or {}
    return Refusal(
        status=error.code if isinstance(error.code, int) else 500,
        words=str(error.message or ""),
        code=" ".join([*reasons, str(error.status or "")]),
        retry_after_s=_retry_after_s(headers, details),
        location=str(headers.get("location", "")),
    )


def _details(body: object) -> Iterator[Mapping[str, Any]]:
    error = body.get("error", body) if isinstance(body, Mapping) else None
    details = error.get("details") if isinstance(error, Mapping) else None
    for one in details if isinstance(details, list) else ():
        if isinstance(one, Mapping):
            yield one


def _retry_after_s(headers: Mapping[str, str], details: list[Mapping[str, Any]]) -> float | None:
    for one in details:
        if found := _SECONDS.fullmatch(str(one.get("retryDelay", ""))):
            return float(found[1])
    try:
        return max(0.0, float(headers["retry-after"]))
    except (KeyError, ValueError):
        return None
