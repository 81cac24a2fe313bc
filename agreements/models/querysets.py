"""What is asked of agreements: who may see them, where they stand, what they say, and what lists and pages need."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, Func, OuterRef, Q, Value

from records.folding import Fold, folded
from regions.models import Organisation, Region
from visits.models.visits import beginning

if TYPE_CHECKING:
    from agreements.models.agreements import Agreement  # noqa: F401 -- named in the base of the queryset

# What a row of a list shows of the tables below the agreement. The ORM would take longer to write these than they run.
PARTIES = """ARRAY(
    SELECT jsonb_build_array(p.role, r.name_id, r.name_en, o.name_id, o.name_en, p.number, p.region_id)
    FROM agreements_party p LEFT JOIN regions_region r ON r.id = p.region_id
    LEFT JOIN regions_organisation o ON o.id = p.organisation_id
    WHERE p.agreement_id = %(expressions)s ORDER BY p.position, p.id)"""
SIGNED = """(
    SELECT jsonb_build_array(precision, starts_on, ends_on, weekday) FROM agreements_signing
    WHERE agreement_id = %(expressions)s ORDER BY starts_on DESC NULLS LAST, id LIMIT 1)"""

LISTED = (
    "pk", "title", "category", "kind", "nature", "is_signed", "signed_on", "validity_precision", "process_id",
    "step_id", "step__name_id", "step__name_en", "step__days_allowed", "step__phase", "stage_since", "closed_as",
    "closed_on", "owner_id", "created_at", "last_active_on",
)  # fmt: skip

# What `for_detail` reads with the agreement.
FOLDS = (
    Fold(
        "parties",
        ("region", "organisation__region", "on_behalf_of_region", "unit__region"),
        below=(Fold("signatories", ("official",)),),
    ),
    Fold("signings", ("place",)),
    Fold("scope", ("sector",)),
    Fold("sector_links", ("sector",)),
    Fold("visit_links", ("outcome",)),
    Fold("sources"),
    Fold("citations"),
)


MANY = 1_000  # agreements whose papers say a word


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: Any) -> Self:
        """The one door: agreements kept by the user's regions or to which these are party, or in which a unit acts."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.sees_all:
            return self
        mine = Q()
        if user.region_ids:
            mine |= Q(region_ids__overlap=user.region_ids)
        if user.unit_ids:
            mine |= Q(organisation_ids__overlap=user.unit_ids)
        return self.filter(mine) if mine else self.none()

    def editable_by(self, user: Any) -> Self:
        """Agreements whose record the user keeps: officers of the region that owns it."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.sees_all else self.filter(owner__in=user.writing_region_ids)

    def with_state(self, on: dt.date | None = None) -> Self:
        """Annotates `state` for the day, `reach` (effective end) and `renewed_from`.

        Without a day: today in the time zone of each record's region. See `agreements.states`.
        """
        from agreements.states import answers  # noqa: PLC0415 -- that module imports this one

        return self.annotate(**answers(on))

    def in_state(self, *states: str, on: dt.date | None = None) -> Self:
        """Those in one of the states on the day (today in each region's own time zone), found through indexes."""
        from agreements.states import narrowed  # noqa: PLC0415 -- that module imports this one

        return narrowed(self, states, on)

    def for_names(self) -> Self:
        """With what `str()` of an agreement needs; asked by the history and by Django admin."""
        return self.prefetch_related("parties__region", "parties__organisation")

    def newest_first(self) -> Self:
        return self.order_by(F("last_active_on").desc(nulls_last=True), "-pk")

    def matching(self, text: str) -> Self:
        """Full text over the agreement and all that hangs on it but its papers, in Indonesian stems and as written.

        The last word may be a beginning. Understands "exact words", -without and or.
        """
        return self.filter(words=written(text))

    def saying(self, text: str, user: Any) -> Self:
        """Those that match, or one of whose papers says so that the user may read. Asks for the papers at once.

        As bare keys they are found through the index beside the words. Where very many papers say it, the word is
        common: then a list in its order has enough of them soon.
        """
        attachments: Any = self.model._meta.get_field("attachments").related_model
        papers = attachments.objects.visible_to(user).filter(reading__words=written(text)).order_by()
        keys = list(papers.values_list("agreement", flat=True).distinct()[: MANY + 1])
        by_papers = Q(pk__in=papers.values("agreement")) if len(keys) > MANY else Q(pk__in=keys)
        return self.filter(Q(words=written(text)) | by_papers)

    def with_region(self, region_id: int) -> Self:
        """Those to which the region is party, for which somebody stands in, or which it keeps."""
        return self.filter(region_ids__contains=[region_id])

    def with_organisation(self, organisation_id: int) -> Self:
        """Those to which the organisation is party, or for which it is responsible on its side."""
        return self.filter(organisation_ids__contains=[organisation_id])

    def of_country(self, country: Region) -> Self:
        """Those with a party that lies in the country."""
        inside = Q(pk=country.pk)
        for above in ("parent", "parent__parent", "parent__parent__parent"):
            inside |= Q(**{above: country.pk})
        places = Region.objects.order_by().filter(inside)
        units = Organisation.objects.order_by().filter(region__in=places)
        return self.filter(
            Q(region_ids__overlap=ArraySubquery(places.values("pk")))
            | Q(organisation_ids__overlap=ArraySubquery(units.values("pk")))
        )

    def ending_within(self, days: int, on: dt.date) -> Self:
        """Signed, not renewed, and with an effective end from the day until so many days later."""
        from agreements.states import ending  # noqa: PLC0415 -- that module imports this one

        return ending(self, days, on)

    def late(self, on: dt.date) -> Self:
        """Longer at their step than is allowed for it."""
        latest = ExpressionWrapper(
            Value(on, models.DateField()) - F("step__days_allowed"), output_field=models.DateField()
        )
        return self.filter(closed_as="", step__days_allowed__isnull=False, stage_since__lt=latest)

    def awaiting_a_decision(self) -> Self:
        """At a gate: the council's approval, the verification by the ministry, full powers."""
        return self.filter(closed_as="", step__is_gate=True)

    def for_list(self, on: dt.date | None = None, *more: str) -> Any:
        """Bare values with everything that a row of a list shows; `agreements.lists.rows` turns them into words.

        `parties_named` are [role, the region's two names, the organisation's two names, number, region], `signing` is
        [precision, first, last day, weekday] of the last one; `more` names further columns.
        """
        return self.with_state(on).values(
            *LISTED,
            *(name for name in more if name not in LISTED),
            "day",
            "reach",
            "state",
            parties_named=Func(F("pk"), template=PARTIES, output_field=ArrayField(models.JSONField())),
            signing=Func(F("pk"), template=SIGNED, output_field=models.JSONField()),
        )

    def told_to(self, user: Any) -> list[dict[str, Any]]:
        """As rows in words, for the small lists of pages whose apps stand below this one. One query."""
        from agreements.lists import rows  # noqa: PLC0415 -- that module imports this one

        return list(rows(self.for_list(), user))

    def for_detail(self) -> Self:
        """One agreement with its state of today and what hangs on it, in one query. Then call `unfold()` on it."""
        found = self.select_related("owner", "process", "step__actor", "step__with_actor", "created_by")
        programmes: Any = self.model._meta.get_field("programmes").related_model
        planned = Exists(programmes._base_manager.filter(agreement=OuterRef("pk")))
        return found.with_state().annotate(has_programmes=planned, **folded(self.model, FOLDS))


def written(text: str) -> Any:
    """What was typed, as a question to a tsvector."""
    begun = beginning(text)
    as_written = SearchQuery(begun or text, config="simple", search_type="raw" if begun else "websearch")
    return as_written | SearchQuery(text, config="indonesian", search_type="websearch")
