"""A button that can have been chosen."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent

from ui import theme
from ui.widgets.button import Button


class ChoiceButton(Button):
    """Inverted and ticked where it is chosen, so not by colour alone."""

    _chosen = False
    _spoken = ""

    @property
    def chosen(self) -> bool:
        return self._chosen

    def set_spoken(self, name: str) -> None:
        """What a screen reader calls it, where the label is too short for that."""
        self._spoken = name
        self._name_it()

    def set_chosen(self, chosen: bool) -> None:
        if chosen != self._chosen:
            self._chosen = chosen
            self.set_icon("check" if chosen else "")
            self._name_it()

    def set_label(self, text: str) -> None:
        super().set_label(text)
        self._name_it()

    def sizeHint(self) -> QSize:
        """With room for the tick, so that nothing moves when it comes."""
        hint = super().sizeHint()
        return hint if self._chosen else hint + QSize(self.icon_room(), 0)

    def lost_text(self) -> bool:
        return super().sizeHint().width() > self.width()

    def inks(self) -> tuple[QColor | None, QColor | None, QColor]:
        if self._chosen:
            colours = theme.now.colours
            return colours.text, None, colours.on_text
        return super().inks()

    def filled(self) -> bool:
        return self._chosen

    def _name_it(self) -> None:
        name = self._spoken or self.label
        self.setAccessibleName(name + (", chosen" if self._chosen else ""))


class Tick(ChoiceButton):
    """One of many that may be chosen together; Return belongs to whoever goes on from here."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)
