"""The engine passes the contract on a stand-in with random weights, in our own interpreter."""

from __future__ import annotations

import pytest

from tests.engines.stand_in_contract import StandInContract

pytestmark = pytest.mark.local


class TestQwen(StandInContract):
    family = "qwen_audio_chat"
