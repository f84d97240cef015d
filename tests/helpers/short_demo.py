"""The demo in one battle of scripted systems: `short_demo.py --out DIR [--dark]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import desktop.app
import desktop.catalogue.known_systems
from desktop.catalogue.catalogue import read_catalogue
from desktop.cli import main
from desktop.session.study import EVERYDAY

CHANGES = (
    ('"baseline-skills", "baseline-skills-open", "baseline-eliza"', '"x", "y"'),
    ("battles_per_session = 10", "battles_per_session = 1"),
)
SYSTEM = """
[[system]]
id = "{id}"
version = "1"
label = "Scripted {id}"
kind = "scripted"
licence = {{ name = "none" }}
responder = {{ engine = "echo", model = {{ answers = ["It is {id}."], heard = ["{id}"] }} }}
"""


def shorten(folder: Path) -> None:
    """The everyday study with fewer battles and lighter systems."""
    text = EVERYDAY.read_text(encoding="utf-8")
    for old, new in CHANGES:
        assert old in text
        text = text.replace(old, new)
    (folder / "short.toml").write_text(text, encoding="utf-8")
    (folder / "catalogue").mkdir()
    systems = "".join(SYSTEM.format(id=name) for name in "xy")
    (folder / "catalogue" / "scripted.toml").write_text(systems, encoding="utf-8")
    desktop.app.EVERYDAY = folder / "short.toml"
    shipped = folder / "catalogue"
    desktop.catalogue.known_systems.read_catalogue = lambda _home: read_catalogue(shipped=shipped)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        shorten(Path(made))
        code = main(["demo", *sys.argv[1:]])
    sys.exit(code)
