"""Hold to talk, tap to switch."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.talk_key import HOLD_MS, Talk, TalkKey


def test_holding_talks_until_release() -> None:
    key = TalkKey()
    assert key.press(0, can_start=True, recording=False) is Talk.START
    assert key.release(HOLD_MS) is Talk.STOP


def test_a_tap_records_until_the_next_tap() -> None:
    key = TalkKey()
    assert key.press(0, can_start=True, recording=False) is Talk.START
    assert key.release(HOLD_MS - 1) is None
    assert key.press(5_000, can_start=False, recording=True) is Talk.STOP
    assert key.release(5_400) is None


def test_release_after_the_take_ended_by_itself() -> None:
    key = TalkKey()
    key.press(0, can_start=True, recording=False)
    key.reset()
    assert key.release(60_000) is None


def test_nothing_starts_where_nothing_may() -> None:
    key = TalkKey()
    assert key.press(0, can_start=False, recording=False) is None
    assert key.release(1_000) is None


def test_losing_the_window_closes_the_microphone() -> None:
    key = TalkKey()
    key.press(0, can_start=True, recording=False)
    assert key.lose_focus(recording=False) is Talk.STOP
    assert key.release(1_000) is None
    assert key.lose_focus(recording=False) is None
    assert key.lose_focus(recording=True) is Talk.STOP


def test_a_tap_before_the_microphone_is_open_starts_once_it_is() -> None:
    key = TalkKey()
    assert key.press(0, can_start=False, recording=False, opening=True) is None
    assert key.release(HOLD_MS - 1) is None
    assert key.ready() is Talk.START
    assert key.ready() is None
    assert key.press(5_000, can_start=False, recording=True) is Talk.STOP


def test_holding_from_before_the_microphone_is_open_talks_until_release() -> None:
    key = TalkKey()
    key.press(0, can_start=False, recording=False, opening=True)
    assert key.ready() is Talk.START
    assert key.release(HOLD_MS) is Talk.STOP


def test_who_lets_go_again_taps_again_or_leaves_before_it_is_open_starts_nothing() -> None:
    for change_of_mind in (
        lambda key: key.release(HOLD_MS),
        lambda key: (key.release(1), key.press(2, can_start=False, recording=False, opening=True)),
        lambda key: key.lose_focus(recording=False),
        lambda key: (key.release(1), key.reset()),
    ):
        key = TalkKey()
        key.press(0, can_start=False, recording=False, opening=True)
        change_of_mind(key)
        assert key.ready() is None
        assert key.release(5_000) is None
        assert not key.is_early


STEPS = st.lists(
    st.tuples(st.sampled_from(["press", "release", "lose", "end"]), st.floats(0, 2_000)),
    max_size=30,
)


@given(STEPS)
def test_starts_and_stops_alternate(steps: list[tuple[str, float]]) -> None:
    """Whatever is pressed when: never two starts without a stop, and nothing stays open."""
    key, now, recording = TalkKey(), 0.0, False
    for what, pause in steps:
        now += pause
        if what == "press":
            said = key.press(now, can_start=not recording, recording=recording)
        elif what == "release":
            said = key.release(now)
        elif what == "lose":
            said = key.lose_focus(recording=recording)
        else:
            said, recording = None, False
            key.reset()
        assert not (said is Talk.START and recording)
        assert not (said is Talk.STOP and not recording)
        recording = {Talk.START: True, Talk.STOP: False, None: recording}[said]
    assert key.lose_focus(recording=recording) is (Talk.STOP if recording else None)
    assert key.release(now + 10_000) is None
