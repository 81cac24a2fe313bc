"""A milestone with its sides and people, as one form; and the sides and people alone, to give it to others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Value
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from agreements.lookups import AgreementLookup
from agreements.models import Agreement, Indicator, Programme
from followups import doing
from followups.forms.due import INPUTS, DueForm, initial_due
from followups.lookups import ABOUT, PeopleLookup, ProgrammeLookup
from followups.models import Assignee, Milestone, MilestoneKind, Part
from pages.lookups import LookupField
from pages.sheets import filled, sheet
from pages.sheets.filled import FilledForm
from pages.sheets.rows import RowForm, Rows, rows_of
from pages.sheets.sheet import Beginning
from pages.templatetags.pages import Problem
from records.dates import Precision
from records.keys import by_key
from regions.lookups import ORGANISATIONS, REGIONS
from regions.models import Region
from visits.forms.delegations import belongs, says_where_it_belongs
from visits.forms.visit import offer_owners
from visits.lookups import VisitLookup
from visits.models import Outcome, Visit

BY_HAND = [
    (kind.value, kind.label) for kind in MilestoneKind if kind not in (MilestoneKind.STEP, MilestoneKind.SILENCE)
]


class Filling(filled.Filling):
    """Rows of people look among the members of all regions that take part, as far as the user may know of them."""

    record: Milestone | None = None
    asked: QueryDict | None = None

    def read(self, record: Any, stored: Any, sent: QueryDict | None) -> None:
        self.record, self.asked = record, sent

    @cached_property
    def people(self) -> PeopleLookup:
        found = {"milestone": str(self.record.pk or "")} if self.record else {}
        if self.record and not self.record.pk:
            found |= {"visit": str(self.record.visit_id or ""), "agreement": str(self.record.agreement_id or "")}
        if self.asked is not None:
            found |= {name: str(self.asked[name]) for name in ABOUT if name in self.asked}
        return PeopleLookup(self.user, about=found)


class PartForm(RowForm):
    noun = gettext_lazy("Side %(number)s")
    parts = "followups/_row_part.html"

    region = LookupField(REGIONS, required=False, create=False, label=gettext_lazy("Responsible region"))
    unit = LookupField(ORGANISATIONS, required=False, label=gettext_lazy("Responsible unit"))

    class Meta:
        model = Part
        fields = ("region", "unit")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        region, unit = cleaned.get("region"), cleaned.get("unit")
        if region and unit and not belongs(unit, region):
            self.add_error("unit", says_where_it_belongs(unit, region))
        elif not region and not unit and not self.errors:
            self.add_error("region", _("Choose the responsible region or unit."))
        return cleaned


class PartRows(Rows):
    def clean(self) -> None:
        seen: set[Any] = set()
        for row in self.ordered:
            if not row.is_live or row.errors:
                continue
            region, unit = row.said("region"), row.said("unit")
            key = (
                unit.region_id if unit and unit.region_id else region.pk if region else None,
                unit.pk if unit else None,
            )
            if key in seen:
                row.add_error("unit" if unit else "region", _("This side is responsible already."))
            seen.add(key)


class PersonForm(RowForm):
    noun = gettext_lazy("Person %(number)s")
    parts = "followups/_row_person.html"
    filling: Filling

    user = forms.Field()

    class Meta:
        model = Assignee
        fields = ("user",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lookup = self.filling.people
        self.fields["user"] = LookupField(lookup, params=lookup.about, create=False, label=_("Person"))


class PersonRows(Rows):
    def clean(self) -> None:
        seen: set[int] = set()
        for row in self.ordered:
            person = row.said("user") if row.is_live and not row.errors else None
            if person and person.pk in seen:
                row.add_error("user", _("It is given to this person already."))
            seen.add(person.pk if person else 0)


class WhoSheet(sheet.Sheet):
    """What both sheets share: the rows become sides and people, and `doing.give` judges and keeps them."""

    filling_class = Filling
    lists_of = {"parts": rows_of(PartForm, PartRows), "people": rows_of(PersonForm, PersonRows)}

    parts: Rows
    people: Rows

    @classmethod
    def children(cls, record: Milestone) -> dict[str, list[Any]]:
        return {
            "parts": list(record.parts.select_related("region", "unit__region")),
            "people": list(record.given_to.select_related("user")),
        }

    @property
    def chosen_sides(self) -> list[doing.Side]:
        return [(row.said("region"), row.said("unit")) for row in _kept(self.parts)]

    @property
    def chosen_people(self) -> list[User]:
        return [row.said("user") for row in _kept(self.people)]

    def regions_of_sides(self) -> Iterator[tuple[RowForm, int | None]]:
        for row in _kept(self.parts):
            unit, region = row.said("unit"), row.said("region")
            yield row, (unit.region_id if unit and unit.region_id else region.pk if region else None)

    def people_must_take_part(self) -> Iterator[Problem]:
        """Of regions that take part, and of the chosen units. Who has it already keeps it while anything ties them."""
        units = [row.said("unit").pk for row in _kept(self.parts) if row.said("unit")]
        regions = self._taking_part()
        kept = {row.instance.user_id for row in _kept(self.people) if row.instance.pk}
        chosen = [person.pk for person in self.chosen_people]
        eligible = set(doing.members_of(regions, units).filter(pk__in=chosen).values_list("pk", flat=True))
        tied = doing.tied_to(F("pk"), _keys(regions), _keys(units))
        stay = set(User.objects.filter(tied, pk__in=kept).values_list("pk", flat=True))
        for row in _kept(self.people):
            person = row.said("user")
            if person.pk not in eligible | stay:
                words = _("%(names)s: no active member of a region or unit that takes part.") % {"names": person}
                yield row["user"].id_for_label, words

    def _taking_part(self) -> list[int]:
        """The regions that take part once it is saved, as the database tells it then."""
        record = self.form.instance
        if record.internal:
            return [record.owner_id]
        found = {record.owner_id, *(region for _row, region in self.regions_of_sides())}
        for model, key in ((Visit, record.visit_id), (Agreement, record.agreement_id)):
            if key is not None:
                told = model._base_manager.filter(pk=key).values_list("region_ids", flat=True).first()
                found |= set(record.region_ids if told is None else told)  # of one that the user does not see
        return [pk for pk in found if pk is not None]

    def save_rows(self, record: Milestone) -> None:
        doing.give(record, self.chosen_sides, self.chosen_people, by=self.filling.user)


class MilestoneForm(DueForm, FilledForm):
    advanced = ("requested_by", "note")
    filling: Filling
    unseen: Sequence[str] = ()

    internal = forms.BooleanField(
        required=False,
        label=gettext_lazy("Only for our side"),
        help_text=gettext_lazy(
            "The other regions of the visit or agreement do not see it; a province that supervises yours does."
        ),
    )
    indicator = forms.ModelChoiceField(Indicator.objects.none(), required=False, widget=forms.HiddenInput)
    outcome = forms.ModelChoiceField(Outcome.objects.none(), required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        required=False,
        label=gettext_lazy("Why is it moved?"),
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Only if you change the due day. It stays in the log, for every side to read."),
    )

    class Meta:
        model = Milestone
        fields = (
            "kind", "title", "note", "due_precision", "due_as_stated", "priority", "requested_by", "owner", "internal",
            "visit", "outcome", "agreement", "programme", "indicator",
        )  # fmt: skip
        widgets = {"title": forms.Textarea({"rows": 2}), "note": forms.Textarea({"rows": 3})}
        labels = {"note": gettext_lazy("Remarks")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user, milestone = self.filling.user, self.instance
        self.initial = {**initial_due(milestone), **self.initial}
        self.fields["kind"].choices = BY_HAND  # type: ignore[attr-defined]  # a choice
        self.fields["visit"] = LookupField(VisitLookup(user), required=False, label=_("Visit"))
        self.fields["agreement"] = LookupField(AgreementLookup(user), required=False, label=_("Agreement"))
        self.fields["programme"] = LookupField(ProgrammeLookup(user), required=False, label=_("Programme"))
        offer_owners(self, user)
        self._offer_what_it_is_about(milestone)
        self._leave_out_what_follows(milestone)

    def _offer_what_it_is_about(self, milestone: Milestone) -> None:
        agreements = Agreement.objects.visible_to(self.filling.user).values("pk")
        indicators = Indicator.objects.filter(programme__agreement__in=agreements)
        self.fields["indicator"].queryset = indicators.select_related("programme")  # type: ignore[attr-defined]
        outcomes = Outcome.objects.visible_to(self.filling.user)
        self.fields["outcome"].queryset = outcomes.select_related("visit")  # type: ignore[attr-defined]

    def _leave_out_what_follows(self, milestone: Milestone) -> None:
        """What the data or the visit say is changed there."""
        gone = ["reason"] if milestone.pk is None or milestone.due_on is None else []
        if milestone.pk is not None:
            gone += ["outcome", "indicator", *self._unseen(milestone)]
        if milestone.pk is not None and doing.why_not_movable(milestone):
            gone += [*INPUTS.values(), "due_precision", "due_as_stated", "reason", "agreement", "programme", "visit"]
            gone += ["kind", "owner"]
            self.fields["title"].required = False
        else:
            self.fields["title"].required = True
        if milestone.outcome_id is not None or self.initial.get("outcome"):
            gone += ["visit", "internal", "owner"]
        for name in gone:
            self.fields.pop(name, None)

    def _unseen(self, milestone: Milestone) -> list[str]:
        """What it belongs to and this editor does not see (any more) stays: it could not be sent."""
        fields: Any = self.fields
        keys = {name: getattr(milestone, f"{name}_id") for name in ("visit", "agreement", "programme")}
        lookups = {name: fields[name].lookup.records() for name, key in keys.items() if key is not None}
        self.unseen = [name for name, found in lookups.items() if not found.filter(pk=keys[name]).exists()]
        return [*self.unseen, *(["programme"] if "agreement" in self.unseen else [])]

    @property
    def fixed(self) -> str:
        """Why the day is not asked."""
        return doing.why_not_movable(self.instance) if self.instance.pk else ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "due_precision" in self.fields:
            self.read_due(cleaned)
            self._check_reason(cleaned)
            self.instance.due_on = self.due_on
            if self.due_on is None:
                cleaned["due_precision"] = Precision.DAY
        self._check_belonging(cleaned)
        return cleaned

    def _check_reason(self, cleaned: dict[str, Any]) -> None:
        """Another day than the one that is known is given with its reason: every side reads it."""
        faulty = set(self.errors) & {*INPUTS.values(), "due_precision"}
        before = self.instance.due_on
        if "reason" in self.fields and not faulty and before != self.due_on and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Give the reason: it stays in the log."))

    def _check_belonging(self, cleaned: dict[str, Any]) -> None:
        """The programme brings its agreement, the indicator its programme, the outcome its visit."""
        outcome, indicator = cleaned.get("outcome"), cleaned.get("indicator")
        agreement, programme = cleaned.get("agreement"), cleaned.get("programme")
        if indicator and (programme is None or programme.pk != indicator.programme_id):
            cleaned["indicator"] = None
        if programme and agreement and programme.agreement_id != agreement.pk:
            self.add_error("programme", _("This programme belongs to another agreement. Choose one of its own."))
        elif programme:
            cleaned["agreement"] = programme.agreement
        if outcome is not None:
            self.instance.visit = outcome.visit


class MilestoneSheet(WhoSheet):
    form_class = MilestoneForm
    form: MilestoneForm

    @classmethod
    def begin(cls, filling: Any) -> Beginning:
        home = filling.user.home_region
        return Beginning(Milestone(owner=home), {}, {"owner": home.pk if home else None})

    def check(self) -> Iterator[Problem]:
        said, record = self.form.cleaned_data, self.form.instance
        if record.owner_id is None:
            yield "", _("Choose the region that keeps it.")
            return
        if said.get("internal"):
            for row, region in self.regions_of_sides():
                if region not in (record.owner_id, None):
                    yield (
                        row["region"].id_for_label,
                        _("It is only for our side: it cannot be given to another region."),
                    )
        yield from self.people_must_take_part()


class WhoForm(FilledForm):
    """Why it is given to others."""

    filling: Filling

    reason = forms.CharField(
        required=False,
        label=pgettext_lazy("given to others", "Remark"),
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("It stays in the log, for every side to read."),
    )

    class Meta:
        model = Milestone
        fields = ()


class ReassignSheet(WhoSheet):
    form_class = WhoForm
    starts_with: ClassVar[Any] = {}

    @classmethod
    def begin(cls, filling: Any) -> Beginning:
        return Beginning(Milestone())

    def check(self) -> Iterator[Problem]:
        record, user = self.form.instance, self.filling.user
        own, kept = set(user.writing_region_ids), {row.instance.pk for row in _kept(self.parts) if row.instance.pk}
        for row, region in self.regions_of_sides():
            if record.internal and region != record.owner_id:
                yield row["region"].id_for_label, _("It is only for our side: it cannot be given to another region.")
            elif row.changed_data and not record.may_be_kept_by(user) and region not in own:
                yield row["region"].id_for_label, _("You say who does it on your own side only.")
        lost = record.parts.exclude(pk__in=kept).exclude(region__in=own)
        if not record.may_be_kept_by(user) and lost.exists():
            yield "", _("You say who does it on your own side only.")
        yield from self.people_must_take_part()


def _keys(keys: Sequence[int]) -> Value:
    return Value(list(keys), ArrayField(BigIntegerField()))


def _kept(rows: Rows) -> list[RowForm]:
    return [row for row in rows.live if hasattr(row, "cleaned_data")]


def beginning_for(user: Any, asked: QueryDict) -> Beginning:
    """What `?visit=`, `?outcome=`, `?agreement=`, `?programme=` and `?indicator=` carry over, as far as it is seen."""
    begun = MilestoneSheet.begin(Filling(user))
    record = begun.record
    outcome = by_key(Outcome.objects.visible_to(user).select_related("visit"), asked.get("outcome", ""))
    indicators = Indicator.objects.filter(programme__agreement__in=Agreement.objects.visible_to(user).values("pk"))
    record.indicator = by_key(indicators.select_related("programme__agreement"), asked.get("indicator", ""))
    programme = by_key(Programme.objects.visible_to(user).select_related("agreement"), asked.get("programme", ""))
    record.programme = record.indicator.programme if record.indicator else programme
    agreement = by_key(Agreement.objects.visible_to(user).for_names(), asked.get("agreement", ""))
    record.agreement = record.programme.agreement if record.programme else agreement
    record.visit = outcome.visit if outcome else by_key(Visit.objects.visible_to(user), asked.get("visit", ""))
    if outcome is not None:
        record.title, record.requested_by = outcome.text, outcome.requested_by
        record.due_on, record.due_as_stated = outcome.due_on, outcome.due_as_stated
        begun.initial["outcome"] = outcome.pk
        if outcome.responsible:
            begun.rows["parts"] = [Part(unit=outcome.responsible, region=outcome.responsible.region)]
    if record.indicator is not None:
        record.kind, record.due_on = MilestoneKind.TARGET, record.indicator.target_on
        begun.initial["indicator"] = record.indicator.pk
    _choose_owner(record, user)
    begun.initial["owner"] = record.owner_id
    if not begun.rows and record.owner_id is not None:
        begun.rows["parts"] = [Part(region=record.owner)]
    return begun


def _choose_owner(record: Milestone, user: Any) -> None:
    """The region that keeps the visit or agreement where the user writes for it, else their own."""
    for about in (record.agreement, record.visit):
        if about is not None and about.owner_id is not None and user.may_write_for(about.owner_id):
            record.owner = about.owner
            return
    taking_part = [pk for about in (record.agreement, record.visit) if about for pk in about.region_ids]
    own = [pk for pk in taking_part if pk in user.writing_region_ids]
    if own:
        record.owner = Region.objects.get(pk=own[0])
