"""A window in a process of its own, used by a script.

    python -m tests.helpers.window_child STEP...

`problem` and `open` wait for the first page to say what is wrong, or to hear; `look` presses the
button of what it says; `library` makes PortAudio findable, which it is not before; `freeze:PID`
stops a process; `close` closes the window, and this process ends as the program does. What the page
says is printed after each step.
"""

from __future__ import annotations

import ctypes.util
import os
import signal
import sys
import time
from collections.abc import Callable

from PySide6.QtTest import QTest

from desktop.app import make_application, open_program
from desktop.paths import home
from desktop.settings import Settings

PATIENCE_S = 30.0
"""Only a failure waits this long."""


def wait(condition: Callable[[], bool]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > until_s:
            sys.exit("it did not come")
        QTest.qWait(5)  # events are handled meanwhile


def main(steps: list[str]) -> None:
    find_library = ctypes.util.find_library
    if "library" in steps:
        ctypes.util.find_library = lambda name: None if "portaudio" in name else find_library(name)
    settings = Settings()
    app = make_application(settings)
    program = open_program(home(), settings)
    program.show()
    for step in steps:
        what, _, argument = step.partition(":")
        if what == "problem":
            wait(lambda: program.compare_state.problem is not None)
        elif what == "open":
            wait(lambda: program.compare_state.meter_open)
        elif what == "look":
            program.window.compare.banner.action.click()
        elif what == "library":
            ctypes.util.find_library = find_library
        elif what == "freeze":
            os.kill(int(argument), signal.SIGSTOP)
        elif what == "close":
            program.window.close()
        problem = program.compare_state.problem
        said = f"{problem.title} {problem.detail} [{problem.action}]" if problem else "nothing"
        sys.stdout.write(f"{step}: {said}\n")
    app.quit()


if __name__ == "__main__":
    main(sys.argv[1:])
