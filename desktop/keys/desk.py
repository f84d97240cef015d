"""Keeping and forgetting keys for whoever sits at the window.

A keyring may ask its owner to unlock it, and waits until they did: it is asked in threads that
nobody waits for, closing the window included. The key goes from the page through here to where it
is kept, and stays in neither.

Knows no Qt. All methods belong to one thread (the window's).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from desktop import problems
from desktop.keys.vault import Keys, variable
from ui.getting_state import KeySheet

_LOOKING = "Looking at the keyring …"
_KEEPING = "Keeping it …"
_FORGETTING = "Forgetting it …"

Post = Callable[[Callable[[], None]], None]


class KeyDesk:
    def __init__(
        self,
        keys: Callable[[], Keys],
        post: Post,
        draw: Callable[[str, KeySheet | None], None],
        done: Callable[[str, str, str], None],
    ) -> None:
        """`keys` may be asked in any thread, and may take a while; `done` gets the system, what
        was done, and the key's name."""
        self._keys = keys
        self._post = post
        self._draw = draw
        self._done = done
        self._sheets: dict[str, KeySheet] = {}
        self._turn: dict[str, object] = {}
        """Whose answer each sheet waits for: what comes for an earlier one is dropped."""

    def open(self, id_: str, name: str, title: str) -> None:
        """Show where a key of that name is kept, and whether there is one."""
        self._sheets[id_] = KeySheet(title, name, working=_LOOKING)
        self._draw(id_, self._sheets[id_])
        self._later(id_, partial(_look, self._keys, name), partial(self._looked, id_))

    def keep(self, id_: str, key: str) -> None:
        """Keep what was typed."""

        def work(name: str) -> str:
            keys = self._keys()
            keys.set(name, key)
            return f"The key “{name}” is kept in {keys.where()}."

        self._act(id_, _KEEPING, work)

    def forget(self, id_: str) -> None:
        def work(name: str) -> str:
            keys = self._keys()
            found = keys.forget(name)
            said = f"The key “{name}” is forgotten." if found else f"There was no key “{name}”."
            still = keys(name) is not None
            return said + (f" The variable {variable(name)} still gives one." if still else "")

        self._act(id_, _FORGETTING, work)

    def leave(self, id_: str) -> None:
        if self._sheets.pop(id_, None) is not None:
            self._turn.pop(id_, None)
            self._draw(id_, None)

    def _act(self, id_: str, working: str, work: Callable[[str], str]) -> None:
        sheet = self._sheets.get(id_)
        if sheet is None or sheet.working:
            return
        self._show(id_, working=working, problem=None)
        self._later(id_, partial(work, sheet.name), partial(self._end, id_))

    def _looked(self, id_: str, found: dict[str, Any]) -> None:
        self._show(id_, working="", **found)

    def _end(self, id_: str, said: str) -> None:
        name = self._sheets[id_].name
        self.leave(id_)
        self._done(id_, said, name)

    def _later(self, id_: str, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        turn = self._turn[id_] = object()

        def run() -> None:
            try:
                outcome = partial(then, work())
            except Exception as error:  # noqa: BLE001 - sorted, and bugs raised again, in `_failed`
                outcome = partial(self._failed, id_, error)
            self._post(partial(deliver, outcome))

        def deliver(outcome: Callable[[], None]) -> None:
            if self._turn.get(id_) is turn:
                outcome()

        threading.Thread(target=run, name="keyring", daemon=True).start()

    def _failed(self, id_: str, error: BaseException) -> None:
        self._show(id_, working="")
        self._show(id_, problem=problems.for_researcher(error))

    def _show(self, id_: str, **changes: Any) -> None:
        self._sheets[id_] = replace(self._sheets[id_], **changes)
        self._draw(id_, self._sheets[id_])


def _look(keys_of: Callable[[], Keys], name: str) -> dict[str, Any]:
    keys = keys_of()
    kept = keys.kept(name)
    there = "A key is kept already; a new one takes its place." if kept else ""
    if not kept and keys(name) is not None:
        there = f"The variable {variable(name)} gives one now; what is kept here comes before it."
    return {"hint": f"It goes into {keys.where()}.", "kept": there, "can_forget": kept}
