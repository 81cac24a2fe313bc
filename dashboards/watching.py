"""What people watch, and what somebody else has changed in it since they last looked.

Changes are read from the rows of history of a record and of all that hangs on it, also of what was deleted, as far as
the reader may know of them. A view is watched for the records that are new in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Right
from agreements.changes import CHILDREN as CHILDREN_OF_AGREEMENTS
from agreements.models import (
    Agreement,
    AgreementVisit,
    Indicator,
    Measurement,
    Party,
    Programme,
    Signatory,
)
from dashboards.counting.statement import ask
from dashboards.lists import found_in
from dashboards.models import WATCHED, SavedView, Watch
from dashboards.saved import kept_of
from documents.models import readable_by
from followups.changes import CHILDREN as CHILDREN_OF_MILESTONES
from followups.models import Milestone
from pages.paging import Count, count_of
from records.history import event_model
from regions.models import Region, RegionFigure, RegionTrait
from visits.changes import CHILDREN as CHILDREN_OF_VISITS
from visits.lists import rows as rows_of_visits
from visits.models import Delegate, Delegation, Visit

MODELS: dict[str, Any] = {
    "visit": Visit,
    "agreement": Agreement,
    "milestone": Milestone,
    "region": Region,
    "view": SavedView,
}
ICONS = {
    "visit": "footprints",
    "agreement": "handshake",
    "milestone": "list-checks",
    "region": "map",
    "view": "bookmark",
}
HISTORY = {
    "visit": "visits:history",
    "agreement": "agreements:history",
    "milestone": "followups:history",
    "region": "regions:history",
}
MOST = 500  # watches that a page shows
WHO = KeyTextTransform("user", "pgh_context__metadata")  # of a row of history; none: the system
COUNTED = 100  # changes, or records of a view: more are “100+”


@dataclass(frozen=True)
class News:
    """What is watched and what is new in it: of a record how often it was saved, of a view how many records."""

    watch: Watch
    what: str
    pk: int
    name: str
    url: str
    history: str
    count: Count
    at: dt.datetime | None = None
    by: str = ""

    @property
    def icon(self) -> str:
        return ICONS[self.what]


def watched(user: Any, what: str, pk: int) -> bool:
    """One query."""
    return Watch.objects.filter(user=user, **{what: pk}).exists()


def set_watched(user: Any, what: str, record: Any, *, on: bool) -> None:
    """Watching twice is watching once. What was before is known."""
    if on:
        Watch.objects.get_or_create(user=user, **{what: record})
    else:
        Watch.objects.filter(user=user, **{what: record}).delete()


def what_of(record: Any) -> str:
    """The key of WATCHED under which a record is watched."""
    return next(what for what, model in MODELS.items() if isinstance(record, model))


def news_of(user: Any) -> list[News]:
    """Everything that the user watches and may still see, what changed last first.

    Two queries for each kind that is watched, however many records there are; a few for each watched view.
    """
    watches = list(Watch.objects.filter(user=user)[:MOST])
    found: list[News] = []
    for what in WATCHED:
        of_kind = {getattr(watch, f"{what}_id"): watch for watch in watches if getattr(watch, f"{what}_id")}
        if of_kind:
            found += _of_views(of_kind, user) if what == "view" else _of_records(what, of_kind, user)
    people = _names({news.by for news in found} - {""})
    told = [replace(news, by=people.get(news.by, "")) for news in found]
    return sorted(told, key=lambda news: (bool(news.count), news.at or news.watch.seen_at), reverse=True)


def _of_records(what: str, watches: dict[int, Watch], user: Any) -> list[News]:
    named = _named(what, MODELS[what].objects.visible_to(user).filter(pk__in=watches), user)
    saved = _saved(what, {pk: watches[pk] for pk in named}, user) if named else {}
    found = []
    for pk, (name, url) in named.items():
        number, at, by = saved.get(pk, (0, None, ""))
        history = reverse(HISTORY[what], args=[pk])
        found.append(News(watches[pk], what, pk, name, url, history, _count(number), at, by))
    return found


def _count(number: int) -> Count:
    return Count(min(number, COUNTED), number > COUNTED)


def _named(what: str, visible: Any, user: Any) -> dict[int, tuple[str, str]]:
    """Name and address of each record, as lists tell them. One query."""
    if what == "region":
        return {region.pk: (region.name, region.get_absolute_url()) for region in visible}
    if what == "visit":
        return {
            row["pk"]: (f"{row['heading']}, {row['date']}", row["url"])
            for row in rows_of_visits(visible.for_list(), user)
        }
    return {row["pk"]: (row["heading"], row["url"]) for row in visible.told_to(user)}


def _names(keys: set[str]) -> dict[str, str]:
    return {str(user.pk): str(user) for user in get_user_model()._default_manager.filter(pk__in=keys)} if keys else {}


# Of each record what others saved after its own watch was last looked at: how often, when and by whom the last time.
SAVED = """
SELECT watched_record, count(DISTINCT pgh_created_at), max(pgh_created_at),
    (array_agg(COALESCE(changed_by, '') ORDER BY pgh_created_at DESC, changed_by DESC NULLS LAST))[1]
FROM changes JOIN unnest(%(records)s::bigint[], %(seen)s::timestamptz[]) AS watch(record, seen_at)
    ON watch.record = watched_record AND pgh_created_at > watch.seen_at
