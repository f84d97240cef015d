"""The real readers of the export's dialects: `READER FILE`, and the systems are printed best first.

Run as a program, in whatever environment holds them: they bring frameworks of their own, some of
which disagree with ours. Knows nothing of Earshot.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("HF_DATASETS_OFFLINE", "1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")


def arena_rank(frame) -> list[str]:
    """Ratings as in arena-rank's own first example."""
    from arena_rank.models.bradley_terry import BradleyTerry
    from arena_rank.utils.data_utils import PairDataset

    data = PairDataset.from_pandas(frame)
    model = BradleyTerry(n_competitors=len(data.competitors))
    ratings = model.compute_ratings_and_cis(data, significance_level=0.05)["ratings"]
    return best_first(dict(zip(data.competitors, map(float, ratings), strict=True)))


def best_first(ratings: dict[str, float]) -> list[str]:
    assert len(set(ratings.values())) == len(ratings), f"equal ratings: {ratings}"
    return sorted(ratings, key=ratings.__getitem__, reverse=True)


def lmarena(path: Path) -> list[str]:
    import pandas

    frame = pandas.read_json(path, lines=True)
    frame = frame[frame["evaluation_order"] == 1]  # as its analysts do
    assert isinstance(frame["conversation_a"][0][0]["content"][0]["text"], str)
    return arena_rank(frame)


def lmarena_style(path: Path) -> list[str]:
    """arena-rank's contextual model on the differences that `conv_metadata` gives."""
    import pandas
    from arena_rank.models.contextual_bradley_terry import ContextualBradleyTerry
    from arena_rank.utils.data_utils import ContextualPairDataset

    frame = pandas.read_json(path, lines=True)
    features = ["length"]
    counts = [
        [meta[f"sum_assistant_{slot}_tokens"] for meta in frame["conv_metadata"]] for slot in "ab"
    ]
    frame["length"] = [(a - b) / (a + b) for a, b in zip(*counts, strict=True)]
    for name in ("header_count", "list_count", "bold_count"):
        totals = [
            [sum(meta[f"{name}_{slot}"].values()) for meta in frame["conv_metadata"]]
            for slot in "ab"
        ]
        frame[name] = [(a - b) / (a + b + 1) for a, b in zip(*totals, strict=True)]
        features.append(name)
    data = ContextualPairDataset.from_pandas(frame, feature_cols=features)
    model = ContextualBradleyTerry(n_competitors=len(data.competitors), n_features=len(features))
    ratings = model.compute_ratings_and_cis(data, significance_level=0.05)["ratings"]
    return best_first(dict(zip(data.competitors, map(float, ratings), strict=True)))


def parquet(path: Path) -> list[str]:
    import pandas

    frame = pandas.read_parquet(path)
    assert frame["simulated"].dtype == bool
    assert frame["tokens_a"].dtype.kind == "i"
    return arena_rank(frame)


def csv(path: Path) -> list[str]:
    import pandas

    return arena_rank(pandas.read_csv(path))


def audiofolder(path: Path) -> list[str]:
    """The folder that holds `metadata.jsonl`; of each row the recording must be there."""
    import datasets

    rows = datasets.load_dataset("audiofolder", data_dir=str(path), split="train")
    rows = rows.cast_column("audio", datasets.Audio(decode=False))
    assert all(sound["bytes"] or Path(sound["path"]).is_file() for sound in rows["audio"])
    return arena_rank(rows.remove_columns("audio").to_pandas())


def evalica(path: Path) -> list[str]:
    """Its command, as somebody types it."""
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "evalica", "-i", str(path), "pairwise", "bradley-terry"],
        capture_output=True,
        text=True,
        check=True,
    )
    _, *lines = done.stdout.splitlines()
    return best_first({name: float(score) for name, score, _ in (x.split(",") for x in lines)})


