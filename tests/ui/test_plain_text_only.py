"""No road in `ui/` or `desktop/` on which text could become markup.

Qt guesses: a QLabel, a tool tip or a message box given `<img src="file:...">` draws the file.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
METHODS = {
    "setHtml", "appendHtml", "insertHtml", "setMarkdown", "insertMarkdown", "setToolTip",
    "setWhatsThis", "setStatusTip", "setInformativeText", "setDetailedText", "drawStaticText",
    "showText", "setLabelText",
}  # fmt: skip
NAMES = {
    "QMessageBox", "QTextBrowser", "QStaticText", "QErrorMessage", "QToolTip", "QWhatsThis",
    "QGraphicsTextItem", "QTextDocumentFragment", "QProgressDialog", "QInputDialog",
}  # fmt: skip
ONE_HOME = dict.fromkeys(("QTextEdit", "QTextDocument"), "ui/widgets/plain_view.py")
"""Rich text views, each in the one file that takes their richness away."""


def offences(source: str, path: str) -> list[str]:
    """What in a source file could interpret a text, as `line: why`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        why = ""
        if isinstance(node, ast.Call):
            why = _call(node)
        elif isinstance(node, ast.Name):
            why = _name(node.id, path)
        elif isinstance(node, ast.ClassDef):
            why = _class(node)
        if why:
            found.append(f"{getattr(node, 'lineno', 0)}: {why}")
    return found


def _call(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
        return f"{node.func.attr} interprets its text"
    if isinstance(node.func, ast.Name) and node.func.id == "QLabel":
        return "QLabel guesses; use ui.widgets.text.Text"
    return ""


def _name(name: str, path: str) -> str:
    if name in NAMES:
        return f"{name} interprets its text"
    home = ONE_HOME.get(name, path)
    return f"{name} belongs into {home}" if home != path else ""


def _class(node: ast.ClassDef) -> str:
    plain = "self.setTextFormat(Qt.TextFormat.PlainText)" in ast.unparse(node)
    if "QLabel" in map(ast.unparse, node.bases) and not plain:
        return f"{node.name} is a QLabel without PlainText"
    return ""


@pytest.mark.parametrize("folder", ["ui", "desktop"])
def test_nothing_interprets_text(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    found = [
        f"{path.relative_to(ROOT)}:{offence}"
        for path in files
        for offence in offences(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())
    ]
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        "view.setHtml(text)",
        "view.appendHtml(text)",
        "view.setMarkdown(text)",
        "button.setToolTip(text)",
        "label = QLabel(text)",
        "QMessageBox.warning(None, title, text)",
        "class Mine(QLabel):\n    pass",
        "view = QTextEdit()",
    ],
)
def test_each_road_is_seen(source: str) -> None:
    assert offences(source, "ui/planted.py")


def test_a_hardened_label_passes() -> None:
    source = (
        "class Mine(QLabel):\n    def __init__(self):\n"
        "        self.setTextFormat(Qt.TextFormat.PlainText)\n"
    )
    assert not offences(source, "ui/planted.py")
