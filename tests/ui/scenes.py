"""Every page in every state: drawn by the gallery, walked by the tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.helpers.published import drawn_charts
from tests.ui.states import (
    ALL_ASKED,
    ANSWER_A,
    ARENA,
    BATTLE_FAILED,
    BUG,
    CHARTS,
    COMPARE,
    DISK_FULL,
    EARLIER_A,
    EARLIER_B,
    EXPORT_FOLDER,
    FINISHED,
    GUESS,
    HOSTILE_ANSWER,
    JUDGING,
    LEAKS,
    LEAKS_UNKNOWN,
    LONG_ANSWER,
    LONG_TITLE,
    NAMED,
    NAMES,
    NO_CHARTS,
    NO_MICROPHONE,
    NO_SPEECH,
    NOTICE,
    PUT_ASIDE,
    REPLAY,
    RESULTS,
    RESULTS_OPEN,
    RESUME,
    SECOND_TURN,
    SOME_JUDGED,
    SPEAK_AGAIN,
    SPEAKING,
    STRENGTH,
    TAKE,
    THIRD_TURN,
    UNDRAWN,
    VOTED,
    many_results,
)
from tests.ui.states_systems import CATALOGUE, SHEETS, TOO_MUCH, UNLIKE, WHISPER, many_systems
from ui.charts_state import ChartsState
from ui.conversation_state import Conversation, Earlier
from ui.getting_state import Sheet
from ui.judging_state import Asked, Strength
from ui.pages.compare import LONGEST_CODE
from ui.pages.replay import ReplayPage
from ui.results_state import ExportState, LeaksState, ResultsState
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
    ReasonState,
    ReplayState,
    SystemsState,
    Vote,
)
from ui.widgets.scroll import PageScroll
from ui.window import MainWindow

Scene = Callable[[MainWindow], None]


def _arena(state: ArenaState, meter: Meter | None = None) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("arena")
        window.arena.draw(state)
        if meter is not None:
            window.arena.show_meter(meter)

    return show


def _named(state: ArenaState, names: NamesState) -> Scene:
    def show(window: MainWindow) -> None:
        window.arena.take_names(names)
        _arena(state)(window)

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


def _charts(state: ChartsState, *, numbers: bool = False, place: int = 0) -> Scene:
    def show(window: MainWindow) -> None:
        _results_scene(RESULTS)(window)
        page = window.results
        page.draw_charts(state)
        page.charts.choose(place)
        if numbers:
            page.charts.form.click()
        page.findChild(PageScroll).bring_into_view(page.charts)

    return show


def _real_charts(place: int, n_systems: int = 5) -> Scene:
    """As the program draws them; takes matplotlib."""

    def show(window: MainWindow) -> None:
        _charts(drawn_charts(n_systems), place=place)(window)
        QApplication.processEvents()
        page = window.results
        page.findChild(PageScroll).bring_into_view(page.charts)

    return show


def _replayed(state: ReplayState) -> Scene:
    """A window of its own, which has nothing but this page."""

    def show(window: MainWindow) -> None:
        page = ReplayPage(state)
        window.setCentralWidget(page)
        page.show_turn()

    return show


def _finished(state: FinishedState) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("finished")
        window.finished.draw(state)

    return show


def _guess(state: GuessState, *chosen: int) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("guess")
        window.guess.draw(state)
        for choices, row in zip((window.guess.a, window.guess.b), chosen, strict=False):
            choices.setCurrentRow(row)
        window.activateWindow()

    return show


def _systems(state: SystemsState, sheets: Mapping[str, Sheet] = MappingProxyType({})) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("systems")
        window.systems.draw(state, sheets)
        window.activateWindow()
        for id_ in sheets:
            view = window.systems.entries[id_].sheet
            QApplication.processEvents()  # where it stands is known only then
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    return show


def _row_with(id_: str, sheet: Sheet) -> Scene:
    """The one row of it: the others are in other scenes."""
    rows = tuple(row for row in CATALOGUE.rows if row.id == id_)
    return _systems(SystemsState(rows=rows), {id_: sheet})


def _code_typed(state: CompareState) -> Scene:
    def show(window: MainWindow) -> None:
        _compare(state)(window)
        window.compare.code.edit.setText("P 07")
        window.activateWindow()
        window.compare.code.setFocus(Qt.FocusReason.TabFocusReason)

    return show


def _asked_before_ending(window: MainWindow) -> None:
    _code_typed(replace(COMPARE, resume_text=RESUME, resume_fits=False))(window)
    window.compare.start.click()


def _code_too_long(window: MainWindow) -> None:
    _code_typed(COMPARE)(window)
    window.compare.code.edit.insert("7" * LONGEST_CODE)


def _bug(scene: Scene) -> Scene:
    def show(window: MainWindow) -> None:
        scene(window)
        window.show_notice(BUG)

    return show


def _pressed_early(window: MainWindow) -> None:
    _arena(replace(ARENA, phase=Phase.OPENING))(window)
    window.arena.space.pressed.emit()


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


POPUPS: dict[str, Scene] = {"compare_menu": _menu_open}
"""Scenes with an open menu, which the offscreen platform complains about: for the gallery only."""
SCENES: dict[str, Scene] = {
    "compare": _compare(COMPARE),
    "compare_first_run": _compare(replace(COMPARE, notice=NOTICE)),
    "compare_put_aside": _compare(replace(COMPARE, put_aside=PUT_ASIDE, notice=NOTICE)),
    "compare_resume": _compare(replace(COMPARE, resume_text=RESUME)),
    "compare_resume_code": _code_typed(replace(COMPARE, resume_text=RESUME, resume_fits=False)),
    "compare_resume_question": _asked_before_ending,
    "compare_failed": _compare(
        replace(
            COMPARE,
            devices=(),
            device_key="",
            meter_open=False,
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
            resume_text=f"{RESUME} " * 2,
        )
    ),
    "compare_code": _code_typed(COMPARE),
    "compare_code_too_long": _code_too_long,
    "compare_bug": _bug(_compare(COMPARE)),
    "arena_bug": _bug(_arena(JUDGING)),
    "compare_replays": _compare(replace(COMPARE, meter_open=False, listens=False, replays=True)),
    "arena_replays": _arena(replace(ARENA, replays=True, devices=())),
    "arena_replayed": _arena(replace(JUDGING, replays=True, take=replace(TAKE, replays=True))),
    "arena_opening": _arena(replace(ARENA, phase=Phase.OPENING)),
    "arena_opening_early": _pressed_early,
    "arena_ready": _arena(ARENA, Meter(-38.0)),
    "arena_asked_before": _arena(
        replace(ARENA, asked_before=True, take=TAKE, device_label="", devices=())
    ),
    "arena_shown_again": _arena(
        replace(
            JUDGING,
            asked_before=True,
            take=replace(TAKE, replays=True, can_rerecord=False, can_discard=False),
        )
    ),
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
            phase=Phase.OPENING,
            devices=(),
            device_label="",
            device_key="",
            problem=NO_MICROPHONE,
        )
    ),
    "arena_thinking": _arena(
        replace(JUDGING, phase=Phase.THINKING, card_a=CardState(), card_b=CardState())
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
    "arena_reason_refused": _arena(replace(VOTED, problem=NO_SPEECH)),
    "arena_reason_saved": _arena(replace(VOTED, reason=ReasonState("Salt.", saved=True))),
    "arena_names_follow": _arena(replace(VOTED, tells_names=True)),
    "arena_named": _named(NAMED, NAMES),
    "arena_named_long": _named(
        replace(NAMED, vote=Vote.CANNOT_JUDGE, card_a=CardState(LONG_ANSWER, truncated=True)),
        NamesState(NAMED.number, LONG_TITLE * 2, LONG_TITLE),
    ),
    "arena_turn_talks": _arena(
        replace(JUDGING, conversation=Conversation(turn=1, most=3, may_go_on=True))
    ),
    "arena_turn_second": _arena(SECOND_TURN),
    "arena_turn_thinking": _arena(
        replace(
            THIRD_TURN,
            phase=Phase.THINKING,
            card_a=CardState(earlier=EARLIER_A),
            card_b=CardState(earlier=EARLIER_B),
        )
    ),
    "arena_turn_last": _arena(THIRD_TURN),
    "arena_turn_voted": _arena(replace(THIRD_TURN, phase=Phase.VOTED, vote=Vote.A)),
    "arena_turn_speak": _arena(SPEAK_AGAIN, Meter(-38.0)),
    "arena_turn_recording": _arena(replace(SPEAK_AGAIN, phase=Phase.RECORDING), SPEAKING),
    "arena_turn_long": _arena(
        replace(
            SECOND_TURN,
            title=LONG_TITLE,
            card_a=CardState(
                LONG_ANSWER, truncated=True, earlier=(Earlier(LONG_ANSWER), Earlier(HOSTILE_ANSWER))
            ),
            card_b=CardState("Yes.", earlier=(Earlier("No.", True), Earlier("Perhaps."))),
        )
    ),
    "arena_turn_speak_long": _arena(
        replace(
            SPEAK_AGAIN,
            title=LONG_TITLE,
            card_a=CardState(earlier=(Earlier(LONG_ANSWER), Earlier(HOSTILE_ANSWER))),
            card_b=CardState(earlier=(Earlier("No.", True), Earlier("Perhaps."))),
            problem=Problem(
                "That was too short to hear.", "Hold the space bar until you have finished."
            ),
        )
    ),
    "arena_turn_no_microphone": _arena(
        replace(
            SPEAK_AGAIN,
            phase=Phase.OPENING,
            devices=(),
            device_label="",
            device_key="",
            problem=NO_MICROPHONE,
        )
    ),
    "arena_changing": _arena(replace(VOTED, phase=Phase.CHANGING)),
    "arena_changing_unsure": _arena(
        replace(VOTED, phase=Phase.CHANGING, vote=Vote.CANNOT_JUDGE, problem=DISK_FULL)
    ),
    "arena_ready_change": _arena(replace(ARENA, can_change=True), Meter(-38.0)),
    "arena_strength_voted": _arena(
        replace(VOTED, asked=STRENGTH, vote=Vote.B, strength=Strength.SLIGHTLY)
    ),
    "arena_sheet_ticked": _focused(
        _arena(replace(VOTED, asked=ALL_ASKED, strength=Strength.SLIGHTLY, judged=SOME_JUDGED)),
        lambda w: w.arena.judge.sheet.b,
    ),
    "arena_sheet_sides": _arena(
        replace(VOTED, vote=Vote.BOTH_BAD, asked=Asked(each_side=True), judged=SOME_JUDGED)
    ),
    "arena_sheet_codes": _arena(
        replace(
            VOTED,
            vote=Vote.CANNOT_JUDGE,
            asked=Asked(codes=True),
            card_a=CardState(LONG_ANSWER, truncated=True),
            reason=ReasonState("Salt.", saved=True),
        )
    ),
    "arena_failed": _arena(
        replace(
            JUDGING,
            phase=Phase.FAILED,
            course="1 failed, 2 skipped",
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
    "guess": _guess(GUESS),
    "guess_chosen": _guess(replace(GUESS, number=2), 1, 3),
    "guess_failed": _guess(replace(GUESS, problem=DISK_FULL)),
    "guess_long": _guess(
        replace(
            GUESS,
            title=LONG_TITLE * 2,
            said=ANSWER_A,
            text_a=LONG_ANSWER,
            text_b="Yes.",
            choices=tuple(f"{LONG_TITLE} {number}" for number in range(40)),
        )
    ),
    "replay": _replayed(REPLAY),
    "replay_turns": _replayed(
        replace(REPLAY, turns=REPLAY.turns * 2, names=NamesState(3, "Ada " * 30, "Bo"))
    ),
    "finished": _finished(FINISHED),
    "finished_blind": _finished(replace(FINISHED, rows=(), reveals=False)),
    "finished_empty": _finished(replace(FINISHED, rows=(), voted=0)),
    "finished_failed": _finished(
        replace(
            FINISHED,
            voted=3,
            course="7 battles started: 3 voted, 1 skipped, 2 failed, 1 abandoned.",
            problem=DISK_FULL,
        )
    ),
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
    "results_leaks": _results_scene(replace(RESULTS, leaks=LEAKS)),
    "results_leaks_unknown": _results_scene(replace(RESULTS, leaks=LEAKS_UNKNOWN)),
    "results_measuring": _results_scene(replace(RESULTS, leaks=LeaksState(working=True))),
    "results_not_measured": _results_scene(replace(RESULTS, leaks=LeaksState(problem=DISK_FULL))),
    "results_charts": _charts(CHARTS),
    "results_charts_numbers": _charts(CHARTS, numbers=True, place=6),
    "results_charts_drawing": _charts(UNDRAWN),
    "results_charts_missing": _charts(NO_CHARTS, place=2),
    "results_charts_saved": _charts(replace(CHARTS, line=f"Saved to {EXPORT_FOLDER}/slots.svg.")),
    "results_charts_failed": _charts(replace(CHARTS, problem=DISK_FULL)),
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
    "results_broken_off": _results_scene(ResultsState(broken_off=True)),
    "results_exporting": _results_scene(
        replace(RESULTS, export=ExportState(working=True, line=f"Exporting to {EXPORT_FOLDER} …"))
    ),
    "results_exported": _results_scene(
        replace(RESULTS, export=ExportState(line=f"Exported to {EXPORT_FOLDER}."))
    ),
    "results_export_failed": _results_scene(
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
    "results_long": _results_scene(many_results()),
    "systems": _systems(CATALOGUE),
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
    "systems_too_much": _row_with(WHISPER, TOO_MUCH),
    "systems_two_sheets": _systems(CATALOGUE, dict([SHEETS["fetching"], SHEETS["waiting"]])),
    **{f"systems_{name}": _row_with(*SHEETS[name]) for name in UNLIKE},
}
MORE: dict[str, Scene] = {
    **{f"results_real_{place + 1}": _real_charts(place) for place in range(7)},
    "results_real_many": _real_charts(1, 12),
    "results_real_two": _real_charts(0, 2),
    "arena_undo": _arena(replace(VOTED, undo_ms=10_000)),
    "arena_ready_undo": _arena(replace(ARENA, can_change=True, undo_ms=8_000), Meter(-38.0)),
    "arena_strength": _arena(replace(JUDGING, asked=STRENGTH)),
    "arena_sheet": _arena(replace(VOTED, asked=ALL_ASKED, strength=Strength.CLEARLY)),
    "systems_done": _systems(replace(CATALOGUE, said="Voxtral Mini 3B is installed.")),
    **{
        f"systems_{name}": _systems(CATALOGUE, dict([sheet]))
        for name, sheet in SHEETS.items()
        if name not in UNLIKE
    },
}
"""Made of the same parts as others in other words: for the gallery only."""
