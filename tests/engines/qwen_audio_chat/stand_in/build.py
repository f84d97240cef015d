"""`python build.py FOLDER`: the stand-in with random weights, by any transformers."""

import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM

folder, code = Path(sys.argv[1]), Path(__file__).with_name("stand_in_model.py")
folder.mkdir(parents=True)
shutil.copy(code, folder)
config = {
    "model_type": "qwen_audio_stand_in",
    "architectures": ["StandInForCausalLM"],
    "auto_map": {
        "AutoConfig": "stand_in_model.StandInConfig",
        "AutoModelForCausalLM": "stand_in_model.StandInForCausalLM",
    },
}
(folder / "config.json").write_text(json.dumps(config))
tokenizer = {
    "tokenizer_class": "StandInTokenizer",
    "auto_map": {"AutoTokenizer": ["stand_in_model.StandInTokenizer", None]},
}
(folder / "tokenizer_config.json").write_text(json.dumps(tokenizer))
torch.manual_seed(1)
known = AutoConfig.from_pretrained(folder, trust_remote_code=True)
model = AutoModelForCausalLM.from_config(known, trust_remote_code=True)
model.save_pretrained(folder / "saved", safe_serialization=True)
(folder / "saved" / "model.safetensors").rename(folder / "model.safetensors")
shutil.rmtree(folder / "saved")
