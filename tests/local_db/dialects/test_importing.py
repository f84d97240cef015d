"""Other people's files, as they publish them, into folders that rank."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import ranker
from desktop.cli import main
from local_db.errors import BadVotes, UnknownLabel, UnusableFolder
from local_db.importing import import_votes


def talkarena(path: Path, *outcomes: object) -> Path:
    """Public votes: no person, the left answer always the first to be generated."""
    latency = {"time_to_first_token": 0.54, "total_time": 3.5, "response_length": 120}
    rows = {
        f"uuid-{nth}": {
            "audio_hash": "deadbeef",
            "outcome": outcome,
            "model_a": "diva" if nth % 2 else "qwen2",
            "model_b": "qwen2" if nth % 2 else "diva",
            "why": None,
            "model_a_latency": latency,
            "model_b_latency": latency,
        }
        for nth, outcome in enumerate(outcomes)
    }
    path.write_text(json.dumps({"_default": rows}))
    return path


def lines(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "battles.jsonl").read_text("utf-8").splitlines()]


def test_public_votes_of_talkarena_rank_the_right_way_round(tmp_path: Path) -> None:
    """outcome 1 is the second model's win: diva wins every decided vote here."""
    file = talkarena(tmp_path / "live_votes.json", *[1, 0] * 20, 0.5, 0.5)
    summary = import_votes(file, "talkarena", tmp_path / "in")
    assert summary.battles == 42
    board = ranker.rank(tmp_path / "in", bootstraps=100)
    (doubt,) = board.doubts
    assert "no hash chain vouches for all of its votes" in doubt
    assert (board.n_seen, board.n_votes) == (42, 42)
    (pair,) = board.pairs
    assert (pair.first, pair.wins, pair.ties, pair.losses) == ("diva", 40, 2, 0)
    shown = lines(tmp_path / "in")[0]["turns"][0]["shown"]
    assert (shown["onset_a_ms"], shown["complete_b_ms"]) == (540.0, 3500.0)


def test_a_file_that_is_read_twice_counts_once(tmp_path: Path) -> None:
    file = tmp_path / "votes.csv"
    file.write_text("left,right,winner\nada,bo,LEFT\nada,bo,tie\nbo,ada,right\n")
    for name in ("one", "two"):
        import_votes(file, "evalica", tmp_path / name)
    one, two = ((tmp_path / name / "battles.jsonl").read_bytes() for name in ("one", "two"))
    assert one == two
    board = ranker.rank([tmp_path / "one", tmp_path / "two"], bootstraps=100)
    assert (board.n_votes, board.exclusions[0].rule) == (3, "duplicate")


@pytest.mark.parametrize(
    ("dialect", "text", "label"),
    [
        ("evalica", "left,right,winner\nada,bo,both_bad\n", "row 1 says 'both_bad'"),
        ("csv", "model_a,model_b,winner\nada,bo,tie\nada,bo,A\n", "row 2 says 'A'"),
        ("fastchat", '[{"model_a":"ada","model_b":"bo","winner":"B"}]', "row 1 says 'B'"),
        ("lmarena", '{"model_a":"ada","model_b":"bo","winner":0.5}', "row 1 says 0.5"),
        (
            "talkarena",
            '{"_default":{"u":{"model_a":"x","outcome":2}}}',
            "The vote of entry u says 2",
        ),
        ("talkarena", '{"_default":{"u":{"model_a":"x","outcome":true}}}', "u says True"),
        ("talkarena", '{"_default":{"u":{"model_a":"x","outcome":"1"}}}', "u says '1'"),
    ],
)
def test_a_label_that_nobody_knows_is_refused(
    tmp_path: Path, dialect: str, text: str, label: str
) -> None:
    file = tmp_path / "votes"
    if dialect == "talkarena":
        text = text.replace('"model_a":"x"', '"model_a":"x","model_b":"y"')
    file.write_text(text)
    with pytest.raises(UnknownLabel, match=label):
        import_votes(file, dialect, tmp_path / "in")
    assert not (tmp_path / "in").exists()


