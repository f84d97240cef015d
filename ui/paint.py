"""Shapes that several widgets draw the same way."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui import theme


def painter_for(widget: QWidget) -> QPainter:
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def box(
    painter: QPainter,
    rect: QRectF,
    radius: float,
    *,
    fill: QColor | None = None,
    line: QColor | None = None,
    width: float = 1.0,
) -> None:
    """A rounded box whose line of `width` lies wholly inside `rect`."""
    inset = width / 2 if line is not None else 0.0
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(line, width) if line is not None else Qt.PenStyle.NoPen)
    inner = rect.adjusted(inset, inset, -inset, -inset)
    painter.drawRoundedRect(inner, radius - inset, radius - inset)


def cap_width(label: str) -> float:
    """Width of a key cap, in pixels."""
    metrics = QFontMetricsF(theme.now.font(theme.Type.SMALL, theme.MEDIUM))
    return max(cap_height(), metrics.horizontalAdvance(label) + 1.5 * theme.UNIT)


def cap_height() -> float:
    return theme.now.line_height(theme.Type.SMALL) + 2.0


def key_cap(painter: QPainter, left: float, middle: float, label: str) -> None:
    """The key that presses a button, drawn as a small key; `middle` is its vertical centre."""
    colours = theme.now.colours
    height = cap_height()
    rect = QRectF(left, round(middle - height / 2), cap_width(label), height)
    box(painter, rect, theme.CAP_RADIUS, fill=colours.soft, line=colours.line)
    painter.setPen(colours.muted)
    painter.setFont(theme.now.font(theme.Type.SMALL, theme.MEDIUM))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label)


def baseline_y(metrics: QFontMetricsF, middle: float) -> float:
    """Where to put the baseline so that capitals stand centred on `middle`."""
    return middle + metrics.capHeight() / 2


def text_at(painter: QPainter, left: float, middle: float, text: str) -> None:
    """Plain text in the painter's font and pen, capitals centred on `middle`."""
    metrics = QFontMetricsF(painter.font())
    painter.drawText(QPointF(left, baseline_y(metrics, middle)), text)
