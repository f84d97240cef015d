"""Shipped and never executed: icons, sample takes, system catalogue, study templates."""

from pathlib import Path

FOLDER = Path(__file__).parent
