"""Where we know it from: sources, citations, papers with their text, notes of one side; and templates of drafts."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models.agreements import Agreement
from agreements.models.kinds import AgreementKind
from agreements.models.parties import touch_agreement
from agreements.models.processes import ProcessStep
from documents.models import Attachment, Note, PaperText
from documents.sources import Citation, Source, says_something
from records.history import tracked
from records.models import Record
from regions.models import Region


@tracked
class AgreementSource(Source):
    """A source of what the agreement says."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="sources", verbose_name=_("agreement"))

    class Meta(Source.Meta):
        abstract = False
        constraints = [says_something("agreement_source_says_something")]
        triggers = [touch_agreement()]


class AgreementCited(models.TextChoices):
    PARTIES = "PARTIES", _("Parties")
    KIND = "KIND", _("Kind and category")
    SIGNING = "SIGNING", pgettext_lazy("cited fact", "Signing")
    VALIDITY = "VALIDITY", _("Validity")
    SCOPE = "SCOPE", _("Scope")
    STAGE = "STAGE", _("Stage")
    FOLLOW_UP = "FOLLOW_UP", _("Monitoring and follow-up")
    CONTEXT = "CONTEXT", _("Context")
    OTHER = "OTHER", pgettext_lazy("cited fact", "Other")


@tracked
class AgreementCitation(Citation):
    """One fact of the agreement with the words that carry it."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="citations", verbose_name=_("agreement"))
    source = models.ForeignKey(
        AgreementSource, models.CASCADE, null=True, blank=True, related_name="citations", verbose_name=_("source")
    )
    about = models.CharField(_("what it shows"), max_length=10, choices=AgreementCited, default=AgreementCited.OTHER)

    class Meta(Citation.Meta):
        abstract = False
        triggers = [touch_agreement()]


@tracked
class AgreementAttachment(Attachment):
    """A paper of an agreement, of one of its steps or of none."""

    of = "agreement"
    lasting = (*Attachment.lasting, "step")
    beside = (*Attachment.beside, "step")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="attachments", verbose_name=_("agreement"))
    step = models.ForeignKey(
        ProcessStep, models.SET_NULL, null=True, blank=True, related_name="attachments", verbose_name=_("step")
    )

    class Meta(Attachment.Meta):
        abstract = False


class AgreementPaperText(PaperText):
    """The text of a paper of an agreement."""

    paper = models.OneToOneField(AgreementAttachment, models.CASCADE, related_name="reading", primary_key=True)

    class Meta(PaperText.Meta):
        abstract = False


@tracked
class AgreementNote(Note):
    """An internal note of one side on an agreement."""

    of = "agreement"
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="notes", verbose_name=_("agreement"))

    class Meta(Note.Meta):
        abstract = False


class DraftTemplateQuerySet(models.QuerySet["DraftTemplate"]):
    def visible_to(self, user: Any) -> Self:
        """Templates of the user's own regions."""
        if not user.is_authenticated:
            return self.none()
        return self if user.sees_all else self.filter(region__in=user.own_region_ids)


@tracked
class DraftTemplate(Record):
    """A Word template by which an office makes its drafts of one kind; without one, ours is used."""

    DRAFTED: ClassVar = (AgreementKind.LOI, AgreementKind.KB, AgreementKind.PKS)

    region = models.ForeignKey(Region, models.CASCADE, related_name="+", verbose_name=_("kept by"))
    kind = models.CharField(_("kind"), max_length=15, choices=AgreementKind)
    file = models.FileField(_("file"), upload_to="drafttemplate", max_length=200)
    filename = models.CharField(_("file name"), max_length=255, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    objects = DraftTemplateQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("template of a draft")
        verbose_name_plural = _("templates of drafts")
        ordering = ["region", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["region", "kind"], name="draft_template_is_unique"),
            models.CheckConstraint(condition=Q(kind__in=["LOI", "KB", "PKS"]), name="draft_template_is_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.region}"
