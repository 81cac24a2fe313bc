"""What is done under an agreement: work programmes, their indicators, what was measured, and how it is judged."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models.agreements import Agreement
from agreements.models.evidence import AgreementAttachment
from agreements.models.parties import refresh_agreement
from records.dates import Certainty
from records.history import tracked
from records.models import Record, touch_parent
from regions.models import Organisation, Region, Sector


class OfAgreementQuerySet(models.QuerySet[Any]):
    """Rows with a key `agreement`: seen by those who see the agreement."""

    def visible_to(self, user: Any) -> Self:
        if not user.is_authenticated:
            return self.none()
        if user.sees_all:
            return self
        return self.filter(Exists(Agreement.objects.visible_to(user).filter(pk=OuterRef("agreement"))))


def amount(value: Decimal | None) -> str:
    """A number as people of the active language write it, without trailing noughts."""
    if value is None:
        return ""
    return number_format(f"{Decimal(value).normalize():f}", use_l10n=True, force_grouping=True)


@tracked
class Programme(Record):
    """A work programme under an agreement."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="programmes", verbose_name=_("agreement"))
    name = models.CharField(_("name"), max_length=250)
    about = models.TextField(_("what is done"), blank=True)
    sector = models.ForeignKey(
        Sector, models.PROTECT, null=True, blank=True, related_name="programmes", verbose_name=_("sector")
    )
    units = models.ManyToManyField(
        Organisation, through="ProgrammeUnit", related_name="programmes", verbose_name=_("responsible units")
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    certainty = models.CharField(_("how sure?"), max_length=10, choices=Certainty, default=Certainty.STATED)
    quote = models.TextField(_("words of the source"), blank=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)
    submission = models.UUIDField(_("submission"), unique=True, default=uuid.uuid4, editable=False)

    objects = OfAgreementQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="programme_ends_after_it_starts",
                violation_error_message=_("The end lies before the start. Swap the two dates or correct one."),
            )
        ]
        triggers = [*Record.Meta.triggers, refresh_agreement()]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("agreements:programme", args=[self.agreement_id, self.pk])


