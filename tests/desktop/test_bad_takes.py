"""Recordings that nobody should hand in, on the two roads by which files come: `ask` and `ab`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from desktop.audio.problems import AudioUnavailable
from desktop.cli import main
from desktop.errors import EarshotError
from desktop.paths import Home
from desktop.session.earlier_takes import earlier_takes, require_usable
from tests.desktop.cli.test_cli import earshot
from tests.helpers.bad_takes import ANSWERED, BAD_TAKES, BadTake

LONGEST_MS = 60_000
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


PAIR = ("ab", "baseline-eliza", "--against", "hears-itself", "--replay")
FOLDER = [bad for bad in BAD_TAKES if bad.name not in ("missing", "a folder", "ten minutes")]


@pytest.mark.parametrize("bad", FOLDER, ids=lambda bad: bad.name)
def test_what_could_not_be_asked_again_is_named(
    home: Path, tmp_path: Path, spoken: Path, bad: BadTake
) -> None:
    """Noise is refused there as well: in the window nobody could get past it."""
    takes = tmp_path / "takes"
    takes.mkdir()
    shutil.copy(spoken, takes / "good.wav")
    require_usable(earlier_takes(str(takes), Home(home)), longest_ms=LONGEST_MS)
    wrong = bad.at(takes)
    with pytest.raises((AudioUnavailable, EarshotError), match=f"“{wrong.name}” "):
        require_usable(earlier_takes(str(takes), Home(home)), longest_ms=LONGEST_MS)


def test_ab_names_a_recording_before_the_window_opens(home: Path, tmp_path: Path) -> None:
    (tmp_path / "takes").mkdir()
    (tmp_path / "takes" / "text.wav").write_text("this is text and no sound")
    done = earshot(*PAIR, tmp_path / "takes", "--home", home, QT_QPA_PLATFORM="offscreen")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("“text.wav” cannot be read as audio.")
    assert len(done.stderr.splitlines()) == 1


def test_a_recording_that_is_too_long_for_the_study_is_named(spoken: Path) -> None:
    with pytest.raises(EarshotError, match="would be refused as a take: too long"):
        require_usable([spoken], longest_ms=1500)
