"""Signs from `resources/icons`, in any colour and size."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

import resources

_FOLDER = resources.FOLDER / "icons"


def draw(painter: QPainter, name: str, rect: QRectF, colour: QColor) -> None:
    """Draw a sign into `rect`, sharp at the painter's own resolution."""
    ratio = painter.device().devicePixelRatio()
    pixels = round(rect.width() * ratio)
    painter.drawPixmap(rect, _pixmap(name, pixels, colour.name()), QRectF(0, 0, pixels, pixels))


def window_icon() -> QIcon:
    icon = QIcon()
    for size in (16, 32, 48, 128, 256):
        icon.addPixmap(_pixmap("earshot", size, "#000000"))
    return icon


@lru_cache(maxsize=128)
def _pixmap(name: str, pixels: int, colour: str) -> QPixmap:
    # Here because the first picture needs QtSvg, not the first import of a widget.
    from PySide6.QtSvg import QSvgRenderer

    source = (_FOLDER / f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter)
    painter.end()
    return pixmap
