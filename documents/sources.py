"""Where we know it from: sources with their full text, and facts with the words that carry them; both abstract."""

from __future__ import annotations

import hashlib

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records.dates import Certainty


class SourceKind(models.TextChoices):
    NEWS = "NEWS", _("News article")
    LETTER = "LETTER", _("Letter")
    MINUTES = "MINUTES", _("Minutes")
    REPORT = "REPORT", _("Report")
    OBSERVED = "OBSERVED", _("Own observation")
    OTHER = "OTHER", _("Other")


class Source(models.Model):
    """Who published it, when as far as known, its address, and its whole text as it was written.

    A table declared on it adds the key to its record (`related_name="sources"`), `touch_parent`, and `says_something`.
    """

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
        abstract = True
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.outlet, self.title) if part) or self.url or self.get_kind_display()

    @property
    def checksum(self) -> str:
        """SHA-256 of the full text (UTF-8), 64 hex digits; '' without a text."""
        return hashlib.sha256(self.full_text.encode()).hexdigest() if self.full_text else ""


def says_something(name: str) -> models.CheckConstraint:
    """The promise of every table of sources, under the name that the table gives it."""
    return models.CheckConstraint(
        condition=~Q(outlet="", title="", url="", full_text=""),
        name=name,
        violation_error_message=_("Name the source: its outlet, title, address or text."),
    )


class Citation(models.Model):
    """One fact of a record with the words that carry it; conflicting sources are both kept.

    A table declared on it adds the key to its record (`related_name="citations"`), a nullable key `source`, `about`
    with its own choices, and `touch_parent`.
    """

    fact = models.CharField(_("fact"), max_length=300)
    quote = models.TextField(_("words of the source"), blank=True)
    certainty = models.CharField(_("how sure?"), max_length=10, choices=Certainty, default=Certainty.STATED)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        abstract = True
        verbose_name = _("cited fact")
        verbose_name_plural = _("cited facts")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.fact
