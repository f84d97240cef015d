"""What is said on stderr before and while weights are fetched."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from desktop.cli.common import say
from desktop.cli.output import visible

if TYPE_CHECKING:
    from desktop.getting.fetching import Far, Plan
    from desktop.paths import Home

_EVERY_S = 10.0
"""Between lines where nobody looks at a terminal."""


def plan_lines(plan: Plan, home: Home) -> Iterator[str]:
    """Licence, gating and code first, then sizes."""
    from desktop.amounts import size
    from desktop.catalogue.sources import sources_of

    for entry in plan.entries:
        yield f"{entry.system.id}: {entry.label}"
        yield f"  Licence: {entry.licence}" + (f" ({entry.terms.url})" if entry.terms.url else "")
        if entry.terms.accept:
            yield f"  By fetching it you accept: {entry.terms.accept}"
        if not sources_of(entry):
            yield "  It needs no weights."
    if not plan.wanted:
        yield "All its weights are here."
        return
    for wanted in plan.wanted:
        source, told = wanted.source, wanted.told
        yield f"  {source.repo}, revision {source.revision}: {size(wanted.total_bytes)}"
        if told.licence:
            yield f"    licence as the hub names it: {told.licence}"
        if told.gated:
            yield "    gated: it comes only with a token of somebody who accepted its terms there"
        if source.remote_code:
            yield "    it runs Python code of this revision, in its worker"
        if wanted.begun_bytes:
            yield f"    {size(wanted.begun_bytes)} of it are here from an earlier attempt"
    yield (
        f"To fetch: {size(plan.missing_bytes)}; free: {size(plan.free_bytes)} on the disk that "
        f"holds {home.models}"
    )


class ProgressLine:
    """One line that is written over on a terminal, now and then a new one elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._told_s = -_EVERY_S

    def show(self, far: Far) -> None:
        now = time.monotonic()
        if self._terminal:
            shown = visible(f"{far.sentence}  {far.what}", sys.stderr)
            sys.stderr.write(f"\r\x1b[K{shown}")
            sys.stderr.flush()
        elif now - self._told_s >= _EVERY_S or far.done_bytes == far.total_bytes:
            self._told_s = now
            say(far.sentence)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._terminal:
            say("")
