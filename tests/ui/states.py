"""Scripted states of every page, from empty to too much."""

from __future__ import annotations

from dataclasses import replace
from math import cos, inf, nan, sin

from ui.charts_state import ChartsState, ChartState
from ui.conversation_state import Conversation, Earlier
from ui.judging_state import Asked, Code, Judged, SideJudged
from ui.results_state import (
    BoardRow,
    LeakRow,
    LeaksState,
    PairCell,
    ResultsState,
)
from ui.state import (
    ArenaState,
    CardState,
    CompareState,
    DeviceRow,
    FinishedState,
    GuessState,
    Meter,
    NamesState,
    Phase,
    Problem,
    ReplayState,
    RevealRow,
    TakeStrip,
    Vote,
)

_MORE = "More often than chance."


def _none(high: float) -> str:
    return f"No leak found; up to {100 * high:.1f} % is possible."


PEAKS = tuple(
    abs(sin(i / 9)) * abs(cos(i / 31)) * (0.35 + 0.6 * abs(sin(i / 3.7))) if 8 < i < 168 else 0.0
    for i in range(180)
)
ANSWER_A = (
    "Brine shrimp are easy to keep if the water is salty enough. Mix about 25 g of marine salt per "
    "litre, keep it between 20 and 28 °C, and give them gentle aeration. Feed a pinch of spirulina "
    "or yeast every second day; cloudy water means too much."
)
ANSWER_B = (
    "Before you buy them, think about what they are for. As pets they live two to three months and "
    "need a small tank with salt water and light. As food for fish you can hatch new ones from "
    "eggs every couple of days, which is cheaper than keeping adults."
)
LONG_ANSWER = "\n\n".join([ANSWER_A, ANSWER_B] * 8)
HOSTILE_ANSWER = (
    '<b>Bold</b> <img src="file:///etc/hostname"> [link](http://example.org)\n'
    "\x1b[31mred\u202egnp.exe\x00\n" + "W" * 900 + "\n" + "e" + "\u0301" * 40
)
DEVICES = (
    DeviceRow("alsa:built-in", "Built-in microphone"),
    DeviceRow("alsa:headset", "Headset R&D <b>2</b>", "hands-free: telephone quality"),
    DeviceRow("alsa:usb", "USB microphone"),
)
LONG_TITLE = "Voice assistants for everyday questions in kitchens, workshops and cars, second wave"
ARENA = ArenaState(
    title="Voice assistants, everyday questions",
    number=4,
    total=10,
    phase=Phase.READY,
    device_label="Built-in microphone",
    devices=DEVICES,
    device_key="alsa:built-in",
)
TAKE = TakeStrip(duration_ms=6_200, peaks=PEAKS)
JUDGING = replace(
    ARENA,
    phase=Phase.VOTING,
    take=TAKE,
    card_a=CardState(ANSWER_A),
    card_b=CardState(ANSWER_B),
)
EARLIER_A, EARLIER_B = (
    (Earlier(ANSWER_B), Earlier("Yes, in a jar on the window sill, for a week or two.", True)),
    (Earlier(ANSWER_A, True), Earlier("No.")),
)
SECOND_TURN = replace(
    JUDGING,
    take=replace(TAKE, of_several=True),
    card_a=CardState(ANSWER_A, earlier=EARLIER_A[:1]),
    card_b=CardState(ANSWER_B, earlier=EARLIER_B[:1]),
    conversation=Conversation(turn=2, most=3, chooses=True, may_go_on=True, may_go_back=True),
)
THIRD_TURN = replace(
    JUDGING,
    take=replace(TAKE, of_several=True),
    card_a=CardState(ANSWER_A, earlier=EARLIER_A),
    card_b=CardState("Yes.", earlier=EARLIER_B),
    conversation=Conversation(turn=3, most=3, chooses=True, may_go_back=True),
)
SPEAK_AGAIN = replace(
    ARENA,
    card_a=CardState(earlier=EARLIER_A),
    card_b=CardState(earlier=EARLIER_B),
    conversation=Conversation(turn=3, most=3, chooses=True, may_go_back=True),
)
VOTED = replace(JUDGING, phase=Phase.VOTED, vote=Vote.A, can_change=True)
STRENGTH = Asked(strength=True)
ALL_ASKED = Asked(strength=True, each_side=True, codes=True)
SOME_JUDGED = Judged(
    SideJudged(True, frozenset({Code.DETAIL, Code.ACCURACY})),
    SideJudged(False, frozenset({Code.HEARD_WRONG})),
)
NAMED = replace(
    VOTED,
    phase=Phase.NAMED,
    can_change=False,
    tells_names=True,
    take=replace(TAKE, can_rerecord=False, can_discard=False),
)
REPLAY = ReplayState(
    line="Battle 3 of its session, 2026-11-29: both answers came after 3.2 s.",
    turns=(replace(JUDGING, phase=Phase.REVEALING, take=None),),
    vote=Vote.A,
)
NAMES = NamesState(NAMED.number, "Whisper large-v2 + Llama-3-8B", "checkpoint-2600")
COMPARE = CompareState(
    study_title="Voice assistants, everyday questions",
    study_text="Help to find out which voice assistants are worth listening to. It takes about "
    "fifteen minutes. There are no right or wrong questions.",
    battles=10,
    devices=DEVICES,
    device_key="alsa:built-in",
    meter_open=True,
)
_NAMES = (
    ("Whisper large-v2 + Llama-3-8B", "W+L", 1.12, 812, "1–2"),
    ("DiVA 8B", "DiVA", 0.91, 806, "1–2"),
    ("gpt-audio-1.5", "gpt", 0.47, 799, "3–4"),
    ("Gemini 3.8 Flash", "Gem", 0.30, 811, "3–4"),
    ("Qwen2-Audio 7B", "Qw2", -0.18, 802, "5"),
    ("Typhoon 1.5 audio", "Ty", -0.72, 806, "6"),
)

