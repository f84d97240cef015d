"""What gives a system away that is not what it says: exported folders in, a report out.

from ranker.audit import audit
report = audit(["exports/station-a"])
print(report.sentences)
"""

from ranker.audit.meter import audit
from ranker.audit.report import Figure, Report
from ranker.audit.score import Score

__all__ = ["Figure", "Report", "Score", "audit"]
