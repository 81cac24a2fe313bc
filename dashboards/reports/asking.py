"""What a report is asked for: region, period, language, who signs. The same form serves the page and every address."""

from __future__ import annotations

import datetime as dt
import re
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from agreements.models import Agreement
from followups.models import Milestone
from regions.models import Organisation, OrganisationKind, Position, PositionTitle, Region
from visits.models import Visit

GOVERNMENTS = (OrganisationKind.PEMDA_PROV, OrganisationKind.PEMDA_KAB, OrganisationKind.PEMDA_KOTA)
SIGNING = [  # those who usually sign, in this order
    PositionTitle.REGENT, PositionTitle.MAYOR, PositionTitle.GOVERNOR, PositionTitle.SECRETARY,
    PositionTitle.ASSISTANT, PositionTitle.DIVISION_HEAD, PositionTitle.AGENCY_HEAD,
]  # fmt: skip
SIGNED = ("language", "signs", "place", "office")
YEARS = 6  # on offer
OFFERED = 200  # people who may sign
FIRST_YEAR, LAST_YEAR = 1950, 2200
LEVELS = re.compile(r"^(Kota|Kabupaten|Provinsi|Regency of|City of)\s+")


class Period:
    """A half year (“2026-1”, “2026-2”) or a year (“2026”)."""

    def __init__(self, code: str) -> None:
        if not re.fullmatch(r"\d{4}(-[12])?", code, re.ASCII) or not FIRST_YEAR <= int(code[:4]) <= LAST_YEAR:
            raise ValueError(code)
        year, half = int(code[:4]), code[5:]
        self.code = code
        self.first = dt.date(year, 7 if half == "2" else 1, 1)
        self.last = dt.date(year, 6, 30) if half == "1" else dt.date(year, 12, 31)

    def __str__(self) -> str:
        year, half = self.code[:4], self.code[5:]
        return _("Half-year %(half)s of %(year)s") % {"half": "I" * int(half), "year": year} if half else year

    @property
    def in_words(self) -> str:
        return f"{date_format(self.first)} – {date_format(self.last)}"

    def day(self, today: dt.date) -> dt.date:
        """The day of which it tells: its end, or today while it is not over."""
        return max(self.first, min(self.last, today))


def periods(today: dt.date) -> list[tuple[str, str]]:
    """The latest first: half years that have begun, each year behind its halves."""
    codes = []
    for year in range(today.year, today.year - YEARS, -1):
        second = [f"{year}-2"] if (year, 7) <= (today.year, today.month) else []
        codes += [*second, f"{year}-1", str(year)]
    return [(code, str(Period(code))) for code in codes]


def signatories(region: Region | None, on: dt.date) -> list[tuple[str, str]]:
    """Positions held on the day in organisations of the region; heads of the region first."""
    held = Q(starts_on__isnull=True) | Q(starts_on__lte=on), Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    rank = Case(*(When(title_code=code, then=n) for n, code in enumerate(SIGNING)), default=len(SIGNING))
    found = Position.objects.filter(*held, organisation__region=region).select_related("official").annotate(rank=rank)
    ordered = sorted(found.order_by("rank", "-pk")[:OFFERED], key=lambda p: (p.rank, str(p.official)))
    return [(str(p.pk), f"{p.official}, {p}") for p in ordered]


def letterhead(region: Region, office: str) -> list[str]:
    """The government of the region and its cooperation office, as far as they are known; no coat of arms is ours."""
    of_cooperation = Q(kind=OrganisationKind.SETDA_UNIT, name_id__icontains="kerja sama")
    asked = Organisation.objects.filter(Q(kind__in=GOVERNMENTS) | of_cooperation, region=region).order_by("pk")
    found = {organisation.kind in GOVERNMENTS: organisation for organisation in reversed(asked)}
    return [str(found.get(True, region)), office or str(found.get(False, ""))]


class SheetForm(forms.Form):
    """Of any report: who signs, and in which language; both may be left open."""

    reported: Region | None = None

    signs = forms.ChoiceField(label=gettext_lazy("Signed by"), required=False)
    place = forms.CharField(
        label=gettext_lazy("Place of signing"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Empty: a line to write on."),
    )
    office = forms.CharField(
        label=gettext_lazy("Office in the header"), required=False, max_length=200,
        help_text=gettext_lazy("Empty: the cooperation division of the region, if it is known."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the report"), required=False, choices=settings.LANGUAGES
    )

    def __init__(self, data: Any = None, *, user: Any, region: Region | None = None) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        self.user = user
        nobody = ("", _("Nobody yet: a line to write on"))
        fields["signs"].choices = [nobody, *(signatories(region, user.today()) if region else [])]

    @property
    def spoken(self) -> str:
        """The language of the report: the one chosen, else that of the page."""
        return self.cleaned_data.get("language") or get_language() or settings.LANGUAGE_CODE

    def signature(self) -> dict[str, str]:
        """Office, name and place as they stand under the report."""
        given = self.cleaned_data
        chosen = given.get("signs")
        position = Position.objects.select_related("official").get(pk=chosen) if chosen else None
        office, name = (str(position), str(position.official)) if position else ("", "")
        return {"place": given.get("place") or "", "office": office, "name": name}


class ReportForm(SheetForm):
    """Of a report on a period: a region that the user sees, and the half year or year."""

    region = forms.ChoiceField(label=gettext_lazy("Region"))
    period = forms.ChoiceField(label=gettext_lazy("Period"))

    field_order = ("region", "period", "language", "signs", "place", "office")

    def __init__(self, data: Any = None, *, user: Any) -> None:
        known = {name: value for name in ("region", "period", *SIGNED) if (value := (data or {}).get(name)) is not None}
        seen = Region.objects.filter(pk__in=seen_regions(user)).select_related("parent__parent")
        regions = list(seen.order_by("name_id"))
        asked = str(known.get("region") or getattr(user.home_region, "pk", ""))
        self.reported = next((region for region in regions if str(region.pk) == asked), None)
        given = {"place": seat(self.reported), "language": get_language(), "period": periods(user.today())[0][0]}
        super().__init__({**given, **known, "region": asked}, user=user, region=self.reported)
        fields: dict[str, Any] = self.fields
        fields["language"].required = True
        fields["region"].choices = [(str(region.pk), region.label) for region in regions]
        fields["period"].choices = periods(user.today())

    @property
    def query(self) -> str:
        """What was asked for, as it stands in an address; an empty place is one, too."""
        return urlencode({name: value for name, value in self.data.items() if value or name == "place"})

    @property
    def seen_by(self) -> str:
        """The units of an agency user, who is not told the whole of the region; else empty."""
        if self.user.sees_all or (self.reported and self.reported.pk in self.user.region_ids):
            return ""
        return ", ".join(str(member.unit) for member in self.user.standing if member.unit)

    def clean_period(self) -> Period:
        return Period(self.cleaned_data["period"])


def seen_regions(user: Any) -> list[int]:
    """Own and supervised regions; for an agency user that of the unit; for the system administrator where records are
    kept."""
    if user.sees_all:
        kept = (Exists(model._base_manager.filter(owner=OuterRef("pk"))) for model in (Agreement, Visit, Milestone))
        return list(Region.objects.filter(reduce(or_, map(Q, kept))).order_by().values_list("pk", flat=True))
    return user.region_ids or ([user.home_region.pk] if user.home_region else [])


def seat(region: Region | None) -> str:
    """“Batam” of “Kota Batam”: where a report of the region is usually signed."""
    return LEVELS.sub("", region.name_id) if region else ""
