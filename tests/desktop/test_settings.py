"""Settings: one table; a flag beats what is stored, which beats the default."""

import argparse
import json
from dataclasses import fields
from pathlib import Path

import pytest

from desktop.settings import SETTINGS, Settings, add_flags, load_settings, remember


def test_the_table_the_values_and_the_flags_are_complete():
    assert [s.name for s in SETTINGS] == [f.name for f in fields(Settings)]
    assert Settings() == Settings(**{s.name: s.default for s in SETTINGS})
    parser = argparse.ArgumentParser()
    add_flags(parser)
    flags = {flag for action in parser._actions for flag in action.option_strings}
    for setting in SETTINGS:
        assert setting.flag in flags
        assert setting.help


def test_a_flag_beats_the_stored_value_and_the_stored_value_the_default(tmp_path: Path):
    path = tmp_path / "settings.json"
    remember(path, "colours", "dark")
    remember(path, "microphone", "Desk (ALSA)")
    assert load_settings(path) == Settings(colours="dark", microphone="Desk (ALSA)")
    assert load_settings(path, {"colours": "light", "microphone": None}).colours == "light"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"colours": "pink"}',
        '{"still": "yes"}',
        '{"still": 1}',
        '{"still": NaN, "microphone": Infinity}',
        "\x00",
        "[" * 100_000,
    ],
    ids=lambda text: text[:20],
)
def test_a_spoilt_file_means_the_defaults(tmp_path: Path, text: str):
    path = tmp_path / "settings.json"
    path.write_text(text)
    assert load_settings(path) == Settings()


def test_only_what_was_chosen_is_stored_beside_what_was_stored_before(tmp_path: Path):
    path = tmp_path / "settings.json"
    path.write_text('{"colours": "dark", "still": "spoilt", "study": "x.toml"}')
    remember(path, "microphone", "Desk (ALSA)")
    assert json.loads(path.read_text()) == {"colours": "dark", "microphone": "Desk (ALSA)"}
