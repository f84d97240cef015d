"""The environment of a worker: what it needs, and no secret it does not."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping

# Parts of names, between underscores, that say "secret".
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:api_?)?(?:keys?|tokens?|secrets?|pass|passwd|passwords?|passphrase|credentials?"
    r"|auth|authorization|dsn|cookies?|pat|pwd)(?:$|_)"
    r"|apikey|secret|password|credential",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(r"://[^/@\s]*:[^/@\s]+@")  # user:password@ in an address

# Names that match and are no secrets.
_HARMLESS = {"PWD", "OLDPWD"}

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

_FIXED = {
    "HF_HUB_OFFLINE": "1",  # no worker fetches weights behind the researcher's back
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "GGML_NO_BACKTRACE": "1",  # else an abort spends seconds in a debugger's trace
    "PYTHONUTF8": "1",
    "PYTHONUNBUFFERED": "1",
}


def worker_environment(
    ours: Mapping[str, str], *, keep: Collection[str] = (), extra: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Our environment as a worker gets it.

    Variables that look like secrets are left out unless named in `keep` (the manifest's
    `environment`). Half of the cores for each worker, because two answer at once; a thread
    setting that is already in the environment is respected. `extra` is added last.
    """
    kept = {name: value for name, value in ours.items() if name in keep or not _secret(name, value)}
    threads = str(max(1, (os.cpu_count() or 2) // 2))
    return dict.fromkeys(_THREAD_VARIABLES, threads) | kept | _FIXED | dict(extra or {})


def _secret(name: str, value: str) -> bool:
    if name in _HARMLESS:
        return False
    return bool(_SECRET_NAME.search(name) or _SECRET_VALUE.search(value))
