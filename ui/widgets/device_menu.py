"""The list of microphones, opened from a button."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from ui.safe_text import in_line
from ui.state import DeviceRow
from ui.widgets.button import Button, Kind

RESCAN = "Look again for microphones"
NONE = "No microphone was found"


class DeviceMenu(Button):
    """A button that lists the microphones. Names come from drivers: shown, never interpreted."""

    device_chosen = Signal(str)
    """`DeviceRow.key`."""
    rescan_requested = Signal()

    def __init__(
        self, text: str, *, kind: Kind = Kind.PLAIN, icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, kind=kind, icon=icon, parent=parent)
        self._menu = QMenu(self)
        self._menu.setAccessibleName("Microphones")
        self.clicked.connect(self.open)

    @property
    def menu(self) -> QMenu:
        return self._menu

    def show_devices(self, devices: tuple[DeviceRow, ...], chosen: str) -> None:
        self._menu.clear()
        group = QActionGroup(self._menu)
        for device in devices:
            action = QAction(_label(device), self._menu, checkable=True)
            action.setChecked(device.key == chosen)
            action.setData(device.key)
            action.triggered.connect(self._choose)
            group.addAction(action)
            self._menu.addAction(action)
        if not devices:
            self._menu.addAction(NONE).setEnabled(False)
        self._menu.addSeparator()
        self._menu.addAction(RESCAN).triggered.connect(self.rescan_requested)

    def open(self) -> None:
        self._menu.setMinimumWidth(self.width())
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _choose(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.device_chosen.emit(action.data())


def _label(device: DeviceRow) -> str:
    name = in_line(device.label, longest=80)
    text = f"{name}  ·  {in_line(device.hint, longest=120)}" if device.hint else name
    return text.replace("&", "&&")
