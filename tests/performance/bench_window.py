"""What the window keeps a person waiting for, with scripted systems. The microphone is a null sink
of a private PulseAudio, on the road of a real one; Qt is offscreen: the window is drawn, but no
screen shows it. Starts are warm: nothing is dropped from the page cache before them.
"""

from __future__ import annotations

import os

from tests.performance import cold_start
from tests.performance.figure import Figure


def run() -> list[Figure]:
    """Some two and a half minutes."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Late: they load Qt, which reads the line above.
    from tests.performance import first_character, frame_gaps
    from tests.performance.stage import sound_server

    with sound_server() as server:
        return [
            *cold_start.figures(server.environment),
            *frame_gaps.figures(server),
            *first_character.figures(server),
        ]
