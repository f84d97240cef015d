"""The two ways in which servers of models are asked, as far as tests of both differ by them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.helpers import fake_google, fake_openai
from tests.helpers.fake_api import FakeApi, Status
from tests.helpers.remote_worker import KEY, Remote, remote

_GOOGLES_WORDS = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


@dataclass(frozen=True)
class Dialect:
    family: str
    fake: Callable[[], FakeApi]
    model: str
    key: str
    """What the key is called."""
    path: str
    """Of its address."""
    refusal: Callable[..., Status]
    """`refusal(code, words, wait_s)`: an error as such a server writes it."""
    wrong_key: Status
    at_limit: str
    """How an answer ends that reached its limit."""
    line_end: bytes
    misleading: dict[str, str]
    """Variables of a shell by which its SDK would ask elsewhere, or as somebody else."""

    def table(self, api: FakeApi) -> dict[str, object]:
        """A model table, without a key."""
        return {"address": f"{api.address}{self.path}", "model": self.model}


@contextmanager
def loaded(dialect: Dialect) -> Iterator[Remote]:
    """A worker with its server, which wants a key."""
    with dialect.fake() as api:
        api.key = KEY
        model = {**dialect.table(api), "key": dialect.key, "wait_s": 4}
        with remote(dialect.family, api, model, KEY) as worker:
            yield worker


def _openais(code: int, words: str, wait_s: float | None = None) -> Status:
    headers = {} if wait_s is None else {"retry-after": f"{wait_s:g}"}
    name = "model_not_found" if code == 404 else ""
    return Status(code, {"error": {"message": words, "code": name}}, headers)


def _googles(code: int, words: str, wait_s: float | None = None) -> Status:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{wait_s}s"}
    details = [] if wait_s is None else [info]
    return fake_google.failure(code, _GOOGLES_WORDS.get(code, ""), words, details)


ELSEWHERE = "http://127.0.0.1:9"
_PROXIES = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), ELSEWHERE)

OPENAI = Dialect(
    family="openai_compatible",
    fake=fake_openai.FakeOpenAI,
    model=fake_openai.MODEL,
    key="openai",
    path="/v1",
    refusal=_openais,
    wrong_key=_openais(401, "Incorrect API key"),
    at_limit="length",
    line_end=b"\n",
    misleading={**_PROXIES, "OPENAI_BASE_URL": ELSEWHERE, "OPENAI_ORG_ID": "org-of-somebody"},
)
GOOGLE = Dialect(
    family="google_genai",
    fake=fake_google.FakeGoogle,
    model=fake_google.MODEL,
    key="google",
    path="",
    refusal=_googles,
    wrong_key=fake_google.failure(
        400, "INVALID_ARGUMENT", "Incorrect API key", [{"reason": "API_KEY_INVALID"}]
    ),
    at_limit="MAX_TOKENS",
    line_end=b"\r\n",
    misleading={
        **_PROXIES,
        "GOOGLE_GEMINI_BASE_URL": ELSEWHERE,
        "GOOGLE_GENAI_USE_VERTEXAI": "true",
    },
)
