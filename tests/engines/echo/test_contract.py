"""The fake engine is a real engine."""

from tests.engines.contract import EngineContract


class TestEcho(EngineContract):
    family = "echo"
    model = {"segments": True}  # noqa: RUF012 - of the contract
