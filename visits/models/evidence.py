"""Where we know it from: sources with their full text, citations, attachments; and each side's internal notes."""

from __future__ import annotations

import hashlib
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Access, Attachment
from records.dates import Certainty
from records.history import tracked
from records.models import Record, touch_parent
from regions.models import Region
from visits.models.visits import Visit


class SourceKind(models.TextChoices):
    NEWS = "NEWS", _("News article")
    LETTER = "LETTER", _("Letter")
    MINUTES = "MINUTES", _("Minutes")
    REPORT = "REPORT", _("Report")
    OBSERVED = "OBSERVED", _("Own observation")
    OTHER = "OTHER", _("Other")


@tracked
class VisitSource(models.Model):
    """Who published it, when as far as known, its address, and its whole text as it was written."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="sources", verbose_name=_("visit"))
    kind = models.CharField(_("kind"), max_length=10, choices=SourceKind, default=SourceKind.NEWS)
    outlet = models.CharField(_("outlet"), max_length=150, blank=True, help_text=_("The newspaper, site or office."))
    title = models.CharField(_("title"), max_length=300, blank=True)
    author = models.CharField(_("author or reporter"), max_length=150, blank=True)
    editor = models.CharField(_("editor"), max_length=150, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_as_stated = models.CharField(_("publication date as stated"), max_length=100, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    full_text = models.TextField(_("full text"), blank=True, help_text=_("As it was written, typos included."))
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outlet="", title="", url="", full_text=""),
                name="visit_source_says_something",
                violation_error_message=_("Name the source: its outlet, title, address or text."),
            )
        ]
        triggers = [touch_parent("visits_visit", "visit_id")]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.outlet, self.title) if part) or self.url or self.get_kind_display()

    @property
    def checksum(self) -> str:
        """SHA-256 of the full text (UTF-8), 64 hex digits; '' without a text."""
        return hashlib.sha256(self.full_text.encode()).hexdigest() if self.full_text else ""


class Cited(models.TextChoices):
    DATE = "DATE", _("Date")
    PLACE = "PLACE", _("Place")
    PURPOSE = "PURPOSE", _("Purpose")
    KIND = "KIND", _("Kind of visit")
    PEOPLE = "PEOPLE", _("People")
    ORDINAL = "ORDINAL", _("Claimed number")
    CONTEXT = "CONTEXT", _("Context")
    OTHER = "OTHER", _("Other")


@tracked
class Citation(models.Model):
    """One fact of the visit with the words that carry it; conflicting sources are both kept."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="citations", verbose_name=_("visit"))
    source = models.ForeignKey(
        VisitSource, models.CASCADE, null=True, blank=True, related_name="citations", verbose_name=_("source")
    )
    about = models.CharField(_("what it shows"), max_length=10, choices=Cited, default=Cited.OTHER)
    fact = models.CharField(_("fact"), max_length=300)
    quote = models.TextField(_("words of the source"), blank=True)
    certainty = models.CharField(_("how sure?"), max_length=10, choices=Certainty, default=Certainty.STATED)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        verbose_name = _("cited fact")
        verbose_name_plural = _("cited facts")
        ordering = ["position", "pk"]
        triggers = [touch_parent("visits_visit", "visit_id")]

    def __str__(self) -> str:
        return self.fact


class VisitAttachmentQuerySet(models.QuerySet["VisitAttachment"]):
    def visible_to(self, user: Any) -> Self:
        """Of visible visits; restricted papers only for the side that owns them."""
        if not user.is_authenticated:
            return self.none()
        found = self.filter(Exists(Visit.objects.visible_to(user).filter(pk=OuterRef("visit"))))
        return found if user.sees_all else found.filter(~Q(access=Access.RESTRICTED) | Q(owner__in=user.own_region_ids))


@tracked
class VisitAttachment(Attachment):
    """A paper or photo of a visit."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="attachments", verbose_name=_("visit"))

    objects = VisitAttachmentQuerySet.as_manager()

    class Meta(Attachment.Meta):
        abstract = False
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["kind", "uploaded_at", "pk"]

    def get_absolute_url(self) -> str:
        return reverse("visits:attachment", args=[self.visit_id, self.pk])

    @property
    def thumbnail_url(self) -> str:
        return reverse("visits:attachment-thumbnail", args=[self.visit_id, self.pk])


class VisitNoteQuerySet(models.QuerySet["VisitNote"]):
    def visible_to(self, user: Any) -> Self:
        """Notes of the user's own side on visits that they see."""
        if not user.is_authenticated:
            return self.none()
        found = self.filter(Exists(Visit.objects.visible_to(user).filter(pk=OuterRef("visit"))))
        return found if user.sees_all else found.filter(region__in=user.own_region_ids)


@tracked
class VisitNote(Record):
    """An internal note of one side; the other side never sees it."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="notes", verbose_name=_("visit"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("note of"))
    text = models.TextField(_("note"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = VisitNoteQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.text[:60]
