"""One running window and everything behind it: made once, closed once.

Start-up order: folders and log, database (with the lock that makes this the only writer), worker
pool (starts nothing yet), window, and only when the window is on screen what takes time: listing
microphones, starting the baselines' workers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop import arena_wiring, problems
from desktop.audio.capture import CaptureFault, Level
from desktop.audio.devices import InputDevice
from desktop.audio.quality import Limits
from desktop.audio.recorder import Recorder
from desktop.catalogue import Entry, read_catalogue
from desktop.compare_desk import CompareDesk
from desktop.errors import CatalogueProblem
from desktop.ledger import Ledger, new_seed
from desktop.logs import log
from desktop.paths import Home
from desktop.playback_desk import PlaybackDesk
from desktop.qt_thread import WindowThread
from desktop.results_desk import count_and_rank
from desktop.session import Session
from desktop.settings import Settings, save_settings
from desktop.study import Study
from desktop.systems_desk import check_systems, list_systems
from desktop.take_desk import Source, SourceFactory, TakeDesk
from engines.pool import Pool
from local_db.store import Store
from ui.state import ArenaState, FinishedState, ResultsState, SystemsState
from ui.window import MainWindow


class Program(QObject):
    """Wires the folders together. `session_state` repeats what the arena page is told."""

    session_state = Signal(object)
    session_finished = Signal(object)
    results_ready = Signal(object)
    systems_ready = Signal(object)

    def __init__(
        self,
        home: Home,
        study: Study,
        settings: Settings,
        store: Store,
        *,
        catalogue: Mapping[str, Entry] | None = None,
        source: SourceFactory | None = None,
        simulated: bool = False,
    ) -> None:
        super().__init__()
        self._home = home
        self._study = study
        self._settings = settings
        self._store = store
        self._catalogue = read_catalogue() if catalogue is None else catalogue
        self._entries = _entries(study, self._catalogue)
        self._source = source
        self._simulated = simulated
        self._include_simulated = simulated
        self._thread = WindowThread(self)
        self._background = ThreadPoolExecutor(2, thread_name_prefix="background")
        self._pool = Pool(
            [entry.system for entry in self._entries.values()],
            log_folder=home.logs,
            time_limit_s=study.answer_time_limit_s,
        )
        self._session: Session | None = None
        self._closed = False
        self.window = MainWindow()
        self._compare = CompareDesk(
            study,
            self._background,
            self._thread.post,
            self._device_source,
            device_key=settings.microphone,
            on_state=self.window.compare.draw,
            on_meter=self.window.compare.show_meter,
        )
        self._connect()
