"""What the votes say: an exported folder in, a leaderboard out.

import ranker
board = ranker.rank(["exports/station-a", "exports/station-b"])
print(board.verdict)
"""

from ranker.board import Board, BoardRow, Group, PairCount, SlotBalance
from ranker.count import Exclusion
from ranker.counts import Counted
from ranker.ranking import rank
from ranker.read import NoSuchExport
from ranker.sources import counted
from ranker.votes import Vote

__all__ = [
    "Board",
    "BoardRow",
    "Counted",
    "Exclusion",
    "Group",
    "NoSuchExport",
    "PairCount",
    "SlotBalance",
    "Vote",
    "counted",
    "rank",
]
