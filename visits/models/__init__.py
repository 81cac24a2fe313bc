"""Visits by aggregate: the visit, who came, what was done and said, what came of it, and where we know it from."""

from visits.models.conduct import AgendaItem, AgendaKind, AgendaState, Statement, Topic
from visits.models.delegations import Delegate, DelegateForm, DelegateRole, Delegation, Side
from visits.models.evidence import Citation, VisitAttachment, VisitNote, VisitPaperText, VisitSource
from visits.models.outcomes import FollowUp, Nature, Outcome, OutcomeDirection, OutcomeKind
from visits.models.visits import (
    Direction,
    Setting,
    Standing,
    Visit,
    VisitKind,
    VisitKindLink,
    VisitQuerySet,
    VisitSeries,
    VisitStatus,
)

__all__ = [
    "AgendaItem",
    "AgendaKind",
    "AgendaState",
    "Citation",
    "Delegate",
    "DelegateForm",
    "DelegateRole",
    "Delegation",
    "Direction",
    "FollowUp",
    "Nature",
    "Outcome",
    "OutcomeDirection",
    "OutcomeKind",
    "Setting",
    "Side",
    "Standing",
    "Statement",
    "Topic",
    "Visit",
    "VisitAttachment",
    "VisitKind",
    "VisitKindLink",
    "VisitNote",
    "VisitPaperText",
    "VisitQuerySet",
    "VisitSeries",
    "VisitSource",
    "VisitStatus",
]
