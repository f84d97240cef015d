"""The Systems page: its groups, its rows, and the sheets under them, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import press, tab_order, words
from tests.ui.states import NO_MICROPHONE
from tests.ui.states_systems import (
    CATALOGUE,
    CODE,
    DIVA,
    FAILED,
    FETCHING,
    GPT,
    KEY,
    PLAN,
    QWEN,
    REMOVAL,
    ROWS,
    WHISPER,
    many_systems,
)
from ui.getting_state import KeySheet, Step
from ui.pages.systems import SystemsPage
from ui.pages.systems_groups import grouped
from ui.speak import announcer
from ui.state import SystemsState, Way
from ui.widgets.system_entry import SystemEntry
from ui.window import MainWindow

K = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(window: MainWindow) -> SystemsPage:
    window.show_page("systems")
    window.systems.draw(CATALOGUE)
    QApplication.processEvents()
    return window.systems


@pytest.fixture
def said() -> Iterator[list[str]]:
    heard: list[str] = []
    announcer.said.connect(heard.append)
    yield heard
    announcer.said.disconnect(heard.append)


def test_systems_stand_in_groups_that_say_what_can_be_done() -> None:
    groups = {group.title: [row.id for row in rows] for group, rows in grouped(ROWS).items()}
    assert groups == {
        "Can compete now": ["baseline-skills", "voxtral-mini-3b", "gemini-3.8-flash"],
        "Not working": ["qwen2.5-omni-7b-thinker"],
        "Can be set up here": [WHISPER, DIVA, QWEN, GPT],
        "Need more of Earshot first": ["our-gguf"],
        "Not available": ["gpt-4o-audio-preview"],
    }


def test_what_has_to_be_typed_is_said_once_for_all_that_need_it(page: SystemsPage) -> None:
    needy = ROWS[8]
    rows = tuple(replace(needy, id=f"gguf-{number}") for number in range(5))
    page.draw(SystemsState(rows=rows))
    assert words(page).count("make setup-local") == 1
    (copy,) = [e for e in page.findChildren(QWidget) if e.accessibleName().startswith("Copy what")]
    copy.click()
    assert QApplication.clipboard().text() == "make setup-local"


def test_the_page_is_checked_again_by_key_and_by_click(page: SystemsPage, qtbot: QtBot) -> None:
    assert "3 ready, 5 to set up, 1 not working, 1 not available" in words(page)
    with qtbot.waitSignal(page.refresh_requested):
        press(page.window(), K.Key_R)
    with qtbot.waitSignal(page.refresh_requested):
        qtbot.mouseClick(page.refresh, LEFT)


def test_rows_come_and_go(page: SystemsPage, qtbot: QtBot) -> None:
    page.draw(many_systems(40))
    assert "PocketSphinx" in words(page)
    page.draw(SystemsState(rows=ROWS[:1]))
    qtbot.waitUntil(lambda: len(page.findChildren(SystemEntry)) == 1)
    page.draw(SystemsState())
    assert "No systems were found" in words(page)
    page.draw(SystemsState(problem=NO_MICROPHONE))
    with qtbot.waitSignal(page.problem_action):
        press(page.window(), K.Key_Return)


def test_a_system_that_became_ready_moves_to_those_that_can_compete(page: SystemsPage) -> None:
    ready = replace(ROWS[4], availability=ROWS[0].availability, ways=(), status_text="ready")
    entry = page.entries[WHISPER]
    rows = tuple(ready if row.id == WHISPER else row for row in ROWS)
    page.draw(replace(CATALOGUE, rows=rows, said="It is installed."))
    assert page.entries[WHISPER] is entry
    assert "Can compete now" in words(entry.parentWidget().parentWidget())
    assert "It is installed." in words(page)


def test_everything_can_be_reached_and_opened_with_the_keyboard(
    page: SystemsPage, qtbot: QtBot
) -> None:
    reached = tab_order(page.window())
    buttons = [b for entry in page.entries.values() for b in entry.ways.values()]
    assert len(buttons) == 8
    assert set(buttons) <= set(reached)
    names = [button.accessibleName() for button in buttons]
    assert "Set key: GPT audio 1.5" in names
    assert "Install: DiVA Llama 3 8B" in names
    install = page.entries[WHISPER].ways[Way.INSTALL]
    install.setFocus()
    with qtbot.waitSignal(page.opened) as caught:
        press(page.window(), K.Key_Return)
    assert caught.args == [WHISPER, Way.INSTALL]


def opened(page: SystemsPage, id_: str, sheet: object) -> SystemEntry:
    """As it comes about: a button is pressed, and the sheet is drawn in answer."""
    entry = page.entries[id_]
    answer = page.opened.connect(lambda which, _way: page.draw_sheet(which, sheet))
    next(iter(entry.ways.values())).click()
    page.opened.disconnect(answer)
    QApplication.processEvents()
    assert entry.sheet.has_focus()
    return entry


def test_a_plan_is_told_agreed_to_and_left_with_the_keyboard(
    page: SystemsPage, qtbot: QtBot
) -> None:
    entry = opened(page, WHISPER, PLAN)
    told = words(entry.sheet)
    for fact in PLAN.facts:
        assert fact.value in told
    assert not entry.ways[Way.INSTALL].isVisible()
    with qtbot.waitSignal(page.agreed) as caught:
        press(page.window(), K.Key_Return)
    assert caught.args == [WHISPER, False]
    with qtbot.waitSignal(page.left) as caught:
        press(page.window(), K.Key_Escape)
    assert caught.args == [WHISPER]
    page.draw_sheet(WHISPER, None)
    assert QApplication.focusWidget() is entry.ways[Way.INSTALL]


def test_all_of_a_sheet_is_in_view_once_it_has_grown(page: SystemsPage, qtbot: QtBot) -> None:
    entry = opened(page, GPT, KEY)
    view = page.window().rect()

    def is_seen() -> bool:
        top = entry.sheet.mapTo(page.window(), entry.sheet.rect().topLeft())
        bottom = entry.sheet.mapTo(page.window(), entry.sheet.rect().bottomLeft())
        return view.contains(top) and view.contains(bottom)

    qtbot.waitUntil(is_seen)


def test_code_is_allowed_before_anything_can_begin(page: SystemsPage, qtbot: QtBot) -> None:
    entry = opened(page, QWEN, CODE)
    assert "modeling_qwen.py" in words(entry.sheet)
    with qtbot.assertNotEmitted(page.agreed):
        press(page.window(), K.Key_Return)
    entry.sheet.allow.setFocus()
    press(page.window(), K.Key_Space)
    with qtbot.waitSignal(page.agreed) as caught:
        press(page.window(), K.Key_Return)
    assert caught.args == [QWEN, True]
    page.draw_sheet(QWEN, replace(CODE, step=Step.ASKING))
    page.draw_sheet(QWEN, CODE)
    assert not entry.sheet.allow.isChecked(), "what is shown now is another question"


def test_no_key_alone_removes_anything(page: SystemsPage, qtbot: QtBot) -> None:
    entry = opened(page, "voxtral-mini-3b", REMOVAL)
    with qtbot.assertNotEmitted(page.agreed):
        press(page.window(), K.Key_Return)
    entry.sheet.go.setFocus()
    with qtbot.waitSignal(page.agreed):
        press(page.window(), K.Key_Return)


def test_progress_is_drawn_and_said_once(page: SystemsPage, said: list[str], qtbot: QtBot) -> None:
    entry = opened(page, WHISPER, PLAN)
    said.clear()
    for share in (0.1, 0.2, 0.3):
        page.draw_sheet(WHISPER, replace(FETCHING, share=share))
    assert entry.sheet.bar.accessibleName() == "Progress: 30%"
    assert FETCHING.line in words(entry.sheet)
    assert len(said) == 1
    with qtbot.waitSignal(page.left):
        press(page.window(), K.Key_Escape)
    page.draw_sheet(WHISPER, FAILED)
    assert said[-1].startswith("The hub cannot be reached")
    with qtbot.waitSignal(page.again_requested):
        press(page.window(), K.Key_Return)


def test_no_button_comes_to_mean_something_else_under_the_focus(
    page: SystemsPage, qtbot: QtBot
) -> None:
    entry = opened(page, WHISPER, FETCHING)
    entry.sheet.leave.setFocus()
    page.draw_sheet(WHISPER, replace(FETCHING, step=Step.STOPPED))
    with qtbot.waitSignal(page.again_requested), qtbot.assertNotEmitted(page.left):
        press(page.window(), K.Key_Return)


def test_keys_that_are_shown_work_from_the_page_too_where_they_mean_one_thing(
    page: SystemsPage, qtbot: QtBot
) -> None:
    page.draw_sheet(WHISPER, PLAN)
    page.setFocus()
    with qtbot.waitSignal(page.agreed):
        press(page.window(), K.Key_Return)
    page.draw_sheet(DIVA, PLAN)
    page.setFocus()
    with qtbot.assertNotEmitted(page.agreed):
        press(page.window(), K.Key_Return)


def test_a_key_is_typed_unseen_and_kept(page: SystemsPage, qtbot: QtBot) -> None:
    entry = opened(page, GPT, KEY)
    edit = QApplication.focusWidget()
    assert isinstance(edit, QLineEdit)
    secret = "sk-Secret-0123456789"
    qtbot.keyClicks(edit, secret)
    assert edit.echoMode() is QLineEdit.EchoMode.Password
    assert secret not in words(page)
    interface = QAccessible.queryAccessibleInterface(edit)
    read = [interface.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Value)]
    assert not any(secret in text for text in read)
    with qtbot.waitSignal(page.key_typed) as caught:
        press(page.window(), K.Key_Return)
    assert caught.args == [GPT, secret]
    page.draw_sheet(GPT, replace(KEY, problem=NO_MICROPHONE))
    assert edit.text() == secret, "what was refused can be put right"
    page.draw_sheet(GPT, None)
    assert edit.text() == ""
    assert QApplication.focusWidget() is entry.ways[Way.KEY]


def test_no_state_has_room_for_a_key() -> None:
    assert set(KeySheet.__dataclass_fields__) == {
        "title",
        "name",
        "hint",
        "kept",
        "can_forget",
        "working",
        "problem",
    }
