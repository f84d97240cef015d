"""Every page in every state, as pictures.

python -m tests.ui.gallery OUT_DIR [--scale 2] [--dark] [--font 200] [--size 1280x720] [NAME...]
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="only scenes whose name begins so")
    parser.add_argument("--scale", default="1", help="device pixels per pixel")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--font", type=int, default=100, help="per cent, 100 to 200")
    parser.add_argument("--size", default="1280x800")
    options = parser.parse_intermixed_args(arguments)
    # Qt reads both before its first line; that is why nothing of it is imported above.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = options.scale
    _draw_all(options)
    return 0


def _draw_all(options: argparse.Namespace) -> None:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QApplication

    from tests.ui.scenes import MORE, POPUPS, SCENES
    from ui import theme
    from ui.window import MainWindow

    app = QApplication(["earshot"])
    theme.apply(app, font_scale=options.font / 100, dark=options.dark)
    theme.now.reduced_motion = True
    width, height = map(int, options.size.split("x"))
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, scene in {**SCENES, **MORE, **POPUPS}.items():
        if options.names and not any(name.startswith(wanted) for wanted in options.names):
            continue
        window = MainWindow()
        window.resize(width, height)
        window.show()
        scene(window)
        # A layout in a layout settles a round later, for it depends on a width that it only learns.
        for _ in range(8):
            app.processEvents()
        picture = window.grab()
        popup = app.activePopupWidget()
        if popup is not None:
            painter = QPainter(picture)
            painter.drawPixmap(window.mapFromGlobal(popup.pos()), popup.grab())
            painter.end()
            popup.close()
        picture.save(str(options.folder / f"{name}.png"))
        window.close()
        window.deleteLater()
        app.processEvents()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
