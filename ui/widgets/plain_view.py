"""A view of text that is plain whatever it contains: the one place where Qt's rich one is used."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent, QTextDocument
from PySide6.QtWidgets import QAbstractSlider, QFrame, QTextEdit, QWidget

from ui import theme

COLUMN = 516
"""Width of the text at the standard size, in pixels: about 62 characters of 17 pixel type."""
_SCROLL_KEYS = {
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_Home: QAbstractSlider.SliderAction.SliderToMinimum,
    Qt.Key.Key_End: QAbstractSlider.SliderAction.SliderToMaximum,
}


class PlainView(QTextEdit):
    """Nothing is loaded, linked, pasted or interpreted; it scrolls, also by keyboard."""

    focus_changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: QTextDocument | None = None
        self.setAccessibleName(name)
        self.setAcceptRichText(False)
        self.setReadOnly(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    @property
    def written(self) -> bool:
        """Whether it was given a document."""
        return self._document is not None

    def new_document(self, size: theme.Type) -> QTextDocument:
        """Empty; to be filled and then shown with `show_document`."""
        document = QTextDocument(self)
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(0)
        document.setDefaultFont(theme.now.font(size))
        return document

    def show_document(self, document: QTextDocument) -> None:
        self.setDocument(document)
        if self._document is not None:
            self._document.deleteLater()
        self._document = document

    def fit_column(self) -> None:
        # From the widget's width, not the viewport's: a scroll bar that appears moves no line.
        widest = round(COLUMN * theme.now.scale)
        self.setLineWrapColumnOrWidth(max(1, min(widest, self.width() - 2 * theme.UNIT)))

    def lost_text(self) -> bool:
        """Whether some of the text is out of reach: it never is, it scrolls."""
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.focus_changed.emit()
        return super().event(event)

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        return None

    def canInsertFromMimeData(self, _source: QMimeData) -> bool:
        return False

    def insertFromMimeData(self, _source: QMimeData) -> None:
        return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = _SCROLL_KEYS.get(Qt.Key(event.key()))
        if action is None:
            event.ignore()  # the page's keys work whatever has the focus
            return
        self.verticalScrollBar().triggerAction(action)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()
