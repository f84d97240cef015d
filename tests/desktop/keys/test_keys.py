"""Where API keys are kept, and where they are not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from desktop.errors import EarshotError, UsageProblem
from desktop.keys.vault import Keys, is_trusted, system_vault, variable

ROOT = Path(__file__).resolve().parents[3]
KEY = "sk-tests-0123456789abcdef"


class Drawer:
    """A vault that keeps what it gets, or says that it is locked."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        del self.held[service, username]

    def _open(self) -> None:
        if self.locked:
            raise OSError(f"locked, with {self.held} in it")


def test_the_system_keeps_a_key_where_it_can():
    drawer = Drawer()
    keys = Keys(drawer, {})
    keys.set("openai", f"  {KEY}\n")
    assert drawer.held == {("Earshot", "openai"): KEY}
    assert Keys(drawer, {})("openai") == KEY
    assert keys.lasting
    assert keys.where() == "the keyring of the system"


def test_memory_keeps_it_for_the_sitting_where_the_system_cannot():
    keys = Keys(None, {})
    keys.set("openai", KEY)
    assert keys("openai") == KEY
    assert Keys(None, {})("openai") is None
    assert keys.where() == "memory, until Earshot ends"


def test_a_variable_of_the_shell_gives_a_key_unless_another_was_set():
    shell = {"OPENAI_API_KEY": "of-the-shell", "MY_LAB_API_KEY": "of-the-lab"}
    keys = Keys(Drawer(), shell)
    assert keys("openai") == "of-the-shell"
    assert keys("my-lab") == "of-the-lab"
    keys.set("openai", KEY)
    assert keys("openai") == KEY


@pytest.mark.parametrize("vault", [None, Drawer()])
def test_what_was_forgotten_is_gone(vault: Drawer | None):
    keys = Keys(vault, {})
    keys.set("openai", KEY)
    assert keys.forget("openai")
    assert keys("openai") is None
    assert not keys.forget("openai")


@pytest.mark.parametrize("key", ["", "short", "two words here", "schlüssel-schlüssel", "a\nb" * 9])
def test_what_is_no_key_is_refused_and_not_repeated(key: str):
    with pytest.raises(UsageProblem) as caught:
        Keys(None, {}).set("openai", key)
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize("name", ["", "OpenAI", "../openai", "a b", "x" * 41])
def test_what_is_no_name_is_refused(name: str):
    keys = Keys(None, {variable(name): KEY})
    assert keys(name) is None
    with pytest.raises(UsageProblem):
        keys.set(name, KEY)
    with pytest.raises(UsageProblem):
        keys.forget(name)


def test_a_locked_vault_is_told_without_what_it_says(caplog: pytest.LogCaptureFixture):
    drawer = Drawer()
    keys = Keys(drawer, {})
    keys.set("openai", KEY)
    drawer.locked = True
    assert keys("openai") is None
    with pytest.raises(EarshotError) as caught:
        keys.set("openai", "another-key-0123")
    assert "Unlock it" in str(caught.value)
    assert KEY not in caplog.text
    assert "another-key" not in str(caught.value)


def backend_of(module: str) -> object:
    return type("Keyring", (), {"__module__": module})()


@pytest.mark.parametrize(
    ("module", "trusted"),
    [
        ("keyring.backends.SecretService", True),
        ("keyring.backends.libsecret", True),
        ("keyring.backends.kwallet", True),
        ("keyring.backends.macOS", True),
        ("keyring.backends.Windows", True),
        ("keyring.backends.fail", False),
        ("keyring.backends.null", False),
        ("keyrings.alt.file", False),
        ("keyrings.alt.multi", False),
        ("somebody.s.own", False),
    ],
)
def test_only_the_operating_system_is_trusted(module: str, trusted: bool):
    assert is_trusted(backend_of(module)) is trusted


@pytest.mark.local
class TestPackage:
    """With the real package `keyring`."""

    @pytest.mark.parametrize(
        ("backends", "chosen"),
        [
            (["keyring.backends.null"], None),
            (["keyrings.alt.file", "keyring.backends.kwallet"], 1),
            (["keyring.backends.fail", "keyrings.alt.file"], None),
        ],
    )
    def test_of_a_chain_the_first_trusted_is_taken(
        self, monkeypatch: pytest.MonkeyPatch, backends: list[str], chosen: int | None
    ):
        import keyring

        chain = type("Chain", (), {"backends": [backend_of(module) for module in backends]})()
        monkeypatch.setattr(keyring, "get_keyring", lambda: chain)
        assert system_vault() is (None if chosen is None else chain.backends[chosen])

    @pytest.mark.parametrize(
        "backend", ["keyring.backends.null.Keyring", "plain.Keyring", "nowhere.at.all"]
    )
    def test_a_keyring_that_keeps_nothing_or_writes_files_gets_no_key(
        self, tmp_path: Path, backend: str
    ):
        (tmp_path / "plain.py").write_text(PLAIN)
        done = typed(
            "openai",
            PYTHON_KEYRING_BACKEND=backend,
            PYTHONPATH=str(tmp_path),
            PLACE=str(tmp_path / "kept"),
        )
        assert done.returncode == 1
        assert "no keyring that Earshot trusts" in done.stderr
        assert "OPENAI_API_KEY" in done.stderr
        assert not (tmp_path / "kept").exists()
        assert KEY not in done.stdout + done.stderr

    def test_a_trusted_keyring_is_asked_for_it(self, tmp_path: Path):
        """A stand-in takes the place of the system's own backend, which no test machine has."""
        (tmp_path / "sitecustomize.py").write_text(
            f"{PLAIN}\nimport keyring\nKeyring.__module__ = 'keyring.backends.SecretService'\n"
            "keyring.set_keyring(Keyring())\n"
        )
        place = tmp_path / "kept"
        done = typed("openai", PYTHONPATH=str(tmp_path), PLACE=str(place))
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr == "Kept openai in the keyring of the system.\n"
        assert place.read_text() == f"Earshot openai {KEY}"
        home = Path(os.environ["EARSHOT_HOME"])
        files = [path for path in home.rglob("*") if path.is_file()]
        assert [path for path in files if KEY.encode() in path.read_bytes()] == []


PLAIN = """
import os
from pathlib import Path
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 9
    def get_password(self, service, username):
        return None
    def set_password(self, service, username, password):
        Path(os.environ["PLACE"]).write_text(f"{service} {username} {password}")
    def delete_password(self, service, username):
        pass
"""


def test_a_key_is_no_argument():
    done = earshot("systems", "key", "openai", KEY)
    assert done.returncode == 2


@pytest.mark.parametrize(
    "arguments", [["key"], ["key", "Open AI"], ["list", "openai"], ["check", "--forget"]]
)
def test_bad_usage_is_told(arguments: list[str]):
    done = earshot("systems", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_forgetting_says_where_a_key_still_is():
    done = earshot("systems", "key", "openai", "--forget", environment={"OPENAI_API_KEY": KEY})
    assert done.returncode == 0
    assert "There was no key openai to forget." in done.stderr
    assert "OPENAI_API_KEY of this shell still gives one" in done.stderr
    assert KEY not in done.stderr


def typed(name: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`systems key NAME`, with the key on standard input."""
    return earshot("systems", "key", name, said=f"{KEY}\n", environment=environment)


def earshot(
    *arguments: str, said: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments],
        input=said,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
