"""What is known of a region: figures with date and source, strengths and wants by sector."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from records.history import tracked
from records.models import Record
from regions.models.reference import ReferenceQuerySet, Sector, SentOnce
from regions.models.regions import Region


class Comparator(models.TextChoices):
    EXACT = "EXACT", _("exactly")
    ABOUT = "ABOUT", _("about")
    AT_LEAST = "AT_LEAST", _("at least")
    MORE_THAN = "MORE_THAN", _("more than")
    AT_MOST = "AT_MOST", _("at most")
    LESS_THAN = "LESS_THAN", _("less than")


COMPARATOR_SIGNS = {"EXACT": "", "ABOUT": "± ", "AT_LEAST": "≥ ", "MORE_THAN": "> ", "AT_MOST": "≤ ", "LESS_THAN": "< "}


class Measure(models.TextChoices):
    AREA = "AREA", _("Area")
    POPULATION = "POPULATION", _("Population")
    GDP = "GDP", _("Gross regional product")
    OTHER = "OTHER", _("Other figure")


HEADS = frozenset({"jiwa", "orang", "penduduk", "people", "persons", "inhabitants"})  # one unit in several words


@tracked
class RegionFigure(SentOnce, Record):
    """A figure of a region with its date and source; comparator and unit as stated (“> 600 miliar Yuan”)."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="figures", verbose_name=_("region"))
    measure = models.CharField(_("figure"), max_length=12, choices=Measure)
    name = models.CharField(_("what is measured"), max_length=100, blank=True)
    comparator = models.CharField(_("comparator"), max_length=10, choices=Comparator, default=Comparator.EXACT)
    value = models.DecimalField(_("value"), max_digits=22, decimal_places=3)
    unit = models.CharField(
        pgettext_lazy("of measure", "unit"),
        max_length=40,
        help_text=_("For example “km²”, “people” or a currency code: IDR, CNY."),
    )
    as_of = models.DateField(_("as of"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    quote = models.TextField(_("words of the source"), blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["measure", F("as_of").desc(nulls_last=True), "-pk"]

    @property
    def sign(self) -> str:
        """The comparator as a sign with its space: “> ”; nothing for an exact value."""
        return COMPARATOR_SIGNS[self.comparator]

    @property
    def amount(self) -> str:
        """The value in the numbers of the active language, without empty decimals: “1.020,28”."""
        return number_format(Decimal(f"{self.value.normalize():f}"), force_grouping=True)

    @property
    def unit_in_words(self) -> str:
        """The unit as stated; heads are counted in the reader's language, in which the source never was."""
        of_heads = self.measure == Measure.POPULATION and self.unit.strip().lower() in HEADS
        return pgettext("unit of population", "people") if of_heads else self.unit

    def __str__(self) -> str:
        return f"{self.name or self.get_measure_display()} {self.sign}{self.amount} {self.unit_in_words}"


class TraitKind(models.TextChoices):
    OFFER = "OFFER", _("Strength (offers)")
    WANT = "WANT", _("Want (needs)")


@tracked
class RegionTrait(SentOnce, Record):
    """What a region offers or wants, by sector, as a source states it."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="traits", verbose_name=_("region"))
    kind = models.CharField(_("kind"), max_length=5, choices=TraitKind)
    sector = models.ForeignKey(
        Sector, models.PROTECT, null=True, blank=True, related_name="traits", verbose_name=_("sector")
    )
    text = models.CharField(_("in words"), max_length=300)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("strength or want")
        verbose_name_plural = _("strengths and wants")
        ordering = ["kind", "sector__position", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"
