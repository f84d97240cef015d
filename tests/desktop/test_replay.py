"""A battle shown again, and run again from its record."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop.cli import main
from desktop.errors import UsageProblem
from desktop.replaying.record import ShownTurn, battle_called, digest, shown_turns
from desktop.replaying.window import replay_window
from local_db.reader import open_reader
from tests.helpers.rehearsal import battles, voting
from tests.helpers.voting import Sitting, open_test_store
from ui.pages.replay import ReplayPage
from ui.state import Phase, Vote

ROOT = Path(__file__).parents[2]
MARKED = {
    "canary-one": {"answers": ["# Yes\n\n- **one** \x1b[31m\n- สอง 👨‍👩‍👧"]},
    "canary-two": {"answers": ["No.\r\nNever _once_ " + "w" * 900]},
}


@pytest.fixture
def voted(rehearse):
    """A battle on a station whose study takes Markdown marks away; the station is closed."""
    stage = voting(rehearse(MARKED, tables='[show]\nmarkdown = "plain"'))
    stage.press(Qt.Key.Key_1)
    (battle,) = battles(stage)
    seen = (
        stage.window.arena.judge.cards.a.text.laid_out,
        stage.window.arena.judge.cards.b.text.laid_out,
    )
    stage.close()
    with open_reader(stage.home.database) as reader:
        return stage.home, reader.battle(battle.battle_id), seen


def test_the_window_shows_the_same_texts_slots_and_cadence(voted, qtbot) -> None:
    home, battle, seen = voted
    (turn,) = shown_turns(battle)
    assert turn.kept
    assert (turn.text_a, turn.text_b) == seen
    raw = {battle.turns[0].a.text, battle.turns[0].b.text}
    assert raw == {script["answers"][0] for script in MARKED.values()}
    assert not raw & {*seen}
    before = home.database.read_bytes()
    window = replay_window(battle, shown_turns(battle))
    qtbot.addWidget(window)
    window.show()
    page: ReplayPage = window.page
    with qtbot.waitSignal(page.shown_again) as revealed:
        page.show_turn()
    report = revealed.args[0]
    assert (report.painted_a, report.painted_b) == seen
    assert report.clusters_per_s == battle.turns[0].shown.cadence_per_s
    assert page.judge.votes.buttons[Vote(battle.vote.choice)].chosen
    cards = page.judge.cards
    assert cards.a.name == cards.b.name == ""
    with qtbot.waitSignal(page.shown_again):
        qtbot.keyClick(page, Qt.Key.Key_R)
    qtbot.keyClick(page, Qt.Key.Key_4)
    assert not page.judge.votes.buttons[Vote.B].chosen or battle.vote.choice == "b"
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert home.database.read_bytes() == before


@pytest.mark.local
def test_names_are_told_only_where_they_are_asked_for(voted, qtbot, capsys) -> None:
    home, battle, _ = voted
    window = replay_window(battle, shown_turns(battle), names=True)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.page.shown_again):
        window.page.show_turn()
    assert battle.a.label in window.page.judge.cards.a.name
    command = ["replay", battle.battle_id[:-6], "--home", str(home.folder), "--text"]
    assert main(command) == 0
    assert "canary" not in capsys.readouterr().out
    assert main([*command, "--names"]) == 0
    assert battle.a.label in capsys.readouterr().out


def check(home: Path, battle: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "main.py", "replay", battle, "--check", "--json"]
    return subprocess.run([*command, "--home", str(home)], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.local
def test_run_again_from_its_record_it_shows_the_same_bytes(voted) -> None:
    home, battle, _ = voted
    done = check(home.folder, battle.battle_id)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["shown"] == found["run_again"] == digest(shown_turns(battle))


@pytest.mark.local
def test_a_record_that_was_shown_otherwise_is_found(voted) -> None:
    """As if the study had shown the marks."""
    from desktop.replaying.check import run_again

    home, battle, _ = voted
    with open_reader(home.database) as reader:
        (session,) = reader.sessions()
    again = run_again(battle, session.settings)
    assert digest(again) == digest(shown_turns(battle))
    as_written = {**session.settings, "show": {}}
    assert digest(run_again(battle, as_written)) != digest(shown_turns(battle))


@pytest.mark.local
def test_a_name_is_masked_again_unless_the_participant_said_it_first(rehearse) -> None:
    from desktop.replaying.check import run_again

    asked = {"heard": ["are you claude"], "hypothesis": "dictation"}
    answers = {
        "canary-one": {"answers": ["I am Claude, made by Anthropic."], "recogniser": asked},
        "canary-two": {"answers": ["I am ChatGPT, made by OpenAI."], "recogniser": asked},
    }
    stage = voting(rehearse(answers, tables='[show]\nidentity = "mask"'))
    stage.press(Qt.Key.Key_1)
    stage.close()
    with open_reader(stage.home.database) as reader:
        (battle,), (session,) = reader.battles(), reader.sessions()
    (turn,) = shown_turns(battle)
    shown = {turn.text_a, turn.text_b}
    assert any("Claude" in text for text in shown)
    assert not any("ChatGPT" in text for text in shown)
    assert digest(run_again(battle, session.settings)) == digest([turn])


@pytest.fixture
def two_turns(rehearse):
    """A battle of two turns, in which the answer of B was gone on with; both answers repeat."""
    same = {"answers": ["Yes.", "No, **never**."]}
    stage = voting(
        rehearse(
            {"canary-one": same, "canary-two": {**same, "chunk": 1}},
            tables='[show]\nmarkdown = "plain"\n[turns]\nmost = 3\nhistory = "common"\n',
        )
    )
    stage.press(Qt.Key.Key_B)
    stage.until(Phase.READY)
    stage.speak()
    stage.vote(Qt.Key.Key_4)
    stage.close()
    with open_reader(stage.home.database) as reader:
        return stage.home, reader.battles()[0]


@pytest.mark.local
def test_all_turns_are_shown_and_run_again(two_turns, qtbot, capsys) -> None:
    home, battle = two_turns
    turns = shown_turns(battle)
    assert [(turn.text_a, turn.text_b) for turn in turns] == [
        ("Yes.", "Yes."),
        ("No, never.", "No, never."),
    ]
    window = replay_window(battle, turns)
    qtbot.addWidget(window)
    window.show()
    for key, earlier in ((Qt.Key.Key_R, []), (Qt.Key.Key_N, ["Yes."])):
        with qtbot.waitSignal(window.page.shown_again):
            qtbot.keyClick(window.page, key)
        on_b = window.page.judge.cards.b.earlier.answers
        assert [one.text for one in on_b] == earlier
        assert all(one.gone_on_with for one in on_b)
    assert main(["replay", battle.battle_id, "--home", str(home.folder), "--text"]) == 0
    said = capsys.readouterr().out
    assert "Both at once.\n\nTurn 2, after both were told the answer of B" in said
    assert said.endswith("Both at once.\n\nThe vote: B is better.\n")
    done = check(home.folder, battle.battle_id)
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.mark.local
@pytest.mark.usefixtures("qapp")
def test_answers_that_were_drawn_into_other_slots_are_drawn_again(tmp_path: Path) -> None:
    from desktop.replaying import check as running

    turn = running._Scripted({"a": "left", "b": "right"}, "what was said")
    script = running._Script([turn], {})
    runs = [running._run(script, tmp_path / str(seed), seed) for seed in range(6)]
    assert None in runs
    assert {(run[0].text_a, run[0].text_b) for run in runs if run} == {("left", "right")}


def test_the_digest_sees_texts_slots_cadence_and_cuts() -> None:
    turn = ShownTurn(1, "yes", "no", 240.0, 3000.0, False, False, kept=True)
    others = [
        replace(turn, text_a="yes "),
        replace(turn, text_a="no", text_b="yes"),
        replace(turn, cadence_per_s=241.0),
        replace(turn, truncated_b=True),
        replace(turn, history="a"),
    ]
    assert len({digest([one]) for one in (turn, *others)}) == 6
    assert digest([replace(turn, wait_ms=1.0)]) == digest([turn])


def test_a_battle_is_called_by_the_beginning_of_its_key(tmp_path: Path) -> None:
    with open_test_store(tmp_path) as store:
        sitting = Sitting(store, tmp_path / "takes")
        one, two = sitting.voted_battle(), sitting.ready_battle()
        assert battle_called(store.reader, one.upper()).battle_id == one
        with pytest.raises(UsageProblem, match="2 battles begin with"):
            battle_called(store.reader, one[:6])
        with pytest.raises(UsageProblem, match="There is no battle"):
            battle_called(store.reader, "ffffffff")
        with pytest.raises(UsageProblem, match="no answer was shown"):
            shown_turns(store.reader.battle(two))
