"""People in office: officials and the positions that they hold for a time."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower, Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from records.history import tracked
from records.models import Record
from regions.models.organisations import Organisation
from regions.models.reference import ReferenceQuerySet, SentOnce

NAMED = Concat("name", Value(" "), "title_before", Value(" "), "title_after")  # by what officials are found


class OfficialQuerySet(ReferenceQuerySet):
    def for_list(self) -> Self:
        return self.prefetch_related("positions__organisation__region").order_by(Lower("name"), "pk")


@tracked
class Official(SentOnce, Record):
    """A person who acts for an organisation. Visits keep a snapshot of the position, so history never changes."""

    name = models.CharField(_("name"), max_length=200)
    title_before = models.CharField(_("title before the name"), max_length=60, blank=True)
    title_after = models.CharField(_("title after the name"), max_length=60, blank=True)
    shown_publicly = models.BooleanField(
        _("public official"), default=True, help_text=_("Private persons are never named on public pages.")
    )

    objects = OfficialQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("official")
        verbose_name_plural = _("officials")
        indexes = [GinIndex(OpClass(Upper(NAMED), "gin_trgm_ops"), name="official_named")]

    def __str__(self) -> str:
        front = f"{self.title_before} " if self.title_before else ""
        back = f", {self.title_after}" if self.title_after else ""
        return f"{front}{self.name}{back}"

    def get_absolute_url(self) -> str:
        return reverse("regions:official-detail", args=[self.pk])

    def positions_on(self, day: dt.date) -> list[Position]:
        """What the official holds on the day, two at once included; positions without dates count as held."""
        return [p for p in self.positions.all() if p.held_on(day)]

    @property
    def capacity(self) -> str:
        """The positions of today in one line: “Wali Kota Batam, Kepala BP Batam”."""
        return ", ".join(str(p) for p in self.positions_on(timezone.localdate()))

    @property
    def label(self) -> str:
        """“Amsakar Achmad — Wali Kota Batam, Kepala BP Batam”."""
        capacity = self.capacity
        return f"{self} — {capacity}" if capacity else str(self)


class Manner(models.TextChoices):
    DEFINITIVE = "DEFINITIVE", _("Definitive")
    PJ = "PJ", _("Acting head (Pj.)")
    PLT = "PLT", _("Acting, post vacant (Plt.)")
    PLH = "PLH", _("Acting, holder absent (Plh.)")


class PositionTitle(models.TextChoices):
    GOVERNOR = "GOVERNOR", _("Governor")
    VICE_GOVERNOR = "VICE_GOVERNOR", _("Vice governor")
    REGENT = "REGENT", _("Regent")
    VICE_REGENT = "VICE_REGENT", _("Vice regent")
    MAYOR = "MAYOR", _("Mayor")
    VICE_MAYOR = "VICE_MAYOR", _("Vice mayor")
    SECRETARY = "SECRETARY", _("Regional secretary")
    ASSISTANT = "ASSISTANT", _("Assistant")
    AGENCY_HEAD = "AGENCY_HEAD", _("Head of agency")
    DIVISION_HEAD = "DIVISION_HEAD", _("Head of division")
    COUNCIL_CHAIR = "COUNCIL_CHAIR", _("Chair of the council")
    COUNCIL_VICE_CHAIR = "COUNCIL_VICE_CHAIR", _("Vice chair of the council")
    COMMISSION_CHAIR = "COMMISSION_CHAIR", _("Chair of a council commission")
    DISTRICT_HEAD = "DISTRICT_HEAD", _("Head of district")
    VILLAGE_HEAD = "VILLAGE_HEAD", _("Village head")
    AUTHORITY_HEAD = "AUTHORITY_HEAD", _("Head of a special authority")
    CONSUL_GENERAL = "CONSUL_GENERAL", _("Consul general")
    AMBASSADOR = "AMBASSADOR", _("Ambassador")
    DIRECTOR = "DIRECTOR", _("Director")
    RECTOR = "RECTOR", _("Rector")
    OTHER = "OTHER", _("Other")


@tracked
class Position(SentOnce, Record):
    """An office held by an official for a time; one person may hold two at once, or act (Pj., Plt., Plh.)."""

    official = models.ForeignKey(Official, models.CASCADE, related_name="positions", verbose_name=_("official"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="positions", verbose_name=_("organisation")
    )
    title = models.CharField(_("position"), max_length=200, help_text=_("As written, for example “Wali Kota Batam”."))
    title_code = models.CharField(_("kind of position"), max_length=20, choices=PositionTitle, default="OTHER")
    manner = models.CharField(_("held as"), max_length=10, choices=Manner, default=Manner.DEFINITIVE)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = [F("starts_on").desc(nulls_last=True), "pk"]
        indexes = [GinIndex(OpClass(Upper("title"), "gin_trgm_ops"), name="position_titled")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="position_ends_after_it_starts",
                violation_error_message=_("The position cannot end before it starts."),
            )
        ]

    def __str__(self) -> str:
        acting = {"PJ": "Pj. ", "PLT": "Plt. ", "PLH": "Plh. "}.get(self.manner, "")
        return f"{acting}{self.title}"

    @property
    def term(self) -> str:
        """“20 February 2025 – 1 March 2026”, “since …”, “until …”, or nothing."""
        first, last = (date_format(day) if day else "" for day in (self.starts_on, self.ends_on))
        if first and last:
            return f"{first} – {last}"
        if first:
            return gettext("since %(day)s") % {"day": first}
        return gettext("until %(day)s") % {"day": last} if last else ""

    def held_on(self, day: dt.date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)
