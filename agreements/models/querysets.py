"""What is asked of agreements: who may see them, where they stand, what they say, and what lists and pages need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, Func, OuterRef, Q, Value
from django.utils import timezone

from agreements.ends import known_end
from agreements.models.kinds import AgreementKind, Category
from documents.finding import in_papers
from records.asking import Asked, asked
from records.folding import Fold, folded
from regions.models import Organisation, Region

if TYPE_CHECKING:
    from agreements.models.agreements import Agreement  # noqa: F401 -- named in the base of the queryset

# What a row of a list shows of the tables below the agreement. The ORM would take longer to write these than they run.
PARTIES = """(
    SELECT COALESCE(jsonb_agg(
        jsonb_build_array(p.role, r.name_id, r.name_en, o.name_id, o.name_en, p.number, p.region_id)
        ORDER BY p.position, p.id), '[]')
    FROM agreements_party p LEFT JOIN regions_region r ON r.id = p.region_id
    LEFT JOIN regions_organisation o ON o.id = p.organisation_id
    WHERE p.agreement_id = %(expressions)s)"""
SIGNED = """(
    SELECT jsonb_build_array(precision, starts_on, ends_on, weekday) FROM agreements_signing
    WHERE agreement_id = %(expressions)s ORDER BY starts_on DESC NULLS LAST, id LIMIT 1)"""

BY_DAY = " AND e.deed IN ('STARTED', 'MOVED', 'RETURNED', 'TRANSFERRED') AND e.happened_on <= "
STOOD = """(
    SELECT jsonb_build_array(s.name_id, s.name_en, e.happened_on, s.days_allowed) FROM agreements_stepentry e
    JOIN agreements_processstep s ON s.id = e.step_id WHERE e.agreement_id = %(expressions)s
    ORDER BY e.id DESC LIMIT 1)"""

LISTED = (
    "pk", "title", "category", "kind", "nature", "is_signed", "signed_on", "process_id",
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


def late(on: dt.date) -> Q:
    """Of what `standing()` annotates."""
    since = ExpressionWrapper(Value(on, models.DateField()) - F("allowed"), output_field=models.DateField())
    return Q(allowed__isnull=False, stands_since__lt=since)


# Lines of `records.synonyms` that name a kind.
KINDS_BY_WORD = {
    "mou": AgreementKind.KB,
    "pks": AgreementKind.PKS,
    "loi": AgreementKind.LOI,
    "nota kesepakatan": AgreementKind.NK,
    "plan of action": AgreementKind.RK,
    "sister city": AgreementKind.SISTER_CITY,
    "sister province": AgreementKind.SISTER_PROVINCE,
    "friendship city": AgreementKind.FRIENDSHIP,
    "implementing arrangement": AgreementKind.IA,
    "joint commitment": AgreementKind.KOMITMEN,
    "adendum": AgreementKind.ADENDUM,
}


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
        parties: Any = self.model._meta.get_field("parties").related_model
        named = parties.objects.select_related("region", "organisation")
        return self.prefetch_related(models.Prefetch("parties", named))

    def newest_first(self) -> Self:
        return self.order_by(F("last_active_on").desc(nulls_last=True), "-pk")

    def matching(self, text: str) -> Self:
        """Full text over the agreement and all that hangs on it but its papers. See `records.asking`.

        A word for a kind of agreement (“MoU”) also finds those of the kind, whatever they are called.
        """
        return self.filter(_matches(asked(text, self.model.called)))

    def saying(self, text: str, user: Any, keys: Collection[int] | None = None) -> Self:
        """Those that match, or one of whose papers says so that the user may read. See `documents.finding`."""
        question = asked(text, self.model.called)
        return self.filter(_matches(question) | in_papers(self.model, question.query, user, keys))

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

    def in_place(self, region_ids: Collection[int]) -> Self:
        """Those in which one of the regions takes part, or which it keeps."""
        return self.filter(region_ids__overlap=list(region_ids))

    def in_category(self, category: str, _user: Any) -> Self:
        return self.filter(category=category)

    def about(self, sector_id: int | None) -> Self:
        """About the sector; None: about none."""
        return self.filter(sector_ids__contains=[sector_id]) if sector_id else self.filter(sector_ids=[])

    def begun(self, on: dt.date) -> Self:
        """Those of which there was any trace by the day: what was explored later did not stand anywhere on it."""
        return self.filter(Q(activity__0__lte=on) | Q(counts_from__lte=on))

    def signed_between(self, first: dt.date | None, last: dt.date | None) -> Self:
        """Signed from the one day to the other, as far as the day is known."""
        found = self.filter(is_signed=True)
        found = found.filter(signed_on__gte=first) if first else found
        return found.filter(signed_on__lte=last) if last else found

    def standing(self, on: dt.date | None) -> Self:
        """Those that are open, with `stands` (step), `stands_since` and `allowed` (days): now, or on a past day by the
        log. See `agreements.standing`."""
        from agreements.standing import standing  # noqa: PLC0415 -- that module imports this one

        return standing(self, on)

    def nowhere(self) -> Self:
        """After `standing()`: at no step yet."""
        return self.filter(Q(stands__isnull=True))

    def silent(self, months: int | None, today: dt.date, on: dt.date | None) -> Self:
        """Signed and in force, but nothing has happened for so many months (None: those of its process).

        `on` is the day of the state, as in `with_state`."""
        from agreements.standing import silent  # noqa: PLC0415 -- that module imports this one

        return silent(self, months, today, on)

    def with_open_renewal(self, user: Any, today: dt.date, on: dt.date | None) -> Self:
        """There is a renewal or replacement of it that the user may see, neither signed nor closed."""
        from agreements.standing import with_open_renewal  # noqa: PLC0415 -- that module imports this one

        return with_open_renewal(self, user, today, on)

    def with_target(self, how: str, on: dt.date) -> Self:
        """With an indicator whose target stands so on the day: see `agreements.targets`."""
        from agreements.targets import with_target  # noqa: PLC0415 -- that module imports this one

        return with_target(self, how, on)

    def ending_within(self, days: int, on: dt.date) -> Self:
        """Signed, not renewed, and with an effective end from the day until so many days later."""
        from agreements.states import ending  # noqa: PLC0415 -- that module imports this one

        return ending(self, days, on)

    def late(self, on: dt.date) -> Self:
        """Longer at their step than is allowed for it; after `standing()` at the step of that day."""
        found = self if "stands" in self.query.annotations else self.standing(None)
        return found.filter(late(on))

    def in_time(self, on: dt.date) -> Self:
        """At a step, and not longer than is allowed for it; many steps allow any time."""
        found = self if "stands" in self.query.annotations else self.standing(None)
        return found.filter(Q(allowed__isnull=True) | ~late(on), stands__isnull=False)

    def awaiting_a_decision(self) -> Self:
        """At a gate: the council's approval, the verification by the ministry, full powers."""
        return self.filter(closed_as="", step__is_gate=True)

    def for_list(self, on: dt.date | None = None, *more: str) -> Any:
        """Bare values with everything that a row of a list shows; `agreements.lists.rows` turns them into words.

        `parties_named` are [role, the region's two names, the organisation's two names, number, region], `signing` is
        [precision, first, last day, weekday] of the last one; `more` names further columns. Of a past day `stood` is
        [the step's two names, since when, days allowed] by the log of that day; of today the columns say it.
        """
        is_past = on is not None and on < timezone.now().date()
        stood: dict[str, Any] = {}
        if is_past:
            day = Value(on, models.DateField())
            stood["stood"] = Func(F("pk"), day, template=STOOD, arg_joiner=BY_DAY, output_field=models.JSONField())
        return self.with_state(on).values(
            *LISTED,
            *(name for name in more if name not in LISTED),
            "day",
            "reach",
            "state",
            known_end=known_end(),
            parties_named=Func(F("pk"), template=PARTIES, output_field=models.JSONField()),
            signing=Func(F("pk"), template=SIGNED, output_field=models.JSONField()),
            **stood,
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
        return found.with_state().annotate(has_programmes=planned, known_end=known_end(), **folded(self.model, FOLDS))


def _matches(question: Asked) -> Q:
    kinds = [KINDS_BY_WORD[name] for name in question.names if name in KINDS_BY_WORD]
    if not kinds:
        return Q(words=question.query)
    rest = question.without(KINDS_BY_WORD)
    of_kind = Q(category__in=Category.values, kind__in=kinds)  # as the index of kinds begins
    return Q(words=question.query) | (Q(kind__in=kinds, words=rest.query) if all(rest.ways) else of_kind)
