"""Weights come to their place whole or not at all, whoever brings them."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.catalogue.catalogue import read_catalogue
from desktop.catalogue.pins import read_pins
from desktop.cli import main
from desktop.errors import Busy, EarshotError, UsageProblem
from desktop.getting.fetching import Far, Stopped, carry_out, make_plan
from desktop.getting.weights_folder import only_one, read_manifest
from desktop.keys.vault import Keys
from desktop.paths import Home
from engines.errors import EngineError, ErrorKind
from engines.model_files import locate
from engines.registry import EngineInfo
from tests.helpers.fetching_engine import COMMIT, carrier
from tests.helpers.own_system import (
    REPO,
    STORE,
    SYSTEM,
    entry,
    install,
    place_of,
    write_system,
)
from tests.helpers.processes import becomes


def test_it_is_told_first_then_brought_pinned_and_found(
    home: Home, engines: dict[str, EngineInfo]
) -> None:
    plan = make_plan([entry(home)], home, engines=engines)
    (wanted,) = plan.wanted
    assert (wanted.source.revision, plan.missing_bytes) == (COMMIT, 5002)
    assert (wanted.told.licence, plan.free_bytes > 0) == ("mit", True)
    assert not home.models.exists(), "a plan brings nothing"
    far: list[Far] = []
    carry_out(plan, home, engines=engines, on_progress=far.append)
    place = place_of(home)
    assert {name: (place / name).read_bytes() for name in STORE} == STORE
    assert set(read_manifest(place)) == set(STORE)
    assert [p.name for p in home.models.iterdir() if p.suffix != ".lock"] == [place.name]
    assert far
    assert all(0 <= f.done_bytes <= f.total_bytes == 5002 for f in far)
    assert read_pins(home.catalogue).by_repo[REPO].revision == COMMIT
    assert locate(entry(home).system.responder.model, home.models) == place
    assert make_plan([entry(home)], home, engines=engines).wanted == ()


def test_two_systems_of_one_repository_fetch_it_once(
    home: Home, engines: dict[str, EngineInfo]
) -> None:
    write_system(home, "other", 'instruction = "another"')
    assert len(install(home, engines, "mine", "other").wanted) == 1


def test_stopping_keeps_what_came_and_shows_nothing(
    home: Home, engines: dict[str, EngineInfo], store: Path
) -> None:
    (store / ".slow").touch()
    stop = threading.Event()
    stopped: list[BaseException] = []

    def work() -> None:
        try:
            install(home, engines, stop=stop)
        except Stopped as error:
            stopped.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    part = place_of(home).with_name(place_of(home).name + ".part")
    try:
        assert becomes(lambda: part.exists() and any(part.iterdir()))
        assert not place_of(home).exists()
    finally:
        stop.set()
        thread.join(5)
    assert stopped
    assert any(part.iterdir())
    assert not place_of(home).exists()
    assert read_pins(home.catalogue).by_repo[REPO].revision == COMMIT, "it goes on with the same"


def test_only_one_changes_the_models_at_a_time(home: Home, engines: dict[str, EngineInfo]) -> None:
    plan = make_plan([entry(home)], home, engines=engines)
    with only_one(home.models), pytest.raises(Busy, match="Another Earshot"):
        carry_out(plan, home, engines=engines)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("absent", "config.json did not come"),
        ("other", "came in place of"),
        ("unpinned", "impossible revision"),
    ],
)
def test_a_fetcher_that_does_not_keep_its_word_changes_nothing(
    home: Home, engines: dict[str, EngineInfo], store: Path, wrong: str, said: str
) -> None:
    (store / ".wrong").write_text(wrong)
    with pytest.raises(EngineError, match=said):
        install(home, engines)
    assert not place_of(home).exists()


def test_a_token_of_the_shell_is_in_no_log(
    home: Home, engines: dict[str, EngineInfo], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (store / ".wrong").write_text("talks")
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_shell")
    install(home, {"carrier": replace(engines["carrier"], environment=("HF_TOKEN",))})
    logged = (home.logs / "fetch-carrier.log").read_text()
    assert "asked with [key]" in logged
    assert "hf_of_the_shell" not in logged


def test_space_about_a_token_is_no_part_of_it(
    home: Home, engines: dict[str, EngineInfo], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (store / ".wrong").write_text("talks")
    monkeypatch.setenv("HF_TOKEN", " hf_of_the_shell\r\n")
    install(home, {"carrier": replace(engines["carrier"], environment=("HF_TOKEN",))})
    logged = (home.logs / "fetch-carrier.log").read_text()
    assert logged == "asked with [key]\n" * 2


@pytest.mark.parametrize("unfit", ["hf_of the_shell", "hf_of\rthe_shell", "hf_öf_the_shell"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(
    home: Home, engines: dict[str, EngineInfo], monkeypatch: pytest.MonkeyPatch, unfit: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", unfit)
    with pytest.raises(EngineError, match="no token") as caught:
        install(home, {"carrier": replace(engines["carrier"], environment=("HF_TOKEN",))})
    assert caught.value.kind is ErrorKind.NEEDS_KEY
    assert "the_shell" not in str(caught.value)
    assert not home.logs.exists(), "no worker was started"


def test_a_token_of_the_keyring_is_in_no_log_of_the_command(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = carrier(home.engines, STORE)["carrier"].folder
    (folder / "store" / ".wrong").write_text("talks")
    with (folder / "engine.toml").open("a") as manifest:
        manifest.write('environment = ["HF_TOKEN"]\n')
    keys = Keys(None, {})
    keys.set("huggingface", "hf_of_the_keyring")
    monkeypatch.setattr("desktop.keys.vault._made_once", lambda: keys)
    assert main(["systems", "--home", str(home.folder), "install", "mine", "--yes"]) == 0
    logged = (home.logs / "fetch-carrier.log").read_text()
    assert "asked with [key]" in logged
    assert "hf_of_the_keyring" not in logged


def test_a_sum_that_the_catalogue_knows_counts_for_any_fetcher(
    home: Home, engines: dict[str, EngineInfo]
) -> None:
    write_system(home, more=f'files = [{{ path = "config.json", sha256 = "{"0" * 64}" }}]')
    with pytest.raises(EngineError, match=r"config\.json is not the file"):
        install(home, engines)


def test_a_file_that_a_fetcher_says_nothing_of_is_not_the_one_that_the_catalogue_knows(
    home: Home, engines: dict[str, EngineInfo], store: Path
) -> None:
    (store / ".wrong").write_text("untold")
    sha256 = hashlib.sha256(STORE["config.json"]).hexdigest()
    write_system(home, more=f'files = [{{ path = "config.json", sha256 = "{sha256}" }}]')
    with pytest.raises(EngineError, match=r"config\.json is not the file"):
        install(home, engines)
    assert not place_of(home).exists()
    assert not place_of(home).exists()


def test_a_disk_without_room_is_said_with_both_numbers(
    home: Home, engines: dict[str, EngineInfo], store: Path
) -> None:
    (store / ".wrong").write_text("huge")
    with pytest.raises(EarshotError, match=r"needs 20000000\.\d GB, and [\d.]+ [GMk]?B"):
        install(home, engines)


def test_nobody_fetches_where_the_hub_is_switched_off(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EngineError, match="HF_HUB_OFFLINE is set"):
        make_plan([read_catalogue(home)["qwen2-audio-7b-instruct"]], home)


@pytest.mark.parametrize("id_", ["pandagpt-7b", "gpt-4o-audio-preview"])
def test_what_cannot_be_had_says_why(home: Home, id_: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        make_plan([read_catalogue(home)[id_]], home)
    assert read_catalogue(home)[id_].status.reason in caught.value.sentence


def test_code_of_a_repository_needs_somebodys_word(
    home: Home, engines: dict[str, EngineInfo]
) -> None:
    text = SYSTEM.format(id="mine", more="", version="1")
    text = text.replace('name = "ours"', 'name = "ours", remote_code = true')
    text = text.replace('revision = ""', 'revision = "", remote_code = ""')
    (home.catalogue / "mine.toml").write_text(text)
    plan = make_plan([entry(home)], home, engines=engines)
    with pytest.raises(UsageProblem, match="nobody has allowed"):
        carry_out(plan, home, engines=engines)
    carry_out(plan, home, engines=engines, allow_code=True)
    assert entry(home).system.responder.model["remote_code"] == COMMIT
