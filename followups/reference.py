"""The reference rows of follow-ups: the rules of reminding with which an installation begins."""

from __future__ import annotations

from django.db import transaction

from followups.data.rules import RULES
from followups.models import ReminderRule
from records.history import event_model


@transaction.atomic
def load() -> list[ReminderRule]:
    """Add the rules that were never there, and return them; safe to run any number of times.

    What an administrator has changed, switched off or deleted stays so: the table is theirs, the release only begins
    it. The history remembers what was deleted.
    """
    known = set(event_model(ReminderRule).objects.values_list("code", flat=True))
    known |= set(ReminderRule.objects.values_list("code", flat=True))
    return ReminderRule.objects.bulk_create(
        ReminderRule(
            code=rule.code,
            name_id=rule.name_id,
            name_en=rule.name_en,
            kinds=[kind.value for kind in rule.kinds],
            basis=rule.basis,
            days=list(rule.days),
            every_days=rule.every_days,
            audience=rule.audience,
            at_once=rule.escalates,  # what others have left undone cannot wait for the digest
            escalates=rule.escalates,
            position=position,
        )
        for position, rule in enumerate(RULES, start=1)
        if rule.code not in known
    )
