"""What a server's refusal means: one table for every engine that asks over HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from engines.address import Address
from engines.errors import EngineError, ErrorKind

_WORDS_LIMIT = 1000  # characters of a server's own sentence that are passed on
_PASSING = {408, 500, 502, 503, 504, 529}

_RETIRED = re.compile(
    r"deprecated|retired|shut ?down|no longer|discontinued|decommissioned|sunset", re.IGNORECASE
)
_TOO_LONG = re.compile(
    r"context_length_exceeded|maximum context length"
    r"|(?:audio|recording|clip|file|duration)\b[^.]{0,80}(?:too long|too large|exceed|at most)",
    re.IGNORECASE,
)
_BAD_KEY = re.compile(
    r"API_KEY_INVALID|API key (?:not valid|expired)|invalid_api_key", re.IGNORECASE
)
_DECLINED = re.compile(r"content_filter|content_policy|PROHIBITED_CONTENT", re.IGNORECASE)
_HOST = re.compile(r"[\w.:-]{1,100}")
_NO_MONEY = re.compile(r"insufficient_quota|billing", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP answer that is no answer."""

    status: int
    words: str
    """The server's own sentence."""
    code: str = ""
    """The server's own word for it, for example `model_not_found`."""
    retry_after_s: float | None = None
    """How long the server asks to wait."""
    location: str = ""
    """Where it sends us instead."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One failed attempt."""

    error: EngineError
    again: bool = False
    """Whether another attempt may go better."""
    after_s: float | None = None
    """How long to wait before it; None leaves that to us."""
    broke_off: bool = False
    """Whether `error` says already that the answer did not end."""


class Failed(Exception):
    """An attempt that failed without an exception of its SDK."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.error.researcher)
        self.fault = fault


def fault_of_refusal(refusal: Refusal, server: str, key: str = "") -> Fault:
    """What a refusal of `server` (host and port) means for an answer.

    `key` is the name of the key that was sent; empty where none was.
    """
    status = refusal.status
    kind = _kind(refusal)
    elsewhere = 300 <= status < 400
    said = "" if elsewhere else refusal.words.strip()[:_WORDS_LIMIT] or "it gave no reason"
    words = _ended(said or _elsewhere(refusal.location))
    does = "wants a key" if kind is ErrorKind.NEEDS_KEY and not key else _DOES[kind]
    sentence = f"{server} {does} (HTTP {status}): {words}{_advice(kind, key)}"
    error = EngineError(kind, sentence, {"status": status})
    if kind is ErrorKind.RATE_LIMITED:
        out_of_money = _NO_MONEY.search(f"{refusal.code} {words}") is not None
        return Fault(error, not out_of_money, refusal.retry_after_s)
    return Fault(error, kind is ErrorKind.NETWORK and status in _PASSING, refusal.retry_after_s)


def _kind(refusal: Refusal) -> ErrorKind:
    status, said = refusal.status, f"{refusal.code} {refusal.words}"
    if status in (401, 403) or (status == 400 and _BAD_KEY.search(said)):
        return ErrorKind.NEEDS_KEY
    if status == 410 or (status in (400, 404) and _RETIRED.search(said)):
        return ErrorKind.MODEL_RETIRED
    if status == 413 or (status in (400, 422) and _TOO_LONG.search(said)):
        return ErrorKind.AUDIO_TOO_LONG
    if status == 400 and _DECLINED.search(said):
        return ErrorKind.REFUSED
    if status == 429:
        return ErrorKind.RATE_LIMITED
    if status in _PASSING or 300 <= status < 400 or status >= 500:
        return ErrorKind.NETWORK
    return ErrorKind.INTERNAL


_DOES = {
    ErrorKind.NEEDS_KEY: "did not accept the key",
    ErrorKind.MODEL_RETIRED: "no longer has this model",
    ErrorKind.AUDIO_TOO_LONG: "says that the recording is too long",
    ErrorKind.REFUSED: "declined to answer",
    ErrorKind.RATE_LIMITED: "takes no more requests for now",
    ErrorKind.NETWORK: "did not serve the request",
    ErrorKind.INTERNAL: "refused the request",
}


def _advice(kind: ErrorKind, key: str) -> str:
    if kind is ErrorKind.MODEL_RETIRED:
        return " Choose its successor in the catalogue."
    if kind is not ErrorKind.NEEDS_KEY:
        return ""
    if key:
        return f" To store another key: python main.py systems key {key}"
    return (
        " None was sent: the system names none. Name one with --key NAME, or in its table "
        'model = { key = "NAME", … }. To store it: python main.py systems key NAME'
    )


def _elsewhere(location: str) -> str:
    """Where a redirect points to: the host and no more, a path may carry a secret."""
    try:
        host = urlsplit(location).hostname or ""
    except ValueError:
        host = ""
    named = host if _HOST.fullmatch(host) else "another place"
    return f"it points to {named}, and redirects are not followed. Name the right address"


def _ended(words: str) -> str:
    """With the full stop that servers leave out."""
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def declined(server: str, why: str) -> Fault:
    """The system would not answer; `why` is its own word or sentence."""
    why = why.strip()[:_WORDS_LIMIT]
    return Fault(EngineError(ErrorKind.REFUSED, f"{server} declined to answer: {_ended(why)}"))


def unreachable(address: Address, why: str) -> Fault:
    """No connection, or one that broke before anything was said."""
    hint = "Is it running, and is the address right?"
    if address.public:
        hint = (
            "It may be that this machine reaches no network, or needs a proxy; if it reaches "
            "others, is the address right?"
        )
    sentence = f"{address.server} cannot be reached: {why}. {hint}"
    return Fault(EngineError(ErrorKind.NETWORK, sentence), again=True)


def broke_off(server: str, why: str) -> Fault:
    """The answer began and did not end."""
    sentence = f"The answer of {server} broke off before its end: {why}."
    return Fault(EngineError(ErrorKind.NETWORK, sentence), again=True, broke_off=True)


def unreadable(server: str) -> Fault:
    """A library stumbled over what came: its own words are about its insides."""
    return garbage(server, "it cannot be read as what such a server says")


def garbage(server: str, what: str) -> Fault:
    """Something came that is not what this kind of server says."""
    what = " ".join(what.split())[:200]
    sentence = f"{server} sent something that is no answer: {what}. Is the address right?"
    return Fault(EngineError(ErrorKind.NETWORK, sentence))


def stumbled(error: Exception) -> bool:
    """Whether a library fell over what it read: text that is no JSON, a list in an object's place.

    The SDKs check little before they read, so that odd answers end in all sorts of exceptions; one
    of these that was raised in our own code is a bug.
    """
    if not isinstance(error, ValueError | AttributeError | TypeError | LookupError):
        return False
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    raised_in = "" if trace is None else str(trace.tb_frame.f_globals.get("__name__", ""))
    return not raised_in.startswith("engines.")


def in_words(error: BaseException | None) -> str:
    """What a network library says, for the middle of a sentence."""
    return str(error).strip().rstrip(".")[:_WORDS_LIMIT] or type(error).__name__
