"""The visit: when, where, between whom, of which kind, and who may see it."""

from __future__ import annotations

import datetime as dt
import uuid
from calendar import monthrange
from collections.abc import Collection
from typing import Any, ClassVar, Self

import pgtrigger
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, Func, OuterRef, Prefetch, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from documents.finding import in_papers
from records.asking import asked
from records.dates import Precision, StatedPeriod, hours_text
from records.folding import Fold, folded, unfold
from records.history import tracked
from records.models import Record, touch_parent
from regions.models import Bilingual, Organisation, ReferenceQuerySet, Region, Sector, SentOnce, Venue


class VisitStatus(models.TextChoices):
    INVITED = "INVITED", _("Invited")
    PROPOSED = "PROPOSED", _("Proposed")
    SCHEDULED = "SCHEDULED", _("Scheduled")
    IN_PROGRESS = "IN_PROGRESS", _("In progress")
    COMPLETED = "COMPLETED", _("Completed")
    REPORTED = "REPORTED", _("Reported")
    POSTPONED = "POSTPONED", _("Postponed")
    CANCELLED = "CANCELLED", _("Cancelled")


class Setting(models.TextChoices):
    """Where it takes place. Incoming or outgoing is for a reader to say: incoming to Batam is outgoing from Malang."""

    AT_HOST = "AT_HOST", _("At the host")
    THIRD_PLACE = "THIRD_PLACE", _("At a third place")
    VIRTUAL = "VIRTUAL", _("Online")
    UNKNOWN = "UNKNOWN", _("Place not known")


class Direction(models.TextChoices):
    INCOMING = "INCOMING", _("Incoming")
    OUTGOING = "OUTGOING", _("Outgoing")
    THIRD_PLACE = "THIRD_PLACE", _("At a third place")
    VIRTUAL = "VIRTUAL", _("Online")
    UNKNOWN = "UNKNOWN", _("Place not known")
    ASIDE = "ASIDE", _("Neither host nor guest")


class Standing(models.TextChoices):
    EVIDENCED = "EVIDENCED", _("Evidenced")
    CLAIMED = "CLAIMED", _("Only mentioned")


PLANNED = (VisitStatus.INVITED, VisitStatus.PROPOSED, VisitStatus.SCHEDULED, VisitStatus.IN_PROGRESS)

HELD = (VisitStatus.COMPLETED, VisitStatus.REPORTED)
OFF = (VisitStatus.POSTPONED, VisitStatus.CANCELLED)

UNDATED = (Precision.UNKNOWN, Precision.WEEKDAY_ONLY)
MONTHLY = (Precision.DAY, Precision.RANGE, Precision.MONTH)  # known by its month at least
LONGEST_READ = 366  # days: further back the calendar does not read the index of days
A_YEAR_ON = ExpressionWrapper(F("starts_on") + Value(LONGEST_READ), output_field=models.DateField())
LONGER_THAN_A_YEAR = Q(precision=Precision.RANGE, ends_on__gt=A_YEAR_ON)

# The columns of a row of a list, beside guests, kinds and follow-ups.
LISTED = (
    "pk", "title", "starts_on", "ends_on", "precision", "weekday", "date_certainty", "setting", "status", "standing",
    "owner_id", "host_region_id", "host_region__name_id", "host_region__name_en",
    "host_organisation__name_id", "host_organisation__name_en", "created_at",
)  # fmt: skip

# What `for_detail` reads with the visit; delegations have children of their own and are prefetched.
FOLDS = (
    Fold("kind_links", ("kind",)),
    Fold("topics", ("sector",)),
    Fold("agenda", ("venue",)),
    Fold("statements", ("official",)),
    Fold("outcomes", ("sector", "responsible__region")),
    Fold("sources"),
    Fold("citations"),
)


