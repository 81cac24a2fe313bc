"""The words of follow-ups: kinds, states, priorities, deeds. Codes are stable, labels translated."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notices.models import Topic


class MilestoneKind(models.TextChoices):
    FOLLOW_UP = "FOLLOW_UP", pgettext_lazy("kind of milestone", "Follow-up")
    LOI_SIGN = "LOI_SIGN", _("LoI signing")
    KB_SIGN = "KB_SIGN", _("MoU signing")
    PKS_SIGN = "PKS_SIGN", _("PKS signing")
    DPRD_APPROVAL = "DPRD_APPROVAL", pgettext_lazy("kind of milestone", "Council approval")
    MOHA_VERIFICATION = "MOHA_VERIFICATION", _("Home Affairs verification")
    FULL_POWERS = "FULL_POWERS", pgettext_lazy("kind of milestone", "Full powers")
    KICKOFF = "KICKOFF", _("Kick-off")
    DELIVERABLE = "DELIVERABLE", _("Deliverable")
    PAYMENT = "PAYMENT", pgettext_lazy("kind of milestone", "Funding")
    REPORT_SEMESTER = "REPORT_SEMESTER", _("Half-year report")
    REPORT_ANNUAL = "REPORT_ANNUAL", _("Annual report")
    MONEV = "MONEV", _("M&E")
    REVIEW = "REVIEW", pgettext_lazy("kind of milestone", "Review")
    NOTICE_DEADLINE = "NOTICE_DEADLINE", _("Notice deadline")
    RENEWAL_DECISION = "RENEWAL_DECISION", _("Renewal decision")
    EXPIRY = "EXPIRY", _("Expiry")
    RETURN_VISIT = "RETURN_VISIT", _("Return visit")
    TARGET = "TARGET", pgettext_lazy("kind of milestone", "Target")
    STEP = "STEP", _("Deadline of a step")
    SILENCE = "SILENCE", _("Agreement gone silent")


ENDINGS = (MilestoneKind.EXPIRY, MilestoneKind.NOTICE_DEADLINE, MilestoneKind.RENEWAL_DECISION)
REPORTS = (
    MilestoneKind.REPORT_SEMESTER, MilestoneKind.REPORT_ANNUAL, MilestoneKind.MONEV, MilestoneKind.REVIEW,
)  # fmt: skip
STEPS = (
    MilestoneKind.STEP, MilestoneKind.LOI_SIGN, MilestoneKind.KB_SIGN, MilestoneKind.PKS_SIGN,
    MilestoneKind.DPRD_APPROVAL, MilestoneKind.MOHA_VERIFICATION, MilestoneKind.FULL_POWERS,
)  # fmt: skip
TOPICS: dict[str, Topic] = {
    **dict.fromkeys(MilestoneKind.values, Topic.TASKS),
    **dict.fromkeys(ENDINGS, Topic.ENDINGS),
    **dict.fromkeys(REPORTS, Topic.REPORTS),
    **dict.fromkeys(STEPS, Topic.STEPS),
    MilestoneKind.RETURN_VISIT: Topic.INVITATIONS,
    MilestoneKind.SILENCE: Topic.SILENCE,
}  # what a person may switch off


class MilestoneStatus(models.TextChoices):
    """The same codes as `visits.FollowUp`. Overdue is no status: it is open, and its day has passed."""

    SUGGESTED = "SUGGESTED", _("Suggested")
    OPEN = "OPEN", _("Open")
    IN_PROGRESS = "IN_PROGRESS", pgettext_lazy("follow-up", "In progress")
    BLOCKED = "BLOCKED", _("Blocked")
    DONE = "DONE", pgettext_lazy("follow-up", "Done")
    CANCELLED = "CANCELLED", pgettext_lazy("follow-up", "Cancelled")


OPEN = (MilestoneStatus.OPEN, MilestoneStatus.IN_PROGRESS, MilestoneStatus.BLOCKED)


class Priority(models.TextChoices):
    LOW = "LOW", pgettext_lazy("priority", "Low")
    NORMAL = "NORMAL", pgettext_lazy("priority", "Normal")
    HIGH = "HIGH", pgettext_lazy("priority", "High")
    URGENT = "URGENT", pgettext_lazy("priority", "Urgent")


class Origin(models.TextChoices):
    PERSON = "PERSON", _("Entered by a person")
    OUTCOME = "OUTCOME", _("Outcome of a visit")
    DATA = "DATA", _("Made from the data of the agreement")
    DUTY = "DUTY", _("Occurrence of a recurring duty")


class Recurrence(models.TextChoices):
    MONTHLY = "MONTHLY", _("Monthly")
    QUARTERLY = "QUARTERLY", _("Quarterly")
    SEMESTER = "SEMESTER", _("Half-yearly")
    ANNUAL = "ANNUAL", _("Yearly")
    CUSTOM = "CUSTOM", pgettext_lazy("recurrence", "Custom")


MONTHS_OF = {"MONTHLY": 1, "QUARTERLY": 3, "SEMESTER": 6, "ANNUAL": 12}


class Occurrence(models.TextChoices):
    """How one occurrence of a recurring duty stands on a day; follows from its status, due day and day of doing."""

    SCHEDULED = "SCHEDULED", pgettext_lazy("occurrence", "Scheduled")
    DUE = "DUE", pgettext_lazy("occurrence", "Due")
    MET = "MET", pgettext_lazy("occurrence", "Met")
    LATE = "LATE", pgettext_lazy("occurrence", "Met late")
    MISSED = "MISSED", pgettext_lazy("occurrence", "Missed")
    WAIVED = "WAIVED", pgettext_lazy("occurrence", "Waived")


class MilestoneDeed(models.TextChoices):
    """What an entry of a milestone's log says. The last three are written by the database when the data move."""

    CREATED = "CREATED", pgettext_lazy("follow-up", "Created")
    ACCEPTED = "ACCEPTED", pgettext_lazy("follow-up", "Accepted")
    DECLINED = "DECLINED", pgettext_lazy("follow-up", "Declined")
    STARTED = "STARTED", pgettext_lazy("follow-up", "Begun")
    BLOCKED = "BLOCKED", pgettext_lazy("follow-up", "Marked as blocked")
    CONFIRMED = "CONFIRMED", pgettext_lazy("follow-up", "Own part confirmed")
    COMPLETED = "COMPLETED", pgettext_lazy("follow-up", "Completed")
    REOPENED = "REOPENED", pgettext_lazy("follow-up", "Reopened")
    RESCHEDULED = "RESCHEDULED", pgettext_lazy("follow-up", "Moved to another day")
    REASSIGNED = "REASSIGNED", pgettext_lazy("follow-up", "Given to others")
    SNOOZED = "SNOOZED", pgettext_lazy("follow-up", "Snoozed")
    CANCELLED = "CANCELLED", pgettext_lazy("follow-up", "Cancelled")
    COMMENTED = "COMMENTED", pgettext_lazy("follow-up", "Comment")
    UNDONE = "UNDONE", pgettext_lazy("follow-up", "Change in bulk undone")
    MOVED_BY_DATA = "MOVED_BY_DATA", _("Moved with the data")
    CLOSED_BY_DATA = "CLOSED_BY_DATA", _("Closed with the data")
    REOPENED_BY_DATA = "REOPENED_BY_DATA", _("Open again with the data")


class Basis(models.TextChoices):
    DUE = "DUE", _("The due day")
    SINCE = "SINCE", _("The day since which it is open, while no due day is known")


class Audience(models.TextChoices):
    RESPONSIBLE = "RESPONSIBLE", _("Who is responsible")
    MANAGER = "MANAGER", _("Managers of the responsible region")
    KEEPER = "KEEPER", _("Officers of the region that keeps the record")
    PARTNER = "PARTNER", _("Officers of the other regions that take part")
    PEOPLE = "PEOPLE", _("Certain people")


class Why(models.TextChoices):
    """Why a person is told."""

    RULE = "RULE", _("A rule")
    ASSIGNED = "ASSIGNED", _("It was given to you")
    SNOOZED = "SNOOZED", _("Your snooze is over")
    COMMENT = "COMMENT", _("Somebody wrote a comment")
