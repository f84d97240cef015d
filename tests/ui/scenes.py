"""Scripted states: every page, every state. Drawn by the gallery, walked by the tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import cos, inf, nan, sin

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.state import (
    ArenaState,
    Availability,
    BoardRow,
    CardState,
    CompareState,
    DeviceRow,
    FinishedState,
    Meter,
    PairCell,
    Phase,
    Problem,
    ReasonState,
    ResultsState,
    RevealRow,
    SystemRow,
    SystemsState,
    TakeStrip,
    Vote,
)
from ui.window import MainWindow

Scene = Callable[[MainWindow], None]

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
VOTED = replace(JUDGING, phase=Phase.VOTED, vote=Vote.A)
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


def _results() -> ResultsState:
    rows = tuple(
        BoardRow(rank, label, score, score - 0.26, score + 0.25, votes)
        for label, _, score, votes, rank in _NAMES
    )
    scores = [score for _, _, score, _, _ in _NAMES]
    cells = tuple(
        tuple(
            PairCell(None if i == j else share, round(80 * share), 6, round(80 * (1 - share)))
            for j, share in enumerate(1 / (1 + 2.1 ** (1.4 * (b - a))) for b in scores)
        )
        for i, a in enumerate(scores)
    )
    return ResultsState(
        headline="2,418 votes, 162 participants, 4 stations. Intervals resample participants; they "
        "are 1.4 times wider than counting each vote alone.",
        verdict="The first two cannot be told apart. Removing 9 participants would swap them.",
        exclusions="Left out: 31 battles that could not be judged, 12 failed, 4 withdrawn.",
        rows=rows,
        labels=tuple(name[0] for name in _NAMES),
        short_labels=tuple(name[1] for name in _NAMES),
        cells=cells,
        balance="Left slot wins 51.2 % (48.9–53.5). Every pair shown 80–82 times a side. Timing "
        "gives a system away no better than chance (16.1 % of 16.7 %).",
    )


RESULTS = _results()
RESULTS_OPEN = replace(
    RESULTS,
    headline="7 votes, 1 participant, 1 station.",
    verdict="Too few votes to say which is better.",
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
SYSTEMS = SystemsState(
    rows=(
        SystemRow(
            "Baseline: skills",
            "baseline-skills",
            "PocketSphinx with a skill language model, answers by rule",
            Availability.READY,
            "Ready",
            baseline=True,
        ),
        SystemRow(
            "Baseline: ELIZA",
            "baseline-eliza",
            "PocketSphinx with free dictation, NLTK's ELIZA",
            Availability.READY,
            "Ready",
            baseline=True,
        ),
        SystemRow(
            "Whisper large-v2 + Llama-3-8B",
            "whisper-llama",
            "A recogniser and a language model",
            Availability.MISSING,
            "Not installed",
            "python main.py systems install whisper-llama",
            "Needs 17.2 GB of disk and 11 GB of graphics memory. Licence: Llama 3 Community.",
        ),
        SystemRow(
            "Qwen2-Audio 7B",
            "qwen2-audio",
            "A large audio model",
            Availability.BROKEN,
            "Installed, but it does not start",
            "python main.py doctor",
            "Its worker ended while loading: out of memory (needed 14.1 GB, 9.8 GB free).",
        ),
        SystemRow("DiVA 8B", "diva", "A large audio model", Availability.CHECKING, "Being checked"),
    )
)


def many_systems(count: int = 40) -> SystemsState:
    kinds = SYSTEMS.rows
    return SystemsState(
        rows=tuple(
            replace(
                kinds[i % len(kinds)],
                label=f"{kinds[i % len(kinds)].label} {i + 1}" + " with a very long name" * (i % 6),
                id=f"system-{i}",
            )
            for i in range(count)
        )
    )


def _arena(state: ArenaState, meter: Meter | None = None) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("arena")
        window.arena.draw(state)
        if meter is not None:
            window.arena.show_meter(meter)

    return show


def _compare(state: CompareState) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("compare")
        window.compare.draw(state)
        window.compare.show_meter(Meter(-14.0))

    return show


def _results_scene(state: ResultsState, *, numbers: bool = False) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("results")
        window.results.draw(state)
        if numbers:
            window.results.form.click()

    return show


def _finished(state: FinishedState) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("finished")
        window.finished.draw(state)

    return show


def _systems(state: SystemsState) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("systems")
        window.systems.draw(state)

    return show


def _leaving(window: MainWindow) -> None:
    _arena(JUDGING)(window)
    window.arena.ask_to_leave()


def _focused(scene: Scene, find: Callable[[MainWindow], QWidget]) -> Scene:
    def show(window: MainWindow) -> None:
        scene(window)
        window.activateWindow()
        find(window).setFocus(Qt.FocusReason.TabFocusReason)

    return show


def _menu_open(window: MainWindow) -> None:
    _compare(COMPARE)(window)
    window.compare.device.open()


DISK_FULL = Problem(
    "Your vote could not be saved: the disk is full.",
    "Nothing is lost. Free some space, then press Try again.",
    "Try again",
)
NO_MICROPHONE = Problem(
    "No microphone was found.", "Plug one in or switch it on, then look again.", "Look again"
)
BATTLE_FAILED = Problem(
    "One of the answers did not arrive.",
    "This was not because of you. Your recording is kept; this comparison is not counted.",
    "Next",
)
NOTICE = (
    "Only the three small baselines are installed. They show how a test runs; their answers are "
    "no measure of today's assistants."
)
SPEAKING = Meter(-14.0, 4_200, PEAKS)
POPUPS: dict[str, Scene] = {"compare_menu": _menu_open}
"""Scenes with an open menu, which the offscreen platform complains about: for the gallery only."""
SCENES: dict[str, Scene] = {
    "compare": _compare(COMPARE),
    "compare_first_run": _compare(replace(COMPARE, notice=NOTICE)),
    "compare_resume": _compare(
        replace(COMPARE, resume_text="An earlier session stopped after 3 of 10.")
    ),
    "compare_working": _compare(replace(COMPARE, working="The assistants are being woken up.")),
    "compare_failed": _compare(
        replace(
            COMPARE,
            devices=(),
            device_key="",
            meter_open=False,
            can_start=False,
            problem=NO_MICROPHONE,
        )
    ),
    "compare_long": _compare(
        replace(
            COMPARE,
            study_title=LONG_TITLE,
            study_text=COMPARE.study_text * 4,
            notice=NOTICE,
            devices=(DeviceRow("x", "A microphone whose name never ends " * 4, "hint " * 30),),
            device_key="x",
            resume_text="An earlier session stopped after 3 of 10. " * 2,
        )
    ),
    "arena_opening": _arena(replace(ARENA, phase=Phase.OPENING)),
    "arena_ready": _arena(ARENA, Meter(-38.0)),
    "arena_recording": _arena(
        replace(ARENA, phase=Phase.RECORDING, max_duration_ms=10_000), SPEAKING
    ),
    "arena_checking": _arena(replace(ARENA, phase=Phase.CHECKING)),
    "arena_too_short": _arena(
        replace(
            ARENA,
            problem=Problem(
                "That was too short to hear.", "Hold the space bar until you have finished."
            ),
        ),
        Meter(-38.0),
    ),
    "arena_no_microphone": _arena(
        replace(
            ARENA,
            phase=Phase.FAILED,
            devices=(),
            device_label="",
            device_key="",
            problem=NO_MICROPHONE,
        )
    ),
    "arena_thinking": _arena(
        replace(
            JUDGING, phase=Phase.THINKING, card_a=CardState(), card_b=CardState(), waiting_ms=3_400
        )
    ),
    "arena_revealing": _arena(replace(JUDGING, phase=Phase.REVEALING)),
    "arena_voting": _arena(JUDGING),
    "arena_playing": _arena(replace(JUDGING, take=replace(TAKE, playing=True))),
    "arena_voted": _arena(VOTED),
    "arena_voted_tie": _arena(
        replace(VOTED, vote=Vote.TIE, take=replace(TAKE, can_rerecord=False, can_discard=False))
    ),
    "arena_cannot_judge": _arena(replace(VOTED, vote=Vote.CANNOT_JUDGE)),
    "arena_reason_recording": _arena(replace(VOTED, phase=Phase.REASON_RECORDING), SPEAKING),
    "arena_reason_checking": _arena(replace(VOTED, phase=Phase.REASON_CHECKING)),
    "arena_reason_typing": _arena(replace(VOTED, phase=Phase.REASON_EDITING)),
    "arena_reason_spoken": _arena(
        replace(
            VOTED,
            phase=Phase.REASON_EDITING,
            reason=ReasonState("it told me how much salt i need", spoken=True),
        )
    ),
    "arena_reason_saved": _arena(replace(VOTED, reason=ReasonState("Salt.", saved=True))),
    "arena_failed": _arena(
        replace(
            JUDGING,
            phase=Phase.FAILED,
            card_a=CardState(),
            card_b=CardState(failed=True),
            problem=BATTLE_FAILED,
        )
    ),
    "arena_disk_full": _arena(replace(JUDGING, problem=DISK_FULL)),
    "arena_leaving": _leaving,
    "arena_long": _arena(
        replace(
            JUDGING,
            title=LONG_TITLE * 3,
            number=17,
            total=40,
            card_a=CardState(LONG_ANSWER, truncated=True),
            card_b=CardState("Yes."),
        )
    ),
    "arena_hostile": _arena(
        replace(JUDGING, card_a=CardState(HOSTILE_ANSWER), card_b=CardState(""))
    ),
    "arena_focus_card": _focused(_arena(JUDGING), lambda w: w.arena.judge.cards.b.text),
    "arena_focus_vote": _focused(_arena(JUDGING), lambda w: w.arena.judge.votes.buttons[Vote.B]),
    "arena_focus_record": _focused(_arena(ARENA), lambda w: w.arena.record.control),
    "compare_focus_rail": _focused(_compare(COMPARE), lambda w: w.rail.items["results"]),
    "results_focus": _focused(_results_scene(RESULTS), lambda w: w.results.matrix),
    "finished": _finished(FINISHED),
    "finished_blind": _finished(replace(FINISHED, rows=())),
    "finished_empty": _finished(replace(FINISHED, rows=(), voted=0)),
    "finished_working": _finished(replace(FINISHED, working="The session is being closed.")),
    "finished_failed": _finished(replace(FINISHED, voted=3, problem=DISK_FULL)),
    "finished_long": _finished(
        replace(
            FINISHED,
            title=LONG_TITLE,
            voted=40,
            total=40,
            rows=tuple(
                replace(FINISHED.rows[i % 5], number=i + 1, said=FINISHED.rows[i % 5].said * 3)
                for i in range(40)
            ),
        )
    ),
    "results": _results_scene(RESULTS),
    "results_numbers": _results_scene(RESULTS, numbers=True),
    "results_open": _results_scene(RESULTS_OPEN),
    "results_empty": _results_scene(ResultsState()),
    "results_working": _results_scene(ResultsState(working="Counting 2,418 votes.")),
    "results_failed": _results_scene(
        ResultsState(
            problem=Problem(
                "The results could not be counted: the database cannot be read.",
                "Nothing was changed. Check that the disk is there, then count again.",
                "Count again",
            )
        )
    ),
    "results_long": _results_scene(many_results()),
    "systems": _systems(SYSTEMS),
    "systems_empty": _systems(SystemsState()),
    "systems_working": _systems(SystemsState(working="Looking at what is installed.")),
    "systems_failed": _systems(
        SystemsState(
            problem=Problem(
                "The list of systems could not be read.",
                "Votes are not touched. Mend the file that is named in the log, then check again.",
                "Check again",
            )
        )
    ),
    "systems_long": _systems(many_systems()),
}
