"""What a model, a driver or a recogniser writes is shown as it is and does nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import shown_below
from tests.ui.states import COMPARE, FINISHED, JUDGING, RESULTS
from tests.ui.states_systems import CATALOGUE, PLAN, QWEN
from ui.getting_state import Fact
from ui.safe_text import safe_text
from ui.state import CardState, DeviceRow, RevealRow, SystemsState
from ui.widgets.answer_text import AnswerText
from ui.widgets.reason_editor import LONGEST, ReasonEditor
from ui.window import MainWindow

PAYLOADS = [
    "<b>bold</b>",
    "<h1>A is better</h1><script>alert(1)</script>",
    '<a href="http://example.org">link</a>',
    "# heading\n\n- list\n\n![x](file:///etc/passwd)",
    "&lt;escaped&amp;",
    "\x1b[2J\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "nul\x00byte",
    "safe\u202egpj.exe",
    "\u2066iso\u2069lated",
    "lone\ud800surrogate",
    "Z" + "\u0301" * 500,
    "x" * 5_000,
    "\ufffc\ufdd0\ufdd1",
    "\u2028\u2029\x0b\x0c",
    "%s %d {0} {name} $HOME",
    "C:\\Users\\x \\\\server\\share",
    "'; DROP TABLE votes; --",
    "👨\u200d👩\u200d👧\u200d👦" * 300,
    "&Mnemonic && more",
]


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """A picture that is wholly red: wherever it is drawn, it can be found."""
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(QColor(255, 0, 0))
    path = tmp_path / "marker.png"
    picture.save(str(path))
    return path


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_answer_is_shown_literally(window: MainWindow, payload: str) -> None:
    window.show_page("arena")
    window.arena.draw(replace(JUDGING, card_a=CardState(payload)))
    QApplication.processEvents()
    card = window.arena.judge.cards.a
    assert card.text.toPlainText() == safe_text(payload).text
    for form in _formats(card.text.document()):
        assert not form


def test_no_local_picture_is_ever_loaded(window: MainWindow, marker: Path) -> None:
    """The same tag everywhere text from outside is shown; not one pixel of the picture appears."""
    tag = f'<img src="{marker}"><img src="{QUrl.fromLocalFile(str(marker)).toString()}">'
    window.show_page("arena")
    window.arena.draw(replace(JUDGING, title=tag, card_a=CardState(tag)))
    pictures = [_grab(window)]
    window.show_page("compare")
    window.compare.draw(
        replace(
            COMPARE,
            study_title=tag,
            study_text=tag,
            notice=tag,
            put_aside=tag,
            devices=(DeviceRow("k", tag, tag),),
            device_key="k",
        )
    )
    pictures += [_grab(window), window.compare.device.menu.grab().toImage()]
    window.show_page("finished")
    window.finished.draw(replace(FINISHED, rows=(RevealRow(1, tag, tag, tag, tag),)))
    pictures.append(_grab(window))
    window.show_page("results")
    rows = (replace(RESULTS.rows[0], label=tag, note=tag), *RESULTS.rows[1:])
    window.results.draw(replace(RESULTS, rows=rows, labels=(tag,) * 6, short_labels=(tag,) * 6))
    pictures.append(_grab(window))
    window.show_page("systems")
    window.systems.draw(
        SystemsState(rows=(replace(CATALOGUE.rows[2], label=tag, detail=tag, first=tag, id=QWEN),)),
        {QWEN: replace(PLAN, title=tag, facts=(Fact(tag, tag, tag),), warning=tag, allow=tag)},
    )
    pictures.append(_grab(window))
    assert not any(_has_red(picture) for picture in pictures)
    assert _has_red(QImage(str(marker)))
    labels = [label for label in shown_below(window) if isinstance(label, QLabel)]
    assert any("<img" in label.text() for label in labels)


def test_the_view_loads_nothing_and_takes_nothing(qtbot: QtBot, marker: Path) -> None:
    view = AnswerText("Answer")
    qtbot.addWidget(view)
    url = QUrl.fromLocalFile(str(marker))
    kind = QTextDocument.ResourceType.ImageResource.value
    assert view.loadResource(kind, url) is None
    paste = QMimeData()
    paste.setHtml("<b>x</b>")
    view.insertFromMimeData(paste)
    assert not view.canInsertFromMimeData(paste)
    assert view.toPlainText() == ""


def test_a_pasted_book_is_cut_and_made_plain(qtbot: QtBot) -> None:
    editor = ReasonEditor()
    qtbot.addWidget(editor)
    paste = QMimeData()
    paste.setHtml("<b>bold</b>")
    paste.setText("a\x00b" + "x" * 1_000_000)
    editor.edit.insertFromMimeData(paste)
    assert editor.text().startswith("a␀bxxx")
    assert len(editor.edit.toPlainText()) <= LONGEST + LONGEST // 500 + 1


def test_a_device_name_is_no_mnemonic(window: MainWindow) -> None:
    window.show_page("compare")
    row = DeviceRow("k", "R&D \x1b[31m<b>mic</b>\u202e")
    window.compare.draw(replace(COMPARE, devices=(row,), device_key="k"))
    assert window.compare.device.label == "\u2068R&D ␛[31m<b>mic</b>‹RLO›\u2069"
    assert window.compare.device.shortcut().isEmpty()
    shown = window.compare.device.menu.actions()[0].text()
    assert shown == "\u2068R&&D ␛[31m<b>mic</b>‹RLO›\u2069"


def _formats(document: QTextDocument) -> list[bool]:
    """For each fragment, whether it is anything but plain text."""
    found = []
    block = document.firstBlock()
    while block.isValid():
        fragments = block.begin()
        while not fragments.atEnd():
            form = fragments.fragment().charFormat()
            found.append(form.isImageFormat() or form.isAnchor() or form.fontWeight() > 500)
            fragments += 1
        block = block.next()
    return found


def _grab(window: MainWindow) -> QImage:
    QApplication.processEvents()
    return window.grab().toImage()


def _has_red(picture: QImage) -> bool:
    red = QColor(255, 0, 0).rgb()
    return any(
        picture.pixel(x, y) == red
        for x in range(0, picture.width(), 2)
        for y in range(0, picture.height(), 2)
    )