@tracked
class VisitKind(Bilingual):
    """A kind of visit (working visit, replication study …); a visit may carry several. Edited by an administrator."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of visit")
        verbose_name_plural = _("kinds of visit")
        ordering = ["position", "name_id"]


class SeriesQuerySet(models.QuerySet["VisitSeries"]):
    def visible_to(self, user: Any) -> Self:
        if not user.is_authenticated:
            return self.none()
        if user.sees_all:
            return self
        return self.filter(
            Q(owner__in=user.region_ids) | Exists(Visit.objects.visible_to(user).filter(series=OuterRef("pk")))
        )


@tracked
class VisitSeries(SentOnce, Record):
    """A programme of several visits or meetings with phases, such as technical guidance in four phases."""

    name = models.CharField(_("name"), max_length=250)
    owner = models.ForeignKey(Region, models.PROTECT, related_name="visit_series", verbose_name=_("kept by"))
    phases_planned = models.PositiveSmallIntegerField(_("number of phases"), null=True, blank=True)
    about = models.TextField(_("about the programme"), blank=True)

    objects = SeriesQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("programme with phases")
        verbose_name_plural = _("programmes with phases")

    def __str__(self) -> str:
        return self.name


def party(organisation: str, region: str) -> str:
    """Who takes part, in words: the organisation with its region unless its name says it already, or the region."""
    if organisation and region and region not in organisation:
        return f"{organisation}, {region}"
    return organisation or region


def direction_of(
    setting: str, host: int | None, guests: Collection[int | None], mine: Collection[int], owner: int
) -> Direction:
    """The rule behind `Visit.direction_for`, for bare region keys; `VisitQuerySet.in_direction` is the same in SQL.

    `guests` are the regions that came, and those on whose behalf somebody came. Where none is named, whoever keeps the
    visit went. Without a side (`mine`) it is told as the keeping region received the guests, or not.
    """
    if setting != Setting.AT_HOST:
        return Direction(setting)
    if not mine:
        return Direction.INCOMING if host == owner else Direction.OUTGOING
    if host in mine:
        return Direction.INCOMING
    came = [guest for guest in guests if guest] or [owner]
    return Direction.OUTGOING if any(guest in mine for guest in came) else Direction.ASIDE


def children(relation: str, visit: str = "pk") -> Any:
    """The rows of a relation of the outer visit, for a subquery; `visit` is what the outer query calls its key."""
    model: Any = Visit._meta.get_field(relation).related_model
    return model._base_manager.filter(visit=OuterRef(visit))


# What a row of a list shows of the tables below the visit. The ORM would take longer to write these than they run.
GUESTS = """(
    SELECT COALESCE(jsonb_agg(
        jsonb_build_array(jsonb_build_array(d.region_id, d.on_behalf_of_region_id),
            r.name_id, r.name_en, o.name_id, o.name_en) ORDER BY d.position, d.id), '[]')
    FROM visits_delegation d LEFT JOIN regions_region r ON r.id = d.region_id
    LEFT JOIN regions_organisation o ON o.id = d.organisation_id
    WHERE d.visit_id = %(expressions)s AND d.side = 'GUEST')"""
KINDS = """(
    SELECT COALESCE(jsonb_agg(jsonb_build_array(k.name_id, k.name_en) ORDER BY k.position, l.id), '[]')
    FROM visits_visitkindlink l JOIN visits_visitkind k ON k.id = l.kind_id WHERE l.visit_id = %(expressions)s)"""
STILL_OPEN = """(
    SELECT count(*) FROM visits_outcome
    WHERE visit_id = %(expressions)s AND follow_up IN ('OPEN', 'IN_PROGRESS', 'BLOCKED'))"""


def guests_of(visit: str = "pk") -> Func:
    """The guests of the outer visit in order: [[region, that on whose behalf they came], the region's two names, the
    organisation's two names]."""
    return Func(F(visit), template=GUESTS, output_field=models.JSONField())


def _held(on: dt.date) -> Q:
    """By its status; what has a day, not after the day."""
    return Q(Q(starts_on__isnull=True) | Q(starts_on__lte=on), status__in=HELD)


def guests_from(region_ids: Collection[int]) -> Any:
    """The guests of the outer visit that are of one of the regions, or came on behalf of one."""
    of_them = Q(region__in=list(region_ids)) | Q(on_behalf_of_region__in=list(region_ids))
    return children("delegations").filter(of_them, side="GUEST")


def _ways(region_ids: Collection[int]) -> dict[Direction, Any]:
    """When a visit at its host is incoming, outgoing or neither: as these regions see it, else as the keeping one."""
    if not region_ids:
        kept = Q(host_region=F("owner"))
        return {Direction.INCOMING: kept, Direction.OUTGOING: ~kept}
    named = children("delegations").filter(Q(region__isnull=False) | Q(on_behalf_of_region__isnull=False), side="GUEST")
    incoming = Q(host_region__in=list(region_ids))
    went = Exists(guests_from(region_ids)) | (Q(owner__in=list(region_ids)) & ~Exists(named))
    return {Direction.INCOMING: incoming, Direction.OUTGOING: ~incoming & went, Direction.ASIDE: ~incoming & ~went}


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: Any) -> Self:
        """The one door: visits kept, hosted or made by the user's regions, or in which their unit takes part."""
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
        """Visits whose record the user keeps: officers of the region that owns it."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.sees_all else self.filter(owner__in=user.writing_region_ids)

    def evidenced(self) -> Self:
        """Without those that a later source only mentions (“the third visit”); what is counted is counted here."""
        return self.filter(standing=Standing.EVIDENCED)

    def upcoming(self, on: dt.date) -> Self:
        """Still to come or under way on the day, also the invited and proposed ones that have no date yet.

        A status has no past: of a day that is over, what was held later counts as still to come.
        """
        planned = Q(Q(ends_on__gte=on) | Q(ends_on__isnull=True), status__in=PLANNED)
        return self.filter(planned | Q(starts_on__gt=on, status__in=HELD))

    def past(self, on: dt.date) -> Self:
        """Over on the day, held or not known to be held; without the cancelled and postponed."""
        return self.filter(_held(on) | Q(ends_on__lt=on, status__in=PLANNED))

    def held(self, on: dt.date) -> Self:
        """Known to have taken place by the day."""
        return self.filter(_held(on))

    def taking_place(self) -> Self:
        """Held or planned: without the cancelled and postponed."""
        return self.exclude(status__in=OFF)

    def incoming_to(self, region_ids: list[int]) -> Self:
        return self.filter(setting=Setting.AT_HOST, host_region__in=region_ids)

    def outgoing_from(self, region_ids: list[int]) -> Self:
        guests = self.model.objects.filter(
            pk=OuterRef("pk"), delegations__side="GUEST", delegations__region__in=region_ids
        )
        return self.filter(Exists(guests), setting=Setting.AT_HOST).exclude(host_region__in=region_ids)

    def with_open_outcomes(self) -> Self:
        from visits.models.outcomes import OPEN_FOLLOW_UPS, Outcome  # noqa: PLC0415 -- the outcome's module imports this one

        return self.filter(Exists(Outcome.objects.filter(visit=OuterRef("pk"), follow_up__in=OPEN_FOLLOW_UPS)))

    def between(self, first: dt.date | None, last: dt.date | None) -> Self:
        """Visits that may have taken place in the period (bounds included); those without any date are left out.

        Of one bound alone (“after 1 June”) the other is open.
        """
        found = self
        if first:
            found = found.filter(Q(ends_on__gte=first) | Q(ends_on__isnull=True, starts_on__isnull=False))
        if last:
            found = found.filter(Q(starts_on__lte=last) | Q(starts_on__isnull=True, ends_on__isnull=False))
        return found

    def matching(self, text: str) -> Self:
        """Full text over the visit and all that hangs on it. What is understood: see `records.asking`."""
        return self.filter(words=asked(text, self.model.called).query)

    def saying(self, text: str, user: Any, keys: Collection[int] | None = None) -> Self:
        """Those that match, or one of whose papers says so that the user may read. See `documents.finding`."""
        query = asked(text, self.model.called).query
        return self.filter(Q(words=query) | in_papers(self.model, query, user, keys))

    def unreported(self, on: dt.date) -> Self:
        """Over on the day, and nobody has written the report yet."""
        completed = _held(on) & Q(status=VisitStatus.COMPLETED)
        return self.filter(completed | Q(ends_on__lt=on, status__in=PLANNED))

    def without_outcome(self) -> Self:
        return self.filter(~Exists(children("outcomes")))

    def with_region(self, region_id: int) -> Self:
        """Visits in which the region takes part: as host, as guest, on whose behalf somebody came, or as keeper."""
        return self.filter(region_ids__contains=[region_id])

    def in_place(self, region_ids: Collection[int]) -> Self:
        """Visits in which one of the regions takes part."""
        return self.filter(region_ids__overlap=list(region_ids))

    def with_organisation(self, organisation_id: int) -> Self:
        return self.filter(organisation_ids__contains=[organisation_id])

    def about(self, sector_id: int | None) -> Self:
        """About the sector; None: about none."""
        topics = children("topics")
        return self.filter(Exists(topics.filter(sector=sector_id)) if sector_id else ~Exists(topics))

    def in_category(self, category: str, user: Any) -> Self:
        """Visits that belong to an agreement of the category that the user may see."""
        agreements: Any = children("agreement_links").model._meta.get_field("agreement").related_model
        seen = agreements.objects.visible_to(user).filter(category=category)
        return self.filter(Exists(children("agreement_links").filter(agreement__in=seen)))

    def of_country(self, country_id: int) -> Self:
        """Visits in which somebody from the country takes part: a region that lies in it, or an organisation there."""
        return self._with_somebody_in(country_id, besides=())

    def of_province(self, province_id: int, besides: Collection[int]) -> Self:
        """The same of a province, not counting the regions `besides`, which look at it."""
        return self._with_somebody_in(province_id, besides)

    def _with_somebody_in(self, place_id: int, besides: Collection[int]) -> Self:
        inside = Q(pk=place_id)
        for above in ("parent", "parent__parent", "parent__parent__parent"):
            inside |= Q(**{above: place_id})
        places = Region.objects.order_by().filter(inside).exclude(pk__in=list(besides))
        units = Organisation.objects.order_by().filter(region__in=places)
        return self.filter(
            Q(region_ids__overlap=ArraySubquery(places.values("pk")))
            | Q(organisation_ids__overlap=ArraySubquery(units.values("pk")))
        )

    def in_month(self, first: dt.date | None) -> Self:
        """Visits that began in the month; None: those of which the month is not known."""
        if first is None:
            return self.exclude(precision__in=MONTHLY)
        last = first.replace(day=monthrange(first.year, first.month)[1])
        return self.filter(starts_on__range=(first, last), precision__in=MONTHLY)

    def led_to(self, what: str, on: dt.date, user: Any) -> Self:
        """What came of it by the day, as far as the user may see it: “follow-up”, one that is “done”, an “agreement”,
        or a “signed” one."""
        if what in ("follow-up", "done"):
            milestones: Any = self.model._meta.get_field("milestones").related_model
            asked = milestones.objects.visible_to(user).filter(visit=OuterRef("pk")).exclude(status="SUGGESTED")
            return self.filter(Exists(asked.filter(status="DONE", done_on__lte=on) if what == "done" else asked))
        agreements: Any = children("agreement_links").model._meta.get_field("agreement").related_model
        seen = agreements.objects.visible_to(user).begun(on)
        seen = seen.filter(counts_from__lte=on) if what == "signed" else seen
        return self.filter(Exists(children("agreement_links").filter(agreement__in=seen)))

    def undated(self) -> Self:
        return self.filter(precision__in=UNDATED)

    def in_direction(self, direction: str, region_ids: Collection[int]) -> Self:
        """Those for which `direction_for(region_ids)` answers so."""
        if direction in Setting.values:
            return self.filter(setting=direction)
        way = _ways(region_ids).get(Direction(direction))
        return self.none() if way is None else self.filter(way, setting=Setting.AT_HOST)

    def with_direction(self, region_ids: Collection[int]) -> Self:
        """Annotates `direction`, as these regions see it."""
        ways = [When(way, then=Value(direction)) for direction, way in _ways(region_ids).items()]
        return self.annotate(
            direction=Case(When(~Q(setting=Setting.AT_HOST), then=F("setting")), *ways, output_field=models.CharField())
        )

    def with_guest(self, region_id: int) -> Self:
        """To which somebody came from the region, or on its behalf."""
        return self.filter(Exists(guests_from([region_id])))

    def for_list(self, *more: str) -> Any:
        """Bare values with everything that a row of a list shows; `visits.lists.rows` turns them into words.

        `guests` is as in `guests_of`, `kinds_named` are pairs of names, `open_outcomes` counts the open follow-ups;
        `more` names further columns.
        """
        return self.values(
            *LISTED,
            *(name for name in more if name not in LISTED),
            guests=guests_of(),
            kinds_named=Func(F("pk"), template=KINDS, output_field=models.JSONField()),
            open_outcomes=Func(F("pk"), template=STILL_OPEN, output_field=models.IntegerField()),
        )

    def told_to(self, user: Any) -> list[dict[str, Any]]:
        """As rows in words, for the small lists of pages whose apps stand below this one. One query."""
        from visits.lists import rows  # noqa: PLC0415 -- that module imports this one

        return list(rows(self.for_list(), user))

    def for_detail(self) -> Self:
        """One visit with all that hangs on it in three queries. Call `unfold()` on it before reading its children."""
        from visits.models.delegations import Delegate, Delegation  # noqa: PLC0415 -- that module imports this one

        sides = Delegation.objects.select_related("region", "organisation__region", "on_behalf_of_region")
        members = Delegate.objects.select_related("official", "organisation")
        return (
            self.select_related("host_region", "host_organisation", "owner", "venue__region", "series", "created_by")
            .prefetch_related(Prefetch("delegations", sides), Prefetch("delegations__delegates", members))
            .annotate(**folded(self.model, FOLDS))
        )

    def for_names(self) -> Self:
        """With what `str()` of a visit needs; asked by the history and by Django admin."""
        from visits.models.delegations import named_sides  # noqa: PLC0415 -- that module imports this one

        return self.select_related("host_region", "host_organisation").prefetch_related(named_sides())

    def newest_first(self) -> Self:
        return self.order_by(F("starts_on").desc(nulls_last=True), "-pk")


@tracked
class VisitKindLink(models.Model):
    """One kind of one visit."""

    visit = models.ForeignKey("Visit", models.CASCADE, related_name="kind_links")
    kind = models.ForeignKey(VisitKind, models.PROTECT, related_name="visit_links", verbose_name=_("kind of visit"))

    class Meta:
        verbose_name = _("kind of the visit")
        verbose_name_plural = _("kinds of the visit")
        constraints = [models.UniqueConstraint(fields=["visit", "kind"], name="visit_has_a_kind_once")]
        triggers = [touch_parent("visits_visit", "visit_id")]

    def __str__(self) -> str:
        return str(self.kind)


@tracked
class Visit(Record, StatedPeriod):
    """A visit or meeting between regions or organisations, as its sources state it.

    `region_ids` and `organisation_ids` (who takes part, for `visible_to`) and `words` (for the text filter) are kept by
    triggers from this row and its children; measured elsewhere: `&&` on an array with GIN 6 ms, EXISTS over joins 30.
    """

    called: ClassVar = frozenset({"kunjungan"})  # words that say “visit”: see `records.asking`

    title = models.CharField(
        _("title"), max_length=250, blank=True, help_text=_("Empty: guests and host are the title.")
    )
    kinds = models.ManyToManyField(
        VisitKind, through=VisitKindLink, related_name="visits", verbose_name=_("kinds"), blank=True
    )
    setting = models.CharField(_("where it takes place"), max_length=12, choices=Setting, default=Setting.AT_HOST)
    status = models.CharField(_("status"), max_length=12, choices=VisitStatus, default=VisitStatus.COMPLETED)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.EVIDENCED)
    owner = models.ForeignKey(Region, models.PROTECT, related_name="visits_kept", verbose_name=_("kept by"))
    host_region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="visits_hosted", verbose_name=_("host region")
    )
    host_organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visits_hosted",
        verbose_name=_("host organisation"),
        help_text=_("Whoever receives the guests: the government, the council, an agency."),
    )
    venue = models.ForeignKey(
        Venue, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("venue")
    )
    venue_as_stated = models.CharField(_("venue in the words of the source"), max_length=200, blank=True)
    start_time = models.TimeField(_("begins at"), null=True, blank=True)
    end_time = models.TimeField(_("ends at"), null=True, blank=True)
    purpose = models.TextField(_("purpose"), blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    remarks = models.TextField(_("remarks"), blank=True)
    series = models.ForeignKey(
        VisitSeries, models.SET_NULL, null=True, blank=True, related_name="visits", verbose_name=_("programme")
    )
    phase = models.PositiveSmallIntegerField(_("phase"), null=True, blank=True)
    replies_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replies", verbose_name=_("return visit for")
    )
    ordinal_claimed = models.PositiveSmallIntegerField(
        _("claimed number"), null=True, blank=True, help_text=_("“The third visit”: 3.")
    )
    ordinal_of = models.CharField(
        _("the claimed number counts"),
        max_length=200,
        blank=True,
        help_text=_("For example “visits of the consul general to Batam”."),
    )
    mentioned_in = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="mentions", verbose_name=_("only mentioned in")
    )
    submission = models.UUIDField(_("submission"), unique=True, default=uuid.uuid4, editable=False)
    created_by = models.ForeignKey(
        "accounts.User",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="visits_logged",
        verbose_name=_("logged by"),
    )
    created_at = models.DateTimeField(_("logged"), auto_now_add=True)
    region_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    organisation_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    words = SearchVectorField(null=True, editable=False)
    sectors = models.ManyToManyField(
        Sector, through="visits.Topic", related_name="visits", verbose_name=_("sectors"), blank=True
    )

    objects = VisitQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            *StatedPeriod.Meta.constraints,
            models.CheckConstraint(
                condition=Q(host_region__isnull=False) | Q(host_organisation__isnull=False) | Q(setting="UNKNOWN"),
                name="visit_has_a_host",
                violation_error_message=_("Say who receives the visit: a host region or a host organisation."),
            ),
            models.CheckConstraint(
                condition=Q(phase__isnull=True) | Q(series__isnull=False),
                name="visit_phase_belongs_to_a_series",
                violation_error_message=_(
                    "A phase belongs to a programme: choose the programme, or leave the phase empty."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ordinal_claimed__isnull=True) | Q(ordinal_claimed__gte=1),
                name="visit_ordinal_starts_at_one",
                violation_error_message=_("The claimed number starts at 1."),
            ),
        ]
        indexes = [
            models.Index(F("starts_on").desc(nulls_last=True), F("id").desc(), name="visit_newest_first"),
            models.Index(fields=["starts_on", "id"], name="visit_oldest_first"),
            models.Index(fields=["-created_at", "-id"], name="visit_logged_last"),
            models.Index(fields=["ends_on"], name="visit_planned", condition=Q(status__in=PLANNED)),
            models.Index(fields=["ends_on"], name="visit_longer_than_a_year", condition=LONGER_THAN_A_YEAR),
            models.Index(
                F("starts_on").desc(nulls_last=True),
                F("id").desc(),
                name="visit_undated",
                condition=Q(precision__in=UNDATED),
            ),
            GinIndex(fields=["region_ids", "words"], name="visit_regions_and_words"),  # either alone, or both at once
            GinIndex(fields=["organisation_ids"], name="visit_organisations"),
        ]
        triggers = [
            *Record.Meta.triggers,
            pgtrigger.Trigger(
                name="digest",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("digest", "record")],
                func="""
                    SELECT * INTO digest FROM visits_digest(NEW.id);
                    NEW.region_ids = ARRAY(SELECT DISTINCT r FROM unnest(
                        digest.region_ids || NEW.owner_id || NEW.host_region_id) r WHERE r IS NOT NULL ORDER BY r);
                    NEW.organisation_ids = ARRAY(SELECT DISTINCT o FROM unnest(
                        digest.organisation_ids || NEW.host_organisation_id) o WHERE o IS NOT NULL ORDER BY o);
                    NEW.words = visits_words(concat_ws(' ', NEW.title, NEW.purpose, NEW.minutes, NEW.remarks,
                        NEW.venue_as_stated, NEW.date_as_stated, NEW.ordinal_of, visits_names(
                            NEW.region_ids, NEW.organisation_ids, NEW.venue_id, NEW.series_id), digest.said));
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.guests} → {self.host}"

    @property
    def told_apart_by(self) -> str:
        """Among others of its name, in the trash."""
        return self.period

    def get_absolute_url(self) -> str:
        return reverse("visits:detail", args=[self.pk])

    @property
    def hours(self) -> str:
        return hours_text(self.start_time, self.end_time)

    @property
    def host(self) -> str:
        """The host in words: the organisation with its region, or the region alone."""
        return party(str(self.host_organisation or ""), str(self.host_region or ""))

    @property
    def guests(self) -> str:
        """The guests in words, in the order in which they were entered."""
        names = [d.name for d in self.delegations.all() if d.side == "GUEST"]
        return ", ".join(names) or gettext("Guests unknown")

    def unfold(self) -> None:
        """Makes the children read by `for_detail` available without queries."""
        unfold(self, FOLDS)

    def direction_for(self, region_ids: list[int]) -> Direction:
        """Incoming, outgoing or neither as these regions see it; for a reader of no region, as the keeping one does."""
        guests = [d for d in self.delegations.all() if d.side == "GUEST"]
        came = [pk for guest in guests for pk in (guest.region_id, guest.on_behalf_of_region_id)]
        return direction_of(self.setting, self.host_region_id, came, region_ids, self.owner_id)
