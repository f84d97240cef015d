"""Systems travel to a station without a network whole, and nothing else travels with them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from desktop.catalogue.catalogue import read_catalogue
from desktop.catalogue.sources import sources_of
from desktop.cli import main
from desktop.errors import EarshotError, UsageProblem
from desktop.getting.bundling import install_bundle, read_bundle, write_bundle
from desktop.getting.linking import link
from desktop.paths import Home
from engines.registry import EngineInfo
from tests.helpers.own_system import (
    STORE,
    entry,
    install,
    place_of,
    write_system,
)


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
