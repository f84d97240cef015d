"""Where to save: asked in the system's own dialogue, as long as somebody wants to be asked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.pages.charts_desk import SUFFIXES

CHARTS = ("SVG drawing (*.svg)", "PNG picture (*.png)", "Numbers (*.csv)")
REPORT = ("HTML report (*.html)",)


def ask_where(parent: QWidget, title: str, name: str, kinds: tuple[str, ...]) -> Path | None:
    """With the ending of the kind that was chosen, where the name has none; None: not at all."""
    chosen, kind = QFileDialog.getSaveFileName(parent, title, name, ";;".join(kinds))
    if not chosen:
        return None
    path = Path(chosen)
    ending = kind.partition("*")[2].rstrip(")")
    known = (*SUFFIXES, ".html", ".htm")
    if ending and path.suffix.lower() not in known:
        path = path.with_name(path.name + ending)
    return path
