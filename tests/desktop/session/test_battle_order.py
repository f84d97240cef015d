"""Whole sessions in the store: what is drawn, and what of it can be told from the rows alone."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ranker
from desktop.session.counting import Widths, interval_widths
from desktop.session.matchmaking import WIDEST, drawn_again
from desktop.session.plan import plan_of
from desktop.session.running_battle import RunningBattle
from desktop.session.study_parts import Design, Sampler
from local_db.export import export
from local_db.kept import Battle, VoteCount
from local_db.records import Choice
from local_db.store import Store
from tests.helpers.on_paper import PaperSession, paper_study, scripted
from tests.helpers.voting import open_test_store

THREE = ("ada", "bo", "cy")
ENTRIES = scripted(THREE)
ALL_KINDS = Design(
    practice=1,
    same_system=2,
    same_text=1,
    swapped_repeats=2,
    repeat_after=2,
    gold=2,
    gold_better="ada",
    gold_worse="cy",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_test_store(tmp_path) as opened:
        yield opened


def left_always(_: RunningBattle) -> Choice:
    return "a"


def replays(battle: Battle) -> bool:
    """Whether the row alone gives the draw again."""
    drawn = battle.draw
    again = drawn_again(drawn.sampler, drawn.state, seed=drawn.seed, step=drawn.step)
    return (again.a, again.b, again.probability) == (
        battle.a.system,
        battle.b.system,
        drawn.probability,
    )


@pytest.mark.parametrize("sampler", list(Sampler))
def test_a_schedule_can_be_drawn_again_from_its_rows_alone(store: Store, sampler: Sampler) -> None:
    weights = {"ada": 3.0} if sampler is Sampler.WEIGHTED else {}
    study = paper_study(THREE, Design(sampler=sampler, weights=weights), battles=4)
    for seed in range(3):
        PaperSession(store, study, ENTRIES, seed=seed).sit(left_always)
    shown: Counter[str] = Counter()
    own: Counter[tuple[str, str]] = Counter()
    battles = store.reader.battles()
    for battle in battles:
        assert replays(battle)
        assert battle.draw.sampler.startswith(sampler.value)
        # The counts it went by are those of the rows before it, too.
        assert battle.draw.state["shown"] == dict(shown)
        seen = {pair: n for (who, pair), n in own.items() if who == battle.participant}
        assert battle.draw.state["block"] == seen
        pair = f"{battle.a.system}|{battle.b.system}"
        shown[pair] += 1
        own[battle.participant, pair] += 1
    assert [battle.draw.step for battle in battles] == [0, 1, 2, 3] * 3


def test_slots_are_balanced_for_everybody_and_over_the_study(store: Store) -> None:
    study = paper_study(THREE, ALL_KINDS, battles=7)
    for person in range(4):
        PaperSession(store, study, ENTRIES, seed=person).sit(left_always)
    normal = [battle for battle in store.reader.battles() if battle.kind == "normal"]
    people = {battle.participant for battle in normal}
    assert len(people) == 4
    for who in (None, *people):
        pairs = Counter((b.a.system, b.b.system) for b in normal if who in (None, b.participant))
        assert all(abs(pairs[a, b] - pairs[b, a]) <= 1 for a, b in list(pairs))
    unordered = Counter(frozenset((b.a.system, b.b.system)) for b in normal)
    assert sorted(unordered.values()) == [9, 9, 10]


def test_a_participant_who_comes_back_goes_on_with_their_own_balance(store: Store) -> None:
    two = THREE[:2]
    study = paper_study(two, Design(), battles=1)
    entries = scripted(two)
    sides = []
    for code in ("P1", "P2", "P1", "P2", "P1"):
        PaperSession(store, study, entries, code=code).sit(left_always)
        sides.append((code, store.reader.battles()[-1].a.system))
    for code in ("P1", "P2"):
        left = [system for who, system in sides if who == code]
        assert left[0] != left[1]


def test_every_kind_is_what_it_says(store: Store) -> None:
    study = paper_study(THREE, ALL_KINDS, battles=4)
    PaperSession(store, study, ENTRIES, seed=3).sit(left_always)
    battles = store.reader.battles()
    assert Counter(b.kind for b in battles) == {
        "normal": 4,
        "practice": 1,
        "same_system": 2,
        "same_text": 1,
        "swapped_repeat": 2,
        "gold": 2,
    }
    assert battles[0].kind == "practice"
    assert [b.number for b in battles] == list(range(1, 13))
    assert all(replays(battle) for battle in battles)
    by_id = {b.battle_id: b for b in battles}
    for battle in battles:
        sides = (battle.a.system, battle.b.system)
        if battle.kind in ("same_system", "same_text"):
            assert sides[0] == sides[1]
        elif battle.kind == "gold":
            assert set(sides) == {"ada", "cy"}
            assert battle.draw.state["known"] == {"gold_better": "ada"}
        elif battle.kind == "swapped_repeat":
            assert_swapped(by_id[battle.repeats], battle)
    doubled = {b.a.system for b in battles if b.kind == "same_system"}
    assert len(doubled) == 2  # another system the second time
    gold = {b.a.system for b in battles if b.kind == "gold"}
    assert gold == {"ada", "cy"}  # either way once


def assert_swapped(source: Battle, battle: Battle, between: int = 2) -> None:
    assert source.kind == "normal"
    assert (source.a, source.b) == (battle.b, battle.a)
    assert battle.number - source.number - 1 >= between
    (before,), (now,) = source.turns, battle.turns
    assert now.take_id == before.take_id
    assert (now.a.text, now.b.text) == (before.b.text, before.a.text)
    assert (now.a.seed, now.b.seed) == (before.b.seed, before.a.seed)
    assert {now.a.id, now.b.id}.isdisjoint({before.a.id, before.b.id})
    assert battle.takes[0].id == before.take_id


def test_nothing_but_normal_battles_is_ranked(store: Store, tmp_path: Path) -> None:
    """Planted: ada wins what counts; every check says the opposite."""
    study = paper_study(("ada", "cy"), ALL_KINDS, battles=4)

    def choose(battle: RunningBattle) -> Choice:
        ada = "a" if battle.draw.a == "ada" else "b"
        against: Choice = "b" if ada == "a" else "a"
        return ada if battle.kind == "normal" else against  # type: ignore[return-value]

    for seed in range(3):
        PaperSession(store, study, scripted(("ada", "cy")), seed=seed).sit(choose)
    export(store.path, tmp_path / "takes", tmp_path / "out")
    board = ranker.rank([tmp_path / "out"])
    assert board.n_votes == 12
    (pair,) = board.pairs
    assert (pair.first, pair.wins, pair.losses) == ("ada", 12, 0)
    assert board.n_seen == 12 + sum(left.count for left in board.exclusions) == 36
    assert sum(one.count for one in store.reader.vote_counts("paper")) == 12


def test_a_session_that_broke_off_keeps_its_plan(store: Store, tmp_path: Path) -> None:
    study = paper_study(THREE, ALL_KINDS, battles=4)
    first = PaperSession(store, study, ENTRIES, seed=11)
    for _ in range(5):
        first.vote("a")
        first.order.next()
    store.recover(tmp_path / "takes")  # as the next start does: the open battle is abandoned
    (earlier,) = store.reader.open_sessions("paper")
    assert (earlier.battles.voted, earlier.battles_planned) == (5, 12)
    plan = plan_of(earlier.settings, 0)
    # What another version of the program would plan from that seed is not asked.
    PaperSession(store, study, ENTRIES, seed=99, earlier=earlier).sit(left_always)
    voted = [b for b in store.reader.battles() if b.state == "voted"]
    assert [b.kind for b in voted] == [place.kind for place in plan]
    numbers = {b.battle_id: b.number for b in voted}
    assert {numbers[b.repeats] - 1 for b in voted if b.kind == "swapped_repeat"} == {
        place.repeats for place in plan if place.repeats is not None
    }
    assert {b.draw.seed for b in store.reader.battles()} == {11}


def test_a_repeat_is_of_what_competed_then_even_where_a_system_is_newer_by_now(
    store: Store, tmp_path: Path
) -> None:
    design = Design(swapped_repeats=1, repeat_after=1)
    study = paper_study(THREE[:2], design, battles=2)
    first = PaperSession(store, study, ENTRIES)
    for _ in range(2):
        first.vote("a")
        first.order.next()
    store.recover(tmp_path / "takes")
    (earlier,) = store.reader.open_sessions("paper")
    newer = {
        name: replace(entry, system=replace(entry.system, version="2"))
        for name, entry in ENTRIES.items()
    }
    PaperSession(store, study, newer, earlier=earlier).sit(left_always)
    last = store.reader.battles()[-1]
    assert (last.kind, last.a.version, last.b.version) == ("swapped_repeat", "1", "1")
    assert_swapped(store.reader.battle(last.repeats), last, between=1)


class Whenever:
    """Work that is done when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], Any], Callable[[Any], None]]] = []

    def later(
        self, work: Callable[[], Any], done: Callable[[Any], None], _: Callable[[Any], None]
    ) -> None:
        self.waiting.append((work, done))

    def work(self) -> None:
        waiting, self.waiting = self.waiting, []
        for work, done in waiting:
            done(work())


