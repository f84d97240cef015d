"""One of everything that is kept: what a frozen database and the example in the docs are made of.

`python -m tests.helpers.every_kind` freezes a database of the present schema, once per release.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from desktop.session.matchmaking import Counts, Draw, OrderedPair, balanced
from local_db import records
from local_db.schema import SCHEMA_VERSION
from local_db.store import Store
from local_db.take_files import sha256_of
from tests.helpers.voting import open_test_store, write_take

FROZEN = Path(__file__).parents[1] / "local_db" / "frozen"
STUDY = "quick-start"
SEED = 20261122

SKILLS = records.SystemRecord(
    system="baseline-skills",
    version="1",
    label="Baseline: skills",
    parts={
        "recogniser": {"engine": "pocketsphinx", "model": {}},
        "hypothesis": "skills",
        "responder": {"engine": "skills", "model": {}},
        "system_prompt": "",
        "settings": {},
    },
    baseline=True,
    licence="Apache-2.0",
)
ELIZA = records.SystemRecord(
    system="baseline-eliza",
    version="1",
    label="Baseline: ELIZA",
    parts={
        "recogniser": {"engine": "pocketsphinx", "model": {}},
        "hypothesis": "dictation",
        "responder": {"engine": "eliza", "model": {}},
        "system_prompt": "",
        "settings": {},
    },
    baseline=True,
    licence="Apache-2.0",
)
_SHOWN = {(SKILLS.system, ELIZA.system): 4, (ELIZA.system, SKILLS.system): 4}


def fill(store: Store, takes_folder: Path) -> None:
    """A session with a whole battle, one of each other ending, and an erasure; one still open."""
    skills, eliza = store.record_system(SKILLS), store.record_system(ELIZA)
    session_id = store.start_session(
        records.SessionRecord(
            participant_id=store.start_participant("P-01"),
            study=STUDY,
            battles_planned=10,
            seed=SEED,
            settings={"reveal": "session_end"},
        )
    )
    fingerprints = {SKILLS.system: skills, ELIZA.system: eliza}
    first = first_draw()
    whole = _battle(store, session_id, 1, first, fingerprints)
    _talk(store, takes_folder, whole, (fingerprints[first.a], fingerprints[first.b]))
    for number, state in enumerate(("skipped", "failed", "abandoned", "withdrawn"), 2):
        ended = _battle(store, session_id, number, _later_draw(number - 1), fingerprints)
        store.end_battle(ended, state, f"for the record: {state}")
    _battle(store, session_id, 6, _later_draw(5), fingerprints)
    robot = store.start_participant(None, simulated=True)
    simulated = records.SessionRecord(participant_id=robot, study=STUDY, battles_planned=0)
    store.start_session(simulated)
    store.end_session(simulated.id, "nothing planned")


def first_draw() -> Draw:
    """Of the battle that is told whole. Sessions before it leave the sampler no choice."""
    return _drawn({**_SHOWN, (ELIZA.system, SKILLS.system): 5}, 0)


def _later_draw(step: int) -> Draw:
    return _drawn({**_SHOWN, (SKILLS.system, ELIZA.system): 5}, step)


def _drawn(shown: Mapping[OrderedPair, int], step: int) -> Draw:
    return balanced([SKILLS.system, ELIZA.system], Counts(shown), seed=SEED, step=step)


def _battle(
    store: Store, session_id: str, number: int, draw: Draw, fingerprints: Mapping[str, str]
) -> str:
    return store.open_battle(
        records.BattleRecord(
            session_id=session_id,
            number=number,
            a=fingerprints[draw.a],
            b=fingerprints[draw.b],
            seed=draw.seed,
            step=draw.step,
            probability=draw.probability,
            sampler=draw.sampler,
            sampler_state=draw.state,
        )
    )


def _talk(store: Store, takes_folder: Path, battle_id: str, sides: tuple[str, ...]) -> None:
    store.discard_take(_take(store, takes_folder, battle_id, "turn", ["too_short"]), "too short")
    take_id = _take(store, takes_folder, battle_id, "turn", [])
    turn_id = store.add_turn(records.TurnRecord(battle_id=battle_id, ordinal=1, take_id=take_id))
    transcript_id = _transcript(store, take_id, "what is the capital of thailand")
    failed = records.AnswerRecord(
        turn_id=turn_id,
        slot="a",
        fingerprint=sides[0],
        text="",
        finish="error",
        error_kind="timeout",
        error_text="The responder said nothing for 60 s.",
    )
    store.add_answer(failed)
    texts = {"a": "The capital of Thailand is Bangkok.", "b": "Why do you ask about Thailand?"}
    for slot, fingerprint, retried in (("a", sides[0], failed.id), ("b", sides[1], None)):
        store.add_answer(
            records.AnswerRecord(
                turn_id=turn_id,
                slot="a" if slot == "a" else "b",
                fingerprint=fingerprint,
                text=texts[slot],
                finish="stop",
                transcript_id=transcript_id,
                hypothesis="skills" if slot == "a" else "dictation",
                served_version="1",
                audio_sha256="0" * 64,
                prompt_sha256="1" * 64,
                placement={"device": "cpu", "dtype": "int16", "network": "none"},
                packages={"pocketsphinx": "5.1.1"},
                timings={"asr_ms": 310.5, "ttft_ms": 2.25, "total_ms": 320.0},
                supersedes=retried,
            )
        )
    store.add_shown(
        records.ShownRecord(
            turn_id=turn_id,
            wait_ms=341.0,
            onset_a_ms=0.0,
            onset_b_ms=0.0,
            complete_a_ms=583.0,
            complete_b_ms=500.0,
            cadence_per_s=60.0,
        )
    )
    _decide(store, takes_folder, battle_id)
    store.add_guess(
        records.GuessRecord(
            battle_id=battle_id, slot="a", fingerprint=sides[1], choices=sorted(sides)
        )
    )


def _decide(store: Store, takes_folder: Path, battle_id: str) -> None:
    first = records.VoteRecord(battle_id=battle_id, choice="tie", time_to_vote_ms=2150.0)
    store.add_vote(first)
    vote_id = store.add_vote(
        records.VoteRecord(
            battle_id=battle_id,
            choice="a",
            strength="clearly",
            time_to_vote_ms=5400.0,
            judged={"good": {"a": True, "b": False}, "reasons": {"b": ["accuracy", "content"]}},
            facts={"read_first": "a"},
            supersedes=first.id,
        )
    )
    reason = _take(store, takes_folder, battle_id, "reason", [])
    store.add_justification(
        records.JustificationRecord(
            vote_id=vote_id,
            text="It answered the question.",
            take_id=reason,
            transcript_id=_transcript(store, reason, "it answered a question"),
            verbatim="it answered a question",
        )
    )
    slip = records.JustificationRecord(vote_id=first.id, text="My name is …")
    store.add_justification(slip)
    store.erase([("justification", slip.id)], "asked by the participant")


def _take(
    store: Store, takes_folder: Path, battle_id: str, purpose: records.Purpose, verdicts: list[str]
) -> str:
    file = write_take(takes_folder)
    return store.add_take(
        records.TakeRecord(
            battle_id=battle_id,
            purpose=purpose,
            file=file.name,
            sha256=sha256_of(file),
            duration_ms=2140.0,
            rate_hz=48_000,
            channels=1,
            peak_dbfs=-6.25,
            rms_dbfs=-23.5,
            speech_share=0.75,
            frames_expected=102_730,
            frames_got=102_720,
            device_start="Built-in microphone",
            device_end="Built-in microphone",
            verdicts=verdicts,
            accepted=not verdicts,
        )
    )


def _transcript(store: Store, take_id: str, text: str) -> str:
    return store.add_transcript(
        records.TranscriptRecord(
            take_id=take_id,
            engine="pocketsphinx",
            model_version="en-us",
            hypotheses=[
                {"name": "skills", "text": text, "score": -1.5, "accepted": True},
                {"name": "dictation", "text": text, "score": -1.75, "accepted": True},
            ],
            duration_ms=2140.0,
            recognise_ms=310.5,
        )
    )


def freeze() -> Path:
    """Write `schema-<n>.db`, where there is none of this schema yet."""
    target = FROZEN / f"schema-{SCHEMA_VERSION}.db"
    if target.exists():
        raise FileExistsError(f"{target} is frozen")
    with tempfile.TemporaryDirectory() as folder:
        with open_test_store(Path(folder)) as store:
            fill(store, Path(folder, "takes"))
        shutil.copy(store.path, target)
    return target


if __name__ == "__main__":
    sys.stdout.write(f"{freeze()}\n")
