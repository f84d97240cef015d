"""Brings pinned revisions of models from a hub, verified, and goes on where it was broken off."""
