"""Covariates: a true effect comes back as it is, and what cannot be told is said."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import optimize

from local_db.importing import import_votes
from ranker.contexts import in_context
from ranker.contextual import NoEffects, NoFiniteEffect, fit_contextual
from ranker.design import Design
from ranker.effects import Effects, effects_of
from tests.helpers.bradley_terry import Floats
from tests.helpers.ranker_exports import battle, write_export

TRUE = np.array([0.6, 0.1, -0.2, -0.5])


NAMES = [f"system-{k}" for k in range(4)]


def world(n: int, gamma: Floats, seed: int, people: int = 0) -> tuple[Design, Floats]:
    """Votes of four systems with covariates; `people` have a taste each, or nobody is known."""
    rng = np.random.default_rng(seed)
    a, b = rng.permuted(np.tile(np.arange(4), (n, 1)), axis=1)[:, :2].T
    x = rng.normal(size=(n, len(gamma)))
    x[:, 0] = 1
    unit = rng.integers(0, people, n) if people else np.arange(n)
    taste = rng.normal(0, 0.6, (people, 4)) if people else np.zeros((n, 4))
    odds = TRUE[a] - TRUE[b] + x @ gamma + taste[unit, a] - taste[unit, b]
    points = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)
    return Design(NAMES, a, b, points, unit), x


@pytest.mark.parametrize("n", [5000, 50_000])
def test_a_true_effect_of_a_half_comes_back_as_a_half(n: int) -> None:
    gamma = np.array([0.1, 0.5])
    found = fit_contextual(*world(n, gamma, 0))
    assert found.gamma[1] == pytest.approx(0.5, abs=3.5 * found.gamma_se[1])
    assert found.gamma_se[1] < 0.05
    np.testing.assert_allclose(found.gamma, gamma, atol=0.12 * (5000 / n) ** 0.5)
    np.testing.assert_allclose(found.beta, TRUE, atol=0.15 * (5000 / n) ** 0.5)


def test_it_is_the_maximum_that_scipy_finds() -> None:
    design, x = world(300, np.array([0.2, -0.4, 0.3]), 1)
    a, b, points = design.a, design.b, design.points
    points[:40] = 0.5

    def minus(at: Floats) -> float:
        beta = np.append(at[:3], -at[:3].sum())
        chance = 1 / (1 + np.exp(-(beta[a] - beta[b] + x @ at[3:])))
        return -float((points * np.log(chance) + (1 - points) * np.log(1 - chance)).sum())

    theirs = optimize.minimize(minus, np.zeros(6), method="BFGS", options={"gtol": 1e-8})
    found = fit_contextual(design, x)
    np.testing.assert_allclose([*found.beta[:3], *found.gamma], theirs.x, atol=1e-6)


def test_errors_over_people_hold_the_truth_where_those_over_votes_do_not() -> None:
    gamma = np.array([0.1, 0.5])
    inside: dict[str, list[float]] = {"people": [], "votes": []}
    for seed in range(60):
        design, x = world(1500, gamma, seed, people=60)
        alone = replace(design, unit=np.arange(1500))
        for name, known in (("people", design), ("votes", alone)):
            found = fit_contextual(known, x)
            # Tastes draw every coefficient towards even by the same part.
            drawn = TRUE / (1 + 0.6**2 * 2 * 3 / math.pi**2) ** 0.5
            inside[name] += (np.abs(found.beta - drawn) < 1.96 * found.beta_se).tolist()
    assert np.mean(inside["people"]) > 0.9
    assert np.mean(inside["votes"]) < np.mean(inside["people"]) - 0.05


def test_what_cannot_be_told_is_said() -> None:
    design, x = world(400, np.array([0.0, 0.2]), 2)
    with pytest.raises(NoEffects, match="told apart"):
        fit_contextual(design, np.column_stack([x, x[:, 1]]))
    with pytest.raises(NoEffects, match="no finite effect"):
        fit_contextual(design, design.points[:, None] - 0.5)
    one_way = replace(design, points=np.where(design.a < design.b, 1.0, 0.0))
    with pytest.raises(NoEffects, match="tie all systems"):
        fit_contextual(one_way, x)


def export_of(folder: Path, n: int, **changes: Any) -> Path:
    """A station's votes: the longer answer has odds of e^0.5 for each doubling, slot a of e^0.2."""
    rng = np.random.default_rng(3)
    lines = []
    for k in range(n):
        a, b = rng.permutation(3)[:2]
        sizes = np.exp(rng.normal(5, 0.7, 2)).astype(int)
        odds = TRUE[a] - TRUE[b] + 0.5 * np.log2((sizes[0] + 1) / (sizes[1] + 1)) + 0.2
        line = battle(k)
        line["a"], line["b"] = {"system": f"system-{a}"}, {"system": f"system-{b}"}
        line["vote"]["choice"] = "a" if rng.random() < 1 / (1 + np.exp(-odds)) else "b"
        line["covariates"] = {
            "characters_a": int(sizes[0]),
            "characters_b": int(sizes[1]),
            "trial": k % 20 + 1,
            "wait_ms": 500.0 + 100 * (k % 7),
            "language_said": "en",
            "language_a": "en",
            "language_b": "en",
            **changes,
        }
        lines.append(line)
    return write_export(folder, lines)


def effects(folder: Path, names: list[str] | None = None) -> Effects:
    battles, _ = in_context([folder], include_simulated=False, problems=[])
    return effects_of(battles, names)


