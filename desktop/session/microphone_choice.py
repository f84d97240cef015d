"""Which microphone is listened to: chosen before a session or in it, and remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from desktop.audio.capture import CaptureFault, Level
from desktop.logs import log
from desktop.session.compare_desk import CompareDesk, microphone
from desktop.session.session import Session
from desktop.session.take_desk import NamedSource
from desktop.settings import remember
from ui.state import ArenaState


class MicrophoneChoice:
    """Belongs to the window's thread."""

    def __init__(
        self,
        compare: Callable[[], CompareDesk],
        session: Callable[[], Session | None],
        settings: Path,
        *,
        longest_ms: int,
    ) -> None:
        """`compare` knows which microphones there are; `session` is the one that runs."""
        self._compare = compare
        self._session = session
        self._settings = settings
        self._longest_ms = longest_ms

    def source(
        self,
        on_level: Callable[[Level], None],
        on_fault: Callable[[CaptureFault], None],
        _question: int,
    ) -> NamedSource:
        """The chosen one, to be opened by the take desk."""
        device = self._compare().device
        source = microphone(device, on_level, on_fault, max_duration_ms=self._longest_ms)
        return NamedSource(source, device.name if device else "The system's microphone")

    def choose(self, key: str) -> None:
        self._compare().choose(key)
        try:
            remember(self._settings, "microphone", key)
        except OSError as error:  # it is chosen all the same, for today
            log.info("settings not saved: %s", error)

    def choose_in_session(self, key: str) -> None:
        if (session := self._session()) is not None:
            session.microphone.change(lambda: self.choose(key))

    def look_again_in_session(self) -> None:
        if (session := self._session()) is not None:
            session.microphone.look_again()

    def shown(self, state: ArenaState) -> ArenaState:
        """The session's state with what can be chosen."""
        compare = self._compare().state
        devices = () if state.asked_before else compare.devices
        return replace(state, devices=devices, device_key=compare.device_key)
