"""What every attachment is; visits and agreements declare their own tables on it."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.accepted import PICTURES, SHOWN
from records.models import Record
from regions.models import Region


class DocumentKind(models.TextChoices):
    INVITATION = "INVITATION", pgettext_lazy("document", "Invitation")
    REQUEST = "REQUEST", _("Request letter")
    OFFER = "OFFER", _("Offer letter")
    REPLY = "REPLY", _("Reply")
    TOR = "TOR", _("Terms of reference")
    FEASIBILITY = "FEASIBILITY", _("Feasibility study")
    PARTNER_PROFILE = "PARTNER_PROFILE", _("Partner profile")
    POTENTIAL = "POTENTIAL", _("Potential data")
    EXPERT_STUDY = "EXPERT_STUDY", _("Expert study")
    DRAFT = "DRAFT", _("Draft text")
    SIGNED = "SIGNED", _("Signed text")
    WORKPLAN = "WORKPLAN", _("Work plan")
    TEAM_DECREE = "TEAM_DECREE", _("Team decree")
    DPRD_APPROVAL = "DPRD_APPROVAL", _("Council approval")
    MOHA_LETTER = "MOHA_LETTER", _("Home Affairs letter")
    FULL_POWERS = "FULL_POWERS", _("Full powers")
    PROXY = "PROXY", _("Power of attorney")
    ASSIGNMENT = "ASSIGNMENT", _("Travel assignment")
    ATTENDANCE = "ATTENDANCE", _("Attendance list")
    MINUTES = "MINUTES", _("Minutes")
    VISIT_REPORT = "VISIT_REPORT", _("Visit report")
    MEMO = "MEMO", _("Internal memo")
    SLIDES = "SLIDES", pgettext_lazy("document", "Presentation")
    PHOTO = "PHOTO", _("Photo")
    PERIODIC_REPORT = "PERIODIC_REPORT", _("Periodic report")
    MONEV_FORM = "MONEV_FORM", _("M&E form")
    EVIDENCE = "EVIDENCE", pgettext_lazy("document", "Evidence")
    ADDENDUM = "ADDENDUM", _("Addendum")
    TERMINATION = "TERMINATION", _("Termination letter")
    NEWS = "NEWS", _("News article")
    OTHER = "OTHER", _("Other")


class Access(models.TextChoices):
    PUBLIC = "PUBLIC", _("Public")
    INTERNAL = "INTERNAL", _("Internal")
    RESTRICTED = "RESTRICTED", _("Restricted")


def storage_path(instance: Attachment, filename: str) -> str:
    """A random name in a folder of the model; the name that the officer gave is kept in the row, never on the disk."""
    return f"{instance._meta.model_name}/{uuid.uuid4().hex}{PurePosixPath(filename).suffix.lower()[:10]}"


class Attachment(Record):
    """A file with its kind, edition, access level and checksum. Served only through a permission check.

    `checksum` is the SHA-256 of the stored bytes (64 hex digits), `size` counts bytes, `content_type` was found by
    looking into the file. A restricted paper is shown only to the side that owns it. `documents.keeping` makes rows.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind, default=DocumentKind.OTHER)
    title = models.CharField(_("title"), max_length=200, blank=True)
    file = models.FileField(_("file"), upload_to=storage_path, max_length=200)
    filename = models.CharField(_("file name"), max_length=255, editable=False)
    content_type = models.CharField(_("type"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    checksum = models.CharField(_("checksum"), max_length=64, editable=False)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1, editable=False)
    replaces = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    access = models.CharField(_("access"), max_length=10, choices=Access, default=Access.INTERNAL)
    owner = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+", verbose_name=_("kept by"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    class Meta(Record.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.title or self.filename

    @property
    def is_picture(self) -> bool:
        return self.content_type in PICTURES

    @property
    def is_photo(self) -> bool:
        """Shown among the photos; a letter that was scanned as a picture is a paper."""
        return self.is_picture and self.kind == DocumentKind.PHOTO

    @property
    def is_shown(self) -> bool:
        return self.content_type in SHOWN

    @property
    def ending(self) -> str:
        """“PDF”, “DOCX”."""
        return PurePosixPath(self.filename).suffix[1:].upper()

    @property
    def thumbnail_name(self) -> str:
        """Where the small WebP of a picture is kept: beside it."""
        return f"{self.file.name}.webp"
