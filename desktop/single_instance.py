"""The second Earshot on one data folder brings the first to the front and goes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_MS = 1000


def _name(folder: Path) -> str:
    return "earshot-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]


def raise_the_other(folder: Path) -> bool:
    """Ask the Earshot that has `folder` open to come to the front; False when nobody answers."""
    socket = QLocalSocket()
    socket.connectToServer(_name(folder))
    answered = socket.waitForConnected(_PATIENCE_MS)
    socket.abort()
    return answered


class Doorbell(QObject):
    """Calls `ring` when a second instance asks for the first. Owned by the instance with the lock,
    so a name left behind by a killed process is free to take."""

    def __init__(self, folder: Path, ring: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._ring = ring
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(_name(folder))
        self._server.newConnection.connect(self._answer)
        self._server.listen(_name(folder))

    def _answer(self) -> None:
        while self._server.hasPendingConnections():
            self._server.nextPendingConnection().deleteLater()
            self._ring()

    def close(self) -> None:
        self._server.close()
