"""Scripted states of getting systems: every step, and too much of everything."""

from __future__ import annotations

from dataclasses import replace

from ui.getting_state import Fact, KeySheet, PlanSheet, Sheet, Step
from ui.state import Availability, Problem, SystemRow, SystemsState, Way

COMMIT = "06f233fe06e710322aca913c1bc4249a0d71fce1"
_READY, _MISSING = Availability.READY, Availability.MISSING


def _away(label: str, id_: str, kind: str, repos: str, memory: str = "") -> SystemRow:
    return SystemRow(
        label,
        id_,
        kind,
        _MISSING,
        "not installed",
        f"python main.py systems install {id_}",
        f"Its weights are not on this station ({repos}).",
        memory=memory,
        can_install=True,
        ways=(Way.INSTALL,),
    )


def _with_key(label: str, id_: str, kind: str, key: str, *, ready: bool = False) -> SystemRow:
    return SystemRow(
        label,
        id_,
        kind,
        _READY if ready else _MISSING,
        "ready" if ready else "needs a key",
        "" if ready else f"python main.py systems key {key}",
        f"Version 1. Licence: terms of {kind}." if ready else f"There is no key “{key}”.",
        ways=(Way.KEY,),
        key=key,
    )


ROWS = (
    SystemRow(
        "Baseline: skills",
        "baseline-skills",
        "PocketSphinx with a small language model, then tables of skills",
        _READY,
        "ready",
        detail="Version 1. Licence: Earshot Apache-2.0, PocketSphinx and its acoustic model BSD.",
        memory="needs 30.0 MB (cpu)",
        baseline=True,
    ),
    replace(
        _away("Voxtral Mini 3B", "voxtral-mini-3b", "Large audio model by Mistral", "x"),
        availability=_READY,
        status_text="ready",
        how_to_get="",
        detail="Version 1. Licence: see its model card.",
        memory="needs 9.4 GB, 21.6 GB free (cuda)",
        ways=(Way.REMOVE,),
    ),
    _with_key("Gemini 3.8 Flash", "gemini-3.8-flash", "Google's API", "google", ready=True),
    SystemRow(
        "Qwen2.5-Omni 7B, text only",
        "qwen2.5-omni-7b-thinker",
        "Large audio model: the thinker of an any-to-any model; what speaks is left out",
        Availability.BROKEN,
        "does not work",
        "",
        "Its worker ended while it was asked: out of memory (needed 14.1 GB, 9.8 GB free).",
        ways=(Way.REMOVE,),
    ),
    _away(
        "Whisper large-v2 and Llama 3 8B Instruct",
        "whisper-large-v2-llama-3-8b",
        "Whisper writes down what was said, Llama 3 answers the text",
        "openai/whisper-large-v2, meta-llama/Meta-Llama-3-8B-Instruct",
        "needs 19.2 GB in 16 bits, and 0.1 GB for 1,000 tokens",
    ),
    replace(
        _away(
            "DiVA Llama 3 8B",
            "diva-llama-3-8b",
            "Large audio model: Whisper large-v3's encoder, 448 tokens, Llama 3 8B Instruct",
            "WillHeld/DiVA-llama-3-v0-8b",
            "needs 19.2 GB in 16 bits, and 0.1 GB for 1,000 tokens",
        ),
        ways=(Way.INSTALL, Way.REMOVE),
    ),
    SystemRow(
        "Qwen-Audio-Chat",
        "qwen-audio-chat",
        "Large audio model: Whisper large-v2's encoder into Qwen 7B",
        _MISSING,
        "missing",
        "python main.py systems environment qwen_audio_chat",
        "Qwen-Audio-Chat, through its own code, in an environment of its own (transformers 4.32). "
        "Its weights are not on this station (Qwen/Qwen-Audio-Chat).",
        ways=(Way.ENVIRONMENT,),
    ),
    _with_key("GPT audio 1.5", "gpt-audio-1.5", "OpenAI's API, asked for text", "openai"),
    SystemRow(
        "Our GGUF",
        "our-gguf",
        "a text model of our lab",
        _MISSING,
        "missing",
        "make setup-local",
        "llama.cpp: text models in GGUF files and, with a projector, models that hear.",
        first="make setup-local",
        own=True,
    ),
    SystemRow(
        "GPT-4o audio preview",
        "gpt-4o-audio-preview",
        "OpenAI's API; the study showed the transcript of the spoken answer",
        Availability.UNAVAILABLE,
        "retired",
        detail="Since 2026-05-07. OpenAI shut it down. In its place: gpt-audio-1.5.",
    ),
)
CATALOGUE = SystemsState(rows=ROWS)
WHISPER, DIVA, QWEN, GPT = (
    "whisper-large-v2-llama-3-8b",
    "diva-llama-3-8b",
    "qwen-audio-chat",
    "gpt-audio-1.5",
)
FACTS = (
    Fact(
        "Licence",
        "Llama 3 community licence; Whisper's own",
        "as the hub names it: apache-2.0, llama3",
    ),
    Fact("You accept", "The Llama 3 community licence, by fetching it."),
    Fact(
        "Gated",
        "It comes only to an account that accepted its terms.",
        "Sign in at https://huggingface.co/meta-llama/Meta-Llama-3-8B-Instruct and accept them, "
        "then set a token of that account here.",
    ),
    Fact(
        "From",
        "openai/whisper-large-v2, 3.1 GB",
        f"revision {COMMIT}\nmodel.safetensors 3.1 GB, tokenizer.json 2.2 MB, vocab.json 835.6 kB, "
        "merges.txt 494.0 kB, normalizer.json 52.7 kB, added_tokens.json 34.6 kB, "
        "and 4 smaller files, 12.4 kB",
    ),
    Fact(
        "",
        "meta-llama/Meta-Llama-3-8B-Instruct, 16.1 GB",
        "revision 8afb486c1db24fe5011ec46dfbe5b5dccdb575c2\nmodel-00003-of-00004.safetensors "
        "5.0 GB, model-00001-of-00004.safetensors 5.0 GB, model-00002-of-00004.safetensors 5.0 GB, "
        "model-00004-of-00004.safetensors 1.2 GB, tokenizer.json 9.1 MB, "
        "tokenizer_config.json 51.0 kB, and 4 smaller files, 25.2 kB",
    ),
    Fact("To fetch", "16.1 GB; 3.1 GB came before"),
    Fact("Free", "212.4 GB on the disk that holds /home/lab/.local/share/Earshot/models"),
    Fact("Memory", "19.2 GB in 16 bits, and 0.1 GB for 1,000 tokens"),
)
PLAN = PlanSheet(
    "Install Whisper large-v2 and Llama 3 8B Instruct",
    Step.OFFERED,
    FACTS,
    go="Install",
    token=True,
)
CODE = PlanSheet(
    "Install Qwen-Audio-Chat",
    Step.OFFERED,
    (Fact("Licence", "Tongyi Qianwen licence"), FACTS[3], *FACTS[5:]),
    warning="It runs Python code of its own repository (audio.py, configuration_qwen.py, "
    "modeling_qwen.py, qwen_generation_utils.py, tokenization_qwen.py), in its worker. That code "
    "can do what you can do on this computer. Look at it, in this revision, before you allow it.",
    allow="Allow this revision’s code to run",
    go="Install",
)
ASKING = replace(PLAN, step=Step.ASKING, facts=(), line="Asking what it takes …", token=False)
FETCHING = replace(
    PLAN,
    step=Step.WORKING,
    line="3.1 GB of 19.2 GB, 21.4 MB/s, 12 min left",
    detail="model-00001-of-00004.safetensors",
    share=0.16,
)
FAILED = replace(
    PLAN,
    step=Step.FAILED,
    token=False,
    problem=Problem(
        "The hub cannot be reached for openai/whisper-large-v2 ([Errno -3] Temporary failure in "
        "name resolution). Look at the network, at HF_ENDPOINT and the proxy where there are any, "
        "and install again: what was fetched is kept.",
        action="Try again",
    ),
)
ENVIRONMENT = PlanSheet(
    "Make the environment of qwen_audio_chat",
    Step.OFFERED,
    (
        Fact("Python", "3.11", "/usr/bin/python3.11"),
        Fact("torch", "torch==2.13.0", "as pip finds it for this machine"),
        Fact(
            "Packages",
            "62 packages, pinned with their hashes",
            ", ".join(f"package-{n} {n}.{n + 1}.0" for n in range(62)),
        ),
        Fact("To fetch", "about 267.0 MB with torch for a CPU, up to 3.1 GB with CUDA (estimates)"),
        Fact("On disk", "about 1.2 GB; with CUDA some 6 GB more"),
        Fact("Free", "212.4 GB on the disk that holds /home/lab/.local/share/Earshot"),
    ),
    go="Make environment",
)
MAKING = replace(ENVIRONMENT, step=Step.WORKING, line="Installing 62 pinned packages", share=0.4)
KEY = KeySheet(
    "Key “openai” for GPT audio 1.5", "openai", "It goes into the keyring of the system."
)
REMOVAL = PlanSheet(
    "Remove Voxtral Mini 3B from this station",
    Step.OFFERED,
    (
        Fact(
            "Weights",
            "9.4 GB",
            f"/home/lab/.local/share/Earshot/models/mistralai--Voxtral@{COMMIT}",
        ),
    ),
    go="Remove the weights",
    careful=True,
)
SHEETS: dict[str, tuple[str, Sheet]] = {
    "asking": (WHISPER, ASKING),
    "plan": (WHISPER, PLAN),
    "code": (QWEN, CODE),
    "no_room": (
        DIVA,
        replace(
            PLAN,
            warning="This needs 16.3 GB, and 3.2 GB are free on the disk that holds "
            "/home/lab/.local/share/Earshot/models. Make room, remove a system (`systems remove "
            "ID`), or move the data folder.",
            go="",
            token=False,
        ),
    ),
    "fetching": (WHISPER, FETCHING),
    "waiting": (
        DIVA,
        replace(
            ASKING,
            title="Install DiVA Llama 3 8B",
            step=Step.WAITING,
            line="Waiting until the one before it is done.",
        ),
    ),
    "stopped": (
        WHISPER,
        replace(FETCHING, step=Step.STOPPED, line="Stopped. What was fetched is kept.", detail=""),
    ),
    "getting_failed": (WHISPER, FAILED),
    "gated": (
        WHISPER,
        replace(
            FAILED,
            token=True,
            problem=Problem(
                "meta-llama/Meta-Llama-3-8B-Instruct wants its terms accepted first: sign in at "
                "https://huggingface.co/meta-llama/Meta-Llama-3-8B-Instruct, accept them, and give "
                "a token of that account.",
                action="Try again",
            ),
        ),
    ),
    "environment": (QWEN, ENVIRONMENT),
    "making": (QWEN, MAKING),
    "making_failed": (
        QWEN,
        replace(
            ENVIRONMENT,
            step=Step.FAILED,
            problem=Problem(
                "The environment of qwen_audio_chat could not be made: 'installing torch==2.13.0' "
                "ended with exit code 1. Its last lines:",
                "ERROR: Could not find a version that satisfies the requirement torch==2.13.0\n"
                "ERROR: No matching distribution found for torch==2.13.0",
                "Try again",
            ),
        ),
    ),
    "key": (GPT, KEY),
    "key_kept": (
        GPT,
        replace(
            KEY,
            kept="A key is kept already; a new one takes its place.",
            hint="It goes into memory, until Earshot ends.",
            can_forget=True,
        ),
    ),
    "key_looking": (GPT, replace(KEY, hint="", working="Looking at the keyring …")),
    "key_failed": (
        GPT,
        replace(
            KEY,
            problem=Problem(
                "The keyring of the system did not take the key (KeyringLocked).",
                "Unlock it and try again.",
            ),
        ),
    ),
    "removal": ("voxtral-mini-3b", REMOVAL),
}
UNLIKE = ("plan", "code", "getting_failed", "making_failed", "key_kept", "key_failed")
"""Sheets that look like no other."""
TOO_MUCH = replace(
    PLAN,
    title="Install a system whose name never ends " * 4,
    facts=tuple(
        Fact(
            "From",
            f"somebody/a-model-with-a-long-name-{n}, 3.1 GB",
            f"revision {COMMIT}\n{'w' * 700}",
        )
        for n in range(6)
    ),
)
"""Names and files without a place to break."""


def many_systems(count: int = 40) -> SystemsState:
    return SystemsState(
        rows=tuple(
            replace(
                ROWS[i % len(ROWS)],
                label=f"{ROWS[i % len(ROWS)].label} {i + 1}" + " with a very long name" * (i % 6),
                id=f"system-{i}",
            )
            for i in range(count)
        )
    )