_BEST = (0.86, 0.138, 0.002, 0.0, 0.0, 0.0)


def _results() -> ResultsState:
    rows = tuple(
        BoardRow(rank, label, score, score - 0.26, score + 0.25, votes, best_in=best)
        for (label, _, score, votes, rank), best in zip(_NAMES, _BEST, strict=True)
    )
    scores = [score for _, _, score, _, _ in _NAMES]
    cells = tuple(
        tuple(
            PairCell(
                None if i == j else share,
                round(80 * share),
                6,
                round(80 * (1 - share)),
                "*" * (abs(share - 0.5) > 0.07) + "†" * (abs(share - 0.5) > 0.12),
            )
            for j, share in enumerate(1 / (1 + 2.1 ** (1.4 * (b - a))) for b in scores)
        )
        for i, a in enumerate(scores)
    )
    return ResultsState(
        headline="2,418 votes, 162 participants, 4 stations. Intervals resample participants; they "
        "are 1.4 times wider than counting each vote alone.",
        verdict="The first two cannot be told apart.",
        notices="Without 41 votes (2 %), or without all votes of nine participants, DiVA 8B would "
        "draw level with Whisper large-v2 + Llama-3-8B or pass it.",
        exclusions="Left out: 31 battles that could not be judged, 12 failed, 4 withdrawn.",
        rows=rows,
        labels=tuple(name[0] for name in _NAMES),
        short_labels=tuple(name[1] for name in _NAMES),
        cells=cells,
        balance="The left answer gets 51.2 % of the points (48.9–53.5). Every pair shown 80–82 "
        "times a side. Timing gives a system away no better than chance (16.1 % of 16.7 %).",
    )


RESULTS = _results()
RESULTS_OPEN = replace(
    RESULTS,
    headline="7 votes, 1 participant, 1 station.",
    verdict="Too few votes to say which is better.",
    doubts="Doubtful: 7 of 7 votes are simulated.",
    notices="",
    exclusions="",
    rows=(
        BoardRow("", "baseline-skills", inf, 0.2, inf, 5, "Won every battle so far."),
        BoardRow("", "baseline-skills-open", -0.1, -1.4, inf, 4),
        BoardRow("", "baseline-eliza", -inf, -inf, -0.4, 5, "Lost every battle so far."),
        BoardRow("", "newcomer", nan, -inf, inf, 0, "Has met nobody, so it has no place here."),
    ),
    labels=("baseline-skills", "baseline-skills-open", "baseline-eliza", "newcomer"),
    short_labels=("skills", "open", "eliza", "new"),
    cells=tuple(
        tuple(
            PairCell(None if i == j or 3 in (i, j) else (0.5 + (j - i) / 6), 3 + j - i, 1, 3)
            for j in range(4)
        )
        for i in range(4)
    ),
    balance="",
)


def many_results(count: int = 40) -> ResultsState:
    step = 4 / count
    rows = tuple(
        BoardRow(
            f"{i + 1}–{i + 4}",
            f"System number {i + 1} with a long descriptive name" + " and more" * (i % 5),
            2 - i * step,
            1.7 - i * step,
            2.3 - i * step,
            1_000 - i,
        )
        for i in range(count)
    )
    share = 1 / count
    cells = tuple(
        tuple(
            PairCell(None if i == j else 0.5 + (j - i) * share / 2.1, 20 + j, 2, 20 + i)
            for j in range(count)
        )
        for i in range(count)
    )
    return replace(
        RESULTS,
        rows=rows,
        labels=tuple(row.label for row in rows),
        short_labels=tuple(f"S{i + 1}" for i in range(count)),
        cells=cells,
    )


