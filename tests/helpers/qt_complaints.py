"""A Qt warning nobody looked at fails the test, whichever test it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QtMsgType, qInstallMessageHandler


@pytest.fixture(autouse=True)
def no_qt_complaint() -> Iterator[None]:
    seen: list[str] = []

    def hear(kind: QtMsgType, _context: object, message: str) -> None:
        # A platform without a screen cannot grab keyboards for its menus, and says so.
        if kind is not QtMsgType.QtDebugMsg and "This plugin does not support" not in message:
            seen.append(message)

    before = qInstallMessageHandler(hear)
    yield
    qInstallMessageHandler(before)
    assert not seen, f"Qt complained: {seen}"
