"""The rules that stand in place of families' names, each by itself."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engines.errors import EngineError
from engines.transformers.checkpoint import Kind, read_checkpoint
from engines.transformers.longest import longest_s


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({"model_type": "whisper"}, Kind.WHISPER),
        ({"model_type": "diva"}, Kind.DIVA),
        ({"model_type": "llama"}, Kind.TEXT),
        ({"model_type": "x", "audio_config": {}}, Kind.AUDIO),
        ({"model_type": "x", "thinker_config": {"audio_token_index": 7}}, Kind.AUDIO),
        ({"model_type": "x", "encoder_config": {}, "audio_token_index": 7}, Kind.AUDIO),
        ({"model_type": "sees only", "vision_config": {}, "audio_config": None}, Kind.TEXT),
    ],
)
def test_a_folder_is_known_by_its_configuration(
    config: dict[str, Any], kind: Kind, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "model.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    assert read_checkpoint({"path": str(tmp_path)}).kind is kind
    assert read_checkpoint({"path": str(tmp_path), "kind": "text"}).kind is Kind.TEXT


def test_how_much_sound_is_heard_at_once() -> None:
    whisper_like = SimpleNamespace(chunk_length=30)
    assert longest_s({}, SimpleNamespace(feature_extractor=whisper_like)) == 30
    cuts_itself = SimpleNamespace(feature_extractor=whisper_like, max_audio_len=600)
    assert longest_s({}, cuts_itself) == 120  # our own limit
    assert longest_s({"longest_s": 90}, SimpleNamespace(feature_extractor=whisper_like)) == 90
    assert longest_s({}) == 120
    for impossible in (0, -1, "30", True):
        with pytest.raises(EngineError):
            longest_s({"longest_s": impossible})


@pytest.mark.local
@pytest.mark.parametrize("name", ["Qwen2_5Omni", "Qwen3OmniMoe"])
def test_of_a_model_that_speaks_the_part_that_writes_is_loaded(name: str) -> None:
    import transformers

    from engines.transformers.audio_model import _class_and_config

    config = getattr(transformers, f"{name}Config")()
    found, part = _class_and_config(config)
    assert found is getattr(transformers, f"{name}ThinkerForConditionalGeneration")
    assert part is config.thinker_config


@pytest.mark.local
@pytest.mark.parametrize(
    "name",
    [
        *("Qwen2Audio", "Voxtral", "Gemma4", "Phi4Multimodal", "GraniteSpeech", "GlmAsr"),
        *("VoxtralRealtime", "Qwen3ASR"),
    ],
)
def test_most_families_are_in_the_one_mapping(name: str) -> None:
    import transformers

    from engines.transformers.audio_model import _class_and_config

    found, _ = _class_and_config(getattr(transformers, f"{name}Config")())
    assert found is transformers.AutoModelForMultimodalLM


@pytest.mark.local
def test_other_families_name_their_class_themselves() -> None:
    import transformers

    from engines.transformers.audio_model import _class_and_config

    config = transformers.AudioFlamingo3Config()
    with pytest.raises(EngineError, match="has no class"):
        _class_and_config(config)
    config.architectures = ["AudioFlamingo3ForConditionalGeneration"]
    assert _class_and_config(config)[0] is transformers.AudioFlamingo3ForConditionalGeneration
    config.architectures = ["os"]
    with pytest.raises(EngineError, match="has no class"):
        _class_and_config(config)


@pytest.mark.local
def test_the_weights_of_a_whole_omni_go_into_its_thinker(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    from engines.transformers.audio_model import _class_and_config, _marks
    from engines.transformers.loading import load_model, read_config, read_wanted
    from tests.tiny.audio_families import build_qwen2_5_omni
    from tests.tiny.once import once

    table = {"path": str(once(tmp_path_factory, build_qwen2_5_omni))}
    checkpoint = read_checkpoint(table)
    assert checkpoint.kind is Kind.AUDIO
    wanted = read_wanted(table, checkpoint, "cpu")
    found, part = _class_and_config(read_config(checkpoint, wanted))
    model = load_model(found, checkpoint, wanted, part)  # raises where a tensor is missing
    assert type(model).__name__ == "Qwen2_5OmniThinkerForConditionalGeneration"
    marks = {"<|AUDIO|>", "<|IMAGE|>", "<|VIDEO|>"}
    vocabulary = json.loads((checkpoint.folder / "tokenizer.json").read_text())["added_tokens"]
    never = {token["id"] for token in vocabulary if token["content"] in marks}
    assert never <= set(_marks(model.config))


@pytest.mark.local
def test_a_template_that_a_processor_did_not_read_is_handed_to_it(tmp_path: Path) -> None:
    from engines.transformers.audio_model import _template

    (tmp_path / "chat_template.jinja").write_text("{{ 1 }}")
    assert _template(SimpleNamespace(chat_template=None), tmp_path) == {"chat_template": "{{ 1 }}"}
    assert _template(SimpleNamespace(chat_template="{{ 2 }}"), tmp_path) == {}
    assert _template(SimpleNamespace(), tmp_path / "none") == {}
