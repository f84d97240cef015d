"""What the hub's client raises, as typed errors with a sentence that says what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engines.errors import EngineError, ErrorKind

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def typed_errors(repo: str) -> Iterator[None]:
    """Raise EngineError in place of what the client raises about `repo`."""
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    try:
        yield
    except HfHubHTTPError as error:
        raise _refused(error, repo) from error
    except httpx2.LocalProtocolError as error:  # it shows the header, and so the token
        sentence = (
            f"The hub cannot be asked for {repo}: no header can carry the token. Sign in again "
            "with `hf auth login`, or give another one in HF_TOKEN."
        )
        raise EngineError(ErrorKind.NEEDS_KEY, sentence, {"repo": repo}) from error
    except (httpx2.TransportError, OfflineModeIsEnabled) as error:
        sentence = (
            f"The hub cannot be reached for {repo} ({error}). Look at the network, at HF_ENDPOINT "
            "and the proxy where there are any, and install again: what was fetched is kept."
        )
        raise EngineError(ErrorKind.NETWORK, sentence, {"repo": repo}) from error


def no_room(error: OSError, folder: Path) -> EngineError:
    """For an error of the disk below `folder`."""
    if error.errno in _FULL:
        sentence = (
            f"The disk that holds {folder} is full. Make room and install again: what was fetched "
            "is kept."
        )
    else:
        sentence = f"{folder} cannot be written ({error.strerror}). Allow it, and install again."
    return EngineError(ErrorKind.INTERNAL, sentence, {"errno": error.errno})


def _refused(error: Exception, repo: str) -> EngineError:
    """`error` is an HfHubHTTPError."""
    from huggingface_hub import constants
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    data = {"repo": repo}
    status = int(error.response.status_code)  # type: ignore[attr-defined]
    if isinstance(error, GatedRepoError):
        sentence = (
            f"{repo} wants its terms accepted first: sign in at {constants.ENDPOINT}/{repo}, "
            "accept them, and give a token of that account in HF_TOKEN or with `hf auth login`."
        )
        return EngineError(ErrorKind.GATED, sentence, data)
    if isinstance(error, RepositoryNotFoundError):
        sentence = (
            f"The hub shows no {repo}: it is not there, or private. If it is private, give a token "
            "in HF_TOKEN."
        )
        return EngineError(ErrorKind.INTERNAL, sentence, data)
    if isinstance(error, RevisionNotFoundError | EntryNotFoundError):
        sentence = f"{repo} does not have what the catalogue names: {_first_line(error)}"
        return EngineError(ErrorKind.INTERNAL, sentence, data)
    if status in {401, 403}:
        sentence = f"The hub does not accept the token for {repo}. Give another one in HF_TOKEN."
        return EngineError(ErrorKind.NEEDS_KEY, sentence, data)
    if status == 429:
        sentence = f"The hub wants a pause (HTTP 429 for {repo}). Install again in a few minutes."
        return EngineError(ErrorKind.RATE_LIMITED, sentence, data)
    sentence = (
        f"The hub answers HTTP {status} for {repo}. Install again later: what was fetched is "
    )
    return EngineError(ErrorKind.NETWORK, sentence + "kept.", data)


def _first_line(error: Exception) -> str:
    """The client's own words, without the help that follows them."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
