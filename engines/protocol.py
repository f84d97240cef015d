"""The worker protocol's methods, written down once: the page, the worker and the tests read this.

`docs/worker-protocol.md` is the contract for programs that are not ours; it prints `table()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PROTOCOL_VERSION = 1

# Optional parts of the protocol, and whether `engines.worker` offers them of itself; `fetch` comes
# with the role `fetcher`, `segments` with the manifest that says so.
CAPABILITIES = {"segments": False, "fetch": False}


class Kind(StrEnum):
    REQUEST = "request"
    NOTIFICATION = "notification"


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    kind: Kind
    params: str
    """Members of `params`, as a reader should see them."""
    result: str
    says: str
    from_worker: bool = False
    capability: str = ""
    """Only where `initialize` answered that this capability is true."""


_PROMPT = (
    "`text`, `understood`, `wav_path` or null, `instruction`, `system_prompt`, "
    "`history` [{`said`, `answered`, `wav_path` where there is one}], `settings`, `seed`"
)

METHODS = (
    Method(
        "initialize",
        Kind.REQUEST,
        "`protocol`",
        "`protocol`, `engine`, `roles`, `capabilities`, `pid`, `packages`",
        "the first request; answered before anything heavy is imported",
    ),
    Method(
        "probe",
        Kind.REQUEST,
        "`model`, `key` (only where the model names one)",
        "`ok`, `missing`, `reason`, `memory_bytes`, `lacks`, `device`, `free_bytes` or null, "
        "`choices`, `warning`",
        "can it run here; answered at once, even while another request is at work",
    ),
    Method(
        "load",
        Kind.REQUEST,
        "`model`, `key` (only where the model names one)",
        "`model_version`, `device`, `dtype`, `weights` {file: SHA-256}, `segments`, `load_ms`",
        "replaces what was loaded; `progress` while it lasts",
    ),
    Method("unload", Kind.REQUEST, "", "", "gives the memory back; `load` may follow"),
    Method(
        "transcribe",
        Kind.REQUEST,
        "`wav_path`, `settings`",
        "`hypotheses` [{`name`, `text`, `score`, `accepted`}], `duration_ms`, `recognise_ms`, "
        "`model_version`, `segments`, `engine_ms`",
        "recognisers: a whole file",
    ),
    Method(
        "open",
        Kind.REQUEST,
        "`rate_hz`, `settings`",
        "`segment`",
        "recognisers: begin a take that is still being spoken; answered at once",
        capability="segments",
    ),
    Method(
        "feed",
        Kind.NOTIFICATION,
        "`segment`, `pcm16` (base64)",
        "",
        "recognisers: the next samples of an open segment",
        capability="segments",
    ),
    Method(
        "close",
        Kind.REQUEST,
        "`segment`",
        "as `transcribe`",
        "recognisers: the take has ended; `engine_ms` counts from here, `recognise_ms` all of it",
        capability="segments",
    ),
    Method(
        "respond",
        Kind.REQUEST,
        _PROMPT,
        "`text`, `finish`, `model_version`, `prompt_tokens`, `answer_tokens`, "
        "`encode_ms`, `engine_ms`",
        "responders read `text`, LAMs hear `wav_path`; `token` while it lasts; `finish` is "
        "`stop`, `length` or `cancelled`",
    ),
    Method(
        "fetch",
        Kind.REQUEST,
        "`model`, `folder` or null",
        "`revision`, `files` {path: {`size_bytes`, `sha256`}}, `licence`, `gated`",
        "fetchers: brings the weights into `folder` and verifies them, or without a folder only "
        "says what it would bring; goes on where it was broken off; `progress` while it lasts, "
        "every half second at most; needs no `load`",
        capability="fetch",
    ),
    Method(
        "cancel",
        Kind.NOTIFICATION,
        "`id`",
        "",
        "ends the request with that id, waiting or at work, within one token: `respond` answers "
        "what there is with `finish` `cancelled`, others fail with code −32800; of an `open` that "
        "was answered it drops the segment, and nothing answers",
    ),
    Method(
        "shutdown",
        Kind.REQUEST,
        "",
        "",
        "cancels everything, answers, ends the process; so does the end of its input",
    ),
    Method(
        "token",
        Kind.NOTIFICATION,
        "`id`, `text`",
        "",
        "the next piece of the answer to request `id`",
        from_worker=True,
    ),
    Method(
        "progress",
        Kind.NOTIFICATION,
        "`id`, `what`, `share` in [0, 1] or null",
        "",
        "how far request `id` is",
        from_worker=True,
    ),
)


def table() -> str:
    """All methods as a Markdown table, the optional ones marked."""
    rows = ["| method | from | kind | params | result | does |", "|---|---|---|---|---|---|"]
    for method in METHODS:
        sender = "worker" if method.from_worker else "caller"
        says = f"(`{method.capability}`) {method.says}" if method.capability else method.says
        row = (f"`{method.name}`", sender, method.kind, method.params, method.result, says)
        rows.append("| " + " | ".join(row) + " |")
    return "\n".join(rows) + "\n"
