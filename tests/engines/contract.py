"""What every engine must pass: inherit `EngineContract` once per engine.

    class TestSkills(EngineContract):
        family = "skills"

An engine is `engines/<family>/engine.toml` beside `engine.py` with a class `Engine`. The contract
starts it in a real worker, as the program does. Set `model` and `settings` if it needs some, and
override the `take` fixture if it wants speech rather than noise.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from engines import wire
from engines.api import FinishReason, Prompt, Role, Transcription
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind, RequestCancelled
from engines.limits import CANCEL_LIMIT_S
from engines.protocol import CAPABILITIES, PROTOCOL_VERSION
from engines.registry import ENGINES_FOLDER, EngineInfo, read_manifest
from tests.engines.segment_contract import SegmentContract
from tests.helpers.bad_takes import BAD_TAKES, ODD_TAKES
from tests.helpers.loaded_modules import loaded_by
from tests.helpers.processes import becomes, group_members, peak_mib
from tests.helpers.wav_files import write_wav

LIMIT_S = 60.0
"""A hung engine fails its test after this; no test waits for it otherwise."""

BAD_TAKES_MIB = 100
"""What a worker may grow by while it refuses them all: the longest is a file of 18 MiB."""


@dataclasses.dataclass(frozen=True)
class Started:
    """A worker that said hello and has loaded its model."""

    worker: WorkerProcess
    initialized: wire.Initialized
    loaded: Mapping[str, Any]
    progress: list[tuple[str, float | None]]


class EngineContract(SegmentContract):
    family: ClassVar[str]
    manifests: ClassVar[Path] = ENGINES_FOLDER
    """The folder that holds the engine's folder."""
    model: ClassVar[Mapping[str, Any]] = {}
    """What `load` gets."""
    settings: ClassVar[Mapping[str, Any]] = {}
    """What `respond` and `transcribe` get."""
    role: ClassVar[Role | None] = None
    """Which role `model` is for; None where it is for all of the engine’s."""
    said: ClassVar[str] = "what is two plus three"
    """What a responder is asked."""
    hears_quickly: ClassVar[bool] = True
    """Whether it is asked with a good take after every bad one, or once after all of them."""

    @pytest.fixture(scope="class")
    @classmethod
    def info(cls) -> EngineInfo:
        info = read_manifest(cls.manifests / cls.family / "engine.toml")
        if not info.problem and not info.is_installed():
            pytest.skip(f"{cls.family} is not installed: {', '.join(info.missing())}")
        return info

    @pytest.fixture(scope="class")
    @classmethod
    def take(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """A 16 kHz mono PCM16 WAV of at least a second."""
        return write_wav(tmp_path_factory.mktemp("takes") / "take.wav")

    @pytest.fixture(scope="class")
    @classmethod
    def started(cls, info: EngineInfo) -> Iterator[Started]:
        with WorkerProcess(info) as worker:
            initialized = worker.start()
            progress: list[tuple[str, float | None]] = []
            call = worker.call(
                "load",
                {"model": dict(cls.model)},
                timeout_s=LIMIT_S,
                on_progress=lambda what, share: progress.append((what, share)),
            )
            yield Started(worker, initialized, call.result(LIMIT_S), progress)

    # Before anything is loaded.

    def test_manifest_says_all_a_researcher_needs(self, info: EngineInfo) -> None:
        assert info.problem == ""
        assert info.name == self.family
        assert info.roles
        assert info.summary.endswith(".")
        assert info.install

    def test_importing_the_engine_imports_none_of_its_needs(self, info: EngineInfo) -> None:
        if info.command:
            pytest.skip("a program of somebody's own: what it imports is its own affair")
        heavy = [need.module for need in info.needs] + ["PySide6", "sqlite3", "sounddevice"]
        program = f"import engines.{self.family}.engine as e; e.Engine()"
        assert loaded_by(program, heavy) == set()

    def test_says_what_it_is(self, started: Started, info: EngineInfo) -> None:
        said = started.initialized
        assert said.protocol == PROTOCOL_VERSION
        assert said.engine == self.family
        assert said.roles == info.roles
        offered = {
            **CAPABILITIES,
            "segments": info.segments,
            "fetch": Role.FETCHER in info.roles,
        }
        assert dict.fromkeys(offered, False) | said.capabilities == offered
        assert group_members(said.pid) == {said.pid}
        assert set(said.packages) == {"python", *(need.distribution for need in info.needs)}
        assert all(said.packages.values())

    def test_probe_says_it_can_run_here(self, started: Started) -> None:
        call = started.worker.call("probe", {"model": dict(self.model)}, timeout_s=LIMIT_S)
        probe = wire.read_probe(call.result(LIMIT_S))
        assert probe.ok
        assert probe.missing == ()
        assert probe.reason == ""
        assert probe.memory_bytes >= 0

    # Loading.

    def test_load_says_what_was_loaded(self, started: Started) -> None:
        loaded, load_ms = wire.read_loaded(started.loaded)
        assert loaded.model_version
        assert loaded.device
        assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in loaded.weights.values())
        assert load_ms >= 0
        assert all(share is None or 0 <= share <= 1 for _, share in started.progress)

    def test_loads_again_after_unload(self, info: EngineInfo, take: Path) -> None:
        with WorkerProcess(info) as worker:
            worker.start()
            for _ in range(2):
                worker.call("load", {"model": dict(self.model)}, timeout_s=LIMIT_S).result(LIMIT_S)
                worker.call("unload", {}, timeout_s=LIMIT_S).result(LIMIT_S)
            with pytest.raises(EngineError, match="before 'load'"):
                self._any_request(worker, info, take).result(LIMIT_S)

    # Recognisers.

    def test_hears_the_take(self, started: Started, info: EngineInfo, take: Path) -> None:
        self._only(info, Role.RECOGNISER)
        heard, engine_ms = self._transcribe(started.worker, take)
        assert heard.hypotheses
        assert heard.duration_ms > 0
        assert heard.model_version
        assert engine_ms >= heard.recognise_ms * 0.99
        for hypothesis in heard.hypotheses:
            assert heard.named(hypothesis.name) is hypothesis
            # In whatever case: language models read what recognisers put into it.
            assert hypothesis.text == " ".join(hypothesis.text.split())
            assert math.isfinite(hypothesis.score)

    def test_hears_the_same_twice(self, info: EngineInfo, take: Path) -> None:
        self._only(info, Role.RECOGNISER)
        with WorkerProcess(info) as worker:
            worker.start()
            heard = []
            for _ in range(2):  # a fresh model each time: scripted engines start their script over
                worker.call("load", {"model": dict(self.model)}, timeout_s=LIMIT_S).result(LIMIT_S)
                heard.append(self._transcribe(worker, take)[0].hypotheses)
        assert heard[0] == heard[1]

    def test_names_what_is_wrong_with_a_take_and_hears_the_next(
        self, started: Started, info: EngineInfo, take: Path, bad_takes: Mapping[str, Path]
    ) -> None:
        self._only(info, Role.RECOGNISER, Role.LAM)
        assert self._any_request(started.worker, info, take).result(LIMIT_S)
        before_mib = peak_mib(started.initialized.pid)
        said: dict[str, ErrorKind | None] = {}
        for name, path in bad_takes.items():
            said[name] = self._refusal(started, info, path)
            if self.hears_quickly:
                assert self._any_request(started.worker, info, take).result(LIMIT_S), name
        assert said == {bad.name: bad.worker for bad in BAD_TAKES}
        assert peak_mib(started.initialized.pid) - before_mib < BAD_TAKES_MIB
        assert self._any_request(started.worker, info, take).result(LIMIT_S)

    def test_hears_what_is_odd_and_legal_or_nothing_in_it(
        self, started: Started, info: EngineInfo, take: Path, tmp_path: Path
    ) -> None:
        self._only(info, Role.RECOGNISER, Role.LAM)
        for name, write in ODD_TAKES.items():
            kind = self._refusal(started, info, write(tmp_path / "odd.wav"))
            assert kind in {None, ErrorKind.AUDIO_EMPTY}, name
        assert self._any_request(started.worker, info, take).result(LIMIT_S)

    # Responders and LAMs.

    def test_answer_is_what_its_tokens_were(
        self, started: Started, info: EngineInfo, take: Path
    ) -> None:
        self._only(info, Role.RESPONDER, Role.LAM)
        tokens: list[str] = []
        call = started.worker.call(
            "respond",
            self._prompt(info, take),
            timeout_s=LIMIT_S,
            on_token=tokens.append,
        )
        responded = wire.read_responded(call.result(LIMIT_S))
        assert responded.text
        assert "".join(tokens) == responded.text
        assert responded.finished.reason in {FinishReason.STOP, FinishReason.LENGTH}
        assert responded.engine_ms >= 0

    def test_same_seed_same_answer(self, info: EngineInfo, take: Path) -> None:
        self._only(info, Role.RESPONDER, Role.LAM)
        with WorkerProcess(info) as worker:
            worker.start()
            answers = []
            for _ in range(2):
                worker.call("load", {"model": dict(self.model)}, timeout_s=LIMIT_S).result(LIMIT_S)
                prompt = self._prompt(info, take) | {"seed": 5}
                answers.append(worker.call("respond", prompt, timeout_s=LIMIT_S).result(LIMIT_S))
        assert answers[0]["text"] == answers[1]["text"]

    def test_answers_what_was_not_understood(
        self, started: Started, info: EngineInfo, take: Path
    ) -> None:
        self._only(info, Role.RESPONDER)
        prompt = self._prompt(info, take) | {"text": "", "understood": False}
        call = started.worker.call("respond", prompt, timeout_s=LIMIT_S)
        assert wire.read_responded(call.result(LIMIT_S)).text

    # Ending.

    def test_cancel_ends_a_request_in_time(
        self, started: Started, info: EngineInfo, take: Path
    ) -> None:
        call = self._any_request(started.worker, info, take)
        call.cancel_request()
        try:
            result = call.result(CANCEL_LIMIT_S + 1)  # beyond it, the client had to end the worker
        except RequestCancelled:
            result = {}
        assert result.get("finish", "stop") in {"stop", "length", "cancelled"}
        assert started.worker.alive
        assert self._any_request(started.worker, info, take).result(LIMIT_S)

    def test_shutdown_leaves_no_process(self, info: EngineInfo) -> None:
        worker = WorkerProcess(info)
        pid = worker.start().pid
        worker.call("load", {"model": dict(self.model)}, timeout_s=LIMIT_S).result(LIMIT_S)
        worker.stop()
        assert becomes(lambda: not group_members(pid))

    # How the tests above ask.

    def _only(self, info: EngineInfo, *roles: Role) -> None:
        if not set(roles) & self._roles(info):
            pytest.skip(f"{self.family} is {' and '.join(self._roles(info))}")

    def _roles(self, info: EngineInfo) -> set[Role]:
        return set(info.roles) if self.role is None else {self.role}

    def _any_request(self, worker: WorkerProcess, info: EngineInfo, take: Path) -> Any:
        if Role.RECOGNISER in self._roles(info):
            params = {"wav_path": str(take), "settings": dict(self.settings)}
            return worker.call("transcribe", params, timeout_s=LIMIT_S)
        return worker.call("respond", self._prompt(info, take), timeout_s=LIMIT_S)

    def _refusal(self, started: Started, info: EngineInfo, take: Path) -> ErrorKind | None:
        """What is wrong with a take; None where it was heard."""
        error = self._any_request(started.worker, info, take).exception(LIMIT_S)
        assert error is None or isinstance(error, EngineError)
        return None if error is None else error.kind

    def _prompt(self, info: EngineInfo, take: Path) -> dict[str, Any]:
        hears = Role.RESPONDER not in self._roles(info)
        prompt = Prompt(wav_path=take) if hears else Prompt(text=self.said)
        return {**wire.write_prompt(prompt), "settings": dict(self.settings)}

    def _whole(self, worker: WorkerProcess, take: Path) -> Transcription:
        return self._transcribe(worker, take)[0]

    def _transcribe(self, worker: WorkerProcess, take: Path) -> tuple[Transcription, float]:
        params = {"wav_path": str(take), "settings": dict(self.settings)}
        answer = worker.call("transcribe", params, timeout_s=LIMIT_S).result(LIMIT_S)
        return wire.read_transcription(answer)