WHERE changed_by IS DISTINCT FROM %(user)s::text GROUP BY watched_record"""


def _saved(what: str, watches: dict[int, Watch], user: Any) -> dict[int, tuple[int, dt.datetime, str]]:
    """How often each record was saved since it was last looked at, when the last time, and by whom. One query."""
    since = min(watch.seen_at for watch in watches.values())
    arms = [
        events.filter(pgh_created_at__gt=since)
        .annotate(watched_record=F(key), changed_by=WHO)
        .order_by()
        .values_list("watched_record", "pgh_created_at", "changed_by")
        for key, events in _events(what, list(watches), user)
    ]
    seen = [watch.seen_at for watch in watches.values()]
    asked = {"records": list(watches), "seen": seen, "user": str(user.pk)}
    found = ask({"changes": arms[0].union(*arms[1:])}, SAVED, asked)
    return {record: (number, at, by) for record, number, at, by in found}


Events = list[tuple[str, Any]]  # the column that holds the record's key, and the rows of history


def _events(what: str, pks: list[int], user: Any) -> Events:
    """What `changes_of` reads for one record, for several; what the user may not know of is left out there as here."""
    return {"visit": _of_visits, "agreement": _of_agreements, "milestone": _of_milestones, "region": _of_regions}[what](
        pks, user
    )


def _of_visits(pks: list[int], user: Any) -> Events:
    found = _children("visit", Visit, CHILDREN_OF_VISITS, pks)
    return [*found, _below(Delegate, "delegation", Delegation, "visit", pks), *_papers(Visit, "visit", pks, user)]


def _of_agreements(pks: list[int], user: Any) -> Events:
    found = _children("agreement", Agreement, CHILDREN_OF_AGREEMENTS, pks)
    seen = Visit.objects.visible_to(user).values("pk")
    visits = event_model(AgreementVisit).objects.filter(agreement_id__in=pks, visit_id__in=seen)
    indicators = _below(Indicator, "programme", Programme, "agreement", pks)
    above = event_model(Indicator).objects.filter(pgh_obj_id=OuterRef("indicator_id"))
    programme = event_model(Programme).objects.filter(pgh_obj_id=OuterRef("programme_id")).values("agreement_id")[:1]
    measurements = (
        event_model(Measurement)
        .objects.filter(indicator_id__in=indicators[1].values("pgh_obj_id"))
        .annotate(above=Subquery(above.annotate(of=Subquery(programme)).values("of")[:1]))
    )
    return [
        *found, ("agreement_id", visits), _below(Signatory, "party", Party, "agreement", pks), indicators,
        ("above", measurements), *_papers(Agreement, "agreement", pks, user),
    ]  # fmt: skip


def _of_milestones(pks: list[int], user: Any) -> Events:
    found = _children("milestone", Milestone, CHILDREN_OF_MILESTONES, pks)
    return [*found, *_papers(Milestone, "milestone", pks, user)]


def _of_regions(pks: list[int], _user: Any) -> Events:
    return _children("region", Region, (RegionFigure, RegionTrait), pks)


def _children(name: str, model: Any, children: Iterable[Any], pks: list[int]) -> Events:
    """The record itself, and what names it."""
    rows = [(f"{name}_id", event_model(child).objects.filter(**{f"{name}_id__in": pks})) for child in children]
    return [("pgh_obj_id", event_model(model).objects.filter(pgh_obj_id__in=pks)), *rows]


def _below(model: Any, parent: str, parents: Any, name: str, pks: list[int]) -> tuple[str, QuerySet[Any]]:
    """What hangs on a child, also on one that was deleted: its history still names the record."""
    above = event_model(parents).objects
    of = above.filter(pgh_obj_id=OuterRef(f"{parent}_id")).values(f"{name}_id")[:1]
    keys = above.filter(**{f"{name}_id__in": pks}).values("pgh_obj_id")
    return "above", event_model(model).objects.filter(**{f"{parent}_id__in": keys}).annotate(above=Subquery(of))


def _papers(model: Any, name: str, pks: list[int], user: Any) -> Events:
    """As `documents.papers.events_of`: notes and restricted papers are told to their own side only."""
    attachment, note = (model._meta.get_field(of).related_model for of in ("attachments", "notes"))
    papers, notes = (event_model(of).objects.filter(**{f"{name}_id__in": pks}) for of in (attachment, note))
    if not user.sees_all:
        papers = papers.filter(readable_by(user))
        notes = notes.filter(region_id__in=user.regions_for(Right.SEE_NOTES))
    return [(f"{name}_id", papers), (f"{name}_id", notes)]


def _of_views(watches: dict[int, Watch], user: Any) -> list[News]:
    views = SavedView.objects.visible_to(user).filter(pk__in=watches)
    return [
        News(
            watches[view.pk],
            "view",
            view.pk,
            view.name,
            view.get_absolute_url(),
            "",
            _new_in(view, watches[view.pk], user),
        )
        for view in views
    ]


def _new_in(view: SavedView, watch: Watch, user: Any) -> Count:
    """How many records of the view came into the register since, entered by somebody else.

    The directories do not say when; their history, which is short, does.
    """
    found, since = found_in(view.of, kept_of(view.of, view.query, user).query, user).records, watch.seen_at
    if any(field.name == "created_at" for field in found.model._meta.fields):
        return count_of(found.filter(created_at__gt=since).exclude(created_by=user), COUNTED)
    entered = event_model(found.model).objects.filter(pgh_label="insert", pgh_created_at__gt=since)
    others = entered.annotate(changed_by=WHO).filter(Q(changed_by__isnull=True) | ~Q(changed_by=str(user.pk)))
    return count_of(found.filter(pk__in=others.values("pgh_obj_id")), COUNTED)


def see(user: Any, watch: Watch | None = None, *, until: dt.datetime | None = None) -> None:
    """All changes until now, or until the moment of the page that told them, are known: of one, or of everything that
    the user watches. What is known stays known."""
    now = timezone.now()
    at = min(until or now, now)
    watches = Watch.objects.filter(user=user, seen_at__lt=at)
    (watches.filter(pk=watch.pk) if watch else watches).update(seen_at=at)
