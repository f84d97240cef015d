"""The pattern responder is an engine like any other."""

from tests.engines.contract import EngineContract


class TestEliza(EngineContract):
    family = "eliza"
    said = "i am a little worried about tomorrow"
