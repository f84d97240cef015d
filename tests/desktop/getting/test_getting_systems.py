"""Weights come to their place whole or not at all, whoever brings them."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.catalogue.catalogue import Entry, read_catalogue
from desktop.catalogue.pins import read_pins
from desktop.catalogue.sources import sources_of
from desktop.cli import main
from desktop.errors import Busy, EarshotError, UsageProblem
from desktop.getting.bundling import install_bundle, read_bundle, write_bundle
from desktop.getting.fetching import Far, Plan, Stopped, carry_out, make_plan
from desktop.getting.linking import link
from desktop.getting.removing_weights import remove_weights
from desktop.getting.weights_folder import only_one, read_manifest
from desktop.keys.vault import Keys
from desktop.paths import Home
from engines.errors import EngineError, ErrorKind
from engines.model_files import folder_name, locate
from engines.registry import EngineInfo
from tests.helpers.fetching_engine import COMMIT, carrier
from tests.helpers.processes import becomes

STORE = {"config.json": b"{}", "model.safetensors": b"w" * 5000}
REPO = "us/mine"
SYSTEM = """
[[system]]
id = "{id}"
label = "Mine"
version = "{version}"
kind = "a model of ours"
responder = {{ engine = "carrier", model = {{ repo = "us/mine", revision = "" }} }}
licence = {{ name = "ours" }}
{more}
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.catalogue.mkdir(parents=True)
    write_system(home)
    return home


@pytest.fixture
def engines(tmp_path: Path) -> dict[str, EngineInfo]:
    return carrier(tmp_path / "engines", STORE)


@pytest.fixture
def store(engines: dict[str, EngineInfo]) -> Path:
    return engines["carrier"].folder / "store"


def write_system(home: Home, id_: str = "mine", more: str = "", version: str = "1") -> None:
    text = SYSTEM.format(id=id_, more=more, version=version)
    (home.catalogue / f"{id_}.toml").write_text(text)


def entry(home: Home, id_: str = "mine") -> Entry:
    return read_catalogue(home)[id_]


def install(
    home: Home, engines: dict[str, EngineInfo], *ids: str, stop: threading.Event | None = None
) -> Plan:
    plan = make_plan([entry(home, id_) for id_ in ids or ("mine",)], home, engines=engines)
    carry_out(plan, home, engines=engines, stop=stop)
    return plan


def place_of(home: Home) -> Path:
    return home.models / folder_name(REPO, COMMIT)


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


# A folder that somebody points to.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "weights"
    folder.mkdir()
    for name, content in STORE.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_that_is_pointed_to_counts_as_installed(home: Home, folder: Path) -> None:
    source = link(entry(home), folder, home)
    assert sources_of(entry(home))[0].is_here(home.models)
    assert read_pins(home.catalogue).by_repo[REPO].of == "content"
    assert locate(entry(home).system.responder.model, home.models).resolve() == folder.resolve()
    again = folder.with_name("other")
    shutil.copytree(folder, again)
    (again / "model.safetensors").write_bytes(b"v" * 5000)
    remove_weights(entry(home), read_catalogue(home), home)
    assert link(entry(home), again, home).revision != source.revision, "another content"


def test_a_snapshot_of_the_hubs_client_keeps_its_commit(home: Home, folder: Path) -> None:
    snapshot = folder.rename(folder.with_name(COMMIT))
    assert link(entry(home), snapshot, home).revision == COMMIT
    assert read_pins(home.catalogue).by_repo[REPO].of == "hub"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('files = [{ path = "other.bin" }]', "lacks other.bin"),
        ('files = [{ path = "config.json", size_bytes = 7 }]', "is not the file"),
        (f'files = [{{ path = "config.json", sha256 = "{"0" * 64}" }}]', "is not the file"),
    ],
)
def test_a_folder_that_is_not_it_is_refused(home: Home, folder: Path, more: str, said: str) -> None:
    write_system(home, more=more)
    with pytest.raises(UsageProblem, match=said):
        link(entry(home), folder, home)
    assert not sources_of(entry(home))[0].is_here(home.models)


