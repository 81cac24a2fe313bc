"""Who the agreement is between, who signs for them, and where and when they signed."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models.agreements import Agreement
from agreements.models.kinds import MAIN_ROLES, PartyRole, SigningMode
from records.dates import Certainty, StatedPeriod
from records.history import tracked
from records.models import touch_parent
from regions.models import Manner, Official, Organisation, Region
from visits.models import Visit
from visits.models.visits import party


def touch_agreement() -> pgtrigger.Trigger:
    """Editing a child is editing the agreement: its version rises."""
    return touch_parent("agreements_agreement", "agreement_id")


def refresh_agreement() -> pgtrigger.Trigger:
    """A trigger by which a child row brings the agreement's digest up to date without raising its version."""
    return pgtrigger.Trigger(
        name="refresh_agreement",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
            UPDATE agreements_agreement SET id = id
            WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.agreement_id ELSE NEW.agreement_id END;
            RETURN NULL;
        """,
    )


@tracked
class Party(models.Model):
    """A region, an organisation, or an organisation of a region; possibly on behalf of another.

    Each party gives the instrument its own number; `unit` is the agency that is responsible on this side.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties", verbose_name=_("agreement"))
    role = models.CharField(_("role"), max_length=12, choices=PartyRole, default=PartyRole.FIRST)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="party_to", verbose_name=_("region")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="party_to", verbose_name=_("organisation")
    )
    on_behalf_of_region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="party_on_behalf",
        verbose_name=_("on behalf of the region"),
    )
    on_behalf_of = models.CharField(
        _("on behalf of"), max_length=200, blank=True, help_text=_("A person, office or body that is represented.")
    )
    number = models.CharField(_("number given by this party"), max_length=120, blank=True)
    unit = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements_carried_out",
        verbose_name=_("responsible unit"),
    )
    liaison = models.TextField(_("liaison and address for letters"), blank=True)
    certainty = models.CharField(_("how sure?"), max_length=10, choices=Certainty, default=Certainty.STATED)
    quote = models.TextField(_("words of the source"), blank=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=False) | Q(organisation__isnull=False),
                name="party_has_a_region_or_an_organisation",
                violation_error_message=_("Say who the party is: choose a region or an organisation."),
            ),
            models.UniqueConstraint(
                fields=["agreement", "region", "organisation"],
                name="party_takes_part_once",
                nulls_distinct=False,
                violation_error_message=_("This party is in the agreement already. Remove one of the two rows."),
            ),
        ]
        indexes = [models.Index(fields=["region", "agreement"], name="party_of_region")]
        triggers = [touch_agreement()]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The organisation with its region unless its name says it already, or the region."""
        return party(str(self.organisation or ""), str(self.region or ""))

    @property
    def is_main(self) -> bool:
        """One of those who sign; facilitators and witnesses are beside them."""
        return self.role in MAIN_ROLES

    @property
    def stands_for(self) -> str:
        """On whose behalf, in words."""
        return ", ".join(part for part in (self.on_behalf_of, str(self.on_behalf_of_region or "")) if part)


@tracked
class Signatory(models.Model):
    """Who signs for a party. Name, office and manner are the snapshot of the day: they stay when people move on."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="signatories", verbose_name=_("party"))
    official = models.ForeignKey(
        Official, models.PROTECT, null=True, blank=True, related_name="signatory_of", verbose_name=_("official")
    )
    name = models.CharField(_("name"), max_length=200, blank=True, help_text=_("As written in the source."))
    capacity = models.CharField(_("office"), max_length=250, blank=True, help_text=_("“Bupati Malang”."))
    manner = models.CharField(_("held as"), max_length=10, choices=Manner, default=Manner.DEFINITIVE)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=200, blank=True)
    power = models.CharField(
        _("power of attorney"), max_length=200, blank=True, help_text=_("Number and date of the power or full powers.")
    )
    certainty = models.CharField(_("how sure?"), max_length=10, choices=Certainty, default=Certainty.STATED)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(official__isnull=False) | ~Q(name="") | ~Q(capacity=""),
                name="signatory_says_who",
                violation_error_message=_("Give the name or the office of the signatory."),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="touch_agreement",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    UPDATE agreements_agreement SET version = version + 1 WHERE id IN (
                        SELECT agreement_id FROM agreements_party
                        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.party_id ELSE NEW.party_id END);
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.who

    @property
    def spoken_name(self) -> str:
        """The name as the source writes it, else that of the official."""
        return self.name or (str(self.official) if self.official else "")

    @property
    def office(self) -> str:
        """The office with how it is held: “Pj. Bupati Malang”."""
        acting = {"PJ": "Pj. ", "PLT": "Plt. ", "PLH": "Plh. "}.get(self.manner, "")
        return f"{acting}{self.capacity}" if self.capacity else ""

    @property
    def who(self) -> str:
        return ", ".join(part for part in (self.spoken_name, self.office) if part)


@tracked
class Signing(StatedPeriod):
    """Where and when it was signed, by all parties or by one. It is signed when every main party has signed.

    Two cities may sign on different days or over a video link; one ceremony (a visit) may sign several instruments.
    A signing without a date says that it was signed, nobody knows when.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signings", verbose_name=_("agreement"))
    party = models.ForeignKey(
        Party,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="signings",
        verbose_name=_("signed by"),
        help_text=_("Empty: by all parties."),
    )
    place = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="signings", verbose_name=_("place")
    )
    place_as_stated = models.CharField(_("place in the words of the source"), max_length=200, blank=True)
    mode = models.CharField(_("mode of signing"), max_length=12, choices=SigningMode, blank=True)
    by_video_link = models.BooleanField(_("over a video link"), default=False)
    ceremony = models.ForeignKey(
        Visit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="signings",
        verbose_name=_("ceremony"),
        help_text=_("The visit or meeting at which it was signed."),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        verbose_name = _("signing")
        verbose_name_plural = _("signings")
        ordering = ["position", "pk"]
        constraints = [*StatedPeriod.Meta.constraints]
        triggers = [
            touch_agreement(),
            pgtrigger.Trigger(
                name="keep_gates",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    PERFORM agreements_require_gates(a.id, a.process_id, a.kind)
                        FROM agreements_agreement a WHERE a.id = NEW.agreement_id;
                    IF NEW.party_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM agreements_party
                            WHERE id = NEW.party_id AND agreement_id = NEW.agreement_id) THEN
                        RAISE EXCEPTION 'foreign party' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'signing_is_of_a_party';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}, {self.where}" if self.where else self.period

    @property
    def where(self) -> str:
        """The place in words: as stated, else the region."""
        return self.place_as_stated or str(self.place or "")