@tracked
class ProgrammeUnit(models.Model):
    """A unit that is responsible for a programme on its side."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="unit_links")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="programme_links", verbose_name=_("responsible unit")
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        verbose_name = _("responsible unit")
        verbose_name_plural = _("responsible units")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation"],
                name="programme_has_a_unit_once",
                violation_error_message=_("This unit is responsible already."),
            )
        ]
        triggers = [touch_parent("agreements_programme", "programme_id")]

    def __str__(self) -> str:
        return str(self.organisation)


class Better(models.TextChoices):
    HIGHER = "HIGHER", _("More is better")
    LOWER = "LOWER", _("Less is better")


@tracked
class Indicator(models.Model):
    """What is measured: from a baseline to a target, in a unit, by a day."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="indicators", verbose_name=_("programme"))
    name = models.CharField(_("indicator"), max_length=250)
    unit = models.CharField(pgettext_lazy("of measure", "unit"), max_length=60)
    better = models.CharField(_("which way is better"), max_length=6, choices=Better, default=Better.HIGHER)
    baseline = models.DecimalField(_("baseline"), max_digits=20, decimal_places=3, null=True, blank=True)
    baseline_on = models.DateField(_("baseline measured on"), null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=20, decimal_places=3, null=True, blank=True)
    target_on = models.DateField(_("to be reached by"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        verbose_name = pgettext_lazy("of a programme", "indicator")
        verbose_name_plural = pgettext_lazy("of a programme", "indicators")
        ordering = ["position", "pk"]
        triggers = [touch_parent("agreements_programme", "programme_id")]

    def __str__(self) -> str:
        return self.name

    def progress(self, value: Decimal | None) -> Decimal | None:
        """The way from the baseline to the target, 1 = reached; None without a target. Where more is better and no
        baseline is stated, it is 0; where less is better, nobody knows where the way began."""
        start = self.baseline if self.baseline is not None or self.better == Better.LOWER else Decimal(0)
        if value is None or start is None or self.target is None or self.target == start:
            return None
        return (value - start) / (self.target - start)


@tracked
class Measurement(Record):
    """A value of an indicator on a day, with its evidence, by one side."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="measurements",
        verbose_name=pgettext_lazy("of a programme", "indicator"),
    )  # fmt: skip
    measured_on = models.DateField(_("measured on"))
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=3)
    note = models.TextField(_("note"), blank=True)
    attachment = models.ForeignKey(
        AgreementAttachment,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="measurements",
        verbose_name=_("evidence"),
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("measured by the side of")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta(Record.Meta):
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["measured_on", "pk"]
        indexes = [models.Index(fields=["indicator", "measured_on"], name="measurement_over_time")]
        triggers = [
            *Record.Meta.triggers,
            pgtrigger.Trigger(
                name="refresh_agreement",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    UPDATE agreements_agreement SET id = id WHERE id IN (
                        SELECT p.agreement_id FROM agreements_programme p
                        JOIN agreements_indicator i ON i.programme_id = p.id
                        WHERE i.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.indicator_id ELSE NEW.indicator_id END);
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{amount(self.value)} · {date_format(self.measured_on)}"


class EvaluatorRole(models.TextChoices):
    """Who judges: the three forms of a municipal system that was read (partner, agency, secretariat)."""

    PARTNER = "PARTNER", _("Partner")
    UNIT = "UNIT", _("Responsible unit")
    SECRETARIAT = "SECRETARIAT", _("Cooperation office")


class Advice(models.TextChoices):
    CONTINUE = "CONTINUE", pgettext_lazy("evaluation", "Continue")
    EXTEND = "EXTEND", pgettext_lazy("evaluation", "Expand")
    IMPROVE = "IMPROVE", pgettext_lazy("evaluation", "Improve")
    STOP = "STOP", pgettext_lazy("evaluation", "Stop")


@tracked
class Evaluation(Record):
    """A periodic judgement of an agreement, or of one programme, by one role."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="evaluations", verbose_name=_("agreement"))
    programme = models.ForeignKey(
        Programme, models.SET_NULL, null=True, blank=True, related_name="evaluations", verbose_name=_("programme"),
        help_text=_("Empty: of the whole agreement."),
    )  # fmt: skip
    role = models.CharField(_("judged by"), max_length=12, choices=EvaluatorRole, default=EvaluatorRole.SECRETARIAT)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("judged by the side of")
    )
    period_from = models.DateField(_("period from"), null=True, blank=True)
    period_until = models.DateField(_("period until"), null=True, blank=True)
    evaluated_on = models.DateField(_("judged on"))
    rating = models.PositiveSmallIntegerField(_("rating (1 to 5)"), null=True, blank=True)
    findings = models.TextField(_("findings"), blank=True)
    obstacles = models.TextField(_("obstacles"), blank=True)
    advice = models.CharField(_("recommendation"), max_length=10, choices=Advice, blank=True)
    attachment = models.ForeignKey(
        AgreementAttachment, models.SET_NULL, null=True, blank=True, related_name="evaluations",
        verbose_name=_("evidence"),
    )  # fmt: skip
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = OfAgreementQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-evaluated_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)),
                name="evaluation_rating_is_one_to_five",
                violation_error_message=_("The rating is a number from 1 to 5."),
            ),
            models.CheckConstraint(
                condition=Q(period_until__isnull=True)
                | Q(period_from__isnull=True)
                | Q(period_until__gte=F("period_from")),
                name="evaluation_period_ends_after_it_starts",
                violation_error_message=_("The end lies before the start. Swap the two dates or correct one."),
            ),
        ]
        triggers = [*Record.Meta.triggers, refresh_agreement()]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {date_format(self.evaluated_on)}"