_TINY = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="{}" viewBox="0 0 800 {}">'
    '<rect x="24" y="24" width="752" height="64" fill="{}"/></svg>'
)
TITLES = (
    "Leaderboard", "Who beats whom", "Scores over the resamples", "Left and right",
    "Votes over time", "Who met whom", "Reasons",
)  # fmt: skip
CHARTS = ChartsState(
    tuple(
        ChartState(
            title.lower(),
            title,
            ("System", "Votes", "Note"),
            tuple(
                (name[0], f"{name[3]:,}", "A note that is long. " * k)
                for k, name in enumerate(_NAMES)
            ),
            (False, True, False),
            left_out=1_234 * (title == "Reasons"),
            alt="A green box.",
            light=_TINY.format(300, 300, "#0b6b62"),
            dark=_TINY.format(300, 300, "#4cc9b8"),
        )
        for title in TITLES
    )
)
UNDRAWN = ChartsState(tuple(replace(chart, light="", dark="") for chart in CHARTS.charts))
NO_CHARTS = replace(
    UNDRAWN,
    undrawn="Charts are not drawn: matplotlib is not installed. “make setup” or “pip install "
    "matplotlib” brings it; the tables are here.",
)
LEAKS = LeaksState(
    line="412 turns, 38 participants. What was tried was never learned from: the parts are made by "
    "participant. The tick is chance, the line the 99 % interval.",
    rows=(
        LeakRow("Side, from the moment each answer appeared", 0.49, 0.43, 0.55, 0.5, _none(0.55)),
        LeakRow("One system or two, from the wait", 0.52, 0.44, 0.6, 0.5, _none(0.6)),
        LeakRow("Pair, from the wait and the pace that both share", 0.68, 0.6, 0.75, 0.34, _MORE),
        LeakRow("System, from the length of an answer", 0.41, 0.34, 0.48, 0.34, _none(0.48)),
        LeakRow("System, from marks and layout", 0.52, 0.45, 0.59, 0.34, _MORE),
        LeakRow("System, from language and script", 0.35, 0.29, 0.42, 0.34, _none(0.42)),
        LeakRow("System, from words", 0.77, 0.7, 0.83, 0.34, _MORE),
        LeakRow("System, as participants guessed afterwards", *[nan] * 4, "Nobody was asked."),
    ),
)
_NO_TEXTS = "412 of 412 turns came without the texts of both answers; 30 are needed."
LEAKS_UNKNOWN = LeaksState(
    line="Doubtful: north: the manifest promises 41 battles, 40 are there. "
    f"{LEAKS.line} 7 of 40 battles are simulated. Turns of three participants only: the figures by "
    "battle do not speak of other people.",
    rows=tuple(
        row if "System, from" not in row.title else LeakRow(row.title, *[nan] * 4, _NO_TEXTS)
        for row in LEAKS.rows
    ),
)
GUESS = GuessState(
    title=ARENA.title,
    number=1,
    total=5,
    said="how do i keep brine shrimp",
    text_a=ANSWER_A,
    text_b=ANSWER_B,
    choices=("Whisper large-v2 + Llama-3-8B", "Voxtral Mini 3B", "Baseline: ELIZA"),
)
FINISHED = FinishedState(
    title="Voice assistants, everyday questions",
    voted=5,
    total=5,
    rows=(
        RevealRow(1, "How do I keep brine shrimp?", "A is better", "DiVA 8B", "Qwen2-Audio 7B"),
        RevealRow(2, "What time is it?", "Tie", "baseline-skills", "baseline-eliza"),
        RevealRow(3, "Tell me a joke", "Both bad", "Gemini 3.8 Flash", "baseline-skills-open"),
        RevealRow(
            4,
            "Should I take the job in Porto, or stay where I am and ask for more money first?",
            "B is better",
            "Whisper large-v2 + Llama-3-8B",
            "Typhoon 1.5 audio",
        ),
        RevealRow(5, "", "I can't judge", "gpt-audio-1.5", "baseline-eliza"),
    ),
)
DISK_FULL = Problem(
    "Your vote could not be saved: the disk is full.",
    "Nothing is lost. Free some space, then press Try again.",
    "Try again",
)
NO_MICROPHONE = Problem(
    "No microphone was found.", "Plug one in or switch it on, then look again.", "Look again"
)
NO_SPEECH = Problem(
    "No speech was heard in this take.",
    "Check that the right microphone is chosen, speak closer to it, and say it again. "
    "You can also type it.",
)
BATTLE_FAILED = Problem(
    "One of the answers did not arrive.",
    "This was not because of you. Your recording is kept; this comparison is not counted.",
    "Next",
)
BUG = Problem(
    "Something went wrong inside Earshot.",
    "Every vote you gave is kept. What happened is written in"
    " /home/lab/.local/share/earshot/logs/earshot.log.",
    "Dismiss",
)
EXPORT_FOLDER = "/home/lab/Documents/exports/north"
PUT_ASIDE = (
    "When Earshot last stopped, 1 recording was left over without a vote. Look in"
    " /home/lab/.local/share/earshot/takes/orphans."
)
RESUME = "A session was broken off after 3 of 10 battles. Starting a new one ends it."
NOTICE = (
    "Only the three small baselines are installed. They show how a test runs; their answers are "
    "no measure of today's assistants."
)
SPEAKING = Meter(-14.0, 4_200, PEAKS)
