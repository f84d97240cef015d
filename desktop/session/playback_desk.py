"""Plays a take back to the person who spoke it; one at a time, from the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.audio.problems import AudioUnavailable
from desktop.audio.threads import wait_until_closed

if TYPE_CHECKING:
    from desktop.audio.playback import Player


@dataclass(frozen=True, eq=False, slots=True)
class _Playback:
    """One playing of a file. The same file may be played again: then this is another one."""

    file: Path


class PlaybackDesk:
    """`on_change` and `on_failure` are called in the window's thread."""

    def __init__(self, post: Callable[[Callable[[], None]], None]) -> None:
        self._post = post
        self._player: Player | None = None
        self._playback: _Playback | None = None
        """What plays now."""
        self.on_change: Callable[[], None] = lambda: None
        self.on_failure: Callable[[AudioUnavailable], None] = lambda _: None

    def playing(self, file: Path) -> bool:
        return self._playback is not None and self._playback.file == file

    def toggle(self, file: Path) -> None:
        """Play `file` from its start, or stop it where it is playing."""
        if self.playing(file):
            self.stop()
            return
        self.stop()
        playback = self._playback = _Playback(file)
        if self._player is None:
            from desktop.audio.playback import Player  # late: it loads numpy, and few play back

            self._player = Player()
        self._player.play(file, lambda error: self._post(lambda: self._ended(playback, error)))
        self.on_change()

    def stop(self) -> None:
        if self._playback is not None and self._player is not None:
            self._playback = None
            self._player.stop()
            self.on_change()

    def shut_down(self) -> None:
        """Stop, and wait until the loudspeaker is released."""
        self._playback = None
        if self._player is not None:
            wait_until_closed(self._player.stop())

    def _ended(self, playback: _Playback, error: AudioUnavailable | None) -> None:
        if self._playback is not playback:  # stopped, and perhaps played again since
            return
        self._playback = None
        if error is not None:
            self.on_failure(error)
        self.on_change()
