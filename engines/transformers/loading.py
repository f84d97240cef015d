"""Weights of one folder into one model: safely, whole, in the wanted precision and place."""

from __future__ import annotations

import importlib.util
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.api import Settings
from engines.errors import EngineError, ErrorKind
from engines.places import cache_folder
from engines.transformers.checkpoint import Checkpoint
from engines.transformers.failures import told_as_engine_errors

DTYPES = ("auto", "bfloat16", "float16", "float32", "4bit")
PICKLE_TORCH = (2, 10)
"""The oldest torch whose `weights_only` we trust with a foreign pickle."""
BYTES_PER_NUMBER = {"bfloat16": 2.0, "float16": 2.0, "float32": 4.0, "4bit": 0.6}
"""In memory; with 4 bits come a scale for each block and layers that stay as they are."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a model is to be loaded."""

    device: str
    dtype: str
    remote_code: bool
    """Whether the folder's own Python may run, in this worker only."""


def read_wanted(model: Settings, checkpoint: Checkpoint, device: str) -> Wanted:
    """Raises EngineError: `internal` for what cannot be, `needs_package` for 4 bits without."""
    dtype = model.get("dtype", "auto")
    if dtype not in DTYPES:
        sentence = f"{dtype!r} is no dtype; there are {', '.join(DTYPES)}."
        raise EngineError(ErrorKind.INTERNAL, sentence)
    if dtype == "4bit" and importlib.util.find_spec("bitsandbytes") is None:
        sentence = (
            "4 bits need the package bitsandbytes, which is not installed: install it, or choose "
            'another dtype, for example "bfloat16".'
        )
        data = {"packages": ["bitsandbytes"]}
        raise EngineError(ErrorKind.NEEDS_PACKAGE, sentence, data)
    return Wanted(device, dtype, _remote_code(model, checkpoint))


def _remote_code(model: Settings, checkpoint: Checkpoint) -> bool:
    allowed = model.get("remote_code")
    if allowed is None:
        return False
    pinned = isinstance(allowed, str) and re.fullmatch("[0-9a-f]{40}", allowed)
    if not pinned or allowed != checkpoint.revision:
        sentence = (
            f"Remote code was allowed for {allowed!r}, and the folder is "
            f"{checkpoint.revision or 'of no known revision'}: nothing of it was run."
        )
        raise EngineError(ErrorKind.INTERNAL, sentence)
    return True


def prepare_libraries() -> None:
    """Before transformers is imported: code of a folder is copied below our own cache."""
    os.environ.setdefault("HF_MODULES_CACHE", str(cache_folder() / "modules"))


def read_config(checkpoint: Checkpoint, wanted: Wanted) -> Any:
    """The folder's configuration as transformers sees it."""
    from transformers import CONFIG_MAPPING, AutoConfig

    foreign = checkpoint.config.get("model_type") not in CONFIG_MAPPING
    if foreign and checkpoint.config.get("auto_map") and not wanted.remote_code:
        sentence = (
            f"{checkpoint.folder} brings Python of its own, which was not run. Read it, and if "
            'you trust it, say remote_code = "<the pinned revision>" in the model\'s table.'
        )
        raise EngineError(ErrorKind.INTERNAL, sentence)
    with told_as_engine_errors("reading config.json"):
        return AutoConfig.from_pretrained(
            checkpoint.folder, local_files_only=True, trust_remote_code=wanted.remote_code
        )


def load_model(model_class: Any, checkpoint: Checkpoint, wanted: Wanted, config: Any) -> Any:
    """A model in evaluation mode on its device.

    Raises EngineError: `out_of_memory`, `needs_download` (broken files), `needs_package`, or
    `internal` where the weights are not those of the configuration.
    """
    options: dict[str, Any] = {
        "config": config,
        "output_loading_info": True,
        "local_files_only": True,
        "trust_remote_code": wanted.remote_code,
        **_precision(wanted),
    }
    with told_as_engine_errors("loading the weights"):
        if checkpoint.pickled:
            tensors = _unpickle(checkpoint.weights[0])
            # Tensors without a folder are taken by a model's own class only.
            of_auto = getattr(model_class, "_model_mapping", None)
            exact = model_class if of_auto is None else of_auto[type(config)]
            model, told = exact.from_pretrained(None, state_dict=tensors, **options)
        else:
            folder = checkpoint.folder
            model, told = model_class.from_pretrained(folder, use_safetensors=True, **options)
        if missing := sorted(told["missing_keys"]):
            # transformers fills them with random numbers and a line in the log.
            sentence = f"The weights lack {len(missing)} tensors, for example {missing[0]}."
            raise EngineError(ErrorKind.INTERNAL, sentence)
        if wanted.dtype != "4bit":
            model = model.to(wanted.device)
    return model.eval()


def _precision(wanted: Wanted) -> dict[str, Any]:
    if wanted.dtype != "4bit":
        straight = wanted.device != "cpu" and importlib.util.find_spec("accelerate") is not None
        place = {"device_map": {"": wanted.device}} if straight else {}
        return {"dtype": wanted.dtype, **place}
    import torch
    from transformers import BitsAndBytesConfig

    quantised = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
    )
    return {"quantization_config": quantised, "device_map": {"": wanted.device}}


def _unpickle(path: Path) -> Any:
    """The tensors of a pickle that the model table names; anything else in it is an error."""
    import pickle

    import torch

    version = tuple(int(part) for part in re.findall(r"\d+", torch.__version__)[:2])
    if version < PICKLE_TORCH:
        sentence = f"A pickle needs torch 2.10 or newer; this one is {torch.__version__}."
        raise EngineError(ErrorKind.NEEDS_PACKAGE, sentence, {"packages": ["torch"]})
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        sentence = f"{path} holds more than tensors and was not opened."
        raise EngineError(ErrorKind.INTERNAL, sentence) from error
