"""What a model table says to this engine.

address     http://host:port/v1; OpenAI's own unless said
model       as the server lists it
key         name of the key to use; without it no key is sent
audio       input_audio or audio_url: how a take is handed over. Tried in this order unless said
modalities  ["text"] or ["text", "audio"]: what is asked of OpenAI, whose words are then the
            answer or the transcript of what it spoke; other servers are asked only if said
voice       which voice speaks, with "audio"
language    of the take, for transcriptions: en, de, …
seed        false: do not send the seed, for a server that refuses it
wait_s      the longest silence
"""

from __future__ import annotations

from dataclasses import dataclass

from engines.address import Address, read_address
from engines.api import Settings
from engines.errors import EngineError, ErrorKind
from engines.remote import table
from engines.remote.patience import WAIT_S

OPENAI = "https://api.openai.com/v1"
FORMS = ("input_audio", "audio_url")

_KNOWN = {
    "address", "model", "key", "audio", "modalities", "voice", "language", "seed", "wait_s"
}  # fmt: skip
_MODALITIES = (["text"], ["text", "audio"])


@dataclass(frozen=True, slots=True)
class Table:
    address: Address
    model: str
    key: str
    forms: tuple[str, ...]
    """How a take may be handed over, in the order to try."""
    modalities: tuple[str, ...]
    """Empty where the server is not to be asked."""
    voice: str
    language: str
    seed: bool
    wait_s: float

    @property
    def is_openai(self) -> bool:
        return self.address.server == "api.openai.com"


def read_table(model: Settings) -> Table:
    """Raises EngineError (`internal`) for what cannot be; `needs_key` for OpenAI without one."""
    table.refuse_unknown(model, _KNOWN)
    address = read_address(model.get("address", OPENAI), path="/v1")
    key = table.text(model, "key")
    is_openai = address.url == OPENAI
    if is_openai and not key:
        sentence = 'OpenAI answers nobody without a key: name one, --key openai or key = "openai".'
        raise EngineError(ErrorKind.NEEDS_KEY, sentence)
    form = table.one_of(model, "audio", FORMS)
    return Table(
        address=address,
        model=table.text(model, "model"),
        key=key,
        forms=(form,) if form else FORMS[:1] if is_openai else FORMS,
        modalities=_modalities(model, is_openai),
        voice=table.text(model, "voice", "alloy"),
        language=table.text(model, "language"),
        seed=table.flag(model, "seed", True),
        wait_s=table.seconds(model, "wait_s", WAIT_S),
    )


def _modalities(model: Settings, is_openai: bool) -> tuple[str, ...]:
    value = model.get("modalities", ["text"] if is_openai else None)
    if value is not None and value not in _MODALITIES:
        sentence = f"The model setting 'modalities' cannot be {value!r}."
        raise EngineError(ErrorKind.INTERNAL, sentence)
    return tuple(value or ())
