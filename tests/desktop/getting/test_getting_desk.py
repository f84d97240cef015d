"""Getting systems, without a window: told first, one after the other, stopped and gone on with."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.catalogue.catalogue import read_catalogue
from desktop.catalogue.pins import read_pins
from desktop.getting.desk import GettingDesk
from desktop.getting.jobs import EnvironmentJob, InstallJob, Job, RemoveJob
from desktop.keys.vault import Keys
from desktop.paths import Home
from engines.model_files import folder_name
from tests.helpers.fetching_engine import COMMIT, carrier
from tests.helpers.own_environments import only_from, write_engine, write_wheel
from tests.helpers.processes import becomes, children
from ui.getting_state import PlanSheet, Step

STORE = {"config.json": b"{}", "model.safetensors": b"w" * 5000, "modeling_mine.py": b"x = 1"}
SYSTEM = """
[[system]]
id = "{id}"
label = "System {id}"
version = "1"
kind = "a model of ours"
responder = {{ engine = "carrier", model = {{ repo = "us/{id}", revision = "{revision}"{model} }} }}
licence = {{ name = "ours", accept = "Everything."{licence} }}
memory = {{ weights_gb = 1.5, precision = "16 bits" }}
"""
slow = pytest.mark.local  # needs no model library, but the seconds that `make test` has not
PATIENCE_S = 20.0
"""Only a failure waits this long."""


class Stage:
    """A desk, the thread it belongs to (this one), and what it drew."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.sheets: dict[str, PlanSheet] = {}
        self.course: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.desk = GettingDesk(self.posted.put, self._draw, self.said.append)

    def _draw(self, id_: str, sheet: PlanSheet | None) -> None:
        step = "gone" if sheet is None else str(sheet.step)
        if sheet is None:
            del self.sheets[id_]
        else:
            self.sheets[id_] = sheet
        if not self.course or self.course[-1] != (id_, step):
            self.course.append((id_, step))

    def install(self, id_: str, keys: Keys | None = None) -> None:
        self.desk.open(id_, self.job(id_, keys))

    def job(self, id_: str, keys: Keys | None = None) -> Job:
        read = lambda: read_catalogue(self.home)  # noqa: E731
        return InstallJob(id_, f"System {id_}", self.home, read, keys or Keys(None, {}))

    def until(self, condition: Callable[[], object]) -> None:
        end_s = time.monotonic() + PATIENCE_S
        while not condition():
            left_s = end_s - time.monotonic()
            assert left_s > 0, f"it did not come; it went {self.course}, {self.sheets}"
            try:
                self.posted.get(timeout=min(left_s, 0.05))()
            except queue.Empty:
                continue

    def until_step(self, id_: str, step: Step) -> PlanSheet:
        self.until(lambda: id_ in self.sheets and self.sheets[id_].step is step)
        return self.sheets[id_]

    def part_of(self, id_: str) -> Path:
        return self.home.models / (folder_name(f"us/{id_}", COMMIT) + ".part")

    def until_begun(self, id_: str) -> None:
        self.until_step(id_, Step.WORKING)
        self.until(lambda: self.part_of(id_).is_dir() and any(self.part_of(id_).iterdir()))

    def slow(self, slow: bool) -> None:
        marker = self.home.engines / "carrier" / "store" / ".slow"
        marker.touch() if slow else marker.unlink()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    home = Home(tmp_path / "home")
    home.catalogue.mkdir(parents=True)
    carrier(home.engines, STORE)
    for id_ in ("one", "two"):
        write_system(home, id_)
    stage = Stage(home)
    yield stage
    stage.desk.close()
    assert becomes(lambda: not [t for t in threading.enumerate() if t.name == "getting"], 5)


def write_system(
    home: Home, id_: str, model: str = "", licence: str = "", revision: str = ""
) -> None:
    text = SYSTEM.format(id=id_, model=model, licence=licence, revision=revision)
    (home.catalogue / f"{id_}.toml").write_text(text)


def test_it_is_told_before_anything_is_written(stage: Stage) -> None:
    stage.install("one")
    sheet = stage.until_step("one", Step.OFFERED)
    told = "\n".join(f"{fact.label}: {fact.value}\n{fact.note}" for fact in sheet.facts)
    assert "Licence: ours\nas the hub names it: mit" in told
    assert "You accept: Everything, by fetching it." in told
    assert f"From: us/one, 5.0 kB\nrevision {COMMIT}\nmodel.safetensors 5.0 kB" in told
    assert "To fetch: 5.0 kB" in told
    assert f"on the disk that holds {stage.home.models}" in told
    assert "Memory: 1.5 GB in 16 bits, and room to work" in told
    assert (sheet.go, sheet.allow) == ("Install", "")
    assert not stage.home.models.exists()
    assert read_pins(stage.home.catalogue).by_repo == {}


