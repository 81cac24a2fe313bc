"""Follow-ups by aggregate: milestones with their sides and log, recurring duties, rules and reminders."""

from followups.models.duties import Duty
from followups.models.kinds import (
    OPEN,
    TOPICS,
    Audience,
    Basis,
    MilestoneDeed,
    MilestoneKind,
    MilestoneStatus,
    Occurrence,
    Origin,
    Priority,
    Recurrence,
    Why,
)
from followups.models.milestones import DUE_SOON, Milestone, MilestoneQuerySet, heading_of, occurrence_of
from followups.models.parts import (
    Assignee,
    BulkDeed,
    MilestoneAttachment,
    MilestoneEntry,
    MilestoneNote,
    MilestonePaperText,
    Part,
    Snooze,
)
from followups.models.reminders import Reminder, ReminderRule, RuleOverride

__all__ = [
    "DUE_SOON",
    "OPEN",
    "TOPICS",
    "Assignee",
    "Audience",
    "Basis",
    "BulkDeed",
    "Duty",
    "Milestone",
    "MilestoneAttachment",
    "MilestoneDeed",
    "MilestoneEntry",
    "MilestoneKind",
    "MilestoneNote",
    "MilestonePaperText",
    "MilestoneQuerySet",
    "MilestoneStatus",
    "Occurrence",
    "Origin",
    "Part",
    "Priority",
    "Recurrence",
    "Reminder",
    "ReminderRule",
    "RuleOverride",
    "Snooze",
    "Why",
    "heading_of",
    "occurrence_of",
]
