"""What a model table says to this engine.

model       gemini-…, without `models/` in front
key         name of the key to use
address     another place that speaks like Google's; Google's own unless said
seed        false: do not send the seed
wait_s      the longest silence
"""

from __future__ import annotations

from dataclasses import dataclass

from engines.address import Address, read_address
from engines.api import Settings
from engines.errors import EngineError, ErrorKind
from engines.remote import table
from engines.remote.patience import WAIT_S

GOOGLE = "https://generativelanguage.googleapis.com"
_KNOWN = {"address", "model", "key", "seed", "wait_s"}


@dataclass(frozen=True, slots=True)
class Table:
    address: Address
    model: str
    key: str
    seed: bool
    wait_s: float


def read_table(model: Settings) -> Table:
    """Raises EngineError (`internal`) for what cannot be; `needs_key` where no key is named."""
    table.refuse_unknown(model, _KNOWN)
    key = table.text(model, "key")
    address = read_address(model.get("address", GOOGLE))
    if address.url == GOOGLE and not key:
        sentence = 'Gemini answers nobody without a key: name one, key = "google".'
        raise EngineError(ErrorKind.NEEDS_KEY, sentence)
    return Table(
        address=address,
        model=table.text(model, "model"),
        key=key,
        seed=table.flag(model, "seed", True),
        wait_s=table.seconds(model, "wait_s", WAIT_S),
    )
