"""Programs that are not our worker: any that speaks the protocol will do, no other is believed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind, WorkerLost
from engines.registry import read_manifest
from tests.helpers.foreign_engines import python_engine, python_program, shell_program
from tests.helpers.loaded_worker import LIMIT_S

pytestmark = pytest.mark.usefixtures("gone")


ANSWER = '{"jsonrpc":"2.0","id":%s,"result":%s}'


def test_any_program_in_any_language_is_an_engine(tmp_path: Path) -> None:
    info = shell_program(tmp_path, r"""
        while read -r line; do
          id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
          case "$line" in
            *'"initialize"'*) result='{"protocol":1,"roles":["responder","poet"],"later":true}' ;;
            *'"load"'*) result='{"model_version":"sh"}' ;;
            *'"respond"'*)
              printf '{"jsonrpc":"2.0","method":"mood","params":{}}\n'
              printf '{"jsonrpc":"2.0","method":"token","params":{"id":%s,"text":"hi"}}\n' "$id"
              result='{"text":"hi","finish":"stop","engine_ms":1}' ;;
            *) result='{}' ;;
          esac
          printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
        done
    """)  # fmt: skip
    tokens: list[str] = []
    with WorkerProcess(info) as worker:
        initialized = worker.start()
        assert [str(role) for role in initialized.roles] == ["responder"]
        worker.call("load", {"model": {}}, timeout_s=LIMIT_S).result(LIMIT_S)
        call = worker.call("respond", {}, timeout_s=LIMIT_S, on_token=tokens.append)
        assert call.result(LIMIT_S)["text"] == "hi"
    assert tokens == ["hi"]


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ("", "ended with exit code 0"),
        ("hello", "is not JSON"),
        (ANSWER % (1, '{"protocol":2}'), "speaks protocol 2, not 1"),
        (ANSWER % (1, "{}"), "'protocol' of initialize must be an integer"),
        (ANSWER % (1, '{"protocol":1,"roles":7}'), "'roles' of initialize must be"),
        (ANSWER % (2, '{"protocol":1}'), "that nobody waits for"),
        (ANSWER % ('"1"', '{"protocol":1}'), "'id' must be an integer"),
        ('{"jsonrpc":"2.0","id":1,"method":"sample","params":{}}', "a request of its own"),
        ('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"eh"}}', "eh"),
        ('{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"No licence."}}', "No licence."),
        ('{"jsonrpc":"2.0","method":"token","params":{"id":1}}', "'text' of token must be a text"),
        ('{"jsonrpc":"2.0","method":"token","params":{"id":9,"text":"x"}}', "nobody waits for"),
    ],
)
def test_a_program_that_speaks_otherwise_is_refused_with_the_reason(
    tmp_path: Path, says: str, reason: str
) -> None:
    info = python_program(
        tmp_path, f"import sys; sys.stdin.readline(); print({says!r}, end={says and chr(10)!r})"
    )
    with pytest.raises(EngineError) as caught:
        WorkerProcess(info).start(LIMIT_S)
    assert reason in caught.value.researcher


def test_a_program_that_dies_is_told_with_its_last_words_and_without_the_key(
    tmp_path: Path,
) -> None:
    key = "sk-of-the-lab-0123"
    words = f"first\n ^^^^\n\nno file for {key} " + 500 * "x"
    code = f"import sys; print({words!r}, file=sys.stderr); exit(2)"
    with pytest.raises(EngineError) as caught:
        WorkerProcess(python_program(tmp_path, code), key=key).start(LIMIT_S)
    said = caught.value.researcher
    assert "ended with exit code 2. Its last words: “first / no file for [key] xxx" in said
    assert len(said) < 400
    assert "no file" not in caught.value.participant


def test_a_command_that_names_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    info = replace(python_program(tmp_path, ""), command=(sys.executable, "nowhere.py"))
    with pytest.raises(EngineError, match=r"nowhere\.py.*No such file"):
        WorkerProcess(info).start(LIMIT_S)


def test_a_program_that_never_says_hello_is_ended(tmp_path: Path) -> None:
    info = python_program(tmp_path, "import time; time.sleep(3600)")
    with pytest.raises(EngineError) as caught:
        WorkerProcess(info).start(0.2)
    assert caught.value.kind is ErrorKind.TIMEOUT


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    info = python_engine(tmp_path, "", manifest='python = "no/such/python"\n')
    with pytest.raises(WorkerLost, match="could not be started"):
        WorkerProcess(info).start()


def test_a_broken_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be used"):
        WorkerProcess(read_manifest(tmp_path / "none" / "engine.toml")).start()


@pytest.mark.parametrize("seed", range(12))
def test_random_bytes_of_a_real_process_end_in_a_typed_error(tmp_path: Path, seed: int) -> None:
    info = python_program(tmp_path, f"""
        import random, sys, time
        chance = random.Random({seed})
        sys.stdin.readline()
        good = b'{{"jsonrpc":"2.0","method":"mood","params":{{}}}}\\n'
        for _ in range(50):
            noise = chance.randbytes(chance.randrange(1, 2000))
            sys.stdout.buffer.write(good if chance.random() < 0.5 else noise)
            sys.stdout.buffer.flush()
        time.sleep(3600)
    """)  # fmt: skip
    with pytest.raises(WorkerLost, match="broke the protocol"):
        WorkerProcess(info).start(LIMIT_S)
