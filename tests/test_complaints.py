"""What nobody can catch fails a test all the same."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future

import pytest

from tests.helpers.complaints import complaints

# Whoever asks for `caplog` looks at the log itself: the guard of every test lets these through.
pytestmark = pytest.mark.usefixtures("caplog")


def test_an_exception_in_a_callback_of_a_future_is_heard() -> None:
    future: Future[None] = Future()
    future.add_done_callback(lambda _: 1 / 0)
    with complaints() as seen:
        future.set_result(None)
    (told,) = seen
    assert "exception calling callback" in told.getMessage()


def test_an_exception_in_a_callback_of_asyncio_is_heard() -> None:
    async def call_soon() -> None:
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)

    with complaints() as seen:
        asyncio.run(call_soon())
    (told,) = seen
    assert "Exception in callback" in told.getMessage()


def test_a_warning_of_ours_is_heard_and_a_remark_is_not() -> None:
    with complaints() as seen:
        logging.getLogger("earshot.part").warning("careful")
        logging.getLogger("earshot.part").info("by the way")
    assert [record.getMessage() for record in seen] == ["careful"]


def test_afterwards_nobody_listens() -> None:
    with complaints() as seen:
        pass
    logging.getLogger("earshot").warning("careful")
    assert seen == []
