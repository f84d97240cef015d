"""Recordings that nobody should hand in, on the two roads by which files come: `ask` and `ab`."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.cli import main
from tests.helpers.bad_takes import ANSWERED, BAD_TAKES, BadTake

HEARS_ITSELF = """
[[system]]
id = "hears-itself"
label = "A scripted system"
version = "1"
kind = "scripted"
licence = { name = "none" }
responder = { engine = "echo" }
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A station with a system of its own that says how long a recording is."""
    (tmp_path / "home" / "systems").mkdir(parents=True)
    (tmp_path / "home" / "systems" / "own.toml").write_text(HEARS_ITSELF)
    return tmp_path / "home"


@pytest.mark.parametrize("bad", BAD_TAKES, ids=lambda bad: bad.name)
def test_ask_hears_it_or_says_in_a_sentence_why_not(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], bad: BadTake
) -> None:
    code = main(["ask", str(bad.at(tmp_path)), "--system", "hears-itself", "--home", str(home)])
    out, err = capsys.readouterr()
    *progress, said = err.splitlines() or [""]
    if bad.ask[1] is ANSWERED:
        assert (code, out, progress) == (0, "You said: 1 seconds of sound\n", [])
        return
    assert code == bad.ask[0]
    assert bad.ask[1] in said
    assert set(progress) <= {"Asking A scripted system …"}
    assert out == ""


@pytest.fixture
def _ctrl_c() -> Iterator[None]:
    """`ab` hands it to the system, for good."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


FOLDER = [bad for bad in BAD_TAKES if bad.name in ("text", "cut off", "all zero", "8 bits")]


@pytest.mark.usefixtures("_ctrl_c")
@pytest.mark.parametrize("bad", FOLDER, ids=lambda bad: bad.name)
def test_ab_says_which_recording_of_a_folder_could_not_be_asked_again(
    home: Path, tmp_path: Path, spoken: Path, capsys: pytest.CaptureFixture[str], bad: BadTake
) -> None:
    """Before the window opens, in which nobody could get past it: noise is refused there too."""
    takes = tmp_path / "takes"
    takes.mkdir()
    shutil.copy(spoken, takes / "good.wav")
    wrong = bad.at(takes)
    pair = ["ab", "baseline-eliza", "--against", "hears-itself"]
    code = main([*pair, "--replay", str(takes), "--home", str(home)])
    out, err = capsys.readouterr()
    assert code == 1
    assert len(err.splitlines()) == 1
    assert f"“{wrong.name}” " in err
    assert out == ""
