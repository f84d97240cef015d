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


def sound(*parts: tuple[str, float]) -> np.ndarray:
    """Speech (syllables, no stop longer than a tenth of a second) and pauses of a room."""
    chance = np.random.default_rng(4)
    pieces = []
    for what, seconds in parts:
        noise = chance.normal(0, 20, round(seconds * RATE_HZ))
        time_s = np.arange(len(noise)) / RATE_HZ
        loud = 3_000 * np.sin(2 * np.pi * 200 * time_s) * (np.sin(2 * np.pi * 3 * time_s) ** 2)
        pieces.append(noise + (loud if what == "speech" else 0))
    return np.concatenate(pieces).astype(np.int16)


def cut(samples: np.ndarray, size: int = 4_000) -> list[np.ndarray]:
    stretches = Stretches()
    over = [
        one for at in range(0, len(samples), size) for one in stretches.add(samples[at : at + size])
    ]
    return [*over, stretches.rest()]


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


def test_what_was_said_is_heard_before_the_end() -> None:
    heard: list[float] = []
    segment = InStretches(lambda samples: heard.append(len(samples) / RATE_HZ), _never, 60)
    segment.feed(sound(("speech", 6), PAUSE).tobytes())
    assert heard == pytest.approx([6.3], abs=0.2)


def test_a_pause_at_the_end_is_not_heard_once_more() -> None:
    heard: list[float] = []
    told: list[float] = []

    def conclude(seconds: float, _took_s: float) -> Transcription:
        told.append(seconds)
        return Transcription((), seconds * 1000, 0.0, "test")

    segment = InStretches(lambda samples: heard.append(len(samples) / RATE_HZ), conclude, 60)
    segment.feed(sound(("speech", 6), ("pause", 1.5)).tobytes())
    assert segment.close().duration_ms == pytest.approx(7500)
    assert heard == pytest.approx([6.3], abs=0.2)
    assert told == pytest.approx([7.5])


@pytest.mark.parametrize(
    ("seconds", "kind"), [(0, ErrorKind.AUDIO_EMPTY), (3, ErrorKind.AUDIO_TOO_LONG)]
)
def test_what_is_refused_of_a_file_is_refused_of_a_segment(seconds: float, kind: ErrorKind) -> None:
    segment = InStretches(lambda _: pytest.fail("it was heard"), _never, longest_s=2)
    segment.feed(sound(("speech", seconds)).tobytes())
    with pytest.raises(EngineError) as caught:
        segment.close()
    assert caught.value.kind is kind


def test_only_a_model_table_that_asks_for_it_gets_it() -> None:
    assert not wanted({})
    assert wanted({"segments": True})
    with pytest.raises(EngineError, match="'yes'"):
        wanted({"segments": "yes"})


def _never(_seconds: float, _took_s: float) -> None:  # type: ignore[misc]
    pytest.fail("it was concluded")
