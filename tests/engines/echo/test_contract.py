"""The fake engine is a real engine."""

from tests.engines.contract import EngineContract


class TestEcho(EngineContract):
    family = "echo"
