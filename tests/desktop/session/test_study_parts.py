"""The tables of a study file that say how a comparison is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.errors import StudyProblem
from desktop.session.study import EVERYDAY, load_study
from desktop.session.study_parts import (
    Design,
    Identity,
    Markdown,
    Sampler,
    Showing,
    Voting,
)

WHOLE = """
[design]
sampler = "weighted"
practice = 1
same_system = 2
same_text = 1
swapped_repeats = 2
repeat_after = 4
gold = 1
gold_better = "baseline-skills"
gold_worse = "baseline-eliza"
weights = { baseline-skills = 2.5, baseline-eliza = 0 }

[show]
minimum_wait_ms = 4000
markdown = "plain"
identity = "mask"

[vote]
strength = true
each_side = true
reason_codes = true
guess = true
reason_recogniser = "baseline-eliza"
"""


@pytest.fixture
def study_file(tmp_path: Path) -> Path:
    return tmp_path / "study.toml"


def write(file: Path, more: str) -> Path:
    file.write_text(EVERYDAY.read_text("utf-8") + more, "utf-8")
    return file


def test_without_them_a_study_is_what_it_always_was() -> None:
    study = load_study(EVERYDAY)
    assert (study.design, study.showing) == (Design(), Showing())
    assert study.voting == Voting()


@pytest.mark.parametrize("reveal", ["never", "each_vote"])
def test_names_that_are_never_told_or_were_told_are_not_asked_for(
    study_file: Path, reveal: str
) -> None:
    text = EVERYDAY.read_text("utf-8").replace('reveal = "session_end"', f'reveal = "{reveal}"')
    study_file.write_text(f"{text}\n[vote]\nguess = true\n", "utf-8")
    with pytest.raises(StudyProblem, match=r"vote\.guess needs reveal"):
        load_study(study_file)


def test_every_key_is_read(study_file: Path) -> None:
    study = load_study(write(study_file, WHOLE))
    assert study.design == Design(
        sampler=Sampler.WEIGHTED,
        weights={"baseline-skills": 2.5, "baseline-eliza": 0.0},
        practice=1,
        same_system=2,
        same_text=1,
        swapped_repeats=2,
        repeat_after=4,
        gold=1,
        gold_better="baseline-skills",
        gold_worse="baseline-eliza",
    )
    assert study.showing == Showing(4000, Markdown.PLAIN, Identity.MASK)
    assert study.voting == Voting(
        strength=True,
        each_side=True,
        reason_codes=True,
        guess=True,
        reason_recogniser="baseline-eliza",
    )
    assert study.session_length == 10 + 1 + 2 + 1 + 2 + 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[design]\nsampler = "random"', "Choose one of balanced, uniform, weighted, adaptive"),
        ("[design]\ngold = 1", "gold battles need"),
        ('[design]\ngold = 1\ngold_better = "x"\ngold_worse = "baseline-eliza"', "gold battles"),
        ("[design]\nweights = { baseline-eliza = 1 }", "need sampler"),
        ('[design]\nsampler = "weighted"\nweights = { x = 1 }', "x does not compete"),
        ("[design]\npractice = -1", "lies between 0 and 100"),
        (
            '[design]\nsampler = "weighted"\nweights = { baseline-skills = 0, baseline-eliza = 0 }',
            "two systems that weigh more than 0",
        ),
        ("[design]\nswapped_repeats = 11", "too short for 11 swapped repeats"),
        ("[design]\nswapped_repeats = 1\nrepeat_after = 10", "with 10 votes between"),
        ("[show]\nminimum_wait_ms = true", "cannot be true. Write a whole number"),
        ("[vote]\nstrength = 1", "is true or false"),
        ("[vote]\nreason_recogniser = 1", "cannot be 1"),
        ("[vote]\nstrenght = true", "nothing is known of 'strenght'"),
        ("design = 3", "cannot be 3"),
        ("design = 3", "Write a table, [design]"),
        (
            "[design]\nswapped_repeats = 1\nrepeat_after = 50",
            "too short for 1 swapped repeat with 50 votes between",
        ),
        ("[design]\npractice = 4.5", "“practice” cannot be 4.5. Write a whole number"),
        ("[design]\npractice = '4'", "Write a whole number, without quotation marks"),
    ],
)
def test_a_mistake_is_named(study_file: Path, more: str, said: str) -> None:
    if not more.startswith("["):
        study_file.write_text(f"{more}\n{EVERYDAY.read_text('utf-8')}", "utf-8")
    else:
        write(study_file, f"\n{more}\n")
    with pytest.raises(StudyProblem) as refused:
        load_study(study_file)
    assert said in f"{refused.value} {refused.value.advice}"


def test_a_repeat_where_names_were_told_is_refused(study_file: Path) -> None:
    told = EVERYDAY.read_text("utf-8").replace('"session_end" ', '"each_vote" ')
    study_file.write_text(f"{told}[design]\nswapped_repeats = 1\n", "utf-8")
    with pytest.raises(StudyProblem, match="is not blind where the names are told"):
        load_study(study_file)


def test_there_is_room_for_repeats_where_other_battles_lie_between(study_file: Path) -> None:
    study = load_study(
        write(study_file, "[design]\nswapped_repeats = 10\nrepeat_after = 11\nsame_text = 2\n")
    )
    assert study.session_length == 22
