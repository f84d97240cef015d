"""A worker's log is bounded on disk and in memory, and harmless to read in a terminal."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engines.limits import LOG_LAST_LINES, LOG_LINE_LIMIT
from engines.worker_log import WorkerLog


def test_lines_are_written_and_the_last_are_at_hand(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "worker.log"
    log = WorkerLog(path)
    log.feed(b"one\ntw")
    log.feed(b"o\nthree")
    assert log.last_lines() == ("one", "two")
    log.close()
    assert log.last_lines() == ("one", "two", "three")
    assert path.read_text() == "one\ntwo\nthree\n"


def test_a_silent_worker_leaves_no_file(tmp_path: Path) -> None:
    WorkerLog(tmp_path / "worker.log").close()
    assert list(tmp_path.iterdir()) == []


def test_the_file_cannot_grow(tmp_path: Path) -> None:
    path = tmp_path / "worker.log"
    log = WorkerLog(path, limit_bytes=1000)
    for number in range(1000):
        log.feed(f"line {number}\n".encode())
    log.close()
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 2000
    assert path.read_text().splitlines()[-1] == "line 999"
    assert len(log.last_lines()) == LOG_LAST_LINES


def test_a_line_without_end_is_cut() -> None:
    log = WorkerLog(None)
    for _ in range(1000):
        log.feed(b"x" * 65536)
    log.feed(b"\nnext\n")
    first, second = log.last_lines()
    assert first == "x" * LOG_LINE_LIMIT + " […]"
    assert second == "next"


def test_control_characters_are_shown_not_done(tmp_path: Path) -> None:
    log = WorkerLog(tmp_path / "worker.log")
    log.feed(
        "\x1b[2J\x1b]0;title\x07 rtl\u202e nul\x00 tab\t ok\n\xff\n".encode("latin-1", "replace")
    )
    log.feed("rtl\u202e\n".encode())
    log.close()
    text = (tmp_path / "worker.log").read_text()
    assert not set(text) & {"\x1b", "\x07", "\x00", "\u202e"}
    assert "\\x1b[2J" in text
    assert "\\u202e" in text
    assert "\\xff" in text
    assert "tab\t ok" in text


@given(st.lists(st.binary(max_size=50)))
def test_any_bytes_can_be_logged(chunks: list[bytes]) -> None:
    log = WorkerLog(None)
    for chunk in chunks:
        log.feed(chunk)
    log.close()
    whole = b"".join(chunks)
    ended = whole.count(b"\n") + (not whole.endswith(b"\n") and bool(whole))
    assert len(log.last_lines()) == min(LOG_LAST_LINES, ended)


def test_a_log_that_cannot_be_written_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    log = WorkerLog(tmp_path / "taken" / "worker.log")
    log.feed(b"one\ntwo\n")
    log.close()
    assert log.last_lines() == ("one", "two")
