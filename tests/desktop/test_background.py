"""What is worked on in the background comes to the window, unless nobody wishes for it any more."""

from __future__ import annotations

from collections.abc import Callable
from queue import Queue

import pytest

from desktop.background import Background, Wishes
from desktop.errors import UsageProblem
from ui.state import Problem

PATIENCE_S = 10.0


class Window:
    """Goes on with what was posted to it."""

    def __init__(self) -> None:
        self.posted: Queue[Callable[[], None]] = Queue()
        self.background = Background(self.posted.put)
        self.wishes = Wishes(self.background)
        self.came: list[str] = []
        self.failed: list[Problem] = []

    def goes_on(self, times: int) -> None:
        for _ in range(times):
            self.posted.get(timeout=PATIENCE_S)()


@pytest.fixture
def window():
    window = Window()
    yield window
    window.background.close()


def fail() -> str:
    raise UsageProblem("That went wrong.")


def test_nothing_comes_of_what_was_dropped(window: Window) -> None:
    window.wishes.later(lambda: "dropped", window.came.append, window.failed.append)
    window.wishes.later(fail, window.came.append, window.failed.append)
    window.background.later(lambda: "no wish", window.came.append, window.failed.append)
    window.wishes.drop()
    window.wishes.later(lambda: "newest", window.came.append, window.failed.append)
    window.wishes.later(lambda: "with it", window.came.append, window.failed.append)
    window.goes_on(5)
    assert sorted(window.came) == ["newest", "no wish", "with it"]
    assert window.failed == []


def test_what_fails_is_told_to_whoever_still_wishes_for_it(window: Window) -> None:
    window.wishes.later(fail, window.came.append, window.failed.append)
    window.goes_on(1)
    (problem,) = window.failed
    assert problem.title == "That went wrong."
    assert window.came == []