def test_what_is_agreed_to_comes_and_the_sheet_goes(stage: Stage) -> None:
    stage.install("one")
    stage.until_step("one", Step.OFFERED)
    stage.desk.agree("one", allowed=False)
    stage.until(lambda: stage.said)
    assert stage.said == ["System one is installed."]
    assert stage.sheets == {}
    assert (stage.home.models / folder_name("us/one", COMMIT)).is_dir()
    stage.install("one")
    stage.until(lambda: len(stage.said) == 2)
    assert stage.said[1] == "All the weights of System one are here."


@slow
def test_code_runs_only_after_somebodys_word_for_that_revision(stage: Stage) -> None:
    write_system(stage.home, "one", ', remote_code = ""', ", remote_code = true")
    stage.install("one")
    sheet = stage.until_step("one", Step.OFFERED)
    assert "modeling_mine.py" in sheet.warning
    assert sheet.allow
    stage.desk.agree("one", allowed=False)
    assert stage.sheets["one"].step is Step.OFFERED
    assert not stage.home.models.exists()
    stage.desk.agree("one", allowed=True)
    stage.until(lambda: stage.said)
    model = read_catalogue(stage.home)["one"].system.responder.model
    assert model["remote_code"] == COMMIT


@slow
def test_stopping_takes_less_than_a_second_and_it_goes_on_without_another_word(
    stage: Stage,
) -> None:
    stage.slow(True)
    stage.install("one")
    stage.until_step("one", Step.OFFERED)
    stage.desk.agree("one", allowed=False)
    stage.until_begun("one")
    began_s = time.monotonic()
    stage.desk.leave("one")
    assert stage.sheets["one"].step is Step.STOPPING
    sheet = stage.until_step("one", Step.STOPPED)
    assert time.monotonic() - began_s < 1.0
    assert sheet.line == "Stopped. What was fetched is kept."
    assert any(stage.part_of("one").iterdir())
    stage.slow(False)
    stage.desk.again("one")
    stage.until(lambda: stage.said)
    steps = [step for id_, step in stage.course if id_ == "one"]
    assert steps.count("offered") == 1, "nobody is asked twice about the same"
    assert steps[-3:] == ["asking", "working", "gone"]


@slow
def test_the_next_one_waits_for_the_one_before_it(stage: Stage) -> None:
    stage.slow(True)
    for id_ in ("one", "two"):
        stage.install(id_)
        stage.until_step(id_, Step.OFFERED)
        stage.desk.agree(id_, allowed=False)
    assert stage.sheets["two"].step is Step.WAITING
    stage.until_begun("one")
    assert not stage.part_of("two").exists()
    stage.slow(False)  # for whoever begins from now on
    stage.desk.leave("one")
    stage.until(lambda: stage.said == ["System two is installed."])
    assert stage.sheets["one"].step is Step.STOPPED


@slow
def test_who_waits_can_leave_and_what_is_asked_can_be_given_up(stage: Stage) -> None:
    stage.slow(True)
    for id_ in ("one", "two"):
        stage.install(id_)
        stage.until_step(id_, Step.OFFERED)
        stage.desk.agree(id_, allowed=False)
    stage.desk.leave("two")
    assert set(stage.sheets) == {"one"}
    stage.install("two")
    assert stage.sheets["two"].step is Step.ASKING
    stage.desk.leave("two")
    assert set(stage.sheets) == {"one"}
    stage.until_begun("one")


@slow
def test_a_session_stops_all_of_it_and_then_it_goes_on_by_itself(stage: Stage) -> None:
    stage.slow(True)
    for id_ in ("one", "two"):
        stage.install(id_)
        stage.until_step(id_, Step.OFFERED)
        stage.desk.agree(id_, allowed=False)
    stage.until_begun("one")
    stage.desk.pause()
    stage.until_step("one", Step.PAUSED)
    stage.until_step("two", Step.PAUSED)
    assert becomes(lambda: not children(os.getpid())), "no process of it is left"
    stage.slow(False)
    stage.desk.resume()
    stage.until(lambda: len(stage.said) == 2)
    assert sorted(stage.said) == ["System one is installed.", "System two is installed."]


@slow
def test_a_session_that_ends_at_once_loses_nothing(stage: Stage) -> None:
    stage.slow(True)
    stage.install("one")
    stage.until_step("one", Step.OFFERED)
    stage.desk.agree("one", allowed=False)
    stage.until_begun("one")
    stage.desk.pause()
    stage.desk.resume()  # before it has ended
    stage.slow(False)
    stage.until(lambda: stage.said == ["System one is installed."])


def test_an_offer_that_comes_in_a_session_waits_for_its_end(stage: Stage) -> None:
    write_system(stage.home, "one", revision=COMMIT)
    (stage.home.models / folder_name("us/one", COMMIT)).mkdir(parents=True)
    look_at_disk = RemoveJob("one", "System one", stage.home, lambda: read_catalogue(stage.home))
    stage.desk.open("one", look_at_disk)  # which nothing can stop
    stage.desk.pause()
    stage.until_step("one", Step.PAUSED)
    stage.desk.resume()
    stage.until_step("one", Step.OFFERED)


