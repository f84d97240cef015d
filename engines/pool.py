"""All systems of a session and the workers they share: what the window and the commands talk to.

    systems  →  parts (engine + model)  →  one lane, one worker process each  →  answers

Both answers of a battle are made at the same time where they come from different workers; what
needs the same worker queues for it. Nothing here waits: futures are settled, and tokens told, in
threads of the pool. Those callbacks must return soon and must not close the pool.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

from engines.api import Part, Probe, System, Transcription, Turn
from engines.asking import Asked, Question
from engines.client import STOP_LIMIT_S
from engines.futures import all_of
from engines.keys import Keys
from engines.lane import Lane
from engines.places import Places
from engines.prober import Prober
from engines.recognitions import Recognitions, only_transcription
from engines.registry import EngineInfo, engines_at
from engines.residency import Residency
from engines.segment import Listening, Segment

__all__ = ["Asked", "Pool"]


class Pool:
    """The workers of some systems. Close it: it is a context manager."""

    def __init__(
        self,
        systems: Iterable[System],
        *,
        engines: Mapping[str, EngineInfo] | None = None,
        log_folder: Path | None = None,
        places: Places | None = None,
        keys: Keys | None = None,
        time_limit_s: float = 60.0,
    ) -> None:
        """Starts no process yet.

        `places` are where weights and environments lie; `engines` are those of the `engines/`
        folder and of `places` unless given. Each worker's stderr goes to a file in `log_folder`,
        nowhere without one; `keys` gives the API keys that models name. `time_limit_s` holds for
        one recognition and for one response, not for loading.
        """
        self._systems = {system.id: system for system in systems}
        self._engines = engines_at(places) if engines is None else engines
        self._log_folder = log_folder
        self._extra_env = places.to_environment() if places else {}
        self._keys = keys
        self._time_limit_s = time_limit_s
        self._recognitions = Recognitions()
        self._residency = Residency()
        self._lock = threading.Lock()  # of the three below
        self._lanes: dict[str, Lane] = {}
        self._prober: Prober | None = None
        self._closed = False

    def renew(self, systems: Iterable[System]) -> None:
        """From now on these are the systems. What is at work for the earlier ones goes on."""
        self._systems = {system.id: system for system in systems}

    def probe(self, part: Part) -> Future[Probe]:
        """Whether `part` could run here, asked in a process that loads nothing."""
        with self._lock:
            if self._prober is None:
                self._prober = Prober(self._extra_env, self._keys)
                if self._closed:
                    self._prober.begin_close()
        return self._prober.probe(part, self._info(part))

    def prewarm(self, system_ids: Iterable[str]) -> list[Future[None]]:
        """Start and load what these systems need; one future a system, in their order.

        Where memory does not hold them all, the later ones are loaded when they are asked. A
        future fails with EngineError. Raises KeyError for an id the pool does not have.
        """
        systems = [self._systems[system_id] for system_id in system_ids]
        self._residency.want([lane for system in systems for lane in self._lanes_of(system)])
        return [all_of([lane.warm() for lane in self._lanes_of(system)]) for system in systems]

    def ask(
        self,
        system_id: str,
        wav_path: Path,
        *,
        seed: int = 0,
        on_token: Callable[[str], None] | None = None,
        history: Sequence[Turn] = (),
    ) -> Asked:
        """Ask one system about one take (16 kHz mono PCM16 WAV).

        Raises KeyError for an id the pool does not have.
        """
        system = self._systems[system_id]
        question = Question(system, wav_path.resolve(), seed, history, on_token)
        lane = self._lane(system.responder)
        if system.recogniser is None:
            return Asked(question, lane, None, lambda: None)
        key = (_name(system.recogniser), question.wav_path)
        recognition = self._recognitions.join(key, self._lane(system.recogniser))
        return Asked(
            question, lane, recognition, lambda: self._recognitions.leave(key, recognition)
        )

    def transcribe(self, recogniser: Part, wav_path: Path) -> Future[Transcription]:
        """What is heard in a take. Shared with every `ask` of the same take and recogniser."""
        key = (_name(recogniser), wav_path.resolve())
        return only_transcription(self._recognitions.join(key, self._lane(recogniser)))

    def listen(self, who: Iterable[str | Part]) -> Listening:
        """Have a take recognised while it is being spoken, for these systems or recognisers.

        A head start for `ask` and `transcribe` of its file, where an engine can; nothing fails
        where it cannot. An engine that uses the network hears whole takes only: what the speaker
        throws away stays on this machine. Raises KeyError for an id the pool does not have.
        """
        parts = [self._systems[one].recogniser if isinstance(one, str) else one for one in who]
        lanes = {_name(part): self._lane(part) for part in parts if part and self.stays_here(part)}
        segments = {name: Segment() for name in lanes}
        for name, segment in segments.items():
            lanes[name].listen(segment)
        return Listening(
            segments, lambda name, path, segment: self._recognitions.offer((name, path), segment)
        )

    def stays_here(self, part: Part) -> bool:
        """Whether what it is given never leaves this machine: its engine uses no network."""
        return not self._info(part).network

    def forget(self, wav_path: Path) -> None:
        """Drop the recognitions of a take, because the file is gone or another."""
        self._recognitions.forget(wav_path.resolve())

    def close(self) -> None:
        """End every worker's process group; questions on their way get cancelled answers.

        Returns after `engines.client.STOP_LIMIT_S` at most. May be called again.
        """
        with self._lock:
            self._closed = True
            enders: list[Lane | Prober] = list(self._lanes.values())
            if self._prober is not None:
                enders.append(self._prober)
        for ender in enders:
            ender.begin_close()
        self._residency.close()
        until_s = time.monotonic() + STOP_LIMIT_S
        for ender in enders:
            ender.join(max(0.0, until_s - time.monotonic()))

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _lanes_of(self, system: System) -> list[Lane]:
        parts = [part for part in (system.recogniser, system.responder) if part is not None]
        return [self._lane(part) for part in parts]

    def _lane(self, part: Part) -> Lane:
        name = _name(part)
        with self._lock:
            if name not in self._lanes:
                log_path = self._log_folder / f"{name}.log" if self._log_folder else None
                self._lanes[name] = Lane(
                    part,
                    self._info(part),
                    log_path=log_path,
                    time_limit_s=self._time_limit_s,
                    residency=self._residency,
                    extra_env=self._extra_env,
                    keys=self._keys,
                )
                if self._closed:
                    self._lanes[name].begin_close()
            return self._lanes[name]

    def _info(self, part: Part) -> EngineInfo:
        absent = f"There is no engine {part.engine!r}."
        return self._engines.get(part.engine) or EngineInfo(part.engine, Path(), problem=absent)


def _name(part: Part) -> str:
    """The same for equal (engine, model) pairs, whatever the order of the model's settings."""
    model = json.dumps(dict(part.model), sort_keys=True)
    return f"{part.engine}-{hashlib.sha256(model.encode()).hexdigest()[:12]}"
