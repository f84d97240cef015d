"""A system of somebody's own, whose weights are there to be got."""

from __future__ import annotations

import threading
from pathlib import Path

from desktop.catalogue.catalogue import Entry, read_catalogue
from desktop.getting.fetching import Plan, carry_out, make_plan
from desktop.paths import Home
from engines.model_files import folder_name
from engines.registry import EngineInfo
from tests.helpers.fetching_engine import COMMIT

STORE = {"config.json": b"{}", "model.safetensors": b"w" * 5000}
REPO = "us/mine"
SYSTEM = """
[[system]]
id = "{id}"
label = "Mine"
version = "{version}"
kind = "a model of ours"
responder = {{ engine = "carrier", model = {{ repo = "us/mine", revision = "" }} }}
licence = {{ name = "ours" }}
{more}
"""


def write_system(home: Home, id_: str = "mine", more: str = "", version: str = "1") -> None:
    text = SYSTEM.format(id=id_, more=more, version=version)
    (home.catalogue / f"{id_}.toml").write_text(text)


def entry(home: Home, id_: str = "mine") -> Entry:
    return read_catalogue(home)[id_]


def install(
    home: Home, engines: dict[str, EngineInfo], *ids: str, stop: threading.Event | None = None
) -> Plan:
    plan = make_plan([entry(home, id_) for id_ in ids or ("mine",)], home, engines=engines)
    carry_out(plan, home, engines=engines, stop=stop)
    return plan


def place_of(home: Home) -> Path:
    return home.models / folder_name(REPO, COMMIT)
