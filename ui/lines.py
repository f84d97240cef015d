"""Plain text laid out on our own line heights."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextOption

from ui import theme

LONGEST = 4_000
"""Characters laid out; a label is a sentence, and laying out more than this could be felt."""


def lay_out(
    text: str,
    size: theme.Type,
    width: float,
    *,
    weight: QFont.Weight = theme.REGULAR,
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    tabular: bool = False,
) -> tuple[QTextLayout, int]:
    """The text wrapped at `width` pixels, and its height in pixels (at least one line)."""
    # One layout for several paragraphs: a line separator breaks a line inside it.
    shown = text[:LONGEST].replace("\n", "\u2028")
    layout = QTextLayout(shown, theme.now.font(size, weight, tabular=tabular))
    option = QTextOption(alignment)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    step = theme.now.line_height(size)
    # By the baseline of our own font: a letter from another font must not move its line.
    metrics = QFontMetricsF(layout.font())
    baseline = round((step - metrics.height()) / 2 + metrics.ascent())
    count = 0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1.0, width))
        line.setPosition(QPointF(0, count * step + baseline - line.ascent()))
        count += 1
    layout.endLayout()
    return layout, max(1, count) * step
