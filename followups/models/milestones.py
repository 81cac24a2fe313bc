"""The milestone: what must happen, who must do it on each side, by when, and how far it has come."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.rights import Right
from agreements.models import Agreement, Indicator, Party, ProcessStep, Programme
from agreements.models.querysets import PARTIES
from documents.finding import in_papers
from followups.models.duties import Duty
from followups.models.kinds import OPEN, MilestoneDeed, MilestoneKind, MilestoneStatus, Occurrence, Origin, Priority
from followups.models.parts import MilestoneEntry, Part
from records.asking import asked
from records.dates import Precision
from records.history import tracked
from records.models import Record, bump_version
from regions.models import Region
from visits.models import Outcome, Visit
from visits.models.visits import guests_of

COMPUTED = ("region_ids", "organisation_ids", "user_ids", "words")  # kept by triggers

# What a row of a list shows of the tables below the milestone: its sides in their order, and the people.
PARTS = """(
    SELECT COALESCE(jsonb_agg(
        jsonb_build_array(p.region_id, r.name_id, r.name_en, p.unit_id, o.name_id, o.name_en, p.done_on)
        ORDER BY p.position, p.id), '[]')
    FROM followups_part p LEFT JOIN regions_region r ON r.id = p.region_id
    LEFT JOIN regions_organisation o ON o.id = p.unit_id
    WHERE p.milestone_id = %(expressions)s)"""
PEOPLE = """ARRAY(
    SELECT COALESCE(NULLIF(u.name, ''), u.email) FROM followups_assignee a JOIN accounts_user u ON u.id = a.user_id
    WHERE a.milestone_id = %(expressions)s ORDER BY a.id)"""
LISTED = (
    "pk", "version", "kind", "title", "status", "priority", "due_on", "due_precision", "due_as_stated", "since",
    "done_on", "requested_by", "origin", "derived_key", "duty_id", "owner_id", "internal", "region_ids",
    "organisation_ids", "user_ids",
    "step__name_id", "step__name_en", "indicator__name",
    "agreement_id", "agreement__title", "agreement__kind", "visit_id", "visit__title", "visit__starts_on",
    "visit__ends_on", "visit__precision", "visit__weekday",
)  # fmt: skip
DUE_SOON = dt.timedelta(days=30)  # from when an occurrence counts as due rather than scheduled


def later(day: dt.date, days: int) -> dt.date:
    """So many days later, or the last day of all."""
    return day + min(dt.timedelta(days=days), dt.date.max - day)


def _local_day(instant: str, zone: str) -> Func:
    """The calendar day of an instant in the time zone that a field names."""
    return Func(
        F(zone), F(instant), function="timezone", template="(%(function)s(%(expressions)s))::date",
        output_field=models.DateField(),
    )  # fmt: skip


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def visible_to(self, user: Any) -> Self:
        """The one door: milestones in which a region or unit of the user has part, or that are given to them."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.sees_all:
            return self
        mine = Q(user_ids__contains=[user.pk])
        if user.region_ids:
            mine |= Q(region_ids__overlap=user.region_ids)
        if user.unit_ids:
            mine |= Q(organisation_ids__overlap=user.unit_ids)
        return self.filter(mine)

    def open(self) -> Self:
        """What was promised or asked and is not done; suggestions do not count until somebody accepts them."""
        return self.filter(status__in=OPEN)

    def overdue(self, on: dt.date) -> Self:
        return self.open().filter(due_on__lt=on)

    def open_on(self, on: dt.date) -> Self:
        """What was open on a day that is over, as far as the record says now.

        It stood by then (`since`) and is open still, or was done later (`done_on`), or cancelled later: by its log, on
        the calendar of the region that keeps it. Its due day is that of now, and what was opened again was open.
        """
        return self._with_cancelled_on().filter(
            Q(status__in=OPEN)
            | Q(status=MilestoneStatus.DONE, done_on__gt=on)
            | Q(status=MilestoneStatus.CANCELLED, cancelled_on__gt=on),
            since__lte=on,
        )

    def cancelled_by(self, on: dt.date) -> Self:
        """What was cancelled on the day or before, or nobody knows when."""
        return self._with_cancelled_on().filter(
            Q(cancelled_on__isnull=True) | Q(cancelled_on__lte=on), status=MilestoneStatus.CANCELLED
        )

    def _with_cancelled_on(self) -> Self:
        latest = (
            MilestoneEntry.objects.filter(
                milestone=models.OuterRef("pk"), deed__in=[MilestoneDeed.CANCELLED, MilestoneDeed.CLOSED_BY_DATA]
            )
            .order_by("-pk")
            .annotate(day=_local_day("at", "milestone__owner__time_zone"))
            .values("day")[:1]
        )
        return self.annotate(cancelled_on=models.Subquery(latest))

    def in_place(self, region_ids: Collection[int]) -> Self:
        """Those in which one of the regions takes part."""
        return self.filter(region_ids__overlap=list(region_ids))

    def with_organisation(self, organisation_id: int) -> Self:
        """Those for which it is responsible, and all of the visits and agreements in which it takes part."""
        own, takes_part = {"organisation_ids__contains": [organisation_id]}, []
        for of in (Visit, Agreement):
            inside = of.objects.order_by().filter(**own).values("pk")
            takes_part.append(self.model.objects.order_by().filter(**{f"{of._meta.model_name}__in": inside}))
        mine = self.model.objects.order_by().filter(**own).values("pk")
        return self.filter(pk__in=mine.union(*(found.values("pk") for found in takes_part)))

    def in_category(self, category: str, _user: Any) -> Self:
        """Those of agreements of the category."""
        return self.filter(agreement__category=category)

    def about(self, sector_id: int) -> Self:
        """Those of an outcome, a visit, an agreement or a programme about the sector."""
        all_of: Any = self.model.objects.order_by()
        visits = Visit.objects.order_by().about(sector_id).values("pk")
        agreements = Agreement.objects.order_by().about(sector_id).values("pk")
        found = all_of.filter(outcome__sector=sector_id).values("pk")
        others = [all_of.filter(visit__in=visits), all_of.filter(agreement__in=agreements)]
        return self.filter(pk__in=found.union(*(other.values("pk") for other in others)))

    def suggested(self) -> Self:
        return self.filter(status=MilestoneStatus.SUGGESTED)

    def due_within(self, days: int, on: dt.date) -> Self:
        return self.open().filter(due_on__range=(on, later(on, days)))

    def owed_by(self, user: Any) -> Self:
        """What the user must do: given to them; else a part of their unit or region; else kept by their region and of
        nobody. What is given to certain people is owed by these alone."""
        if user.sees_all:
            return self
        parts = Part.objects.filter(milestone=models.OuterRef("pk"), done_on__isnull=True)
        regions, units = user.regions_for(Right.WORK), user.units_for(Right.WORK)
        mine = parts.filter(Q(unit__in=units) | Q(region__in=regions, unit__isnull=True))
        of_ours = parts.filter(unit__region__in=regions)
        nobodys = Q(owner__in=regions) & ~models.Exists(Part.objects.filter(milestone=models.OuterRef("pk")))
        owed = Q(models.Exists(mine)) | Q(models.Exists(of_ours)) | nobodys
        return self.filter(Q(user_ids__contains=[user.pk]) | (Q(user_ids=[]) & owed))

    def for_side_of(self, user: Any) -> Self:
        """What the side of the user must do (of what is settled: did), whoever of it: their regions or units have a
        part that is not confirmed, or nobody has a part in what their region keeps, or it is given to the user."""
        if user.sees_all:
            return self
        parts = Part.objects.filter(milestone=models.OuterRef("pk"))
        mine = parts.filter(Q(region__in=user.region_ids) | Q(unit__in=user.unit_ids))
        open_ones = Q(status__in=OPEN) & models.Exists(mine.filter(done_on__isnull=True))
        settled = ~Q(status__in=OPEN) & models.Exists(mine)
        nobodys = Q(owner__in=user.region_ids) & ~models.Exists(parts)
        return self.filter(open_ones | settled | nobodys | Q(user_ids__contains=[user.pk]))

    def on_side_of(self, region_ids: Collection[int]) -> Self:
        """As `for_side_of`, of regions or their units."""
        parts = Part.objects.filter(milestone=models.OuterRef("pk"))
        theirs = parts.filter(region__in=list(region_ids))
        open_ones = Q(status__in=OPEN) & models.Exists(theirs.filter(done_on__isnull=True))
        settled = ~Q(status__in=OPEN) & models.Exists(theirs)
        nobodys = Q(owner__in=list(region_ids)) & ~models.Exists(parts)
        return self.filter(open_ones | settled | nobodys)

    def with_sides(self) -> Self:
        """`side_ids`: the regions on whose side it is, each of them as `on_side_of` tells."""
        parts = Part.objects.order_by().filter(milestone=models.OuterRef("pk"))
        regions = parts.filter(region__isnull=False).values("region")
        owner = Func(F("owner"), template="ARRAY[%(expressions)s]", output_field=ArrayField(models.BigIntegerField()))
        sides = models.Case(
            models.When(~models.Exists(parts), then=owner),
            models.When(status__in=OPEN, then=ArraySubquery(regions.filter(done_on__isnull=True))),
            default=ArraySubquery(regions),
        )
        return self.annotate(side_ids=sides)

    def on_other_sides(self, region_ids: Collection[int]) -> Self:
        """As `for_others`, seen from these regions."""
        theirs = Part.objects.filter(milestone=models.OuterRef("pk")).exclude(region__in=list(region_ids))
        open_ones = Q(status__in=OPEN) & models.Exists(theirs.filter(done_on__isnull=True))
        return self.filter(open_ones | (~Q(status__in=OPEN) & models.Exists(theirs)))

    def for_others(self, user: Any) -> Self:
        """What another side must do (of what is settled: did) as a part that is not confirmed."""
        parts = Part.objects.filter(milestone=models.OuterRef("pk"))
        theirs = parts.exclude(region__in=user.region_ids) if user.region_ids else parts
        theirs = theirs.exclude(unit__in=user.unit_ids, unit__isnull=False) if user.unit_ids else theirs
        open_ones = Q(status__in=OPEN) & models.Exists(theirs.filter(done_on__isnull=True))
        return self.filter(open_ones | (~Q(status__in=OPEN) & models.Exists(theirs)))

    def matching(self, text: str) -> Self:
        """Full text over what must happen, remarks and who asked for it. See `records.asking`."""
        return self.filter(words=asked(text, self.model.called).query)

    def saying(self, text: str, user: Any, keys: Collection[int] | None = None) -> Self:
        """Those that match, or one of whose papers says so that the user may read. See `documents.finding`."""
        query = asked(text, self.model.called).query
        return self.filter(Q(words=query) | in_papers(self.model, query, user, keys))

    def overdue_first(self) -> Self:
        """By due day, those without one last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")

    def for_list(self, *more: str) -> Any:
        """Bare values with everything that a row of a list shows; `followups.lists.rows` turns them into words.

        `parts_named` are [region, its two names, unit, its two names, day of confirmation], `people` names;
        `parties_named` are those of the agreement, `guests` those of the visit. `more` names further columns.
        """
        return self.values(
            *LISTED,
            *(name for name in more if name not in LISTED),
            parts_named=Func(F("pk"), template=PARTS, output_field=models.JSONField()),
            people=Func(F("pk"), template=PEOPLE, output_field=ArrayField(models.TextField())),
            parties_named=Func(F("agreement_id"), template=PARTIES, output_field=models.JSONField()),
            guests=guests_of("visit_id"),
        )

    def told_to(self, user: Any) -> list[dict[str, Any]]:
        """As rows in words, for the small lists of pages whose apps stand below this one. One query."""
        from followups.lists import rows  # noqa: PLC0415 -- that module imports this one

        return list(rows(self.for_list(), user))

    def for_names(self) -> Self:
        parties = models.Prefetch("agreement__parties", Party.objects.select_related("region", "organisation"))
        return self.select_related("agreement", "step", "indicator").prefetch_related(parties)


@tracked
class Milestone(Record):
    """One thing that must happen, with one due day and one status.

    Comes from a visit's outcome (then the two are kept equal by triggers), from the data of an agreement (`derived_key`
    names what it follows; `followups_derive` moves and closes it), from a recurring duty, or from a person. `due_on` is
    the last day that fits what is known (`due_precision`; of a year its last day); `since` is the day from which it
    stands: that of the visit, or on which it was entered. Suggestions wait for a person to accept them.
    """

    computed: ClassVar = COMPUTED
    called: ClassVar = frozenset({"tindak lanjut"})  # words that say “follow-up”: see `records.asking`

    kind = models.CharField(_("kind"), max_length=20, choices=MilestoneKind, default=MilestoneKind.FOLLOW_UP)
    title = models.TextField(_("what must happen"), blank=True, max_length=2000)
    note = models.TextField(_("remarks"), blank=True, max_length=10_000)
    status = models.CharField(_("status"), max_length=12, choices=MilestoneStatus, default=MilestoneStatus.OPEN)
    priority = models.CharField(_("priority"), max_length=6, choices=Priority, default=Priority.NORMAL)
    requested_by = models.CharField(_("requested by"), max_length=200, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    due_precision = models.CharField(
        _("how precise is the due day?"), max_length=12, choices=Precision, default=Precision.DAY
    )
    due_as_stated = models.CharField(_("due in the words of the source"), max_length=200, blank=True)
    since = models.DateField(_("open since"))
    owner = models.ForeignKey(Region, models.PROTECT, related_name="milestones_kept", verbose_name=_("kept by"))
    internal = models.BooleanField(
        _("only for our side"), default=False, help_text=_("The other regions of the visit or agreement do not see it.")
    )
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.PERSON, editable=False)
    visit = models.ForeignKey(
        Visit, models.SET_NULL, null=True, blank=True, related_name="milestones", verbose_name=_("visit")
    )
    outcome = models.OneToOneField(
        Outcome, models.CASCADE, null=True, blank=True, related_name="milestone", verbose_name=_("outcome")
    )
    agreement = models.ForeignKey(
        Agreement, models.CASCADE, null=True, blank=True, related_name="milestones", verbose_name=_("agreement")
    )
    step = models.ForeignKey(
        ProcessStep, models.PROTECT, null=True, blank=True, related_name="milestones", verbose_name=_("step")
    )
    programme = models.ForeignKey(
        Programme, models.SET_NULL, null=True, blank=True, related_name="milestones", verbose_name=_("programme")
    )
    indicator = models.ForeignKey(
        Indicator, models.SET_NULL, null=True, blank=True, related_name="milestones",
        verbose_name=pgettext_lazy("of a programme", "indicator"),
    )  # fmt: skip
    duty = models.ForeignKey(
        Duty, models.RESTRICT, null=True, blank=True, related_name="occurrences", verbose_name=_("recurring duty")
    )
    derived_key = models.CharField(_("follows"), max_length=80, null=True, unique=True, editable=False)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    evidence = models.CharField(
        _("evidence"), max_length=300, blank=True, help_text=_("Number or name of the paper, an address, or in words.")
    )
    closed_by_data = models.BooleanField(default=False, editable=False)
    opened_at = models.DateTimeField(_("open since the moment"), default=timezone.now, editable=False)
    submission = models.UUIDField(_("submission"), unique=True, default=uuid.uuid4, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("entered by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)
    assignees = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Assignee", through_fields=("milestone", "user"), related_name="milestones",
        verbose_name=_("people"), blank=True,
    )  # fmt: skip

    region_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    organisation_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    user_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    words = SearchVectorField(null=True, editable=False)

    objects = MilestoneQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.CheckConstraint(
                condition=Q(title__regex=r"\S") | Q(derived_key__isnull=False) | Q(duty__isnull=False),
                name="milestone_says_what",
                violation_error_message=_("Say what must happen."),
            ),
            models.CheckConstraint(
                condition=Q(status=MilestoneStatus.DONE, done_on__isnull=False)
                | (~Q(status=MilestoneStatus.DONE) & Q(done_on__isnull=True)),
                name="milestone_done_has_a_day",
                violation_error_message=_("What is done has the day on which it was done; nothing else has one."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_precision__in=["DAY", "MONTH", "YEAR"]),
                name="milestone_due_fits_its_precision",
                violation_error_message=_("Of a due day the day, the month or the year is known."),
            ),
            models.CheckConstraint(condition=Q(status__in=MilestoneStatus.values), name="milestone_status_is_known"),
            models.UniqueConstraint(
                fields=["duty", "due_on"],
                condition=Q(duty__isnull=False),
                name="duty_occurs_once_a_day",
                violation_error_message=_("There is an occurrence on this day already."),
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="milestone_due", condition=Q(status__in=OPEN)),
            models.Index(fields=["since"], name="milestone_undated", condition=Q(status__in=OPEN, due_on__isnull=True)),
            models.Index(fields=["opened_at"], name="milestone_opened", condition=Q(status__in=OPEN)),
            models.Index(fields=["id"], name="milestone_suggested", condition=Q(status="SUGGESTED")),
            models.Index(fields=["-done_on", "-id"], name="milestone_done_last", condition=Q(status="DONE")),
            models.Index(F("due_on").asc(nulls_last=True), F("id").asc(), name="milestone_by_due"),
            GinIndex(fields=["region_ids", "words"], name="milestone_regions_and_words"),
            GinIndex(fields=["organisation_ids"], name="milestone_organisations"),
            GinIndex(fields=["user_ids"], name="milestone_users"),
            # What is open of a region or person: else the open ones of everybody are read beside those of the region.
            GinIndex(fields=["region_ids"], name="milestone_open_of_region", condition=Q(status__in=OPEN)),
            GinIndex(fields=["user_ids"], name="milestone_open_of_user", condition=Q(status__in=OPEN)),
        ]
        triggers = [
            bump_version(*COMPUTED),
            pgtrigger.Trigger(
                name="digest",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("digest", "record")],
                func="""
                    SELECT * INTO digest FROM followups_digest(NEW.id, NEW.owner_id, NEW.visit_id, NEW.agreement_id,
                        NEW.internal);
                    NEW.region_ids = digest.region_ids;
                    NEW.organisation_ids = digest.organisation_ids;
                    NEW.user_ids = digest.user_ids;
                    IF TG_OP = 'INSERT' OR NEW.words IS NULL OR (NEW.title, NEW.note, NEW.requested_by, NEW.evidence)
                            IS DISTINCT FROM (OLD.title, OLD.note, OLD.requested_by, OLD.evidence) THEN
                        NEW.words = visits_words(concat_ws(' ', NEW.title, NEW.note, NEW.requested_by, NEW.evidence));
                    END IF;
                    IF TG_OP = 'UPDATE' AND OLD.status NOT IN ('OPEN', 'IN_PROGRESS', 'BLOCKED')
                            AND NEW.status IN ('OPEN', 'IN_PROGRESS', 'BLOCKED') THEN
                        NEW.opened_at = clock_timestamp();
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.heading[:120]

    def get_absolute_url(self) -> str:
        return reverse("followups:detail", args=[self.pk])

    @property
    def heading(self) -> str:
        """What must happen; of what was made from the data, its kind and the agreement, in the reader's language."""
        return self.title or heading_of(
            self.kind, str(self.agreement or ""), str(self.step or ""), str(self.indicator or "")
        )

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def follows_data(self) -> bool:
        """Its day is that of the data: it is moved by editing the agreement."""
        return self.derived_key is not None

    def is_overdue(self, on: dt.date) -> bool:
        return bool(self.is_open and self.due_on and self.due_on < on)

    def occurrence(self, on: dt.date) -> str:
        """How an occurrence of a recurring duty stands on the day ('' for what does not recur)."""
        if self.duty_id is None or self.due_on is None:
            return ""
        return occurrence_of(self.status, self.due_on, self.done_on, on)

    def may_be_kept_by(self, user: Any) -> bool:
        """May the user change everything: officers of the region that keeps the record."""
        return bool(user.may_write_for(self.owner_id))

    def may_be_worked_on_by(self, user: Any) -> bool:
        """May the user report progress and confirm a part: also the other side, its units, the assignees."""
        return self._concerns(user, Right.WORK)

    def may_be_commented_by(self, user: Any) -> bool:
        return self._concerns(user, Right.COMMENT)

    def _concerns(self, user: Any, right: Right) -> bool:
        return bool(
            self.may_be_kept_by(user)
            or set(self.region_ids) & set(user.regions_for(right))
            or set(self.organisation_ids) & set(user.units_for(right))
            or user.pk in self.user_ids
        )


def heading_of(kind: str, agreement: str, step: str = "", indicator: str = "") -> str:
    """The title of what was made from the data, for bare values too."""
    label = str(MilestoneKind(kind).label)
    if kind == MilestoneKind.STEP and step:
        label = gettext("Deadline of the step “%(step)s”") % {"step": step}
    elif kind == MilestoneKind.TARGET and indicator:
        label = gettext("Target: %(indicator)s") % {"indicator": indicator}
    return f"{label} — {agreement}" if agreement else label


def occurrence_of(status: str, due: dt.date, done: dt.date | None, on: dt.date) -> str:
    """The rule behind `Milestone.occurrence`, for bare values."""
    if status == MilestoneStatus.DONE:
        return Occurrence.LATE if done and done > due else Occurrence.MET
    if status == MilestoneStatus.CANCELLED:
        return Occurrence.WAIVED
    if due < on:
        return Occurrence.MISSED
    return Occurrence.DUE if due <= on + DUE_SOON else Occurrence.SCHEDULED
