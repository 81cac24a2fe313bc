"""Visits, ends of agreements and follow-ups of a period as rows of (kind, pk, first, last, known, at).

Each kind is asked in two to four questions, of which every one finds an index; together they hold each item once.

`known` is DAY where the days are known, else to what they are known: MONTH, YEAR, NONE. Then `first` and `last` are, of
visits, the bounds within which it lies; of the others the day that is written down. `at` is the order within a day.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from agreements.ends import PrecisionOfEnd, known_end
from agreements.models import CHANGES, NO_END_OF_THEIR_OWN, Agreement, AgreementNature, AgreementState
from agreements.states import likely
from dashboards.calendar.kinds import What, Wish
from followups.models import OPEN, Milestone, MilestoneKind, MilestoneStatus, Priority
from records.dates import Precision
from visits.models import Visit
from visits.models.visits import LONGER_THAN_A_YEAR, LONGEST_READ, PLANNED, UNDATED

LONGEST = dt.timedelta(
    days=LONGEST_READ
)  # it bounds the part of the index that is read; longer ones have one of their own
A_MONTH = 31  # days: what lies within so many is known to the month
EXACT = (Precision.DAY, Precision.RANGE)
DAY = dt.timedelta(days=1)
NOT_OVER = (
    AgreementState.PIPELINE, AgreementState.ACTIVE, AgreementState.EXPIRING, AgreementState.DORMANT,
    AgreementState.ON_HOLD,
)  # fmt: skip
RANKS = {Priority.URGENT: "0", Priority.HIGH: "1", Priority.NORMAL: "2", Priority.LOW: "3"}


def visits(wish: Wish, first: dt.date, last: dt.date) -> list[Any]:
    """Evidenced ones in any status; planned ones without a date belong to every period that is not over."""
    found = Visit.objects.visible_to(wish.user).evidenced() if wish.records is None else _of_list(Visit, wish)
    if wish.region_id:
        found = found.with_region(wish.region_id)
    if wish.whose:
        found = found.filter(_ours(wish) if wish.whose == "ours" else _kept(wish))
    month = first.replace(day=1)
    years = [dt.date(year, 1, 1) for year in range(first.year, last.year + 1)]
    begins = Q(starts_on__range=(month, last)) | Q(starts_on__in=years)
    dated = found.filter(begins, ends_on__gte=first).exclude(precision__in=UNDATED)
    begun = found.filter(starts_on__range=(first - LONGEST, month - DAY), ends_on__gte=first, precision=Precision.RANGE)
    years_ago = found.filter(LONGER_THAN_A_YEAR, starts_on__lt=first - LONGEST, ends_on__gte=first)
    bounded = Q(ends_on__gte=first, starts_on__lte=last)
    bounded |= Q(starts_on__isnull=True, ends_on__range=(first, last))
    bounded |= Q(ends_on__isnull=True, starts_on__range=(first, last))
    if last >= wish.user.today():
        bounded |= Q(starts_on__isnull=True, ends_on__isnull=True, status__in=PLANNED)
    month_later = ExpressionWrapper(F("starts_on") + Value(A_MONTH), output_field=DateField())
    placed = Case(
        When(precision__in=EXACT, then=Value("DAY")),
        When(starts_on__isnull=True, ends_on__isnull=True, then=Value("NONE")),
        When(starts_on__isnull=False, ends_on__gt=month_later, then=Value("YEAR")),
        default=Value("MONTH"),
    )
    bounds = Coalesce("starts_on", "ends_on"), Coalesce("ends_on", "starts_on")
    at = Coalesce(Cast("start_time", CharField()), Value(""))
    arms = (dated, begun, years_ago, found.filter(bounded, precision__in=UNDATED))
    return [_rows(arm, What.VISIT, *bounds, placed, at) for arm in arms]


def ends(wish: Wish, first: dt.date, last: dt.date) -> list[Any]:
    """Effective ends of what is signed, not renewed and not closed: also of those that have ended since."""
    found = Agreement.objects.visible_to(wish.user) if wish.records is None else _of_list(Agreement, wish)
    if wish.region_id:
        found = found.with_region(wish.region_id)
    if wish.whose:
        given = Milestone.objects.filter(
            agreement=OuterRef("pk"), kind=MilestoneKind.EXPIRY, user_ids__contains=[wish.user.pk]
        )
        found = found.filter(_ours(wish) if wish.whose == "ours" else _kept(wish) | Exists(given))
    found = found.filter(is_signed=True).exclude(nature__in=NO_END_OF_THEIR_OWN)
    acts = Agreement._base_manager.filter(
        (Q(nature__in=CHANGES) & _around("runs_until", first, last))
        | Q(nature=AgreementNature.TERMINATION, runs_from__range=(first, last + DAY)),
        predecessor__isnull=False,
    )
    own = _around("runs_until", first, last)
    untouched, changed = found.filter(own, has_acts=False), found.filter(has_acts=True)
    arms = untouched, changed.filter(own | Q(pk__in=acts.values("predecessor")))
    going_on = Q(renewed_from__isnull=True, state__in=[*NOT_OVER, AgreementState.EXPIRED])
    certain = Q(has_acts=False, has_breaks=False, closed_as="")
    chosen = [arm.with_state().filter(likely(certain | going_on)) for arm in arms]
    return [_rows(arm, What.END, F("reach"), F("reach"), known_end(), Value("")) for arm in chosen]


def follow_ups(wish: Wish, first: dt.date, last: dt.date) -> list[Any]:
    """What is open or done, on the day on which it is or was due; what has no day belongs to every period that is not
    over. The end of an agreement is no follow-up where the user sees the agreement: there it is told as an end."""
    if wish.records is None:
        found = Milestone.objects.visible_to(wish.user).filter(status__in=[*OPEN, MilestoneStatus.DONE])
        found = found.exclude(_told_as_end(wish.user))
    else:
        found = _of_list(Milestone, wish)
    if wish.region_id:
        found = found.filter(region_ids__contains=[wish.region_id])
    if wish.whose:
        found = found.for_side_of(wish.user) if wish.whose == "ours" else found.owed_by(wish.user)
    of_an_end = Q(derived_key__isnull=False, kind__in=[MilestoneKind.EXPIRY, MilestoneKind.NOTICE_DEADLINE])
    agreement = Agreement._base_manager.filter(pk=OuterRef("agreement"))  # asked of the few that follow an end: no join
    notice = F("due_on") + Coalesce(Subquery(agreement.values("notice_days")[:1]), 0)
    reach = Case(
        When(kind=MilestoneKind.NOTICE_DEADLINE, then=ExpressionWrapper(notice, output_field=DateField())),
        default=F("due_on"),
    )
    known = Case(When(of_an_end, then=PrecisionOfEnd(F("agreement_id"), reach)), default=F("due_precision"))
    at = Concat(
        Case(When(status__in=OPEN, then=Value("0")), default=Value("1")),
        Case(*(When(priority=priority, then=Value(rank)) for priority, rank in RANKS.items()), default=Value("2")),
    )
    dated = found.filter(_around("due_on", first, last))
    arms = [_rows(dated, What.FOLLOW_UP, F("due_on"), F("due_on"), known, at)]
    if last >= wish.user.today():
        undated, nothing = found.filter(status__in=OPEN, due_on__isnull=True), Cast(Value(None), DateField())
        arms.append(_rows(undated, What.FOLLOW_UP, nothing, nothing, Value("NONE"), at))
    return arms


ARMS = {What.VISIT: visits, What.END: ends, What.FOLLOW_UP: follow_ups}


def _rows(found: Any, what: What, first: Any, last: Any, placed: Any, at: Any) -> Any:
    named = found.order_by().annotate(
        item_kind=Value(what), item_first=first, item_last=last, item_placed=placed, item_at=at
    )
    return named.values_list("item_kind", "pk", "item_first", "item_last", "item_placed", "item_at")


def _around(day: str, first: dt.date, last: dt.date) -> Q:
    """What may lie in the period by the day that is written down, as indexes understand it: that of the months of the
    period, and the last day of its years, which stands for the whole year where only that is known."""
    months = first.replace(day=1), last.replace(day=monthrange(last.year, last.month)[1])
    years = [dt.date(year, 12, 31) for year in range(first.year, last.year + 1)]
    return Q(**{f"{day}__range": months}) | Q(**{f"{day}__in": years})


def _of_list(model: Any, wish: Wish) -> Any:
    return model.objects.visible_to(wish.user).filter(pk__in=wish.records.order_by().values("pk"))


def _ours(wish: Wish) -> Q:
    """In which a region or unit of the user takes part; what is supervised is another’s."""
    user = wish.user
    ours = Q(region_ids__overlap=user.own_region_ids)
    return ours | Q(organisation_ids__overlap=user.unit_ids) if user.unit_ids else ours


def _kept(wish: Wish) -> Q:
    """Kept by a region of the user, of their unit, or logged by them."""
    user = wish.user
    kept = Q(owner__in=user.own_region_ids) | Q(created_by=user)
    return kept | Q(organisation_ids__overlap=user.unit_ids) if user.unit_ids else kept


def _told_as_end(user: Any) -> Q:
    """Its agreement is visible to the user."""
    expiry = Q(kind=MilestoneKind.EXPIRY, derived_key__isnull=False)
    if user.sees_all:
        return expiry
    seen = Q(region_ids__overlap=user.region_ids)
    seen = seen | Q(organisation_ids__overlap=user.unit_ids) if user.unit_ids else seen
    return expiry & Q(Exists(Agreement._base_manager.filter(seen, pk=OuterRef("agreement"))))
