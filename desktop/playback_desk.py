"""Plays a take back to the person who spoke it; one at a time, from the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.audio.problems import AudioUnavailable
from desktop.audio.threads import wait_until_closed

if TYPE_CHECKING:
    from desktop.audio.playback import Player


class PlaybackDesk:
    """`on_change` and `on_failure` are called in the window's thread."""

    def __init__(self, post: Callable[[Callable[[], None]], None]) -> None:
        self._post = post
        self._player: Player | None = None
        self._file: Path | None = None
        self.on_change: Callable[[], None] = lambda: None
        self.on_failure: Callable[[AudioUnavailable], None] = lambda _: None

    def playing(self, file: Path) -> bool:
        return self._file == file

    def toggle(self, file: Path) -> None:
        """Play `file` from its start, or stop it where it is playing."""
        if self._file == file:
            self.stop()
            return
        self.stop()
        self._file = file
        if self._player is None:
            from desktop.audio.playback import Player  # late: it loads numpy, and few play back

            self._player = Player()
        self._player.play(file, lambda error: self._post(lambda: self._ended(file, error)))
        self.on_change()

    def stop(self) -> None:
        if self._file is not None and self._player is not None:
            self._file = None
            self._player.stop()
            self.on_change()

    def shut_down(self) -> None:
        """Stop, and wait until the loudspeaker is released."""
        self._file = None
        if self._player is not None:
            wait_until_closed(self._player.stop())

    def _ended(self, file: Path, error: AudioUnavailable | None) -> None:
        if self._file != file:
            return
        self._file = None
        if error is not None:
            self.on_failure(error)
        self.on_change()
