"""Follow-ups in Django admin."""

from followups.admin import milestones, rules

__all__ = ["milestones", "rules"]
