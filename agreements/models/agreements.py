"""The agreement: what it is, how long it holds, where it stands, what it follows, and who may see it."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.rights import Right
from agreements.models.kinds import (
    CLOSED_SIGNED,
    CLOSED_UNSIGNED,
    AgreementKind,
    AgreementNature,
    Category,
    Closing,
    Initiator,
)
from agreements.models.processes import Process, ProcessStep
from agreements.models.querysets import FOLDS, AgreementQuerySet
from records.dates import Certainty, Precision
from records.folding import unfold
from records.history import tracked
from records.models import Record, bump_version
from regions.models import Region, Sector

if TYPE_CHECKING:
    from accounts.models import User

ENDLESS = dt.date(9999, 12, 31)  # `runs_until` of an agreement without an end
UNKNOWN_SINCE = dt.date(1, 1, 1)  # `counts_from` of one that was signed nobody knows when

# Kept by triggers from this row and what hangs on it; a change of them alone is no edit of the record.
COMPUTED = (
    "region_ids", "organisation_ids", "sector_ids", "words", "is_signed", "signed_on", "runs_from", "runs_until",
    "counts_from", "has_acts", "has_breaks", "activity", "last_active_on",
)  # fmt: skip


@tracked
class Agreement(Record):
    """An agreement from its first exploration to its end. Category, kind, stage and state are four things.

    *Stage* (`process`, `step`, `stage_since`) and *closing* (`closed_as`, `closed_on`) follow the append-only log
    (`StepEntry`); nothing else can move them. *State* is no column: `with_state(on=)` answers it for a day.
    May exist without number, date, signatory, term or visit; what is missing is shown and blocks nothing but gates.

    `runs_from` and `runs_until` are the bounds of its own term (from the signing and the term in months where they are
    not stated; `runs_until` 9999-12-31: without end; NULL: not known); `counts_from` is the day from which it counts
    as signed (0001-01-01: signed, nobody knows when). They and all of `COMPUTED` are kept by triggers.
    """

    computed: ClassVar = COMPUTED
    called: ClassVar = frozenset({"agreement", "kerja sama"})  # words that say “agreement”: see `records.asking`

    title = models.CharField(
        _("title"), max_length=300, blank=True, help_text=_("Empty: the kind and the parties are the title.")
    )
    category = models.CharField(_("category"), max_length=15, choices=Category, default=Category.UNDETERMINED)
    category_certainty = models.CharField(
        _("how sure is the category?"), max_length=10, choices=Certainty, default=Certainty.STATED
    )
    kind = models.CharField(_("kind"), max_length=15, choices=AgreementKind, default=AgreementKind.KB)
    kind_certainty = models.CharField(
        _("how sure is the kind?"), max_length=10, choices=Certainty, default=Certainty.STATED
    )
    nature = models.CharField(_("nature"), max_length=12, choices=AgreementNature, default=AgreementNature.NEW)
    initiator = models.CharField(_("initiative"), max_length=12, choices=Initiator, blank=True)
    owner = models.ForeignKey(Region, models.PROTECT, related_name="agreements_kept", verbose_name=_("kept by"))
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("under the agreement"),
        help_text=_("The memorandum under which this cooperation agreement was made."),
    )
    predecessor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("acts on the agreement"),
        help_text=_("The agreement that this one renews, changes, replaces or ends."),
    )
    process = models.ForeignKey(
        Process, models.PROTECT, null=True, blank=True, editable=False, related_name="agreements",
        verbose_name=_("process"),
    )  # fmt: skip
    step = models.ForeignKey(
        ProcessStep, models.PROTECT, null=True, blank=True, editable=False, related_name="agreements",
        verbose_name=_("stage"),
    )  # fmt: skip
    stage_since = models.DateField(_("at this stage since"), null=True, blank=True, editable=False)
    closed_as = models.CharField(_("closed as"), max_length=12, choices=Closing, blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)

    valid_from = models.DateField(
        _("valid from"), null=True, blank=True, help_text=_("Empty: from the day of the signing.")
    )
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The last day. Empty: counted from the term.")
    )
    validity_precision = models.CharField(
        _("how precise is the validity?"), max_length=12, choices=Precision, default=Precision.DAY
    )
    validity_as_stated = models.CharField(
        _("validity in the words of the source"),
        max_length=200,
        blank=True,
        help_text=_("For example “5 (lima) tahun sejak ditandatangani”. Kept exactly as written."),
    )
    validity_certainty = models.CharField(
        _("how sure is the validity?"), max_length=10, choices=Certainty, default=Certainty.STATED
    )
    term_months = models.PositiveSmallIntegerField(_("term in months"), null=True, blank=True)
    open_ended = models.BooleanField(_("without an end"), default=False)
    notice_days = models.PositiveSmallIntegerField(
        _("notice period in days"), null=True, blank=True, help_text=_("Counted back from the effective end.")
    )

    about = models.TextField(_("summary"), blank=True)
    objectives = models.TextField(_("objectives"), blank=True)
    benefits = models.TextField(_("expected results"), blank=True)
    funding = models.TextField(_("funding"), blank=True)
    remarks = models.TextField(_("remarks"), blank=True)
    burdens_public = models.BooleanField(_("burdens the public or the region"), null=True, blank=True)
    outside_budget = models.BooleanField(_("outside the running budget"), null=True, blank=True)
    council_note = models.TextField(_("how the council test was judged"), blank=True)

    submission = models.UUIDField(_("submission"), unique=True, default=uuid.uuid4, editable=False)
    created_by = models.ForeignKey(
        "accounts.User",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="agreements_logged",
        verbose_name=_("logged by"),
    )
    created_at = models.DateTimeField(_("logged"), auto_now_add=True)
    sectors = models.ManyToManyField(
        Sector, through="agreements.AgreementSector", related_name="agreements", verbose_name=_("sectors"), blank=True
    )

    region_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    organisation_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    sector_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    words = SearchVectorField(null=True, editable=False)
    is_signed = models.BooleanField(_("signed"), default=False, editable=False)
    signed_on = models.DateField(_("signed on"), null=True, editable=False)
    runs_from = models.DateField(_("in force from"), null=True, editable=False)
    runs_until = models.DateField(_("own end"), null=True, editable=False)
    counts_from = models.DateField(_("counts as signed from"), null=True, editable=False)
    has_acts = models.BooleanField(default=False, editable=False)
    has_breaks = models.BooleanField(default=False, editable=False)  # was put on hold, or reopened, once
    activity = ArrayField(models.DateField(), default=list, editable=False)
    last_active_on = models.DateField(_("last activity"), null=True, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="agreement_ends_after_it_starts",
                violation_error_message=_("The end lies before the start. Swap the two dates or correct one."),
            ),
            models.CheckConstraint(
                condition=Q(term_months__isnull=True) | Q(term_months__range=(1, 1200)),
                name="agreement_term_is_positive",
                violation_error_message=_("The term is between 1 and 1200 months."),
            ),
            models.CheckConstraint(
                condition=Q(open_ended=False) | Q(valid_until__isnull=True, term_months__isnull=True),
                name="agreement_without_an_end_has_no_end",
                violation_error_message=_("An agreement without an end has neither an end nor a term: clear one."),
            ),
            models.CheckConstraint(
                condition=Q(predecessor__isnull=True) | ~Q(nature=AgreementNature.NEW),
                name="agreement_that_acts_is_not_new",
                violation_error_message=_(
                    "Say what it does with the earlier agreement: renew, amend, replace or end it."
                ),
            ),
            models.CheckConstraint(
                condition=(
                    Q(closed_as="", closed_on__isnull=True)
                    | Q(closed_as__in=CLOSED_SIGNED, is_signed=True)
                    | Q(closed_as__in=CLOSED_UNSIGNED, is_signed=False)
                ),
                name="agreement_is_closed_as_it_stands",
                violation_error_message=_(
                    "Before signing an agreement is rejected or withdrawn; after it, completed, terminated or revoked."
                ),
            ),
        ]
        indexes = [
            models.Index(F("last_active_on").desc(nulls_last=True), F("id").desc(), name="agreement_newest_first"),
            models.Index(fields=["last_active_on", "id"], name="agreement_longest_silent"),
            models.Index(fields=["runs_until", "id"], name="agreement_ends_soonest"),
            models.Index(F("signed_on").desc(nulls_last=True), F("id").desc(), name="agreement_signed_last"),
            models.Index(fields=["-created_at", "-id"], name="agreement_logged_last"),
            models.Index(fields=["step", "stage_since", "id"], name="agreement_at_step", condition=Q(closed_as="")),
            models.Index(fields=["id"], name="agreement_in_preparation", condition=Q(is_signed=False, closed_as="")),
            models.Index(fields=["closed_as", "id"], name="agreement_closed", condition=~Q(closed_as="")),
            models.Index(fields=["id"], name="agreement_with_acts", condition=Q(has_acts=True)),
            models.Index(fields=["id"], name="agreement_with_breaks", condition=Q(has_breaks=True)),
            models.Index(fields=["category", "kind", "id"], name="agreement_of_a_kind"),
            GinIndex(fields=["region_ids", "words"], name="agreement_regions_and_words"),
            GinIndex(fields=["organisation_ids"], name="agreement_organisations"),
            GinIndex(fields=["sector_ids"], name="agreement_sectors"),
        ]
        triggers = [
            bump_version(*COMPUTED),
            pgtrigger.Trigger(
                name="digest",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("digest", "record")],
                func=f"""
                    SELECT * INTO digest FROM agreements_digest(NEW.id);
                    NEW.region_ids = ARRAY(SELECT DISTINCT r FROM unnest(digest.region_ids || NEW.owner_id) r
                        WHERE r IS NOT NULL ORDER BY r);
                    NEW.organisation_ids = ARRAY(SELECT DISTINCT o FROM unnest(digest.organisation_ids) o
                        WHERE o IS NOT NULL ORDER BY o);
                    NEW.sector_ids = ARRAY(SELECT DISTINCT s FROM unnest(digest.sector_ids) s
                        WHERE s IS NOT NULL ORDER BY s);
                    NEW.is_signed = digest.is_signed;
                    NEW.signed_on = CASE WHEN digest.is_signed THEN digest.signed_on END;
                    NEW.runs_from = COALESCE(NEW.valid_from, NEW.signed_on);
                    NEW.runs_until = CASE WHEN NEW.open_ended THEN DATE '{ENDLESS.isoformat()}'
                        ELSE COALESCE(NEW.valid_until, agreements_last_day(NEW.runs_from, NEW.term_months)) END;
                    NEW.counts_from = CASE WHEN digest.is_signed
                        THEN COALESCE(NEW.signed_on, NEW.runs_from, DATE '{UNKNOWN_SINCE.isoformat()}') END;
                    NEW.has_acts = digest.has_acts;
                    NEW.has_breaks = digest.has_breaks;
                    NEW.activity = ARRAY(SELECT DISTINCT a FROM unnest(digest.activity || NEW.signed_on ||
                        (NEW.created_at AT TIME ZONE (SELECT time_zone FROM regions_region WHERE id = NEW.owner_id)
                        )::date) a WHERE a IS NOT NULL ORDER BY a);
                    NEW.last_active_on = NEW.activity[array_upper(NEW.activity, 1)];
                    NEW.words = visits_words(concat_ws(' ', NEW.title, NEW.about, NEW.objectives, NEW.benefits,
                        NEW.funding, NEW.remarks, NEW.council_note, NEW.validity_as_stated, visits_names(
                            NEW.region_ids, NEW.organisation_ids, NULL, NULL), digest.said));
                    RETURN NEW;
                """,  # noqa: S608 -- two dates of ours
            ),
            pgtrigger.Trigger(
                name="follow_log",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("moved", "boolean")],
                func="""
                    IF TG_OP = 'INSERT' THEN
                        moved = NEW.step_id IS NOT NULL OR NEW.process_id IS NOT NULL OR NEW.closed_as <> '';
                    ELSE
                        moved = (NEW.step_id, NEW.process_id, NEW.stage_since, NEW.closed_as, NEW.closed_on)
                            IS DISTINCT FROM
                            (OLD.step_id, OLD.process_id, OLD.stage_since, OLD.closed_as, OLD.closed_on);
                    END IF;
                    IF moved AND pg_trigger_depth() < 2 THEN
                        RAISE EXCEPTION 'not by hand' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'agreement_stage_follows_the_log';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="keep_a_tree",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.parent_id IS NOT NULL OR NEW.predecessor_id IS NOT NULL OR NEW.nature <> 'NEW'"
                ),
                # only of a link that is made or changed: what an earlier one became since, its signing taken out
                # perhaps, keeps no later one from being saved, nor what refreshes it (a visit, a new name)
                func="""
                    IF TG_OP = 'INSERT' OR (NEW.parent_id, NEW.predecessor_id, NEW.nature)
                            IS DISTINCT FROM (OLD.parent_id, OLD.predecessor_id, OLD.nature) THEN
                        PERFORM agreements_keep_a_tree(NEW.id, NEW.parent_id, NEW.predecessor_id, NEW.nature);
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="keep_gates",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("kind", "process"),
                func="""
                    IF NEW.is_signed THEN
                        PERFORM agreements_require_gates(NEW.id, NEW.process_id, NEW.kind);
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="tell_predecessor",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP <> 'INSERT' AND OLD.predecessor_id IS NOT NULL THEN
                        UPDATE agreements_agreement SET id = id WHERE id = OLD.predecessor_id;
                    END IF;
                    IF TG_OP <> 'DELETE' AND NEW.predecessor_id IS NOT NULL
                            AND (TG_OP = 'INSERT' OR NEW.predecessor_id IS DISTINCT FROM OLD.predecessor_id) THEN
                        UPDATE agreements_agreement SET id = id WHERE id = NEW.predecessor_id;
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.get_kind_display()}: {self.between}"

    @property
    def told_apart_by(self) -> str:
        """Among others of its name, in the trash: '' of what was not signed, or on an unknown day."""
        return date_format(self.signed_on) if self.signed_on else ""

    def get_absolute_url(self) -> str:
        return reverse("agreements:detail", args=[self.pk])

    @property
    def between(self) -> str:
        """The parties that sign, in words and in their order."""
        names = [p.name for p in self.parties.all() if p.is_main]
        return " – ".join(names) or gettext("Parties unknown")

    @property
    def term_in_words(self) -> str:
        """“5 years”, “18 months”: months are kept, officers speak of years where they are whole."""
        years, months = divmod(self.term_months or 0, 12)
        if months:
            return ngettext("%(n)s month", "%(n)s months", years * 12 + months) % {"n": years * 12 + months}
        return ngettext("%(n)s year", "%(n)s years", years) % {"n": years} if years else ""

    def unfold(self) -> None:
        """Makes the children read by `for_detail` available without queries."""
        unfold(self, FOLDS)

    @property
    def is_closed(self) -> bool:
        return bool(self.closed_as)

    @property
    def council(self) -> str:
        """REQUIRED, NOT_REQUIRED or UNASSESSED: approval is needed where it burdens the public or is unbudgeted."""
        answers = {self.burdens_public, self.outside_budget}
        if True in answers:
            return "REQUIRED"
        return "UNASSESSED" if None in answers else "NOT_REQUIRED"

    def today(self) -> dt.date:
        """The calendar day in the region that keeps the record."""
        return timezone.localdate(timezone=zoneinfo.ZoneInfo(self.owner.time_zone))

    def may_be_waived_by(self, user: User) -> bool:
        """May the user waive a gate of its way?"""
        return user.may(Right.WAIVE_GATES, self.owner_id)