@pytest.mark.parametrize(
    ("dialect", "content", "why"),
    [
        ("evalica", b"model_a,model_b,winner\nada,bo,tie\n", "no column left"),
        ("evalica", b"left,right,winner\n,bo,tie\n", "row 1: left is missing"),
        ("csv", b"\xff\xfe\x00", "not UTF-8"),
        ("csv", b"", "holds no vote"),
        (
            "csv",
            b"model_a;model_b;winner\na;b;tie\n",
            "no column model_a, because semicolons stand",
        ),
        ("lmarena", b'\n{"a":1} x', r"line 2 is not JSON \(from character 9 on\)"),
        ("fastchat", b"[\n{},\n{]", r"it is not JSON \(from character 2 of its line 3 on\)"),
        ("lmarena", b"\xff\xfe", "not JSON .it is not UTF-8"),
        ("csv", b'model_a,model_b,winner\n"ada', "not CSV"),
        ("fastchat", b"[1]", "row 1 is not an object"),
        ("fastchat", b'[{"model_a":"a\\u202e","model_b":"b"}]', "cannot be printed"),
        ("lmarena", b"{}\n", "row 1: model_a is missing"),
        ("lmarena", b"{}\n{", "row 1"),
        ("lmarena", b"[" * 100_000, "not JSON"),
        ("talkarena", b"[]", "no table _default"),
        ("talkarena", b'{"_default":{"u":1}}', "u is not an object"),
        ("audiofolder", b'{"file_name":"x.wav"}\n', "row 1: model_a is missing"),
    ],
)
def test_what_is_no_such_file_is_said(
    tmp_path: Path, dialect: str, content: bytes, why: str
) -> None:
    file = tmp_path / "votes"
    file.write_bytes(content)
    with pytest.raises(BadVotes, match=why):
        import_votes(file, dialect, tmp_path / "in")
    assert not (tmp_path / "in").exists()


def test_votes_that_do_not_count_are_kept_and_named(tmp_path: Path) -> None:
    rows = [
        {"question_id": "1", "model_a": "ada", "model_b": "bo", "winner": "model_a"},
        {"question_id": "2", "model_a": "ada", "model_b": "bo", "winner": "tie (bothbad)"},
        {"question_id": "3", "model_a": "ada", "model_b": "bo", "winner": "tie", "anony": False},
        {"question_id": "4", "model_a": "ada", "model_b": "bo", "winner": None},
        {
            "question_id": "5",
            "model_a": "a",
            "model_b": "b",
            "winner": "tie",
            "evaluation_order": 2,
        },
    ]
    file = tmp_path / "votes.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    summary = import_votes(file, "lmarena", tmp_path / "in")
    assert summary.kinds == {"later_evaluation": 1, "normal": 3, "not_blind": 1}
    board = ranker.rank(tmp_path / "in", bootstraps=100)
    assert {left.rule: left.count for left in board.exclusions} == {
        "kind later_evaluation": 1,
        "kind not_blind": 1,
        "missing winner": 1,
    }
    (pair,) = board.pairs
    assert (pair.wins, pair.both_bad) == (1, 1)


def test_half_a_character_is_no_reason_to_stop(tmp_path: Path) -> None:
    file = tmp_path / "votes.json"
    message = '[{"role":"user","content":"\\ud83d"},{"role":"assistant","content":"x"}]'
    file.write_text(
        f'[{{"model_a":"a","model_b":"b","winner":"tie","conversation_a":{message},'
        f'"conversation_b":{message}}}]'
    )
    import_votes(file, "fastchat", tmp_path / "in")
    assert lines(tmp_path / "in")[0]["turns"][0]["said"] == "?"


def test_nothing_that_is_there_is_replaced(tmp_path: Path) -> None:
    file = talkarena(tmp_path / "live_votes.json", 1)
    kept = tmp_path / "in" / "mine.txt"
    kept.parent.mkdir()
    kept.write_text("mine")
    with pytest.raises(UnusableFolder):
        import_votes(file, "talkarena", tmp_path / "in")
    assert kept.read_text() == "mine"


def test_the_command_says_what_it_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = talkarena(tmp_path / "live_votes.json", 1, 0)
    to = tmp_path / "in"
    assert main(["import", str(file), "--dialect", "talkarena", "--to", str(to)]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(to)
    assert said.err.strip() == "2 battles."
    assert main(["import", str(tmp_path / "none"), "--dialect", "csv", "--to", str(to) + "2"]) == 1
    assert "there is no such file" in capsys.readouterr().err
