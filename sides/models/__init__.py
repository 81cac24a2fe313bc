"""What two sides say about one record: corrections proposed, own rows confirmed, the record handed over."""

from sides.models.base import RECORDS, ROWS, About, SharedQuerySet
from sides.models.confirmations import Confirmation
from sides.models.corrections import BY_HANDOVER, Correction, CorrectionState
from sides.models.handovers import Handover, HandoverState

__all__ = [
    "BY_HANDOVER", "RECORDS", "ROWS", "About", "Confirmation", "Correction", "CorrectionState", "Handover",
    "HandoverState", "SharedQuerySet",
]  # fmt: skip
