"""One simulated station: its own database, its own workers, sessions one after the other."""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.background import Background
from desktop.catalogue.catalogue import Entry
from desktop.errors import EarshotError
from desktop.getting.removing import empty_quietly
from desktop.paths import Home
from desktop.session.counting import widths_for
from desktop.session.earlier_takes import replaying
from desktop.session.ledger import Ledger
from desktop.session.playback_desk import PlaybackDesk
from desktop.session.session import Session
from desktop.session.study import Study
from desktop.session.take_desk import TakeDesk
from desktop.simulation.clock import SetForward
from desktop.simulation.loop import Loop
from desktop.simulation.participant import Participant
from desktop.simulation.voters import Crowd, Voter
from desktop.version import VERSION
from engines.api import Part, System
from engines.pool import Pool
from local_db.errors import WorldError
from local_db.store import open_store
from resources import FOLDER

TAKE = FOLDER / "takes" / "09-knowledge.flac"
VOICE = "Simulated voice"
PATIENCE_S = 60.0
"""A session in which nothing happens for so long has stuck."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """What one simulated station does."""

    home: Path
    study: Study
    crowd: Crowd
    """Merits by system."""
    participants: Sequence[int]
    """Their numbers, which with `seed` make their sessions and tastes."""
    seed: int


def run(sitting: Sitting) -> None:
    """Hold every session of a station. Raises EarshotError, and the world errors of its store."""
    home = Home(sitting.home)
    home.create()
    entries = scripted(sitting.study.systems)
    texts = {text_of(entry): sitting.crowd.merits[name] for name, entry in entries.items()}
    crowd = replace(sitting.crowd, merits=texts)
    loop = Loop()
    with ExitStack() as last_first:
        store = open_store(home.database, program_version=VERSION, backup_folder=home.backups)
        last_first.callback(store.close)
        pool = Pool([entry.system for entry in entries.values()])
        last_first.callback(pool.close)
        desk = TakeDesk(
            home, replaying([TAKE], VOICE), loop.post, longest_ms=sitting.study.take_max_ms
        )
        last_first.callback(desk.shut_down)
        playback = PlaybackDesk(loop.post)
        background = Background(loop.post)
        last_first.callback(background.close)
        widths = widths_for(
            sitting.study, store.reader, lambda: entries, background.later, simulated=True
        )
        for number in sitting.participants:
            participant = Participant(Voter(crowd, _seed(sitting.seed, "taste", number)), loop.post)
            participant.session = session = Session(
                study=_without_reasons(sitting.study),
                entries=entries,
                ledger=Ledger(store, sitting.study, entries, home.takes, simulated=True),
                pool=pool,
                desk=desk,
                playback=playback,
                post=loop.post,
                listener=participant,
                seed=_seed(sitting.seed, "draws", number),
                widths=widths,
            )
            session.answers.not_before = SetForward(loop.post)
            session.start()
            loop.run_until(participant.is_done, PATIENCE_S)
            if participant.problems:
                raise EarshotError(f"A simulated session went wrong: {participant.problems[0]}")
    empty_quietly(home.cache)


def scripted(systems: Sequence[str]) -> Mapping[str, Entry]:
    """Stand-ins for the study's systems: each writes a text of its own, of its own length."""
    return {
        name: Entry(
            system=System(
                id=name,
                version="simulated",
                responder=Part("echo", {"answers": [_text(number)], "chunk": 0}),
            ),
            label=name,
            kind="simulated",
            baseline=False,
            licence="",
        )
        for number, name in enumerate(systems)
    }


def _without_reasons(study: Study) -> Study:
    """Nobody gives any, and the system that would write them down is not among the stand-ins."""
    return replace(study, voting=replace(study.voting, reason_recogniser=""))


def text_of(entry: Entry) -> str:
    (text,) = entry.system.responder.model["answers"]
    return str(text)


def _text(number: int) -> str:
    more = "It goes on a little. " * number
    return f"This is what simulated system {number + 1} says. {more}".strip()


def _seed(seed: int, what: str, number: int) -> int:
    """48 bits, as sessions keep them."""
    digest = hashlib.sha256(f"{seed}:{what}:{number}".encode()).digest()
    return int.from_bytes(digest[:6], "big")


def main() -> int:
    """`python -m desktop.simulation.station`, a pickled `Sitting` on stdin: for `study_run`."""
    try:
        run(pickle.load(sys.stdin.buffer))
    except (EarshotError, WorldError) as error:
        sys.stderr.write(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