def test_an_export_tells_what_else_moved_its_votes(tmp_path: Path) -> None:
    found = effects(export_of(tmp_path / "north", 4000))
    by_name = {effect.name: effect for effect in found.effects}
    assert set(by_name) == {"slot", "length", "wait", "trial"}
    for name, true in (("slot", 0.2), ("length", 0.5), ("wait", 0.0), ("trial", 0.0)):
        assert by_name[name].effect == pytest.approx(true, abs=3 * by_name[name].se)
        assert by_name[name].low < by_name[name].effect < by_name[name].high
    assert by_name["length"].low > 0.3
    assert found.n_votes == 4000
    assert any("language is left out: it is the same in every vote" in n for n in found.notices)
    assert any("format is left out: it is known of 0 votes" in n for n in found.notices)
    assert list(found.adjusted) == ["system-0", "system-1", "system-2"]
    for (score, low, high), true in zip(found.adjusted.values(), TRUE[:3], strict=True):
        assert score == pytest.approx(true - TRUE[:3].mean(), abs=1.5 * (high - score))
        assert 0 < score - low < 0.2


def test_a_covariate_that_says_what_others_say_is_left_out_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    lines = []
    for k in range(300):
        a, b = np.random.default_rng(k).permutation(3)[:2]
        line = battle(k, choice="ab"[k % 3 == 0])
        line["a"], line["b"] = {"system": f"system-{a}"}, {"system": f"system-{b}"}
        line["covariates"] = {
            "characters_a": int(2 ** (5 + a)) - 1,  # every system has one length
            "characters_b": int(2 ** (5 + b)) - 1,
            "wait_ms": 2.0 ** (k % 7),
            "trial": 10 * (k % 7),
        }
        lines.append(line)
    folder = write_export(tmp_path / "north", lines)
    found = effects(folder)
    assert [effect.name for effect in found.effects] == ["slot", "wait"]
    assert "length is left out: it cannot be told apart from the systems." in found.notices
    assert "trial is left out: it cannot be told apart from wait." in found.notices
    with pytest.raises(NoEffects, match=r"'length' has no effect .* apart from the systems"):
        effects(folder, ["slot", "length"])


def test_lengths_and_trials_of_imported_answers_are_known(tmp_path: Path) -> None:
    rows = ["model_a,model_b,winner,answer_a,answer_b,number"]
    rng = np.random.default_rng(2)
    for k in range(200):
        a, b = rng.permutation(3)[:2]
        sizes = rng.integers(5, 400, 2)
        winner = "model_a" if (sizes[0] > sizes[1]) == (rng.random() < 0.8) else "model_b"
        rows.append(f"s{a},s{b},{winner},{'x' * sizes[0]},{'y' * sizes[1]},{k % 9}")
    (tmp_path / "votes.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    import_votes(tmp_path / "votes.csv", "csv", tmp_path / "in")
    by_name = {effect.name: effect for effect in effects(tmp_path / "in").effects}
    assert set(by_name) == {"slot", "length", "trial"}
    assert by_name["length"].low > 0.1


def in_the_wrong_language(folder: Path, *, one_wins: bool) -> Path:
    """600 votes; 12 answers are in another language than was spoken, and these lose: all, or all
    but one."""
    rng = np.random.default_rng(0)
    lines = []
    for k in range(600):
        a, b = rng.permutation(3)[:2]
        line = battle(k, a=f"system-{a}", b=f"system-{b}", choice="ab"[int(rng.integers(2))])
        wrong = k < 12
        if wrong:
            line["vote"]["choice"] = "b" if one_wins and k == 0 else "a"
        line["covariates"] = {
            "characters_a": 100,
            "characters_b": int(rng.integers(50, 200)),
            "language_said": "en",
            "language_a": "en",
            "language_b": "de" if wrong else "en",
        }
        lines.append(line)
    return write_export(folder, lines)


def test_a_rare_covariate_that_always_wins_has_no_finite_effect(tmp_path: Path) -> None:
    """Only votes that it decides speak of it: nothing ends its growth, while the others settle."""
    folder = in_the_wrong_language(tmp_path / "north", one_wins=False)
    found = effects(folder)
    assert [effect.name for effect in found.effects] == ["slot", "length"]
    assert any("language is left out: it has no finite effect" in n for n in found.notices)
    assert all(abs(effect.effect) < 1 for effect in found.effects)
    with pytest.raises(NoEffects, match="'language' has no finite effect"):
        effects(folder, ["slot", "language"])


def test_one_vote_against_it_makes_it_finite(tmp_path: Path) -> None:
    found = effects(in_the_wrong_language(tmp_path / "north", one_wins=True))
    by_name = {effect.name: effect for effect in found.effects}
    assert 1 < by_name["language"].effect < 4
    assert by_name["language"].high - by_name["language"].low > 2


def test_one_vote_of_ten_thousand_is_enough_for_a_finite_effect() -> None:
    design, x = world(20_000, np.array([0.0, 0.0]), 4)
    x[:, 1] = np.arange(len(x)) % 2
    design.points[x[:, 1] > 0] = 1.0
    with pytest.raises(NoFiniteEffect) as failure:
        fit_contextual(design, x)
    assert failure.value.covariate == 1
    design.points[1] = 0.0
    assert 7 < fit_contextual(design, x).gamma[1] < 12


def test_a_covariate_that_was_asked_for_and_is_not_known_is_refused(tmp_path: Path) -> None:
    folder = export_of(tmp_path / "north", 100, wait_ms=None)
    with pytest.raises(NoEffects, match=r"'wait' has no effect .* known of 0 votes of 100"):
        effects(folder, ["slot", "wait"])
    with pytest.raises(NoEffects, match="50 are needed"):
        effects(export_of(tmp_path / "south", 20), ["slot"])
