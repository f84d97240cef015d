"""Two systems against each other: how likely votes without a difference would look like this.

The paper's stars are P < 0.05 of a bootstrap inside each pair (section 3.3, Figure 3), one-sided:
the part of the resamples in which the loser does not lose, of which those that come out level count
half. Here the two-sided one is the default. Where n pairs are tested, chance alone stars one in
twenty of them; the family-wise P allows for that: it is the part of the resamples in which *any*
pair strays as far from what was seen, in its own standard deviations (max-t, single step;
P. H. Westfall and S. S. Young, "Resampling-Based Multiple Testing", 1993). A single pair is a
family of its own: there both are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranker.connectivity import Bools
from ranker.fit import Floats
from ranker.table import Ints


@dataclass(frozen=True, slots=True)
class Tests:
    """One P a pair, shape = (n_pairs,); never 0, since more resamples might have found one."""

    one_sided: Floats
    """Against the system that is ahead in the pair."""
    two_sided: Floats
    family: Floats
    """Two-sided, of all pairs together."""


def tests(share: Floats, draws: Floats, n_units: Ints, agreed: Bools) -> Tests:
    """Test each pair against one half.

    `share`, shape = (n_pairs,): points of the first; `draws`, shape = (n_draws, n_pairs), nan where
    a pair is not in a resample; `n_units`: independent units in the pair; `agreed`: whether all of
    them say the same. Then resamples cannot differ, and the chance that a fair coin falls so often
    on one side takes their place.
    """
    n_draws = len(draws)
    behind = np.where(share > 0.5, 1, -1) * (draws - 0.5)
    against = (behind < 0).sum(axis=0) + np.isnan(behind).sum(axis=0)
    level = (behind == 0).sum(axis=0)
    one_sided = np.minimum((against + level / 2 + 1) / (n_draws + 1), 1.0)
    one_sided = np.where(share == 0.5, 0.5, one_sided)
    one_sided = np.where(agreed, np.maximum(one_sided, 0.5**n_units), one_sided)
    two_sided = np.minimum(2 * one_sided, 1.0)
    return Tests(one_sided, two_sided, _family(share, draws, two_sided, agreed))


def _family(share: Floats, draws: Floats, two_sided: Floats, agreed: Bools) -> Floats:
    n_draws, n_pairs = draws.shape
    if n_pairs == 1:  # a family of its own; the way below would count strays to either side
        return two_sided
    by_count = np.minimum(two_sided * n_pairs, 1.0)  # Bonferroni, where there is no spread
    apart = np.where(np.isnan(draws), 0.0, draws - share)
    spread = apart.std(axis=0)
    usable = ~agreed & (spread > 0)
    if not usable.any():
        return np.asarray(by_count)
    unit = np.where(usable, spread, 1.0)
    strays = np.sort((np.abs(apart) / unit)[:, usable].max(axis=1))
    seen = np.abs(share - 0.5) / unit
    further = n_draws - np.searchsorted(strays, seen, side="left")
    family = np.minimum((further + 1) / (n_draws + 1), 1.0)
    return np.asarray(np.maximum(np.where(usable, family, by_count), two_sided))
