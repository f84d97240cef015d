"""Everything that somebody at this station could read while the window runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from tests.helpers.processes import children

_READERS = ("text", "toPlainText", "windowTitle", "iconText", "placeholderText", "title")


def words_of(window: QWidget) -> list[str]:
    """Every text of a window: properties, readers and models of all its objects, and what a screen
    reader is told of each."""
    words = []
    for thing in [window, *window.findChildren(QObject)]:
        words += _properties(thing)
        words += _read(thing)
        if isinstance(thing, QAbstractItemModel):
            words += _cells(thing)
    words += _spoken(QAccessible.queryAccessibleInterface(window))
    return words


def words_of_program(window: QWidget, others: Collection[QWidget] = ()) -> list[str]:
    """Those of every window and list there is but the `others`, which were there before this
    program began; of the clipboard, and of the application itself."""
    application = QGuiApplication.instance()
    assert isinstance(application, QApplication)
    windows = {window, *application.topLevelWidgets()} - set(others)
    words = [word for one in windows for word in words_of(one)]
    words += [application.applicationDisplayName(), application.applicationName()]
    return [*words, application.clipboard().text()]


def words_of_processes(parent: int) -> list[str]:
    """Titles and arguments of a process and of all below it: what `ps` and `top` list."""
    words = []
    for pid in (parent, *sorted(children(parent))):
        place = Path(f"/proc/{pid}")
        try:
            words.append((place / "comm").read_text())
            words.append((place / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # it ended while we looked
        if pid != parent:
            words += words_of_processes(pid)
    return words


def names_of_files(*folders: Path) -> list[str]:
    """Of files and folders, below these."""
    return [str(path.relative_to(folder)) for folder in folders for path in folder.rglob("*")]


def _properties(thing: QObject) -> Iterator[str]:
    meta = thing.metaObject()
    for index in range(meta.propertyCount()):
        value = meta.property(index).read(thing)
        if isinstance(value, str):
            yield value


def _read(thing: QObject) -> Iterator[str]:
    for name in _READERS:
        read = getattr(thing, name, None)
        if callable(read):
            try:
                yield str(read())
            except TypeError:
                continue  # a method of that name with arguments


def _cells(model: QAbstractItemModel) -> Iterator[str]:
    # A list has one column, and Qt keeps that method of it to itself.
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    for row in range(model.rowCount()):
        for column in range(columns):
            for role in model.roleNames():
                yield str(model.index(row, column).data(role))


def _spoken(interface: QAccessibleInterface | None) -> Iterator[str]:
    if interface is None:
        return
    for kind in QAccessible.Text:
        if kind is not QAccessible.Text.UserText:
            yield interface.text(kind)
    for index in range(interface.childCount()):
        yield from _spoken(interface.child(index))
