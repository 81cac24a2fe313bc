"""How a milestone, or a recurring duty, came to be what it is."""

from __future__ import annotations

from typing import Any

from documents.papers import events_of
from followups.models import Assignee, Duty, Milestone, MilestoneEntry, Part
from records.history import Change, event_model, history_of

CHILDREN = (Part, Assignee, MilestoneEntry)


def changes_of(milestone: Milestone, reader: Any) -> list[Change]:
    """All that this reader may know, newest first: notes and restricted papers of the other side are left out."""
    children = [event_model(child).objects.filter(milestone_id=milestone.pk) for child in CHILDREN]
    return history_of(milestone, *children, *events_of(milestone, reader), reader=reader)


def changes_of_duty(duty: Duty, reader: Any) -> list[Change]:
    """Those of the duty alone: each occurrence has a history of its own."""
    return history_of(duty, reader=reader)
