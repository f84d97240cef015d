"""Where this station keeps its state: one folder, moved as a whole by `EARSHOT_HOME`."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from engines.places import Places


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder of one station."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "earshot.db"

    @property
    def takes(self) -> Path:
        """Recordings, as the microphone delivered them."""
        return self.folder / "takes"

    @property
    def cache(self) -> Path:
        """What the next start deletes, and anybody may delete before it."""
        return self.folder / "cache"

    @property
    def heard(self) -> Path:
        """The 16 kHz copies that systems get; may be deleted at any time."""
        return self.cache / "heard"

    @property
    def counted(self) -> Path:
        """Exports made for the Results page, while it counts; may be deleted at any time."""
        return self.cache / "counted"

    @property
    def models(self) -> Path:
        """Weights, one folder for each model and revision."""
        return self.folder / "models"

    @property
    def environments(self) -> Path:
        """Python environments of engines that need their own."""
        return self.folder / "environments"

    @property
    def engines(self) -> Path:
        """Engines that somebody brought: one folder each, with an `engine.toml`."""
        return self.folder / "engines"

    @property
    def catalogue(self) -> Path:
        """Systems that somebody added on this station: TOML files as in resources/catalogue."""
        return self.folder / "systems"

    @property
    def places(self) -> Places:
        """What workers are told of it. Weight sums outlast the cache, which every start deletes."""
        return Places(self.models, self.folder / "sums", self.environments, self.engines)

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def key(self) -> Path:
        """What signs this station's exports; whoever has it can sign in its name."""
        return self.folder / "station.key"

    @property
    def settings(self) -> Path:
        return self.folder / "settings.json"

    @property
    def tellable(self) -> bool:
        """Whether its name is text: the worker protocol is."""
        try:
            str(self.folder).encode()
        except UnicodeEncodeError:
            return False
        return True

    def holds(self, path: Path) -> bool:
        """Whether `path` is this folder or lies in it, whatever links lead there."""
        real = os.path.realpath(self.folder)
        return Path(os.path.realpath(path)).is_relative_to(real)

    def create(self) -> None:
        """Make the folders. Raises OSError when the place cannot be written to."""
        for folder in (self.folder, self.takes, self.heard, self.backups, self.logs):
            folder.mkdir(parents=True, exist_ok=True)


def home(override: str | None = None) -> Home:
    """The data folder: `override`, else `EARSHOT_HOME`, else where this system keeps user data."""
    chosen = override or os.environ.get("EARSHOT_HOME")
    if chosen:
        place = Path(chosen)
        with suppress(RuntimeError):  # “~name” of nobody here is a name like any other
            place = place.expanduser()
        return Home(place.absolute())
    return Home(Path(platformdirs.user_data_dir("Earshot", appauthor=False)))
