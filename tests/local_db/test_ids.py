from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from local_db.ids import IdMaker, SameKeys, new_id


def test_a_key_is_a_uuid_of_version_7_that_carries_its_time() -> None:
    key = uuid.UUID(IdMaker().make(now_ms=0x0192_3456_789A))
    assert (key.version, key.variant) == (7, uuid.RFC_4122)
    assert key.int >> 80 == 0x0192_3456_789A


@given(st.lists(st.integers(min_value=0, max_value=2**47), min_size=2, max_size=50))
def test_keys_rise_whatever_the_clock_does(clock_ms: list[int]) -> None:
    maker = IdMaker()
    keys = [maker.make(now_ms) for now_ms in clock_ms]
    assert keys == sorted(set(keys))


def test_more_keys_than_the_counter_holds_in_one_millisecond_still_rise() -> None:
    maker = IdMaker()
    keys = [maker.make(now_ms=1) for _ in range(10_000)]
    assert keys == sorted(set(keys))


def test_threads_get_different_keys() -> None:
    with ThreadPoolExecutor(4) as pool:
        keys = [
            key
            for batch in pool.map(lambda _: [new_id() for _ in range(500)], range(8))
            for key in batch
        ]
    assert len(set(keys)) == 4_000


def test_what_is_done_again_has_the_keys_it_had() -> None:
    again = SameKeys()
    with again.given():
        first = [new_id(), new_id()]
    between = new_id()
    with again.given():
        second = [new_id(), new_id(), new_id()]
    assert second[:2] == first
    assert len({*first, between, second[2], new_id()}) == 5