def test_widths_are_counted_beside_the_session_and_kept_with_the_draw(store: Store) -> None:
    beside, chance = Whenever(), random.Random(5)
    fingerprints = {name: entry.record.fingerprint for name, entry in ENTRIES.items()}
    widths = Widths(lambda: store.reader.vote_counts("paper"), lambda: fingerprints, beside.later)
    before = paper_study(THREE, Design(), battles=30)
    PaperSession(store, before, ENTRIES).sit(lambda _: chance.choice(("a", "b", "tie")))
    study = paper_study(THREE, Design(sampler=Sampler.ADAPTIVE), battles=4)
    session = PaperSession(store, study, ENTRIES, seed=2, widths=widths)
    for _ in range(3):
        session.vote("a")
        session.order.next()  # nobody waits for a count
    assert len(beside.waiting) == 1
    drawn = [b for b in store.reader.battles() if b.draw.sampler == "adaptive-1"]
    assert {b.draw.state["widths"]["ada"] for b in drawn} == {WIDEST}
    beside.work()  # the first count knew one vote; what came meanwhile is counted after it
    beside.work()
    assert not beside.waiting
    assert widths.now == interval_widths(store.reader.vote_counts("paper"), fingerprints)
    assert all(0 < width < WIDEST for width in widths.now.values())
    session.vote("a")
    PaperSession(store, study, ENTRIES, seed=3, widths=widths)
    last = store.reader.battles()[-1]
    assert last.draw.state["widths"] == widths.now
    assert replays(last)


def test_a_width_is_that_of_the_rankers_interval() -> None:
    chance = random.Random(3)
    votes = [
        VoteCount(a, b, f"p{n}", chance.choice("ab"), 1)
        for n in range(60)
        for a, b in [("f-ada", "f-bo")]
    ]
    widths = interval_widths(votes, {"ada": "f-ada", "bo": "f-bo", "cy": "f-cy"})
    board = ranker.rank(
        [ranker.Vote("ada", "bo", f"model_{v.choice}", participant=v.participant) for v in votes],
        bootstraps=200,
    )
    assert widths == {row.system: row.high - row.low for row in board.rows}
    assert "cy" not in widths
    never_lost = [VoteCount("f-ada", "f-bo", "p", "a", 5)]
    assert interval_widths(never_lost, {"ada": "f-ada", "bo": "f-bo"}) == {
        "ada": WIDEST,
        "bo": WIDEST,
    }
    assert interval_widths([], {}) == {}
