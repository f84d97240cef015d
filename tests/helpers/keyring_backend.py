"""A keyring that holds one token, for a worker whose PYTHON_KEYRING_BACKEND names it."""

from __future__ import annotations

from keyring.backend import KeyringBackend


class Backend(KeyringBackend):
    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return "hf_right" if (service, username) == ("Earshot", "huggingface") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError
