"""What the audit reads of exported folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop.pages.leaks_desk import leaks_state
from ranker import NoSuchExport
from ranker.audit import audit
from ranker.audit.material import Material, gather
from ranker.audit.text import render
from tests.helpers.ranker_exports import battle, write_export


def shown(number: int, **changes: Any) -> dict[str, Any]:
    """A battle of which both answers were shown; texts by `texts`."""
    texts = changes.pop("texts", ("one", "two"))
    answers = {slot: {"text": text} for slot, text in zip("ab", texts, strict=True)}
    times = {"wait_ms": 900.0, "onset_a_ms": 3.0, "onset_b_ms": 40.0, "cadence_per_s": 240.0}
    times |= changes.pop("times", {})
    turn = {"superseded": False, "shown": times, **answers}
    return battle(number, **{"turns": [turn], **changes})


def read(folder: Path, *lines: Any, simulated: bool = False) -> Material:
    return gather([write_export(folder / "north", lines)], include_simulated=simulated)


def test_both_answers_of_a_turn_and_when_they_appeared(tmp_path: Path) -> None:
    (exchange,) = read(tmp_path, shown(1)).exchanges
    assert (exchange.a.system, exchange.a.text, exchange.a.onset_ms) == ("ada", "one", 3.0)
    assert (exchange.b.system, exchange.b.text, exchange.b.onset_ms) == ("bo", "two", 40.0)
    assert (exchange.wait_ms, exchange.cadence_per_s) == (900.0, 240.0)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (shown(1, kind="same_system", b="ada"), "one system in both slots"),
        (shown(1, kind="same_text"), "one system in both slots"),
        (shown(1, simulated=True), "simulated"),
        (shown(1, state="withdrawn"), "withdrawn"),
        (shown(1, kind="swapped_repeat", repeats="b0"), "an earlier battle once more"),
        (battle(1), "answers not shown"),
        (shown(1, turns=[{"superseded": False, "shown": None}]), "answers not shown"),
        (shown(1, turns="x"), "answers not shown"),
        (shown(1, turns=[1, {"shown": 2}], guesses=[3, {"slot": 4}]), "answers not shown"),
        (b"{\n", "malformed line"),
        (b"\xff\n", "malformed line"),
        (shown(1) | {"a": "ada"}, "malformed line"),
        (shown(1) | {"schema": 2}, "newer schema"),
    ],
)
def test_what_is_left_out_is_named(tmp_path: Path, line: Any, rule: str) -> None:
    found = read(tmp_path, line)
    assert found.exchanges == ()
    assert found.left_out == {rule: 1}


def test_simulated_battles_count_where_they_are_asked_for(tmp_path: Path) -> None:
    assert len(read(tmp_path, shown(1, simulated=True), simulated=True).exchanges) == 1


def test_what_comes_twice_counts_once_and_what_was_added_counts(tmp_path: Path) -> None:
    guess = {"slot": "a", "fingerprint": "f" * 8, "choices": ["f" * 8, "g" * 8]}
    later = shown(1, guesses=[guess])
    for lines in ([shown(1), later], [later, shown(1)]):
        found = read(tmp_path / str(len(str(lines[0]))), *lines)
        assert len(found.exchanges) == 1
        assert [guess.right for guess in found.guesses] == [True]


def test_a_participant_who_withdrew_is_in_no_figure(tmp_path: Path) -> None:
    """An export from before is longer: it still holds what was said."""
    before = shown(1, texts=("what was said " * 9, "two"))
    after = shown(1, state="withdrawn", texts=(None, None))
    for order in ([before, after], [after, before]):
        found = read(tmp_path / order[0]["state"], *order)
        assert (found.exchanges, found.left_out) == ((), {"withdrawn": 1})


def test_two_stories_about_one_battle_are_not_believed(tmp_path: Path) -> None:
    for order in (("a", "b"), ("b", "a")):
        votes = [{"choice": choice, "id": f"vote {choice}"} for choice in order]
        found = read(tmp_path / order[0], *(shown(1, vote=vote) for vote in votes))
        assert (found.exchanges, found.left_out) == ((), {"conflicting copies": 1})


def test_turns_of_one_system_are_kept_for_their_wait(tmp_path: Path) -> None:
    found = read(tmp_path, shown(1, kind="same_system", b="ada"), shown(2, kind="same_text"))
    assert found.exchanges == ()
    assert [turn.wait_ms for turn in found.alone] == [900.0, 900.0]


def test_times_of_passes_are_known_by_their_mark(tmp_path: Path) -> None:
    by_pass = shown(2, times={"facts": {"timed_by": "pass"}})
    found = read(tmp_path, shown(1), by_pass)
    assert [turn.by_pass for turn in found.exchanges] == [False, True]


def test_two_versions_of_one_id_are_two_systems(tmp_path: Path) -> None:
    new = {"system": "ada", "version": "2", "fingerprint": "e" * 8}
    found = read(tmp_path, shown(1), shown(2, b=new))
    assert {e.b.system for e in found.exchanges} == {"bo", "ada@2"}
    assert {e.a.system for e in found.exchanges} == {"ada@1"}


def test_a_folder_that_is_no_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoSuchExport):
        audit(tmp_path / "none")


def test_the_report_is_told_in_sentences_and_in_figures(tmp_path: Path) -> None:
    lines = [shown(k, texts=(f"one {k}", f"two {k} {k}")) for k in range(60)]
    report = audit(write_export(tmp_path / "north", lines))
    told = render(report)
    assert (
        "When answers appeared tells which side is which system (100.0 % named rightly, at least"
        in told
    )
    assert "fault of the window" in told
    assert "Pair, from the wait" in told
    assert "60 battles, 60 turns, 20 participants, 2 systems." in told
    assert "Nobody was asked." in told
    assert json.loads(json.dumps(report.to_json(), allow_nan=False))["n_turns"] == 60


def test_texts_that_were_not_kept_are_not_measured(tmp_path: Path) -> None:
    """They were taken for empty ones, which give nothing away."""
    lines = [shown(k, texts=(None, None)) for k in range(60)]
    report = audit(write_export(tmp_path / "north", lines))
    for name in ("length", "format", "language", "vocabulary"):
        figure = report.figure(name)
        assert (figure.score, figure.n_missing) == (None, 60)
    assert (
        "System, from words: not measured. 60 of 60 turns came without the texts of both answers; "
        "30 are needed."
    ) in report.sentences
    assert report.figure("slot").score is not None


def test_texts_that_are_there_are_measured_and_the_others_counted(tmp_path: Path) -> None:
    lines = [shown(k, texts=("one", "two two" if k % 5 else None)) for k in range(60)]
    report = audit(write_export(tmp_path / "north", lines))
    length = report.figure("length")
    assert length.score is not None
    assert (length.score.n, length.n_missing) == (2 * 48, 12)
    assert any("12 of 60 turns came without the texts" in said for said in report.sentences)


def test_an_empty_answer_is_an_answer(tmp_path: Path) -> None:
    lines = [shown(k, texts=("", "two")) for k in range(60)]
    assert audit(write_export(tmp_path / "north", lines)).figure("length").n_missing == 0


def test_times_that_are_not_known_are_not_measured(tmp_path: Path) -> None:
    lines = [shown(k, times={"onset_a_ms": None, "wait_ms": None}) for k in range(60)]
    report = audit(write_export(tmp_path / "north", lines))
    assert (report.figure("slot").score, report.figure("pair").score) == (None, None)
    assert "60 of 60 turns came without the times at which" in report.sentences[0]


def test_languages_that_were_kept_are_used(tmp_path: Path) -> None:
    """One word each, of which no list of function words can tell the language."""

    def told(k: int, kept: bool) -> dict[str, Any]:
        texts = {slot: {"language": code} for slot, code in (("a", "cy"), ("b", "ga"))}
        more = {"times": {"facts": {"texts": texts}}} if kept else {}
        return shown(k, texts=("ie", "ie"), **more)

    for kept, leaks in ((True, True), (False, False)):
        folder = write_export(tmp_path / str(kept), [told(k, kept) for k in range(60)])
        score = audit(folder).figure("language").score
        assert score is not None
        assert score.leaks is leaks
    mixed = [told(k, k % 2 == 0) for k in range(60)]
    score = audit(write_export(tmp_path / "mixed", mixed)).figure("language").score
    assert score is not None
    assert not score.leaks


def test_what_speaks_against_an_export_is_repeated(tmp_path: Path) -> None:
    lines = [shown(k, participant="one", simulated=k < 7) for k in range(40)]
    folder = write_export(tmp_path / "north", lines, {"schema": 1, "battles": 41})
    report = audit(folder, include_simulated=True)
    assert report.doubts == ("north: the manifest promises 41 battles, 40 are there.",)
    assert report.notices == (
        "7 of 40 battles are simulated.",
        "Turns of one participant only: the figures by battle do not speak of other people.",
    )
    told = render(report)
    assert told.startswith("Doubtful: north: the manifest promises")
    assert "of one participant only" in told
    line = leaks_state(report).line
    assert "Doubtful: north" in line
    assert "of one participant only" in line


def test_nobody_and_many_studies_are_said(tmp_path: Path) -> None:
    lines = [shown(k, participant=None, study=f"study {k % 2}") for k in range(40)]
    assert audit(write_export(tmp_path / "north", lines)).notices == (
        "Battles of two studies are counted together.",
        "No turn names a participant: intervals are too narrow if people took part more than once.",
    )
