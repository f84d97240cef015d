"""A worker's environment carries no secret that its engine did not name."""

from __future__ import annotations

import pytest

from engines.environment import worker_environment


@pytest.mark.parametrize(
    "name",
    ["OPENAI_API_KEY", "HF_TOKEN", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "aws_session_token",
     "DB_PASSWORD", "PGPASSWORD", "MYSQL_PWD", "SSH_AUTH_SOCK", "GOOGLE_APPLICATION_CREDENTIALS",
     "SENTRY_DSN", "GEMINI_APIKEY", "KEY", "TOKEN", "npm_config__auth"],
)  # fmt: skip
def test_what_looks_like_a_secret_stays_here(name: str) -> None:
    assert name not in worker_environment({name: "s3cr3t"})
    assert worker_environment({name: "s3cr3t"}, keep=[name])[name] == "s3cr3t"


def test_an_address_with_a_password_stays_here() -> None:
    given = {"HTTPS_PROXY": "http://me:pass@proxy:3128", "HTTP_PROXY": "http://proxy:3128"}
    got = worker_environment(given)
    assert "HTTPS_PROXY" not in got
    assert got["HTTP_PROXY"] == "http://proxy:3128"


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "LANG", "PWD", "XDG_SESSION_ID", "KEYBOARD", "MONKEY", "PATTERN"]
)
def test_what_does_not_look_like_a_secret_goes_along(name: str) -> None:
    assert worker_environment({name: "value"})[name] == "value"


def test_a_worker_is_offline_and_takes_half_of_the_cores() -> None:
    got = worker_environment({"HF_HUB_OFFLINE": "0", "OMP_NUM_THREADS": "3"})
    assert got["HF_HUB_OFFLINE"] == "1"
    assert got["TRANSFORMERS_OFFLINE"] == "1"
    assert got["TOKENIZERS_PARALLELISM"] == "false"
    assert got["GGML_NO_BACKTRACE"] == "1"
    assert got["OMP_NUM_THREADS"] == "3"
    assert int(got["MKL_NUM_THREADS"]) >= 1


def test_what_the_caller_adds_comes_last() -> None:
    assert worker_environment({}, extra={"PYTHONUTF8": "0"})["PYTHONUTF8"] == "0"
