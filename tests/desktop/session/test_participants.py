"""One person in several sessions, several people at one station."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.session.participant_code import normal_code
from tests.helpers.rehearsal import PATIENCE_MS, TWO, Rehearsal, battles
from tests.helpers.visible_words import words_of
from ui.state import Phase


def one_session(stage: Rehearsal, code: str) -> None:
    """From the page before a session, back to it."""
    compare = stage.window.compare
    compare.code.setFocus()
    QTest.keyClicks(compare.code.edit, code)
    QTest.keyClick(compare.code.edit, Qt.Key.Key_Return)
    stage.until(Phase.READY)
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    stage.press(Qt.Key.Key_N)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "compare", timeout=PATIENCE_MS)


def participants(stage: Rehearsal) -> list[str]:
    return [battle.participant for battle in battles(stage)]


def test_the_same_code_is_the_same_participant_however_it_is_typed(rehearse):
    stage = rehearse(TWO)
    one_session(stage, "Lin 07")
    one_session(stage, " lin  07 ")
    one_session(stage, "lin 08")
    first, again, other = participants(stage)
    assert first == again != other


def test_without_a_code_every_session_is_somebody_new(rehearse):
    stage = rehearse(TWO)
    one_session(stage, "")
    one_session(stage, "")
    assert len(set(participants(stage))) == 2


def test_a_code_does_not_wait_for_the_next_person(rehearse):
    stage = rehearse(TWO)
    one_session(stage, "Lin 07")
    assert stage.window.compare.code.text() == ""


def test_a_letter_in_the_code_is_no_key_of_the_page(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    again = rehearse(TWO, battles=2)  # with a session that can be continued, N answers a question
    QTest.keyClicks(again.window.compare.code.edit, "nan")
    assert again.window.current_page == "compare"
    assert again.window.compare.code.text() == "nan"


def test_a_code_starts_its_own_session_and_not_the_one_that_broke_off(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    again = rehearse(TWO, battles=2)
    code = again.window.compare.code
    code.setFocus()
    QTest.keyClicks(code.edit, "Lin 07")
    QTest.keyClick(code.edit, Qt.Key.Key_Return)
    assert len(battles(again)) == 1  # that would end the other one: it is asked first
    again.press(Qt.Key.Key_N)
    again.until(Phase.READY)
    assert again.state.number == 1
    before, now = battles(again)
    assert before.participant != now.participant
    assert before.session != now.session


def test_whoever_comes_back_under_the_code_of_a_broken_off_session_goes_on_with_it(rehearse):
    stage = rehearse(TWO, battles=2)
    code = stage.window.compare.code
    QTest.keyClicks(code.edit, "Lin 07")
    QTest.keyClick(code.edit, Qt.Key.Key_Return)
    stage.until(Phase.READY)
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    again = rehearse(TWO, battles=2)
    assert "Type its participant code" in again.program.compare_state.resume_text
    code = again.window.compare.code
    QTest.keyClicks(code.edit, "LIN 07")
    QTest.keyClick(code.edit, Qt.Key.Key_Return)
    again.until(Phase.READY)
    assert again.state.number == 2


def test_whoever_types_no_code_is_shown_no_code_and_gives_no_votes_for_its_owner(rehearse):
    stage = rehearse(TWO, battles=2)
    code = stage.window.compare.code
    QTest.keyClicks(code.edit, "Lin 07")
    QTest.keyClick(code.edit, Qt.Key.Key_Return)
    stage.until(Phase.READY)
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    again = rehearse(TWO, battles=2)
    assert not [text for text in words_of(again.window) if "lin" in text.lower()]
    assert not again.window.compare.resume.isEnabled()
    again.press(Qt.Key.Key_Return)
    again.press(Qt.Key.Key_N)
    again.until(Phase.READY)
    assert again.state.number == 1
    before, now = battles(again)
    assert before.participant != now.participant


@given(st.text())
def test_a_normal_code_is_normal_already(typed):
    once = normal_code(typed)
    assert once is None or normal_code(once) == once


@given(st.text())
def test_case_width_and_blanks_do_not_matter(typed):
    assert normal_code(f"  {typed.upper()}\t") == normal_code(typed.upper())
    assert normal_code("Ｐ " + typed) == normal_code("p  " + typed)
