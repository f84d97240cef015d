"""A take is cut where the speaker pauses, and nothing of it is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.api import Transcription
from engines.audio import RATE_HZ
from engines.errors import EngineError, ErrorKind
from engines.stretches import LONGEST_S, InStretches, Stretches, wanted

PAUSE = ("pause", 0.8)
NOISE = 20
"""RMS of the room."""


def sound(*parts: tuple[str, float], seed: int = 4, room: float = NOISE) -> np.ndarray:
    """Speech (syllables, no stop longer than a tenth of a second) and pauses of a room.

    Speech that is called by a number is soft: its vowels stand so many dB out of the room.
    """
    chance = np.random.default_rng(seed)
    pieces = []
    for what, seconds in parts:
        noise = chance.normal(0, room, round(seconds * RATE_HZ))
        time_s = np.arange(len(noise)) / RATE_HZ
        spoken = np.sin(2 * np.pi * 200 * time_s) * (np.sin(2 * np.pi * 3 * time_s) ** 2)
        pieces.append(noise + _amplitude(what, room) * spoken)
    return np.concatenate(pieces).astype(np.int16)


def _amplitude(what: str, room: float) -> float:
    if what in {"speech", "pause"}:
        return 3_000 if what == "speech" else 0
    power = (10 ** (float(what) / 10) - 1) * room**2
    return float(np.sqrt(2 * power))


class Ears:
    """Hears as a segment is heard; what was heard lies in `heard`."""

    def __init__(self, longest_s: float = 600) -> None:
        self.heard: list[np.ndarray] = []
        self.told: list[bool] = []
        self.segment = InStretches(self._hear, self._conclude, longest_s)

    def hear(self, take: np.ndarray, size: int = 4_000) -> Transcription:
        for at in range(0, len(take), size):
            self.segment.feed(take[at : at + size].tobytes())
        return self.segment.close()

    def all(self) -> np.ndarray:
        return np.concatenate(self.heard)

    def _hear(self, samples: np.ndarray, *, told: bool) -> None:
        self.heard.append(np.round(samples * 32_768).astype(np.int16))
        self.told.append(told)

    def _conclude(self, seconds: float, took_s: float) -> Transcription:
        return Transcription((), seconds * 1000, took_s * 1000, "test")


def cut(samples: np.ndarray, size: int = 4_000) -> list[np.ndarray]:
    stretches = Stretches()
    over = [
        one for at in range(0, len(samples), size) for one in stretches.add(samples[at : at + size])
    ]
    return [one.samples for one in [*over, stretches.rest()]]


def lengths_s(stretches: list[np.ndarray]) -> list[float]:
    return [round(len(stretch) / RATE_HZ, 1) for stretch in stretches]


def test_it_is_cut_in_the_middle_of_pauses() -> None:
    take = sound(("speech", 6), PAUSE, ("speech", 7), PAUSE, ("speech", 2))
    assert lengths_s(cut(take)) == pytest.approx([6.3, 7.8, 2.5], abs=0.2)


def test_a_short_sentence_is_heard_with_the_next_one() -> None:
    take = sound(("speech", 2), PAUSE, ("speech", 4), PAUSE, ("speech", 2))
    assert lengths_s(cut(take)) == pytest.approx([7.1, 2.5], abs=0.2)


def test_silence_alone_is_no_stretch() -> None:
    assert len(cut(sound(("pause", 20)))) == 1


def test_who_never_pauses_is_cut_within_a_window() -> None:
    stretches = cut(sound(("speech", 70)))
    assert len(stretches) >= 3
    assert all(LONGEST_S - 8.1 <= s <= LONGEST_S for s in lengths_s(stretches)[:-1])


@given(size=st.integers(1, 40_000), seconds=st.lists(st.floats(0.1, 9), min_size=1, max_size=5))
@settings(max_examples=20, deadline=None)
def test_whatever_pieces_came_in_the_cuts_are_the_same_and_nothing_is_lost(
    size: int, seconds: list[float]
) -> None:
    parts = [(what, s) for s in seconds for what in ("speech", "pause")]
    take = sound(*[(what, s if what == "speech" else 0.7) for what, s in parts])
    pieces = cut(take, max(size, len(take) // 200))
    assert np.array_equal(np.concatenate(pieces), take)
    assert lengths_s(pieces) == lengths_s(cut(take))


@given(
    size=st.integers(1, 40_000),
    parts=st.lists(
        st.tuples(st.sampled_from(["speech", "6.5"]), st.floats(0.3, 9)), min_size=1, max_size=5
    ),
)
@settings(max_examples=10, deadline=None)
def test_whatever_is_said_and_however_softly_is_heard(
    size: int, parts: list[tuple[str, float]]
) -> None:
    said = sound(*[part for one in parts for part in (one, ("pause", 0.7))])
    ears = Ears()
    ears.hear(said, max(size, len(said) // 200))
    heard = ears.all()
    assert np.array_equal(heard, said[: len(heard)])
    assert len(said) - len(heard) <= 0.7 * RATE_HZ, "more than the last pause was not heard"


@pytest.mark.parametrize("seconds", [1, 4])
@pytest.mark.parametrize("above_db", ["3.0", "6.5", "7.9", "9.0"])
def test_soft_last_words_are_heard(above_db: str, seconds: float) -> None:
    take = sound(("speech", 6), PAUSE, (above_db, seconds))
    ears = Ears()
    ears.hear(take)
    assert np.array_equal(ears.all(), take)


def test_a_long_rest_is_heard_however_little_stands_out_of_it() -> None:
    take = sound(("speech", 6), PAUSE, ("1.0", 4))
    ears = Ears()
    ears.hear(take)
    assert np.array_equal(ears.all(), take)


def test_only_where_somebody_surely_speaks_is_it_told_what_was_said_before() -> None:
    ears = Ears()
    ears.hear(sound(("speech", 6), PAUSE, ("speech", 6), PAUSE, ("6.5", 4)))
    assert ears.told == [True, True, False]
    ears = Ears()
    take = sound(("speech", 6), ("pause", 1.5))
    take[-8_000:-5_000] += sound(("speech", 3_000 / RATE_HZ))  # a chair
    ears.hear(take)
    assert ears.told == [True, False]
    ears = Ears()
    ears.hear(sound(("speech", 6), ("pause", 40), ("speech", 2)))
    assert (ears.told[0], ears.told[1], ears.told[-1]) == (True, False, True)


def test_what_was_said_is_heard_before_the_end() -> None:
    ears = Ears()
    ears.segment.feed(sound(("speech", 6), PAUSE).tobytes())
    assert lengths_s(ears.heard) == pytest.approx([6.3], abs=0.2)


@pytest.mark.parametrize("room", [4, 20, 200])
@pytest.mark.parametrize("seed", range(5))
def test_a_pause_at_the_end_is_not_heard_once_more(seed: int, room: float) -> None:
    ears = Ears()
    told = ears.hear(sound(("speech", 6), ("pause", 1.5), seed=seed, room=room))
    assert told.duration_ms == pytest.approx(7500)
    assert lengths_s(ears.heard) == pytest.approx([6.3], abs=0.2)


@pytest.mark.parametrize(
    ("seconds", "kind"), [(0, ErrorKind.AUDIO_EMPTY), (3, ErrorKind.AUDIO_TOO_LONG)]
)
def test_what_is_refused_of_a_file_is_refused_of_a_segment(seconds: float, kind: ErrorKind) -> None:
    ears = Ears(longest_s=2)
    with pytest.raises(EngineError) as caught:
        ears.hear(sound(("speech", seconds)))
    assert caught.value.kind is kind
    assert not ears.heard


def test_only_a_model_table_that_asks_for_it_gets_it() -> None:
    assert not wanted({})
    assert wanted({"segments": True})
    with pytest.raises(EngineError, match="'yes'"):
        wanted({"segments": "yes"})
