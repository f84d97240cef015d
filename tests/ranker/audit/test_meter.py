"""The leak meter sees a leak that is there, and none where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ranker.audit.material import Exchange, Guess
from ranker.audit.meter import FEWEST, FRAME_MS, audited
from ranker.audit.report import Figure, Name
from tests.helpers.leaks import same_instant, sequential, spoken

POINTS = 0.03
"""Issue 3, line 2: within three points of chance."""
WINDOW: tuple[Name, ...] = ("slot", "pair")


def figure(exchanges: list[Exchange], name: Name) -> Figure:
    return audited(exchanges, names=[name]).figure(name)


def score_of(exchanges: list[Exchange], name: Name):
    found = figure(exchanges, name).score
    assert found is not None
    return found


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20)


def test_an_arena_that_shows_answers_as_they_come_is_caught(rng: np.random.Generator) -> None:
    report = audited(sequential(600, rng), names=["slot"])
    score = report.figure("slot").score
    assert score is not None
    assert score.leaks
    assert score.accuracy > 0.9
    assert "tells which side is which system" in report.sentences[0]


@pytest.mark.local
def test_same_instant_does_not_say_which_side_is_which(rng: np.random.Generator) -> None:
    report = audited(same_instant(2000, rng), names=WINDOW)
    score = report.figure("slot").score
    assert score is not None
    assert abs(score.accuracy - 0.5) < POINTS
    assert not score.leaks
    assert "no leak found (" in report.sentences[0]
    assert f"up to {100 * score.high:.1f} % is possible" in report.sentences[0]


def test_what_one_frame_shows_is_seen_at_once(rng: np.random.Generator) -> None:
    """The second card is noted a few milliseconds after the first, by what its text takes."""
    painted = [
        replace(
            e,
            a=replace(e.a, onset_ms=2.0),
            b=replace(e.b, onset_ms=3.0 + 5 * int(e.b.system[-1])),
        )
        for e in same_instant(300, rng)
    ]
    score = score_of(painted, "slot")
    assert (score.accuracy, score.leaks) == (0.5, False)


def test_one_late_frame_for_one_system_is_seen(rng: np.random.Generator) -> None:
    """A fault of the window that nobody would notice by eye."""
    late = [
        replace(e, a=replace(e.a, onset_ms=e.a.onset_ms + FRAME_MS))
        if e.a.system == "system-1"
        else e
        for e in same_instant(600, rng)
    ]
    assert score_of(late, "slot").leaks


@pytest.mark.local
def test_the_wait_says_which_pair_it_is_unless_there_is_a_minimum(
    rng: np.random.Generator,
) -> None:
    without = score_of(same_instant(2000, rng), "pair")
    assert without.leaks
    assert without.accuracy > 0.6
    hidden = score_of(same_instant(2000, rng, minimum_wait_ms=15_000), "pair")
    assert abs(hidden.accuracy - hidden.chance) < POINTS
    assert not hidden.leaks


PLAIN = tuple(f"The {noun} is near the {place}." for noun in ("cat", "tea") for place in "xyz")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("length", tuple(f"{text} {text} {text}" for text in PLAIN)),
        ("format", tuple(f"- {text[:-3]}**{text[-3:]}" for text in PLAIN)),
        ("language", tuple("Die Katze ist nicht in dem Haus " + text for text in "uvw")),
        ("vocabulary", tuple(text.replace("near", "by") for text in PLAIN)),
    ],
)
def test_each_cue_finds_what_is_planted_for_it(
    name: Name, other: tuple[str, ...], rng: np.random.Generator
) -> None:
    planted = score_of(spoken(200, rng, [PLAIN, other]), name)
    assert planted.leaks
    assert planted.accuracy > 0.95
    same = np.random.default_rng(0)
    assert not score_of(spoken(200, same, [PLAIN, PLAIN]), name).leaks


def test_what_one_person_says_does_not_name_a_system_by_the_person() -> None:
    """Each participant has words of their own, and mostly one system: folds by battle would learn
    the words."""
    words = [
        "salt",
        "tram",
        "hill",
        "opera",
        "moss",
        "kite",
        "barn",
        "fig",
        "lens",
        "quay",
        "yolk",
        "jazz",
    ]
    exchanges = []
    for number, e in enumerate(spoken(160, np.random.default_rng(4), [PLAIN] * 4)):
        word = words[3 * int(e.a.system[-1]) + number % 3]
        a = replace(e.a, text=f"{word} {word}")
        exchanges.append(replace(e, participant=word, a=a, b=replace(e.b, text="no")))
    mixed = [replace(e, participant=None) for e in exchanges]
    by_person, by_battle = (audited(of, names=["vocabulary"]) for of in (exchanges, mixed))
    assert (by_person.grouped_by, by_battle.grouped_by) == ("participant", "battle")
    learned = [report.figure("vocabulary").score for report in (by_person, by_battle)]
    assert learned[0] is not None
    assert learned[1] is not None
    assert learned[0].accuracy < learned[1].accuracy - 0.1


def test_with_few_turns_nothing_is_claimed(rng: np.random.Generator) -> None:
    report = audited(same_instant(FEWEST - 1, rng))
    assert {figure.score for figure in report.figures} == {None}
    assert "there are 29" in report.sentences[0]


def test_one_pair_has_no_pair_to_name(rng: np.random.Generator) -> None:
    report = audited(same_instant(40, rng, (1.0, 2.0)), names=WINDOW)
    assert "Only one pair" in report.figure("pair").why_not


def test_few_people_are_told_apart_by_battle(rng: np.random.Generator) -> None:
    exchanges = [replace(e, participant="one") for e in same_instant(40, rng)]
    assert audited(exchanges, names=["slot"]).grouped_by == "battle"


def test_a_card_that_is_always_a_pass_late_is_seen_on_a_quick_screen(
    rng: np.random.Generator,
) -> None:
    """Times of passes are exact: only where each card has its own are they merged."""
    late = [
        replace(
            e,
            a=replace(e.a, onset_ms=8.0 * (e.a.system == "system-1")),
            b=replace(e.b, onset_ms=8.0 * (e.b.system == "system-1")),
        )
        for e in same_instant(600, rng)
    ]
    assert score_of([replace(e, by_pass=True) for e in late], "slot").leaks
    assert not score_of(late, "slot").leaks


def waited(n: int, seed: int, seconds: float, minimum_s: float = 0.0) -> list[Exchange]:
    """Turns that were waited for so long, more or less."""
    rng = np.random.default_rng(seed)
    return [
        replace(e, battle=f"{seed} {e.battle}", wait_ms=1000 * max(minimum_s, wait_s))
        for e, wait_s in zip(same_instant(n, rng), seconds * rng.lognormal(0, 0.15, n), strict=True)
    ]


def test_one_system_that_is_asked_twice_shows_by_its_wait() -> None:
    """However few such turns there are: the commonest kind would be right nearly always."""
    for minimum_s, leaks in ((0.0, True), (15.0, False)):
        two, one = waited(400, 1, 2.0, minimum_s), waited(40, 2, 4.0, minimum_s)
        figure = audited(two, alone=one, names=["kind"]).figure("kind")
        assert figure.score is not None
        assert (figure.score.n, figure.score.chance) == (40, 0.5)
        assert figure.score.leaks is leaks
        assert (figure.score.accuracy > 0.9) is leaks


def test_without_a_difference_in_the_wait_one_system_looks_like_two() -> None:
    found = audited(waited(400, 1, 2.0), alone=waited(40, 2, 2.0), names=["kind"]).figure("kind")
    assert found.score is not None
    assert not found.score.leaks


def test_few_turns_of_one_system_are_not_measured() -> None:
    report = audited(waited(40, 1, 2.0), alone=waited(29, 2, 4.0), names=["kind"])
    assert report.figure("kind").score is None
    assert "there are 29 and 40" in report.sentences[0]


def guesses(share: float, n: int = 200) -> list[Guess]:
    rng = np.random.default_rng(5)
    return [
        Guess(f"b{k}", f"p{k % 40}", "abcd"[k % 4], bool(rng.random() < share), 4) for k in range(n)
    ]


def test_guesses_are_scored_against_the_choices_there_were() -> None:
    report = audited([], [*guesses(0.6), Guess("b", "p", "a", None, 4)])
    score = report.figure("guess").score
    assert score is not None
    assert (score.n, score.chance) == (200, 0.25)
    assert score.leaks
    assert report.n_unknown == 1
    assert "1 guess was “I do not know”." in report.sentences


def test_guesses_at_random_are_chance() -> None:
    score = audited([], guesses(0.25)).figure("guess").score
    assert score is not None
    assert not score.leaks


def test_few_guesses_say_nothing() -> None:
    report = audited([], [Guess("b", "p", "a", right, 3) for right in (True, False)])
    assert report.figure("guess").score is None
    assert (
        f"It takes {FEWEST} guesses that name a system; there are 2."
        in report.figure("guess").why_not
    )
    assert "recognise" not in " ".join(report.sentences)


def test_always_naming_what_is_shown_most_is_no_knowledge() -> None:
    """Where draws have weights, one system is most of what is asked about."""
    truths = ["a" if k % 10 < 8 else "b" for k in range(200)]
    said = [Guess(f"b{k}", f"p{k % 40}", t, t == "a", 4) for k, t in enumerate(truths)]
    score = audited([], said).figure("guess").score
    assert score is not None
    assert (score.accuracy, score.chance) == (0.8, 0.8)
    assert not score.leaks
