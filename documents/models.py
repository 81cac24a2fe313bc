"""What every attachment is; visits and agreements declare their own tables on it."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.rights import Right
from documents.accepted import PICTURES, SHOWN
from records.models import Record
from regions.models import Organisation, Region, SentOnce

Rows = TypeVar("Rows", bound="models.QuerySet[Any]")


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


class Part(Record):
    """What belongs to a record of another table; `of` is what the key to that record is called."""

    of: ClassVar[str]

    class Meta(Record.Meta):
        abstract = True

    @property
    def parent(self) -> Any:
        """The record that it belongs to."""
        return getattr(self, self.of)

    @property
    def parent_id(self) -> int:
        return int(getattr(self, f"{self.of}_id"))


def on_visible_records(rows: Rows, user: Any) -> Rows:
    """Rows that belong to records which the user sees; the model names the key to its record in `of`."""
    records: Any = rows.model._meta.get_field(rows.model.of).related_model
    return rows.filter(Exists(records.objects.visible_to(user).filter(pk=OuterRef(rows.model.of))))


def readable_by(user: Any) -> Q:
    """Of the papers of records that the user sees, or of their history: all but what is restricted to others.

    A restricted paper is for the region that owns it, and for the unit that added it; never for another unit.
    """
    if user.sees_all:
        return Q()
    regions, units = user.regions_for(Right.SEE_RESTRICTED), user.units_for(Right.SEE_RESTRICTED)
    return ~Q(access=Access.RESTRICTED) | Q(owner__in=regions) | Q(unit__in=units)


def is_readable_by(user: Any, paper: Attachment) -> bool:
    """`readable_by` for a paper that is read already, of a record that the user sees."""
    is_open = paper.access != Access.RESTRICTED
    return bool(is_open or user.may(Right.SEE_RESTRICTED, paper.owner_id, paper.unit_id))


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: Any) -> Self:
        """Of visible records; restricted papers only for the side that owns them."""
        if not user.is_authenticated:
            return self.none()
        return on_visible_records(self, user).filter(readable_by(user))


class Attachment(Part):
    """A file with its kind, edition, access level and checksum. Served only through a permission check.

    `checksum` is the SHA-256 of the stored bytes (64 hex digits), `size` counts bytes, `content_type` was found by
    looking into the file. A restricted paper is shown only to the side that owns it, and to the `unit` that added it.
    `documents.keeping` makes rows.

    A table declared on it adds the key to its record (`related_name="attachments"`) and says in `of` what it is called.
    Addresses are those of its app: `<app>:attachment` and so on. `lasting` is what a later edition takes over; `beside`
    are the keys whose names a list shows.
    """

    lasting: ClassVar[tuple[str, ...]] = ("owner", "unit", "kind", "title", "access")
    beside: ClassVar[tuple[str, ...]] = ("owner", "unit", "uploaded_by")

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
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("added by the unit")
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta(Part.Meta):
        abstract = True
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["kind", "uploaded_at", "pk"]

    def __str__(self) -> str:
        return self.title or self.filename

    def get_absolute_url(self) -> str:
        return reverse(f"{self._meta.app_label}:attachment", args=[self.parent_id, self.pk])

    @property
    def thumbnail_url(self) -> str:
        return reverse(f"{self._meta.app_label}:attachment-thumbnail", args=[self.parent_id, self.pk])

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


class PaperText(models.Model):
    """The text of a paper, read out of its file in the background; the row is also the place in the queue.

    It waits while `read_at` is empty; `asked_at` lies ahead while somebody reads it, or until the next attempt.
    Kept apart from the paper, because it is long, no person edits it, and reading it is no change of the paper: neither
    versioned nor tracked. A table declared on it adds `paper`, a one-to-one key (CASCADE, `related_name="reading"`).
    `words` covers the beginning of a very long text. Search it only through `visible_to` of the papers.
    """

    text = models.TextField(_("text"), blank=True, editable=False)
    words = SearchVectorField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    read_at = models.DateTimeField(_("read"), null=True, editable=False)
    failure = models.CharField(_("why it could not be read"), max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True
        verbose_name = _("text of a paper")
        verbose_name_plural = _("texts of papers")
        indexes = [
            models.Index(F("asked_at"), name="%(class)s_waits", condition=Q(read_at__isnull=True)),
            GinIndex(fields=["words"], name="%(class)s_words"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: Any) -> Self:
        """Notes of the user's own side on records that they see."""
        if not user.is_authenticated:
            return self.none()
        found = on_visible_records(self, user)
        return found if user.sees_all else found.filter(region__in=user.regions_for(Right.SEE_NOTES))


class Note(SentOnce, Part):
    """An internal note of one side; the other side never sees it.

    A table declared on it adds the key to its record (`related_name="notes"`) and says in `of` what it is called.
    """

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("note of"))
    text = models.TextField(_("note"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = NoteQuerySet.as_manager()

    class Meta(Part.Meta):
        abstract = True
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.text[:60]


class Upload(models.Model):
    """A file on its way in pieces: how much of it has arrived, for one user. Not a record: gone when it is kept.

    `marker` is what the browser recognises its file by, so that choosing the same file again goes on where it broke.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads", verbose_name=_("user"))
    name = models.CharField(_("file name"), max_length=255)
    marker = models.CharField(_("marker"), max_length=300)
    size = models.PositiveBigIntegerField(_("size"))
    arrived = models.PositiveBigIntegerField(_("arrived"), default=0)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    touched_at = models.DateTimeField(_("last piece"), auto_now=True)

    class Meta:
        verbose_name = _("upload under way")
        verbose_name_plural = _("uploads under way")
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "marker"], name="upload_of_a_file_is_one"),
            models.CheckConstraint(condition=Q(arrived__lte=F("size")), name="upload_arrives_up_to_its_size"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_whole(self) -> bool:
        return self.arrived == self.size
