"""Where we know it from: sources with their full text, citations, attachments; and each side's internal notes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents import models as papers
from documents import sources
from records.history import tracked
from records.models import touch_parent
from visits.models.visits import Visit


@tracked
class VisitSource(sources.Source):
    """Who published it, when as far as known, its address, and its whole text as it was written."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="sources", verbose_name=_("visit"))

    class Meta(sources.Source.Meta):
        abstract = False
        constraints = [sources.says_something("visit_source_says_something")]
        triggers = [touch_parent("visits_visit", "visit_id")]


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
class Citation(sources.Citation):
    """One fact of the visit with the words that carry it; conflicting sources are both kept."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="citations", verbose_name=_("visit"))
    source = models.ForeignKey(
        VisitSource, models.CASCADE, null=True, blank=True, related_name="citations", verbose_name=_("source")
    )
    about = models.CharField(_("what it shows"), max_length=10, choices=Cited, default=Cited.OTHER)

    class Meta(sources.Citation.Meta):
        abstract = False
        triggers = [touch_parent("visits_visit", "visit_id")]


@tracked
class VisitAttachment(papers.Attachment):
    """A paper or photo of a visit."""

    of = "visit"

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="attachments", verbose_name=_("visit"))

    class Meta(papers.Attachment.Meta):
        abstract = False


class VisitPaperText(papers.PaperText):
    """The text of a paper of a visit."""

    paper = models.OneToOneField(VisitAttachment, models.CASCADE, related_name="reading", primary_key=True)

    class Meta(papers.PaperText.Meta):
        abstract = False


@tracked
class VisitNote(papers.Note):
    """An internal note of one side; the other side never sees it."""

    of = "visit"

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="notes", verbose_name=_("visit"))

    class Meta(papers.Note.Meta):
        abstract = False
