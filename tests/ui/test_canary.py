"""PySide6 6.12.0 on Python 3.10 and 3.11 loses one reference to None per call that returns None,
and after some thousands aborts the process. Whatever is installed here must not."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot


def test_none_is_never_lost(qtbot: QtBot) -> None:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for number in range(60_000):
        label.setText(str(number))
    assert label.text() == "59999"
    assert sys.getrefcount(None) > before - 1_000
