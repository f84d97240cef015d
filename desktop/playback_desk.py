"""Plays a take back to the person who spoke it; one at a time, from the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop.audio.errors import AudioUnavailable
from desktop.audio.playback import Player


class PlaybackDesk:
    """`on_change` is called in the window's thread whenever playing starts or ends."""

    def __init__(self, post: Callable[[Callable[[], None]], None]) -> None:
        self._post = post
        self._player = Player()
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
        try:
            self._player.play(file, lambda: self._post(lambda: self._ended(file)))
        except AudioUnavailable as error:
            self.on_failure(error)
            return
        self._file = file
        self.on_change()

    def stop(self) -> None:
        if self._file is not None:
            self._file = None
            self._player.stop()
            self.on_change()

    def _ended(self, file: Path) -> None:
        if self._file == file:
            self._file = None
            self.on_change()
