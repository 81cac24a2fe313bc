"""One deed on many milestones: exactly those that were counted, or none; and undoing it.

The rules are those of `followups.doing`, which does one at a time; here they are asked of bare values (`rules`) and the
writing is set-based (`writing`), so that 2 000 rows take seconds. `tests/followups/test_bulk.py` does both and compares
every row.
"""

from followups.bulk.doing import Changed, Plan, carry_out, plan
from followups.bulk.rules import MOST, Terms
from followups.bulk.undoing import Undone, undo
from followups.bulk.wording import LABELS, offered, sentence

__all__ = ["LABELS", "MOST", "Changed", "Plan", "Terms", "Undone", "carry_out", "offered", "plan", "sentence", "undo"]
