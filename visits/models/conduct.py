"""What was planned and done, what it was about, and who said what."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records.dates import Certainty, Precision, period_text
from records.history import tracked
from records.models import touch_parent
from regions.models import Official, Sector, Venue
from visits.models.visits import Visit


class AgendaKind(models.TextChoices):
    RECEPTION = "RECEPTION", _("Reception")
    PRESENTATION = "PRESENTATION", _("Presentation")
    DISCUSSION = "DISCUSSION", _("Discussion")
    TECHNICAL = "TECHNICAL", _("Technical session")
    SITE_VISIT = "SITE_VISIT", _("Site visit")
    SIGNING = "SIGNING", _("Signing")
    PHASE = "PHASE", _("Programme phase")
    PRESS = "PRESS", _("Press conference")
    MEAL = "MEAL", _("Official meal")
    OTHER = "OTHER", _("Other")


class AgendaState(models.TextChoices):
    PLANNED = "PLANNED", _("Planned")
    DONE = "DONE", pgettext_lazy("agenda item", "Done")
    CANCELLED = "CANCELLED", pgettext_lazy("agenda item", "Cancelled")
    UNKNOWN = "UNKNOWN", _("Unknown")


@tracked
class AgendaItem(models.Model):
    """A part of the programme with a state of its own: planned is not done, even when the visit is over."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="agenda", verbose_name=_("visit"))
    kind = models.CharField(_("kind"), max_length=12, choices=AgendaKind, default=AgendaKind.DISCUSSION)
    title = models.CharField(_("what"), max_length=250)
    note = models.TextField(_("details"), blank=True)
    on = models.DateField(_("day"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    venue = models.ForeignKey(
        Venue, models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name=_("venue")
    )
    led_by = models.CharField(_("led by"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=AgendaState, default=AgendaState.DONE)
    certainty = models.CharField(_("how sure?"), max_length=10, choices=Certainty, default=Certainty.STATED)
    quote = models.TextField(_("words of the source"), blank=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(on__isnull=False, until__gte=models.F("on")),
                name="agenda_item_ends_after_it_starts",
                violation_error_message=_("The agenda item cannot end before it starts."),
            )
        ]
        triggers = [touch_parent("visits_visit", "visit_id")]

    def __str__(self) -> str:
        return self.title

    @property
    def days(self) -> str:
        """“16 June 2025”, “16–18 June 2025”; nothing where no day is known."""
        return period_text(Precision.RANGE, self.on, self.until or self.on) if self.on else ""


@tracked
class Topic(models.Model):
    """A sector that the visit was about, and how it came up."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="topics", verbose_name=_("visit"))
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="topics", verbose_name=_("sector"))
    note = models.CharField(_("what about it"), max_length=300, blank=True)
    emphasised = models.BooleanField(_("discussed in depth"), default=False)
    certainty = models.CharField(_("how sure?"), max_length=10, choices=Certainty, default=Certainty.STATED)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["-emphasised", "sector__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "sector"],
                name="visit_has_a_topic_once",
                violation_error_message=_("This sector is listed already. Put both remarks in one row."),
            )
        ]
        triggers = [touch_parent("visits_visit", "visit_id")]

    def __str__(self) -> str:
        return str(self.sector)


@tracked
class Statement(models.Model):
    """What somebody said, word for word (typos included) or in sum; a translation stands beside it, never instead."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="statements", verbose_name=_("visit"))
    speaker = models.CharField(_("speaker"), max_length=200)
    official = models.ForeignKey(
        Official, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("official")
    )
    text = models.TextField(_("text"))
    verbatim = models.BooleanField(_("word for word"), default=True)
    translation = models.TextField(_("translation or note"), blank=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["position", "pk"]
        triggers = [touch_parent("visits_visit", "visit_id")]

    def __str__(self) -> str:
        return f"{self.speaker}: {self.text[:60]}"
