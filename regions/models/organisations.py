"""Who acts for a region or beside it: a tree of governments, councils, agencies, companies …"""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from records.history import tracked
from records.models import Record
from regions.models.reference import Bilingual, ReferenceQuerySet, by_name
from regions.models.regions import Region


class OrganisationKind(models.TextChoices):
    PEMDA_PROV = "PEMDA_PROV", _("Provincial government")
    PEMDA_KAB = "PEMDA_KAB", _("Regency government")
    PEMDA_KOTA = "PEMDA_KOTA", _("City government")
    DPRD = "DPRD", _("Regional council")
    SETDA = "SETDA", _("Regional secretariat")
    SETDA_UNIT = "SETDA_UNIT", _("Secretariat division")
    OPD = "OPD", _("Regional agency")
    UPTD = "UPTD", _("Technical unit")
    KECAMATAN = "KECAMATAN", _("District office")
    DESA = "DESA", _("Village government")
    BLUD = "BLUD", _("Public service body")
    BUMD = "BUMD", _("Region-owned enterprise")
    BUMN = "BUMN", _("State-owned enterprise")
    SPECIAL_AUTHORITY = "SPECIAL_AUTHORITY", _("Special authority")
    KEK = "KEK", _("Special economic zone")
    MINISTRY = "MINISTRY", _("Ministry or agency")
    FOREIGN_LOCAL_GOV = "FOREIGN_LOCAL_GOV", _("Foreign local government")
    FOREIGN_NATIONAL_GOV = "FOREIGN_NATIONAL_GOV", _("Foreign government")
    CONSULATE = "CONSULATE", _("Consulate")
    EMBASSY = "EMBASSY", _("Embassy")
    RI_MISSION = "RI_MISSION", _("Indonesian mission")
    INTL_ORG = "INTL_ORG", _("International organisation")
    FOREIGN_INSTITUTION = "FOREIGN_INSTITUTION", _("Foreign institution")
    UNIVERSITY = "UNIVERSITY", _("University")
    COMPANY = "COMPANY", _("Company")
    CHAMBER = "CHAMBER", _("Chamber or association")
    NGO = "NGO", _("Civil-society organisation")
    INCUBATOR = "INCUBATOR", _("Business incubator")
    MEDIA = "MEDIA", _("Media")
    GROUP = "GROUP", _("Unnamed group")
    OTHER = "OTHER", _("Other")


NAMED = Concat("name_id", Value(" "), "name_en", Value(" "), "short_name")  # by what organisations are found


class OrganisationQuerySet(ReferenceQuerySet):
    def for_list(self) -> Self:
        return self.select_related("region", "parent").order_by(by_name(), by_name("region__"), "pk")


@tracked
class Organisation(Record, Bilingual):
    """A government, council, agency, authority, ministry, consulate, company …; a tree; of one region or of none."""

    kind = models.CharField(_("kind"), max_length=25, choices=OrganisationKind)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name=_("region")
    )
    seat = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations_seated",
        verbose_name=_("has its seat in"),
        help_text=_("If it lies elsewhere: a consulate serves one country and sits in a city of another."),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("part of")
    )
    website = models.URLField(_("website"), blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes = [GinIndex(OpClass(Upper(NAMED), "gin_trgm_ops"), name="organisation_named")]
        constraints = [
            models.UniqueConstraint(
                Lower("name_id"),
                F("region"),
                name="organisation_name_is_unique_in_its_region",
                nulls_distinct=False,
                violation_error_message=_("This organisation exists already. Choose it from the list."),
            ),
            models.CheckConstraint(  # the trigger below names it too, for what is part of itself through others
                condition=~Q(parent=F("pk")),
                name="organisation_is_not_part_of_itself",
                violation_error_message=_("An organisation cannot be part of itself."),
            ),
        ]
        triggers = [
            *Record.Meta.triggers,
            pgtrigger.Trigger(  # one writer of links at a time: two officers may close a circle together
                name="keep_a_tree",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.parent_id IS NOT NULL"),
                func="""
                    IF TG_OP = 'UPDATE' AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id THEN
                        RETURN NEW;
                    END IF;
                    PERFORM pg_advisory_xact_lock(hashtext('organisations_keep_a_tree'));
                    IF EXISTS (
                        WITH RECURSIVE above(id) AS (
                            SELECT NEW.parent_id
                            UNION SELECT x.parent_id FROM regions_organisation x JOIN above ON x.id = above.id)
                        SELECT 1 FROM above WHERE id = NEW.id) THEN
                        RAISE EXCEPTION 'in a circle' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'organisation_is_not_part_of_itself';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def clean(self) -> None:
        above, seen = self.parent, set()
        while above is not None and above.pk not in seen:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("An organisation cannot be part of itself.")})
            seen.add(above.pk)
            above = above.parent

    def get_absolute_url(self) -> str:
        return reverse("regions:organisation-detail", args=[self.pk])

    @property
    def label(self) -> str:
        """“Bappeda — Regional agency, Kabupaten Malang”."""
        place = f", {self.region.name}" if self.region else ""
        return f"{self.name} — {self.get_kind_display()}{place}"
