"""Bars of a take that is being recorded: they come in lots, and move evenly."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop.audio import waveform as recorder
from ui import theme
from ui.widgets.waveform import BAR_MS, Waveform

PEAKS = tuple((5 * index % 9 + 1) / 10 for index in range(60))
ROOM = 20
"""Bars that fit."""
UNSEEN = 6
"""Of 255: Qt rounds the ends of a bar a little differently where it stands further right."""


@pytest.fixture
def live(qtbot: QtBot) -> Waveform:
    waveform = Waveform("What the microphone hears")
    qtbot.addWidget(waveform)
    waveform.resize(4 * ROOM, 40)
    waveform.show()
    return waveform


def picture(waveform: Waveform) -> QImage:
    return waveform.grab().toImage()


def difference(one: QImage, other: QImage) -> int:
    """Of the most different samples of red, green and blue, in [0, 255]."""
    # Kept as names: their bits go with them.
    a, b = (image.convertToFormat(QImage.Format.Format_RGB888) for image in (one, other))
    samples = [np.frombuffer(image.constBits(), np.uint8).astype(int) for image in (a, b)]
    return int(abs(samples[0] - samples[1]).max())


def test_a_bar_lasts_as_long_here_as_in_the_recorder() -> None:
    assert BAR_MS == recorder.BAR_MS


def test_bars_are_shown_one_after_the_other(live: Waveform, qtbot: QtBot) -> None:
    seen: list[int] = []
    live.frames.timeout.connect(lambda: seen.append(sum(bar > 0 for bar in live.bars(ROOM))))
    live.extend(PEAKS[:4])
    assert live.bars(ROOM)[:4] == [*PEAKS[:2], 0.0, 0.0], "the last two are still to come"
    qtbot.waitUntil(lambda: live.bars(ROOM)[:4] == list(PEAKS[:4]))
    assert seen == sorted(seen)
    assert len(seen) > 4, "frames between the bars"


def test_the_newest_bar_grows(live: Waveform, qtbot: QtBot) -> None:
    seen: list[QImage] = []
    live.frames.timeout.connect(lambda: seen.append(picture(live)))
    live.extend(PEAKS[:2])
    qtbot.waitUntil(lambda: live.bars(ROOM)[:2] == list(PEAKS[:2]))
    assert sum(before != after for before, after in pairwise(seen)) > 4


@pytest.mark.parametrize("count", [5, ROOM, 60])
def test_once_it_rests_it_looks_as_the_take_will(live: Waveform, qtbot: QtBot, count: int) -> None:
    live.extend(PEAKS[:count])
    newest = [*PEAKS[:count][-ROOM:], *[0.0] * (ROOM - count)]
    qtbot.waitUntil(lambda: not live.frames.isActive())
    assert live.bars(ROOM) == newest
    moved = picture(live)
    live.clear()
    theme.now.reduced_motion = True
    live.extend(PEAKS[:count])
    without_motion = picture(live)
    live.show_take(tuple(newest))
    take = picture(live)
    assert difference(moved, take) <= UNSEEN
    assert difference(without_motion, take) <= UNSEEN


def test_without_a_take_nothing_moves(live: Waveform, qtbot: QtBot) -> None:
    live.extend(PEAKS)
    with qtbot.waitSignal(live.frames.timeout):
        pass
    live.clear()
    assert not any(live.bars(ROOM))
    assert not live.frames.isActive()


def test_a_finished_take_does_not_move(live: Waveform) -> None:
    live.extend(PEAKS)
    live.show_take(PEAKS[:ROOM])
    assert live.bars(ROOM) == list(PEAKS[:ROOM])
    assert not live.frames.isActive()
