"""Who came and who received them: delegations and their members in the three forms in which sources name people."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records.dates import Certainty
from records.history import tracked
from records.models import touch_parent
from regions.models import COMPARATOR_SIGNS, Comparator, Manner, Official, Organisation, Region
from visits.models.visits import Visit, party


class Side(models.TextChoices):
    GUEST = "GUEST", _("Guest")
    HOST = "HOST", _("Host")
    THIRD = "THIRD", _("Third party")


@tracked
class Delegation(models.Model):
    """One party to the visit: guests, the receiving side, or a third one; possibly on behalf of another.

    The host's delegation says who received the guests. `headcount` counts people as stated, with its comparator.
    """

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="delegations", verbose_name=_("visit"))
    side = models.CharField(_("side"), max_length=5, choices=Side, default=Side.GUEST)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="delegations", verbose_name=_("region")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="delegations", verbose_name=_("organisation")
    )
    on_behalf_of_region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="delegations_on_behalf",
        verbose_name=_("on behalf of the region"),
    )
    on_behalf_of = models.CharField(
        _("on behalf of"), max_length=200, blank=True, help_text=_("A person, office or body that is represented.")
    )
    headcount = models.PositiveIntegerField(_("number of people"), null=True, blank=True)
    headcount_comparator = models.CharField(
        _("comparator"), max_length=10, choices=Comparator, default=Comparator.EXACT
    )
    topics = models.TextField(_("topics of this delegation"), blank=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=False) | Q(organisation__isnull=False),
                name="delegation_has_a_region_or_an_organisation",
                violation_error_message=_("Say whose delegation it is: choose a region or an organisation."),
            )
        ]
        indexes = [models.Index(fields=["region", "side"], name="delegation_of_region")]
        triggers = [touch_parent("visits_visit", "visit_id")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Whose delegation it is, in words: “DPRD Batam”, “Bappeda, Kabupaten Malang”."""
        return party(str(self.organisation or ""), str(self.region or ""))

    @property
    def headcount_text(self) -> str:
        return "" if self.headcount is None else f"{COMPARATOR_SIGNS[self.headcount_comparator]}{self.headcount}"


class DelegateForm(models.TextChoices):
    NAMED = "NAMED", _("Named")
    ROLE_ONLY = "ROLE_ONLY", _("Role only")
    GROUP = "GROUP", _("Group")


class DelegateRole(models.TextChoices):
    LEADER = "LEADER", _("Head of delegation")
    DEPUTY = "DEPUTY", _("Deputy head")
    MEMBER = "MEMBER", _("Member")
    ACCOMPANYING = "ACCOMPANYING", _("Accompanying person")
    EXPERT = "EXPERT", _("Expert")
    INTERPRETER = "INTERPRETER", _("Interpreter")
    PROTOCOL = "PROTOCOL", _("Protocol officer")
    HOST = "HOST", _("Host")
    FACILITATOR = "FACILITATOR", _("Facilitator")
    SIGNATORY = "SIGNATORY", _("Signatory")
    OBSERVER = "OBSERVER", _("Observer")
    PRESS = "PRESS", _("Press")


@tracked
class Delegate(models.Model):
    """A member of a delegation: a named person, an office without a name, or a group with or without a count.

    `name`, `capacity`, `manner` and `organisation` are the snapshot of the day: they stay when people move on.
    """

    delegation = models.ForeignKey(Delegation, models.CASCADE, related_name="delegates", verbose_name=_("delegation"))
    form = models.CharField(
        _("how the source names them"), max_length=10, choices=DelegateForm, default=DelegateForm.NAMED
    )
    role = models.CharField(
        _("role in the delegation"), max_length=15, choices=DelegateRole, default=DelegateRole.MEMBER
    )
    official = models.ForeignKey(
        Official, models.PROTECT, null=True, blank=True, related_name="delegate_of", verbose_name=_("official")
    )
    name = models.CharField(_("name"), max_length=200, blank=True, help_text=_("As written in the source."))
    capacity = models.CharField(
        _("office or group"),
        max_length=250,
        blank=True,
        help_text=_("“Bupati Malang”, “Ketua Komisi DPRD”, “para kepala desa”."),
    )
    manner = models.CharField(_("held as"), max_length=10, choices=Manner, default=Manner.DEFINITIVE)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="delegates", verbose_name=_("organisation")
    )
    on_behalf_of = models.CharField(_("on behalf of"), max_length=200, blank=True)
    count = models.PositiveIntegerField(_("number of people"), null=True, blank=True)
    count_comparator = models.CharField(_("comparator"), max_length=10, choices=Comparator, default=Comparator.EXACT)
    certainty = models.CharField(_("how sure?"), max_length=10, choices=Certainty, default=Certainty.STATED)
    quote = models.TextField(_("words of the source"), blank=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        verbose_name = _("member of a delegation")
        verbose_name_plural = _("members of a delegation")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["delegation"],
                condition=Q(role="LEADER"),
                name="delegation_has_one_leader",
                violation_error_message=_("A delegation has one head. Make one of them deputy or member."),
            ),
            models.CheckConstraint(
                condition=(
                    (Q(form="NAMED") & (Q(official__isnull=False) | ~Q(name="")))
                    | (Q(form__in=["ROLE_ONLY", "GROUP"]) & ~Q(capacity=""))
                ),
                name="delegate_says_who",
                violation_error_message=_(
                    "Give the name of the person, or the office or group as the source calls it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(count__isnull=True) | Q(form="GROUP", count__gte=1),
                name="delegate_count_is_of_a_group",
                violation_error_message=_("Only a group has a number of people, and it is at least 1."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="touch_visit",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    UPDATE visits_visit SET version = version + 1 WHERE id IN (
                        SELECT visit_id FROM visits_delegation
                        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.delegation_id ELSE NEW.delegation_id END);
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
        """The office or group, with how it is held: “Pj. Bupati Malang”."""
        acting = {"PJ": "Pj. ", "PLT": "Plt. ", "PLH": "Plh. "}.get(self.manner, "")
        return f"{acting}{self.capacity}" if self.capacity else ""

    @property
    def count_text(self) -> str:
        return f"{COMPARATOR_SIGNS[self.count_comparator]}{self.count}" if self.count else ""

    @property
    def who(self) -> str:
        """“M Sanusi, Bupati Malang”; “Pj. Bupati X”; “para kepala desa (≥ 20)”."""
        count = f" ({self.count_text})" if self.count else ""
        return ", ".join(part for part in (self.spoken_name, self.office) if part) + count


def named_sides(path: str = "delegations") -> models.Prefetch[Any]:
    """To be prefetched: who takes part, as far as the name of a visit tells it."""
    return models.Prefetch(path, Delegation.objects.select_related("region", "organisation"))
