"""The study file: the shipped one is read, and every mistake gets its own sentence."""

import re
from pathlib import Path

import pytest

from desktop.errors import StudyProblem
from desktop.session.study import EVERYDAY, Reveal, load_study

GOOD = EVERYDAY.read_text(encoding="utf-8")


def test_the_shipped_study_is_read():
    study = load_study(EVERYDAY)
    assert study.id == "everyday"
    assert study.battles_per_session == 10
    assert study.reveal is Reveal.SESSION_END
    assert study.take_max_ms == 60_000
    assert len(study.systems) == 3


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("schema = 1", "schema = 2", "schema 2"),
        ('id = "everyday"', "", "no “id”"),
        ('id = "everyday"', "id = 7", "“id” cannot be 7"),
        ('id = "everyday"', 'id = ""', "“id” is empty"),
        ('id = "everyday"', 'id = " \\t"', "“id” is empty"),
        ('id = "everyday"', 'id = "every\\nday"', "“id” cannot be 'every"),
        ('id = "everyday"', 'id = "everyday "', "“id” cannot be 'everyday '"),
        ('title = "Voice assistants, everyday questions"', 'title = ""', "“title” is empty"),
        ('title = "Voice assistants, everyday questions"', "title = '  '", "“title” is empty"),
        ('reveal = "session_end"', 'reveal = "soon"', "“reveal” cannot be 'soon'"),
        ("battles_per_session = 10", "battles_per_session = 0", "between 1 and 1000"),
        ("battles_per_session = 10", "battles_per_session = true", "cannot be true. Write a whole"),
        ("battles_per_session = 10", "battles_per_session = 1e3", "cannot be 1000.0"),
        ("battles_per_session = 10", "battles_per_session = inf", "cannot be inf"),
        ("battles_per_session = 10", "battles_per_session = -1", "between 1 and 1000"),
        ("max_ms = 60000", "max_ms = 10", "between 2000 and 600000"),
        ("time_limit_s = 60", "time_limit_s = 0.1", "between 1 and 3600"),
        ("time_limit_s = 60", "time_limit_s = nan", "between 1 and 3600"),
        ("time_limit_s = 60", "time_limit_s = inf", "between 1 and 3600"),
        ("time_limit_s = 60", f"time_limit_s = 1{'0' * 400}", "between 1 and 3600"),
        ("time_limit_s = 60", f"time_limit_s = 1{'0' * 5000}", "not valid TOML"),
        ("time_limit_s = 60", f"time_limit_s = [0x{'f' * 5000}]", "cannot be a number that large"),
        ("schema = 1", f"schema = 0x{'f' * 5000}", "schema a number that large"),
        ('"baseline-skills-open", "baseline-eliza"', '"baseline-skills"', "two different systems"),
        ('"baseline-skills", "', '7, "', "list of system ids"),
        ("[take]", "colour = 1\n[take]", "nothing is known of 'colour'"),
        ("schema = 1", "schema = ", "not valid TOML"),
        ("schema = 1", f"schema = {'[' * 5000}", "not valid TOML"),
    ],
    ids=lambda text: text[:30],
)
def test_each_mistake_is_named(tmp_path: Path, old: str, new: str, sentence: str):
    assert old in GOOD
    path = tmp_path / "study.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(StudyProblem, match=re.escape(sentence)) as caught:
        load_study(path)
    assert str(path) in caught.value.sentence
    assert len(caught.value.sentence) < 300 + len(str(path))


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(StudyProblem, match="cannot be read"):
        load_study(tmp_path / "none.toml")


def test_a_file_that_is_not_text_is_named(tmp_path: Path):
    path = tmp_path / "study.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StudyProblem, match="is no text"):
        load_study(path)


@pytest.mark.parametrize("path", [Path("/dev/zero"), Path("/")])
def test_what_is_no_file_is_not_read(path: Path):
    with pytest.raises(StudyProblem, match="is no file"):
        load_study(path)


def test_a_file_without_end_is_not_read_to_it(tmp_path: Path):
    path = tmp_path / "study.toml"
    path.write_bytes(b"#" * 2_000_000)
    with pytest.raises(StudyProblem, match="larger than 1,000,000 bytes"):
        load_study(path)


def test_keys_that_stand_below_a_table_are_found_there(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text("[vote]\nstrength = true\n\n" + EVERYDAY.read_text("utf-8"), "utf-8")
    with pytest.raises(StudyProblem) as refused:
        load_study(file)
    assert "has no “schema”" in refused.value.sentence
    assert "“schema” stands below [vote]: move it above the first table." in refused.value.advice
