"""After the last vote participants say which system they take each answer's for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop.catalogue.catalogue import read_catalogue
from desktop.paths import Home
from desktop.problems import GUESS_IS_KEPT
from desktop.session.guessing import MOST, GuessSteps
from desktop.session.ledger import Ledger
from desktop.session.plan import draw_plan
from desktop.session.study import EVERYDAY, load_study
from desktop.session.study_parts import Voting
from local_db.errors import DiskFull
from local_db.reader import open_reader
from local_db.store import Store
from tests.helpers.rehearsal import PATIENCE_MS, Rehearsal
from tests.helpers.uncertain_disk import commits_look_failed, why_not
from tests.helpers.voting import Sitting, open_test_store
from ui.safe_text import in_line
from ui.state import GuessState

TWO = {
    "canary-one": {"answers": ["I'm ChatGPT. Yes."]},
    "canary-two": {"answers": ["The second answer."]},
}
TABLES = '[show]\nidentity = "mask"\n[vote]\nguess = true\n'


def asked(stage: Rehearsal) -> Rehearsal:
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.next()
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "guess", timeout=PATIENCE_MS)
    return stage


def kept(stage: Rehearsal):
    with open_reader(stage.home.database) as reader:
        assert reader.verify_chain().ok
        assert reader.open_sessions() == []
        (battle,) = reader.battles()
    return battle


def test_what_is_guessed_is_kept_before_the_names_are_told(rehearse) -> None:
    stage = asked(rehearse(TWO, tables=TABLES))
    page = stage.window.guess
    texts = page.cards.a.text.toPlainText() + page.cards.b.text.toPlainText()
    assert "I'm […]. Yes." in texts  # as it was shown
    assert page.a.item(0).text() == in_line("Label of canary-one")
    assert kept(stage).guesses == ()
    page.a.setCurrentRow(1)
    page.b.setCurrentRow(2)
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    battle = kept(stage)
    systems = {battle.a.system: battle.a.fingerprint, battle.b.system: battle.b.fingerprint}
    a, b = battle.guesses
    assert (a.slot, a.fingerprint) == ("a", systems["canary-two"])
    assert (b.slot, b.fingerprint) == ("b", None)
    assert a.choices == [systems["canary-one"], systems["canary-two"]]


@pytest.mark.local
def test_who_skips_or_closes_the_window_is_told_the_names(rehearse) -> None:
    stage = asked(rehearse(TWO, tables=TABLES))
    stage.window.close()
    assert stage.window.current_page == "finished"
    assert stage.window.isVisible()
    assert kept(stage).guesses == ()


class Page:
    """Hears what the steps say."""

    def __init__(self) -> None:
        self.states: list[GuessState] = []

    def guess(self, state: GuessState) -> None:
        self.states.append(state)


class FullDisk(Ledger):
    full = False

    def guess(self, guesses) -> None:
        if self.full:
            raise DiskFull(Path("earshot.db"))
        super().guess(guesses)


@pytest.fixture
def store(tmp_path: Path):
    with open_test_store(tmp_path) as opened:
        yield opened


def begun(store: Store, tmp_path: Path, *, guess: bool = True, votes: int = 1):
    """Steps over a session of the everyday study with some votes; the page, the end."""
    study = replace(load_study(EVERYDAY), voting=Voting(guess=guess))
    entries = read_catalogue(Home(tmp_path))
    ledger = FullDisk(store, study, entries, tmp_path / "takes")
    ledger.begin_session(seed=7, plan=draw_plan(study.design, votes, seed=7))
    sitting = Sitting(store, tmp_path / "takes")
    for _ in range(votes):
        sitting.voted_battle()
    page, ended = Page(), []
    steps = GuessSteps(study, entries, ledger, page)
    steps.ask(store.reader.battles(), lambda: ended.append(True))
    return steps, page, ended, ledger


def test_only_the_last_battles_are_asked_about(store: Store, tmp_path: Path) -> None:
    steps, page, ended, _ = begun(store, tmp_path, votes=MOST + 2)
    for _ in range(MOST):
        assert not ended
        steps.answer(0, None)
    assert ended == [True]
    assert [(s.number, s.total) for s in page.states] == [(n + 1, MOST) for n in range(MOST)]
    asked_about = [battle.number for battle in store.reader.battles() if battle.guesses]
    assert asked_about == [3, 4, 5, 6, 7]


def test_who_skips_one_question_is_asked_the_next(store: Store, tmp_path: Path) -> None:
    steps, page, ended, _ = begun(store, tmp_path, votes=3)
    steps.answer(0, 1)
    steps.skip()
    assert not ended
    assert page.states[-1].number == 3
    steps.answer(None, 2)
    assert ended == [True]
    assert [bool(battle.guesses) for battle in store.reader.battles()] == [True, False, True]


def test_who_skips_all_keeps_what_was_said(store: Store, tmp_path: Path) -> None:
    steps, _, ended, _ = begun(store, tmp_path, votes=3)
    steps.answer(0, 1)
    steps.skip_all()
    assert ended == [True]
    assert [bool(battle.guesses) for battle in store.reader.battles()] == [True, False, False]


def test_what_a_full_disk_refused_is_not_said_of_the_battle_after_it(
    store: Store, tmp_path: Path
) -> None:
    steps, page, ended, ledger = begun(store, tmp_path, votes=2)
    ledger.full = True
    steps.answer(2, 1)
    ledger.full = False
    steps.skip()
    assert page.states[-1].problem is None
    steps.answer(0, None)
    assert ended == [True]
    first, second = store.reader.battles()
    assert first.guesses == ()
    assert [guess.fingerprint is None for guess in second.guesses] == [False, True]


def test_a_study_that_does_not_ask_goes_on_at_once(store: Store, tmp_path: Path) -> None:
    _, page, ended, _ = begun(store, tmp_path, guess=False)
    assert (page.states, ended) == ([], [True])


def test_what_a_full_disk_refuses_is_said_and_can_be_tried_again(
    store: Store, tmp_path: Path
) -> None:
    steps, page, ended, ledger = begun(store, tmp_path)
    ledger.full = True
    steps.answer(2, 1)
    assert page.states[-1].problem is not None
    assert not ended
    ledger.full = False
    steps.answer(2, 1)
    assert ended == [True]
    (battle,) = store.reader.battles()
    assert [guess.slot for guess in battle.guesses] == ["a", "b"]


def chosen(store: Store) -> dict[str, int | None]:
    """Slot -> the place among the choices."""
    (battle,) = store.reader.battles()
    places = {
        guess.slot: guess.fingerprint and list(guess.choices).index(guess.fingerprint)
        for guess in battle.guesses
    }
    assert len(places) == len(battle.guesses)
    return places


def test_what_is_chosen_after_a_refusal_is_what_is_kept(store: Store, tmp_path: Path) -> None:
    steps, _, ended, ledger = begun(store, tmp_path)
    ledger.full = True
    steps.answer(2, 1)
    steps.answer(1, 1)
    ledger.full = False
    steps.answer(0, None)
    assert ended == [True]
    assert chosen(store) == {"a": 0, "b": None}


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "it can be had")
@pytest.mark.parametrize("again", [(2, 1), (0, None)], ids=["the same", "another"])
def test_what_the_disk_kept_all_the_same_stands_and_is_said(
    store: Store, tmp_path: Path, again: tuple[int | None, int | None]
) -> None:
    steps, page, ended, _ = begun(store, tmp_path, votes=2)
    with commits_look_failed() as failed:
        steps.answer(2, 1)
        assert failed
    assert page.states[-1].problem.action == "Try again"
    steps.answer(*again)
    if again != (2, 1):
        assert page.states[-1].number == 1
        assert page.states[-1].problem == GUESS_IS_KEPT
        steps.answer(*again)
    assert (page.states[-1].number, page.states[-1].problem) == (2, None)
    steps.answer(*again)
    assert ended == [True]
    first, second = store.reader.battles()
    assert [len({g.slot for g in battle.guesses}) for battle in (first, second)] == [2, 2]
    a, b = first.guesses
    assert (a.fingerprint, b.fingerprint) == (a.choices[2], a.choices[1])