@pytest.mark.parametrize(
    ("id_", "looks"),
    [
        ("phi-4-multimodal", r"config\.json beside \*\.safetensors"),
        ("mine", r"model\.safetensors or"),
    ],
)
def test_a_folder_of_documents_is_no_weights(
    home: Home, tmp_path: Path, id_: str, looks: str
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text("# A page")
    read: list[str] = []
    with pytest.raises(UsageProblem, match=f"such a folder holds {looks}"):
        link(entry(home, id_), tmp_path / "docs", home, on_file=read.append)
    assert (read, home.models.exists(), read_pins(home.catalogue).by_repo) == ([], False, {})


def test_a_folder_may_hold_a_name_that_is_not_utf8(home: Home, folder: Path) -> None:
    (folder / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"x")
    assert link(entry(home), folder, home).is_here(home.models)


def test_a_folder_that_may_not_be_read_is_said_to_be_that(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(place: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(place))

    mine = entry(home)
    monkeypatch.setattr(os, "scandir", refuse)  # root may read everything
    with pytest.raises(UsageProblem, match=r"weights cannot be read \(Permission denied\)"):
        link(mine, folder, home)


# Taking away.


def test_removing_frees_the_disk_and_keeps_the_pin(
    home: Home, engines: dict[str, EngineInfo]
) -> None:
    install(home, engines)
    removed = remove_weights(entry(home), read_catalogue(home), home)
    assert removed.freed_bytes > 5002
    assert not place_of(home).exists()
    assert read_pins(home.catalogue).by_repo[REPO].revision == COMMIT


def test_removing_leaves_what_another_system_uses(
    home: Home, engines: dict[str, EngineInfo]
) -> None:
    write_system(home, "other", 'instruction = "another"')
    install(home, engines)
    removed = remove_weights(entry(home), read_catalogue(home), home)
    assert removed.kept == {REPO: "other"}
    assert place_of(home).exists()


def test_removing_a_link_leaves_the_folder(home: Home, folder: Path) -> None:
    link(entry(home), folder, home)
    remove_weights(entry(home), read_catalogue(home), home)
    assert {path.name for path in folder.iterdir()} == set(STORE)
    assert REPO not in read_pins(home.catalogue).by_repo, "no hub has that revision"


def test_removing_what_has_no_weights_says_so_and_which_file_lists_it(
    home: Home, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remove = ["systems", "remove", "--home", str(home.folder), "mine"]
    assert main([*remove, "gpt-audio"]) == 0
    out, err = capsys.readouterr()
    assert "mine: no weights of it were fetched here\ngpt-audio: no weights" in out
    assert err == (
        "It is a system of your own and stays listed until you delete "
        f"{home.catalogue / 'mine.toml'}.\n"
    )
    link(entry(home), folder, home)
    assert main(remove) == 0
    assert capsys.readouterr().out == "mine: 0 bytes freed\n", "a link was taken away"


# To a station without a network.


@pytest.fixture
def there(tmp_path: Path) -> Home:
    return Home(tmp_path / "there")


def test_a_bundle_brings_everything(
    home: Home, there: Home, engines: dict[str, EngineInfo], tmp_path: Path
) -> None:
    install(home, engines)
    write_bundle([entry(home)], tmp_path / "kit", home)
    for _ in range(2):  # and again, which changes nothing
        install_bundle(read_bundle(tmp_path / "kit"), there)
        brought = entry(there)
        assert brought.record.fingerprint == entry(home).record.fingerprint
        assert {n: (place_of(there) / n).read_bytes() for n in STORE} == STORE


def test_a_linked_folder_travels_as_files(
    home: Home, there: Home, folder: Path, tmp_path: Path
) -> None:
    link(entry(home), folder, home)
    write_bundle([entry(home)], tmp_path / "kit", home)
    shutil.rmtree(folder)
    install_bundle(read_bundle(tmp_path / "kit"), there)
    (source,) = sources_of(entry(there))
    assert (there.models / source.folder / "model.safetensors").read_bytes() == b"w" * 5000


def test_a_file_that_a_bundle_lacks_is_named(
    home: Home, there: Home, folder: Path, tmp_path: Path
) -> None:
    link(entry(home), folder, home)
    write_bundle([entry(home)], tmp_path / "kit", home)
    (gone,) = (tmp_path / "kit" / "models").glob("*/config.json")
    gone.unlink()
    with pytest.raises(EarshotError) as caught:
        install_bundle(read_bundle(tmp_path / "kit"), there)
    assert caught.value.sentence.startswith(f"{gone} cannot be read (No such file")
    assert "make room" not in caught.value.advice


def test_the_command_for_a_bundle_can_be_typed_as_it_is_printed(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "my kit"
    bundle = ["systems", "bundle", "--home", str(home.folder), "gpt-audio", str(place)]
    assert main(bundle) == 0
    assert f"install --bundle '{place}'" in capsys.readouterr().out


def test_a_bundle_says_what_it_cannot_carry(home: Home, tmp_path: Path) -> None:
    asked = write_bundle([entry(home, "gpt-audio")], tmp_path / "asked", home)
    assert "the key “openai” (there: python main.py systems key openai)" in asked
    needs = write_bundle([entry(home, "baseline-eliza")], tmp_path / "kit", home)
    assert "eliza: nltk (there: make setup)" in needs


@pytest.mark.parametrize("missing", ["bundle.json", "systems.toml"])
def test_a_folder_that_is_no_bundle_is_refused(
    home: Home, there: Home, tmp_path: Path, missing: str
) -> None:
    write_bundle([entry(home, "baseline-eliza")], tmp_path / "kit", home)
    (tmp_path / "kit" / missing).unlink()
    with pytest.raises(EarshotError):
        install_bundle(read_bundle(tmp_path / "kit"), there)


@pytest.mark.parametrize(
    "name", ["../../elsewhere", "us--mine@main", "/tmp/x", "us--mine@" + "0" * 39]
)
def test_a_bundle_cannot_lead_out_of_the_models_folder(
    home: Home, engines: dict[str, EngineInfo], tmp_path: Path, name: str
) -> None:
    install(home, engines)
    write_bundle([entry(home)], tmp_path / "kit", home)
    said = json.loads((tmp_path / "kit" / "bundle.json").read_text())
    (files,) = said["models"].values()
    for models in ({name: files}, {place_of(home).name: {"../x": files["config.json"]}}):
        (tmp_path / "kit" / "bundle.json").write_text(json.dumps({**said, "models": models}))
        with pytest.raises(UsageProblem, match="is damaged"):
            read_bundle(tmp_path / "kit")


def test_a_file_that_was_damaged_on_the_way_is_seen(
    home: Home, there: Home, engines: dict[str, EngineInfo], tmp_path: Path
) -> None:
    install(home, engines)
    write_bundle([entry(home)], tmp_path / "kit", home)
    copied = tmp_path / "kit" / "models" / place_of(home).name / "model.safetensors"
    copied.write_bytes(b"v" * 5000)
    with pytest.raises(EarshotError, match=r"model\.safetensors in the bundle is damaged"):
        install_bundle(read_bundle(tmp_path / "kit"), there)
    assert not place_of(there).exists()
    assert "mine" not in read_catalogue(there)


def test_a_station_that_means_something_else_keeps_its_own(
    home: Home, there: Home, engines: dict[str, EngineInfo], tmp_path: Path
) -> None:
    install(home, engines)
    write_bundle([entry(home)], tmp_path / "kit", home)
    there.catalogue.mkdir(parents=True)
    write_system(there, version="2")
    with pytest.raises(UsageProblem, match="mine means something else"):
        install_bundle(read_bundle(tmp_path / "kit"), there)


def test_only_what_is_here_can_be_bundled(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="are not on this station"):
        write_bundle([entry(home)], tmp_path / "kit", home)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(UsageProblem, match="is not empty"):
        write_bundle([entry(home, "baseline-eliza")], tmp_path / "full", home)
