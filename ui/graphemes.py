"""Where a text may be cut without cutting a letter."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QTextBoundaryFinder


def cluster_ends(text: str) -> array[int]:
    """End of each extended grapheme cluster, in UTF-16 units (Qt's cursor positions), ascending."""
    if text.isascii() and "\r" not in text:
        return array("L", range(1, len(text) + 1))
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    ends = array("L")
    while (end := finder.toNextBoundary()) != -1:
        ends.append(end)
    return ends
