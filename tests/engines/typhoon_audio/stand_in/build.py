"""`python build.py FOLDER`: the stand-in with random weights, by any transformers."""

import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModel

folder, code = Path(sys.argv[1]), Path(__file__).with_name("stand_in_model.py")
folder.mkdir(parents=True)
shutil.copy(code, folder)
config = {
    "model_type": "typhoon_audio_stand_in",
    "architectures": ["StandInModel"],
    "auto_map": {
        "AutoConfig": "stand_in_model.StandInConfig",
        "AutoModel": "stand_in_model.StandInModel",
    },
}
(folder / "config.json").write_text(json.dumps(config))
torch.manual_seed(1)
known = AutoConfig.from_pretrained(folder, trust_remote_code=True)
model = AutoModel.from_config(known, trust_remote_code=True)
model.save_pretrained(folder / "saved", safe_serialization=True)
(folder / "saved" / "model.safetensors").rename(folder / "model.safetensors")
shutil.rmtree(folder / "saved")
