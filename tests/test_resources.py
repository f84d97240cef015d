"""What is shipped is what its lists say."""

from __future__ import annotations

import tomllib
from collections import Counter

from desktop.audio.convert import read_samples
from desktop.catalogue.catalogue import read_catalogue
from desktop.session.study import EVERYDAY, load_study
from resources import FOLDER

TAKES = FOLDER / "takes"
LISTED = tomllib.loads((TAKES / "takes.toml").read_text(encoding="utf-8"))["take"]


def test_there_are_twelve_takes_in_the_papers_proportions() -> None:
    # "Mind the Gap!", section 4.1: knowledge 50 %, advice 17 %, chat 16 %, tasks 10 %.
    topics = Counter(take["topic"] for take in LISTED)
    assert topics == {"knowledge": 6, "advice": 2, "chat": 2, "task": 2}


def test_every_take_is_listed_and_is_a_short_question() -> None:
    assert sorted(take["file"] for take in LISTED) == sorted(p.name for p in TAKES.glob("*.flac"))
    for take in LISTED:
        samples, rate_hz = read_samples(TAKES / take["file"])
        assert rate_hz == 16_000
        assert 1.0 < len(samples) / rate_hz < 6.0
        assert take["text"] == take["text"].lower().strip()


def test_all_takes_together_are_small() -> None:
    assert sum(path.stat().st_size for path in TAKES.iterdir()) < 1_000_000


def test_the_everyday_study_compares_what_the_catalogue_has() -> None:
    catalogue = read_catalogue()
    assert all(catalogue[system].baseline for system in load_study(EVERYDAY).systems)
