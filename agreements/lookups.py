"""Found by typing: an agreement, and an outcome of a visit."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement
from pages.lookups import Lookup, Option
from records.keys import SHORT, whole
from visits.models import Outcome, Visit
from visits.models.delegations import named_sides


class AgreementLookup(Lookup[Agreement]):
    """Agreements that the user may see, by any word of theirs or a number; the most active first."""

    model = Agreement
    names = ()
    url = "agreements:lookup"
    placeholder = gettext_lazy("Title, party, number or subject")

    def __init__(self, user: Any) -> None:
        self.user = user

    def records(self) -> QuerySet[Agreement]:
        return Agreement.objects.visible_to(self.user).for_names()

    def option(self, record: Agreement) -> Option:
        name, number, kind = str(record), f"#{record.pk}", str(record.get_kind_display())
        day = date_format(record.signed_on, "j F Y") if record.signed_on else _("not signed")
        day = _("signed, date unknown") if record.is_signed and not record.signed_on else day
        label = f"{name} — {kind}, {day}, {number}"
        return Option(value=record.pk, label=label, name=name, level=kind, code=number, context=day)

    def search(self, text: str, records: QuerySet[Agreement] | None = None) -> QuerySet[Agreement]:
        found: Any = self.records() if records is None else records
        text = self.normalise(text)
        if (number := whole(text.lstrip("#"), SHORT)) is not None:
            return found.filter(pk=number)  # type: ignore[no-any-return]
        if text:
            found = found.matching(text)
        return found.newest_first()  # type: ignore[no-any-return]

    def alike(self, text: str, records: QuerySet[Agreement] | None = None) -> QuerySet[Agreement]:
        return Agreement.objects.none()

    def of_label(self, text: str) -> list[Agreement]:
        return list(self.records().filter(pk=number)) if (number := _last_number(text)) else []

    def too_many(self, text: str, count: int) -> str:
        return _("“%(text)s” stands in several agreements: choose one.") % {"text": text}

    def nothing(self, text: str) -> str:
        return _("No agreement fits “%(text)s”. Try the name of a party or a word of the title.") % {"text": text}


class OutcomeLookup(Lookup[Outcome]):
    """Outcomes of visits that the user may see, by words of theirs or of their visit; the newest first."""

    model = Outcome
    names = ()
    url = "agreements:outcome-lookup"
    placeholder = gettext_lazy("Words of the outcome, or a party of the visit")

    def __init__(self, user: Any) -> None:
        self.user = user

    def records(self) -> QuerySet[Outcome]:
        found = Outcome.objects.visible_to(self.user).select_related("visit__host_region", "visit__host_organisation")
        return found.prefetch_related(named_sides("visit__delegations"))

    def option(self, record: Outcome) -> Option:
        name, number, visit = str(record), f"#{record.pk}", record.visit
        return Option(
            value=record.pk,
            label=f"{name} — {visit.period}, {number}",
            name=name,
            level=str(record.get_kind_display()),
            code=number,
            context=f"{visit}, {visit.period}",
        )

    def search(self, text: str, records: QuerySet[Outcome] | None = None) -> QuerySet[Outcome]:
        found = self.records() if records is None else records
        text = self.normalise(text)
        if (number := whole(text.lstrip("#"), SHORT)) is not None:
            return found.filter(pk=number)
        if text:
            visits = Visit.objects.visible_to(self.user).matching(text)
            found = found.filter(text__icontains=text) | found.filter(visit__in=visits)
        return found.order_by("-visit__starts_on", "-pk")

    def alike(self, text: str, records: QuerySet[Outcome] | None = None) -> QuerySet[Outcome]:
        return Outcome.objects.none()

    def of_label(self, text: str) -> list[Outcome]:
        return list(self.records().filter(pk=number)) if (number := _last_number(text)) else []

    def too_many(self, text: str, count: int) -> str:
        return _("“%(text)s” fits several outcomes: choose one.") % {"text": text}

    def nothing(self, text: str) -> str:
        return _("No outcome of a visit fits “%(text)s”. Try other words, or choose only the visit.") % {"text": text}


def _last_number(text: str) -> int | None:
    return whole(text.rpartition("#")[2], SHORT)