def fastchat(path: Path) -> list[str]:
    """FastChat's documented method: logistic regression on battles, with ties as half a win each.

    https://lmsys.org/blog/2023-12-07-leaderboard/; columns as in its clean_battle_data.py.
    """
    import pandas

    frame = pandas.read_json(path, convert_dates=["tstamp"]).sort_values("tstamp")
    frame = frame[frame["anony"]].reset_index(drop=True)
    assert set(frame["winner"]) <= {"model_a", "model_b", "tie", "tie (bothbad)"}
    assert all(isinstance(side[0]["content"], str) for side in frame["conversation_a"])
    return best_first(logistic(frame))


def fastchat_style(path: Path) -> list[str]:
    """The same with style control: four normalised differences beside the systems.

    https://lmsys.org/blog/2024-08-28-style-control/; keys as in its rating_systems.py.
    """
    import numpy
    import pandas

    frame = pandas.read_json(path)
    columns = []
    for name in ("sum_assistant_{}_tokens", "header_count_{}", "list_count_{}", "bold_count_{}"):
        counts = []
        for slot in "ab":
            values = [meta[name.format(slot)] for meta in frame["conv_metadata"]]
            assert all(type(value) in (int, dict) for value in values)
            counts.append([x if isinstance(x, int) else sum(x.values()) for x in values])
        a, b = map(numpy.array, counts)
        difference = (a - b) / (a + b + 1)
        columns.append((difference - difference.mean()) / difference.std())
    ratings = logistic(frame, numpy.column_stack(columns))
    assert all(map(numpy.isfinite, ratings.values()))
    return best_first(ratings)


def logistic(frame, features=None) -> dict[str, float]:
    import numpy
    from sklearn.linear_model import LogisticRegression

    names = sorted({*frame["model_a"], *frame["model_b"]})
    x = numpy.zeros((len(frame), len(names)))
    for sign, column in ((1.0, "model_a"), (-1.0, "model_b")):
        x[numpy.arange(len(frame)), [names.index(name) for name in frame[column]]] = sign
    if features is not None:
        x = numpy.hstack([x, features])
    tied = frame["winner"].isin(["tie", "tie (bothbad)"]).to_numpy()
    # Every battle twice; a tie is won once by each.
    first = numpy.where(tied, 1, frame["winner"] == "model_a").astype(int)
    second = numpy.where(tied, 0, first)
    model = LogisticRegression(fit_intercept=False)
    model.fit(numpy.vstack([x, x]), numpy.concatenate([first, second]))
    return dict(zip(names, map(float, model.coef_[0]), strict=False))


def talkarena(path: Path) -> list[str]:
    """The rules of src/talk_arena/viz/core.py, its Bradley-Terry likelihood and its win rates."""
    import numpy
    import pandas
    from scipy.optimize import minimize

    frame = pandas.DataFrame.from_dict(json.loads(path.read_text())["_default"], orient="index")
    names = sorted({*frame["model_a"], *frame["model_b"]})
    a, b = ([names.index(x) for x in frame[column]] for column in ("model_a", "model_b"))
    won = 1 - frame["outcome"].to_numpy(float)  # 1 is a win of the second

    def loss(ratings):
        gap = ratings[a] - ratings[b]
        return -(won * gap - numpy.logaddexp(0, gap)).sum()

    fitted = minimize(loss, numpy.zeros(len(names)), method="L-BFGS-B").x
    ranked = best_first(dict(zip(names, map(float, fitted), strict=True)))
    points = {name: won[frame["model_a"] == name].sum() for name in names}
    points = {name: points[name] + (1 - won)[frame["model_b"] == name].sum() for name in names}
    met = {name: ((frame["model_a"] == name) | (frame["model_b"] == name)).sum() for name in names}
    assert best_first({name: float(points[name] / met[name]) for name in names}) == ranked
    return ranked


READERS: dict[str, Callable[[Path], list[str]]] = {
    reader.__name__: reader
    for reader in (
        audiofolder,
        csv,
        evalica,
        fastchat,
        fastchat_style,
        lmarena,
        lmarena_style,
        parquet,
        talkarena,
    )
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(READERS[sys.argv[1]](Path(sys.argv[2]))))
