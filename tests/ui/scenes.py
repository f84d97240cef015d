"""Every page in every state: drawn by the gallery, walked by the tests."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.scene_makers import (
    Scene,
    asked_before_ending,
    code_too_long,
    code_typed,
    menu_open,
    on_compare,
    on_finished,
    on_guess,
    on_replay,
    on_results,
    on_systems,
    one_system,
    with_bug,
    with_focus,
)
from tests.ui.scenes_arena import ARENA_SCENES, MORE_ARENA
from tests.ui.scenes_charts import CHART_SCENES, MORE_CHARTS
from tests.ui.states import (
    ANSWER_A,
    COMPARE,
    DISK_FULL,
    EXPORT_FOLDER,
    FINISHED,
    GUESS,
    LEAKS,
    LEAKS_UNKNOWN,
    LONG_ANSWER,
    LONG_TITLE,
    NO_MICROPHONE,
    NOTICE,
    PUT_ASIDE,
    REPLAY,
    RESULTS,
    RESULTS_OPEN,
    RESUME,
    many_results,
)
from tests.ui.states_systems import CATALOGUE, SHEETS, TOO_MUCH, UNLIKE, WHISPER, many_systems
from ui.results_state import ExportState, LeaksState, ResultsState
from ui.state import DeviceRow, NamesState, Problem, SystemsState

POPUPS: dict[str, Scene] = {"compare_menu": menu_open}
"""Scenes with an open menu, which the offscreen platform complains about: for the gallery only."""
SCENES: dict[str, Scene] = {
    **ARENA_SCENES,
    "compare": on_compare(COMPARE),
    "compare_first_run": on_compare(replace(COMPARE, notice=NOTICE)),
    "compare_put_aside": on_compare(replace(COMPARE, put_aside=PUT_ASIDE, notice=NOTICE)),
    "compare_resume": on_compare(replace(COMPARE, resume_text=RESUME)),
    "compare_resume_code": code_typed(replace(COMPARE, resume_text=RESUME, resume_fits=False)),
    "compare_resume_question": asked_before_ending,
    "compare_failed": on_compare(
        replace(
            COMPARE,
            devices=(),
            device_key="",
            meter_open=False,
            problem=NO_MICROPHONE,
        )
    ),
    "compare_long": on_compare(
        replace(
            COMPARE,
            study_title=LONG_TITLE,
            study_text=COMPARE.study_text * 4,
            notice=NOTICE,
            devices=(DeviceRow("x", "A microphone whose name never ends " * 4, "hint " * 30),),
            device_key="x",
            resume_text=f"{RESUME} " * 2,
        )
    ),
    "compare_code": code_typed(COMPARE),
    "compare_code_too_long": code_too_long,
    "compare_bug": with_bug(on_compare(COMPARE)),
    "compare_replays": on_compare(replace(COMPARE, meter_open=False, listens=False, replays=True)),
    "compare_focus_rail": with_focus(on_compare(COMPARE), lambda w: w.rail.items["results"]),
    "results_focus": with_focus(on_results(RESULTS), lambda w: w.results.matrix),
    "guess": on_guess(GUESS),
    "guess_chosen": on_guess(replace(GUESS, number=2), 1, 3),
    "guess_failed": on_guess(replace(GUESS, problem=DISK_FULL)),
    "guess_long": on_guess(
        replace(
            GUESS,
            title=LONG_TITLE * 2,
            said=ANSWER_A,
            text_a=LONG_ANSWER,
            text_b="Yes.",
            choices=tuple(f"{LONG_TITLE} {number}" for number in range(40)),
        )
    ),
    "replay": on_replay(REPLAY),
    "replay_turns": on_replay(
        replace(REPLAY, turns=REPLAY.turns * 2, names=NamesState(3, "Ada " * 30, "Bo"))
    ),
    "finished": on_finished(FINISHED),
    "finished_blind": on_finished(replace(FINISHED, rows=(), reveals=False)),
    "finished_empty": on_finished(replace(FINISHED, rows=(), voted=0)),
    "finished_failed": on_finished(
        replace(
            FINISHED,
            voted=3,
            course="7 battles started: 3 voted, 1 skipped, 2 failed, 1 abandoned.",
            problem=DISK_FULL,
        )
    ),
    "finished_long": on_finished(
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
    "results": on_results(RESULTS),
    "results_numbers": on_results(RESULTS, numbers=True),
    "results_open": on_results(RESULTS_OPEN),
    "results_leaks": on_results(replace(RESULTS, leaks=LEAKS)),
    "results_leaks_unknown": on_results(replace(RESULTS, leaks=LEAKS_UNKNOWN)),
    "results_measuring": on_results(replace(RESULTS, leaks=LeaksState(working=True))),
    "results_not_measured": on_results(replace(RESULTS, leaks=LeaksState(problem=DISK_FULL))),
    **CHART_SCENES,
    "results_empty": on_results(ResultsState()),
    "results_working": on_results(ResultsState(working="Counting 2,418 votes.")),
    "results_failed": on_results(
        ResultsState(
            problem=Problem(
                "The results could not be counted: the database cannot be read.",
                "Nothing was changed. Check that the disk is there, then count again.",
                "Count again",
            )
        )
    ),
    "results_broken_off": on_results(ResultsState(broken_off=True)),
    "results_exporting": on_results(
        replace(RESULTS, export=ExportState(working=True, line=f"Exporting to {EXPORT_FOLDER} …"))
    ),
    "results_exported": on_results(
        replace(RESULTS, export=ExportState(line=f"Exported to {EXPORT_FOLDER}."))
    ),
    "results_export_failed": on_results(
        replace(
            RESULTS,
            export=ExportState(
                problem=Problem(
                    f"{EXPORT_FOLDER} already holds other things. Nothing was changed.",
                    "Choose a new or empty folder.",
                    "Try again",
                )
            ),
        )
    ),
    "results_long": on_results(many_results()),
    "systems": on_systems(CATALOGUE),
    "systems_empty": on_systems(SystemsState()),
    "systems_working": on_systems(SystemsState(working="Looking at what is installed.")),
    "systems_failed": on_systems(
        SystemsState(
            problem=Problem(
                "The list of systems could not be read.",
                "Votes are not touched. Mend the file that is named in the log, then check again.",
                "Check again",
            )
        )
    ),
    "systems_long": on_systems(many_systems()),
    "systems_too_much": one_system(WHISPER, TOO_MUCH),
    "systems_two_sheets": on_systems(CATALOGUE, dict([SHEETS["fetching"], SHEETS["waiting"]])),
    **{f"systems_{name}": one_system(*SHEETS[name]) for name in UNLIKE},
}
MORE: dict[str, Scene] = {
    **MORE_CHARTS,
    **MORE_ARENA,
    "systems_done": on_systems(replace(CATALOGUE, said="Voxtral Mini 3B is installed.")),
    **{
        f"systems_{name}": on_systems(CATALOGUE, dict([sheet]))
        for name, sheet in SHEETS.items()
        if name not in UNLIKE
    },
}
"""Made of the same parts as others in other words: for the gallery only."""