@slow
def test_a_failure_is_a_sentence_and_can_be_tried_again(stage: Stage) -> None:
    wrong = stage.home.engines / "carrier" / "store" / ".wrong"
    wrong.write_text("absent")
    stage.install("one")
    stage.until_step("one", Step.OFFERED)
    stage.desk.agree("one", allowed=False)
    sheet = stage.until_step("one", Step.FAILED)
    assert sheet.problem is not None
    assert "config.json did not come" in sheet.problem.title
    assert sheet.problem.action == "Try again"
    wrong.unlink()
    stage.desk.again("one")
    stage.until(lambda: stage.said == ["System one is installed."])


def test_too_little_room_is_said_before_anybody_agrees(stage: Stage) -> None:
    (stage.home.engines / "carrier" / "store" / ".wrong").write_text("huge")
    stage.install("one")
    sheet = stage.until_step("one", Step.OFFERED)
    assert "are free on the disk" in sheet.warning
    assert sheet.go == ""
    stage.desk.agree("one", allowed=True)
    assert sheet.step is Step.OFFERED


@slow
def test_closing_stops_it_and_keeps_what_came(stage: Stage) -> None:
    stage.slow(True)
    stage.install("one")
    stage.until_step("one", Step.OFFERED)
    stage.desk.agree("one", allowed=False)
    stage.until_begun("one")
    began_s = time.monotonic()
    stage.desk.close()
    assert time.monotonic() - began_s < 2.0
    assert becomes(lambda: not children(os.getpid()))
    assert any(stage.part_of("one").iterdir())


@slow
def test_what_is_here_is_shown_and_removed(stage: Stage) -> None:
    stage.install("one")
    stage.until_step("one", Step.OFFERED)
    stage.desk.agree("one", allowed=False)
    stage.until(lambda: stage.said)
    remove = RemoveJob("one", "System one", stage.home, lambda: read_catalogue(stage.home))
    stage.desk.open("one", remove)
    sheet = stage.until_step("one", Step.OFFERED)
    assert [fact.label for fact in sheet.facts] == ["Weights"]
    assert COMMIT in sheet.facts[0].note
    stage.desk.agree("one", allowed=False)
    stage.until(lambda: len(stage.said) == 2)
    assert "of System one are freed." in stage.said[1]
    assert not list(stage.home.models.glob("*@*"))


class TestEnvironments:
    """Of one tiny wheel, by the real pip, without a network."""

    @pytest.fixture
    def lonely(self, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
        only_from(tmp_path / "wheels", monkeypatch)
        digest = write_wheel(tmp_path / "wheels")
        write_engine(stage.home.engines, digest, stage.home.environments)
        text = SYSTEM.format(id="alone", model="", licence="", revision="").replace(
            "carrier", "lonely"
        )
        (stage.home.catalogue / "alone.toml").write_text(text)
        return stage

    def test_what_it_takes_is_told(self, lonely: Stage) -> None:
        lonely.desk.open("alone", EnvironmentJob("lonely", lonely.home))
        sheet = lonely.until_step("alone", Step.OFFERED)
        told = {fact.label: f"{fact.value} {fact.note}" for fact in sheet.facts}
        assert told["Packages"] == "1 package, pinned with their hashes tiny-thing 1.0"
        assert told["To fetch"].startswith("about 1.0 MB")
        assert "free" not in told["Free"]
        assert not lonely.home.environments.exists()

    @slow
    def test_it_is_made_stopped_and_removed(self, lonely: Stage) -> None:
        job = EnvironmentJob("lonely", lonely.home)
        lonely.desk.open("alone", job)
        lonely.until_step("alone", Step.OFFERED)
        lonely.desk.agree("alone", allowed=False)
        lonely.until(lambda: "Making an empty" in lonely.sheets["alone"].line)
        began_s = time.monotonic()
        lonely.desk.leave("alone")
        sheet = lonely.until_step("alone", Step.STOPPED)
        assert time.monotonic() - began_s < 1.0
        assert sheet.line == "Stopped. It begins anew next time; pip keeps what it fetched."
        lonely.desk.again("alone")
        lonely.until(lambda: lonely.said)
        assert lonely.said == ["The environment of lonely is made."]
        read = lambda: read_catalogue(lonely.home)  # noqa: E731
        lonely.desk.open("alone", RemoveJob("alone", "System alone", lonely.home, read))
        lonely.until_step("alone", Step.OFFERED)
        lonely.desk.agree("alone", allowed=False)
        lonely.until(lambda: len(lonely.said) == 2)
        assert lonely.said[1] == "The environment of lonely is removed."
        assert not any(lonely.home.environments.glob("lonely-*/"))
