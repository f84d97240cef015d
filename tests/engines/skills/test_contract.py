"""The skills are an engine like any other."""

from tests.engines.contract import EngineContract


class TestSkills(EngineContract):
    family = "skills"
