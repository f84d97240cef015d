"""How the numbers are made, in short, with where each part comes from."""

from __future__ import annotations

from ranker.board import Board
from ranker.scale import Scale

_RESAMPLED = {
    "participant": "people are drawn again with all their votes, because votes of one person hang "
    "together: ten votes of one person are not ten people’s",
    "vote": "votes are drawn again, as in the paper, as if each came from another person",
    "pair": "votes are drawn again, as many of each pair as there were, as if each came from "
    "another person",
}


def method(board: Board, scale: Scale) -> list[str]:
    """Sentences."""
    prior = ", the prior’s games among the votes" * (board.prior > 0)
    return [
        f"Scores are Bradley-Terry coefficients at the maximum of the likelihood{prior}; a tie or "
        "“both bad” is half a win for either side (equations 1 and 2 of “Mind the Gap! Static and "
        "Interactive Evaluations of Large Audio Models”). "
        f"They are shown as {scale.unit}. {scale.meaning}",
        f"Intervals hold {100 * board.confidence:g} % of {board.bootstraps:,} resamples, in which "
        f"{_RESAMPLED.get(board.resampled, board.resampled)}. A score without a finite maximum is "
        "infinite, never a large number.",
        "P of a pair is two-sided, from the resamples inside the pair; the paper’s stars are "
        "one-sided. The family-wise P allows for the number of pairs: it asks how often any pair "
        "strays as far (P. H. Westfall and S. S. Young, “Resampling-Based Multiple Testing”, "
        "1993).",
        "How little holds up the first place: the votes that pull most are left out until another "
        "system comes first, and a fit checks it (T. Broderick, R. Giordano and R. Meager, arXiv "
        "2011.14999).",
        "Every battle was either counted or left out under a rule that is named here.",
    ]
