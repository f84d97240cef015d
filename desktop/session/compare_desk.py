"""What stands before a session: which microphones there are, and whether the chosen one hears.

Knows no Qt. PortAudio is asked in a thread of its own: it can take half a second.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop import problems
from desktop.audio.capture import CaptureFailed, CaptureFault, Level
from desktop.audio.devices import InputDevice, StillOpen, list_inputs, rescan
from desktop.audio.problems import no_device
from desktop.audio.threads import in_thread
from desktop.session.study import Study
from ui.state import CompareState, DeviceRow, Meter, Problem

if TYPE_CHECKING:
    from desktop.audio.recorder import Recorder


def microphone(
    device: InputDevice | None,
    on_level: Callable[[Level], None],
    on_fault: Callable[[CaptureFault], None],
    *,
    max_duration_ms: int,
) -> Recorder:
    """A recorder on `device`, or on the system's default."""
    from desktop.audio.recorder import Recorder  # late: it loads numpy, and a window must open

    return Recorder(device, on_level=on_level, on_fault=on_fault, max_duration_ms=max_duration_ms)


class CompareDesk:
    """Belongs to the window's thread; `on_state` and `on_meter` are called there."""

    def __init__(
        self,
        study: Study,
        post: Callable[[Callable[[], None]], None],
        *,
        device_key: str,
        instead: str = "",
        replays: bool = False,
        on_state: Callable[[CompareState], None],
        on_meter: Callable[[Meter], None],
    ) -> None:
        """`device_key` is the microphone asked for; empty: the system's default.

        `instead` names what stands in for every microphone; then none is listed or opened.
        `replays` says that it is what was asked before.
        """
        self._instead = instead
        self._post = post
        self._on_state = on_state
        self._on_meter = on_meter
        self._asked_for = device_key
        self._devices: dict[str, InputDevice] = {}
        self._source: Recorder | None = None
        self._closing: Future[None] = Future()
        self._closing.set_result(None)
        self._listening = False
        self._told: Problem | None = None  # by others; stays while microphones come and go
        self._take_max_ms = study.take_max_ms
        self._state = CompareState(
            study_title=study.title,
            study_text=study.text,
            battles=study.session_length,
            notice=study.notice,
            device_key=device_key,
            listens=not instead,
            replays=replays,
        )

    @property
    def state(self) -> CompareState:
        return self._state

    @property
    def device(self) -> InputDevice | None:
        """The chosen microphone, as last listed; None means the system's default."""
        return self._devices.get(self._state.device_key)

    def draw(self) -> None:
        """Show what is known before anything was asked."""
        self._publish()

    def open(self) -> None:
        """The page is in front: list the microphones and listen to the chosen one."""
        if self._instead:
            row = DeviceRow(self._instead, self._instead)
            self._set(replace(self._state, devices=(row,), device_key=row.key))
            return
        self._listening = True
        self._publish()
        self._list(list_inputs)

    def close(self) -> Future[None]:
        """The page is left: the microphone is closed."""
        self._listening = False
        return self._close_source()

    def rescan(
        self, closed: Future[None] | None = None, then: Callable[[], None] = lambda: None
    ) -> None:
        """Look again, after something was plugged in; `then` is called once that is done.

        PortAudio forgets everything first, so what else was open has to be `closed`.
        """
        if self._instead:
            then()
            return
        own = self._close_source()

        def look_again() -> list[InputDevice]:
            for closing in (own, closed):
                if closing is not None:
                    closing.result()
            try:
                return rescan()
            except StillOpen:  # somebody was quicker and has chosen a microphone meanwhile
                return list_inputs()

        self._list(look_again, then)

    def choose(self, key: str) -> None:
        self._asked_for = key
        self._set(replace(self._state, device_key=key, problem=self._told))
        self._listen()

    def tell(self, **changes: object) -> None:
        """Change what else the page says, for example that a session can be resumed."""
        if "problem" in changes:
            told = changes["problem"]
            self._told = told if isinstance(told, Problem) else None
        self._set(replace(self._state, **changes))  # type: ignore[arg-type]

    def _list(
        self, how: Callable[[], list[InputDevice]], then: Callable[[], None] = lambda: None
    ) -> None:
        future = in_thread("audio-list", lambda: _ready_to_listen(how))

        def listed() -> None:
            self._listed(future)
            then()

        future.add_done_callback(lambda _: self._post(listed))

    def _listed(self, future: Future[list[InputDevice]]) -> None:
        error = future.exception()
        if error is not None:
            self._set(replace(self._state, devices=(), problem=_nothing(error)))
            return
        devices = future.result()
        self._devices = {device.key: device for device in devices}
        rows = tuple(DeviceRow(d.key, d.name, d.hint) for d in devices)
        chosen = self._chosen_of(devices)
        problem = self._told
        if chosen is None:
            problem = _nothing(no_device("microphone"))
        elif self._asked_for not in ("", chosen.key):
            problem = problems.another_microphone(self._asked_for, chosen.key)
        key = chosen.key if chosen else ""
        self._set(replace(self._state, devices=rows, device_key=key, problem=problem))
        self._listen()

    def _chosen_of(self, devices: list[InputDevice]) -> InputDevice | None:
        """The one that was asked for, else the one in use, else the default."""
        default = next((d for d in devices if d.is_default), devices[0] if devices else None)
        in_use = self._devices.get(self._state.device_key, default)
        return self._devices.get(self._asked_for, in_use)

    def _listen(self) -> None:
        self._close_source()
        device = self.device
        if not self._listening or device is None:
            return
        source = microphone(
            device,
            lambda level: self._post(lambda: self._level(source, level)),
            lambda fault: self._post(lambda: self._fault(source, fault)),
            max_duration_ms=self._take_max_ms,
        )
        self._source = source
        opened = source.open()
        opened.add_done_callback(lambda _: self._post(lambda: self._opened(source, opened)))

    def _opened(self, source: Recorder, opened: Future[None]) -> None:
        if source is not self._source:
            return
        error = opened.exception()
        if error is not None:
            self._source = None
            self._set(replace(self._state, meter_open=False, problem=_nothing(error)))
        else:
            self._set(replace(self._state, meter_open=True))

    def _level(self, source: Recorder, level: Level) -> None:
        if source is self._source:
            self._on_meter(Meter(level.level_dbfs))

    def _fault(self, source: Recorder, fault: CaptureFault) -> None:
        if source is self._source and fault.stream_closed:
            self._close_source()
            self._set(replace(self._state, problem=_nothing(CaptureFailed(fault))))

    def _close_source(self) -> Future[None]:
        source, self._source = self._source, None
        if source is not None:
            self._state = replace(self._state, meter_open=False)
            self._closing = source.close()
        return self._closing

    def _set(self, state: CompareState) -> None:
        self._state = state
        self._publish()

    def _publish(self) -> None:
        self._on_state(self._state)


def _nothing(error: BaseException) -> Problem:
    """There is nothing to listen to: why, and one may look again."""
    return problems.from_exception(error, action="Look again")


def _ready_to_listen(how: Callable[[], list[InputDevice]]) -> list[InputDevice]:
    """The microphones, and by then the recorder's code: the window's thread must not load it."""
    import desktop.audio.recorder  # noqa: F401

    return how()
