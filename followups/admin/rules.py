"""Rules of reminding in Django admin, with a preview also of what is not saved yet, and the rules of one agreement."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.admin import Ruled, RuledForm
from agreements.models import Agreement
from followups.forms.rules import DaysField
from followups.models import Audience, Basis, MilestoneKind, Reminder, ReminderRule, RuleOverride
from followups.previewing import Preview, preview
from followups.rules import FARTHEST, in_words, kinds_in_words
from notices.models import DELIVERED
from records.keys import by_key
from records.rows import along


class RuleForm(RuledForm):
    """Days as a line of text, kinds and ways as ticks; what contradicts itself is told in words."""

    days = DaysField(
        label=gettext_lazy("Days"),
        help_text=gettext_lazy("Separated by commas, before with a minus: “-30, -7, 0”; “H-30, H-7, H” is read too."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("For these kinds"),
        choices=MilestoneKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None: for every kind of milestone."),
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Ways"),
        choices=[(way.value, way.label) for way in DELIVERED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Beside the inbox, where everything is shown."),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        days, to_people = cleaned.get("days") or [], cleaned.get("audience") == Audience.PEOPLE
        if cleaned.get("basis") == Basis.SINCE and any(day < 0 for day in days):
            self.add_error("days", _("Counted from the day since which it is open, there are no days before."))
        if to_people and not cleaned.get("people"):
            self.add_error("people", _("Choose at least one person, or another answer to “To whom”."))
        if cleaned.get("people") and not to_people and "audience" in cleaned:
            self.add_error("audience", _("People are chosen below: then this is “Certain people”, or take them out."))
        if (cleaned.get("every_days") or 1) > FARTHEST:
            told = _("It repeats after at most %(days)s days.")
            self.add_error("every_days", ValidationError(told, params={"days": FARTHEST}))
        return cleaned


class DayForm(forms.Form):
    """For which day a preview is; tomorrow if nobody says."""

    on = forms.DateField(
        label=gettext_lazy("Who would be written to on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, typed: str | None) -> None:
        self.tomorrow = timezone.localdate() + dt.timedelta(days=1)
        super().__init__({"on": typed or self.tomorrow.isoformat()}, auto_id="preview_%s", prefix=None)

    def clean_on(self) -> dt.date:
        on: dt.date = self.cleaned_data["on"]
        if abs((on - self.tomorrow).days) > FARTHEST:
            raise ValidationError(_("Choose a day within three years."))
        return on


class Previewed(Exception):
    """Ends a save that was only to be looked at; nothing of it stays."""

    def __init__(self, found: Preview) -> None:
        self.found = found
        super().__init__("Only a preview.")


class Kept(Ruled):
    """Where something is kept from being deleted, the page says why, and nothing else."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        found, counts, perms, protected = super().get_deleted_objects(objs, request)
        with along():
            kept = self.kept_from_deleting(objs)
        return (found, counts, set(), kept) if kept else (found, counts, perms, protected)


@admin.register(ReminderRule)
class ReminderRuleAdmin(Kept):
    form = RuleForm
    list_display = ["__str__", "told_when", "audience", "told_of", "region", "at_once", "is_active", "position"]
    list_filter = ["is_active", "audience", "basis", "at_once", ("region", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["region"]
    search_fields = ["code", "name_id", "name_en"]
    ordering = ["position", "pk"]
    change_form_template = "admin/followups/rule_form.html"
    change_list_template = "admin/followups/rule_list.html"
    fieldsets = [
        (None, {"fields": [("name_id", "name_en"), ("code", "position", "is_active"), "region"]}),
        (gettext_lazy("Of what"), {"fields": ["kinds"]}),
        (gettext_lazy("When"), {"fields": ["basis", "days", "every_days"]}),
        (gettext_lazy("To whom, and how"), {"fields": ["audience", "people", "channels", ("at_once", "escalates")]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        own = [path("preview/", self.admin_site.admin_view(self.preview_view), name="followups_reminderrule_preview")]
        return [*own, *super().get_urls()]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", AutocompleteSelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("when"))
    def told_when(self, rule: ReminderRule) -> str:
        return in_words(rule.days, rule.every_days)

    @admin.display(description=gettext_lazy("of what"))
    def told_of(self, rule: ReminderRule) -> str:
        return kinds_in_words(rule.kinds)

    def kept_from_deleting(self, objs: Any) -> list[str]:
        used = set(Reminder.objects.filter(rule__in=objs).values_list("rule", flat=True).distinct())
        told = _("it has written already, and what was written is kept. Take out “in use” instead.")
        return [f"{rule}: {told}" for rule in objs if rule.pk in used]

    # The preview: the form is saved, looked at, and the saving undone

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """With the button “Preview” the form comes back as it was typed, with what it would do."""
        day = DayForm(request.POST.get("preview_on"))
        context = {**(extra_context or {}), "preview_day": day}
        if request.method == "GET" and object_id:
            rule = self.get_object(request, unquote(object_id))
            context["preview"] = preview(day.tomorrow, rule=rule) if rule else None
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except Previewed as done:
            request.previewed = True  # type: ignore[attr-defined]  # read by get_form
            context |= {"preview": done.found, "preview_unsaved": True}
            return super().changeform_view(request, object_id, form_url, context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        if getattr(request, "previewed", False):  # to be shown again, not to be saved
            return type(made.__name__, (made,), {"is_valid": lambda form: False})
        return made

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "_preview" in request.POST:
            day = DayForm(request.POST.get("preview_on"))
            raise Previewed(preview(day.cleaned_data["on"] if day.is_valid() else day.tomorrow, rule=form.instance))

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Whom all rules in use, or one (`?rule=`), would write to on a day (`?on=`)."""
        if not self.has_module_permission(request):
            raise PermissionDenied
        day = DayForm(request.GET.get("on"))
        rule = by_key(ReminderRule.objects.all(), request.GET.get("rule", ""))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Who would be written to"),
            "opts": self.opts,
            "preview_day": day,
            "rule": rule,
            "rules": ReminderRule.objects.filter(is_active=True),
            "preview": preview(day.cleaned_data["on"], rule=rule) if day.is_valid() else None,
        }
        return TemplateResponse(request, "admin/followups/preview.html", context)


class OverrideForm(RuledForm):
    days = DaysField(
        label=gettext_lazy("Days"),
        required=False,
        help_text=gettext_lazy("None: this rule is silent for the agreement."),
    )


@admin.register(RuleOverride)
class RuleOverrideAdmin(Ruled):
    form = OverrideForm
    list_display = ["agreement", "rule", "told_when"]
    list_filter = [("rule", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["rule"]
    search_fields = ["rule__name_id", "rule__name_en", "agreement__title"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(agreements())

    @admin.display(description=gettext_lazy("days"))
    def told_when(self, override: RuleOverride) -> str:
        return in_words(override.days) or _("silent")


def agreements() -> models.Prefetch[Any, Any, Any]:
    """The agreement of each row with what its name needs, in a few queries for the whole list."""
    return models.Prefetch("agreement", Agreement.objects.for_names())
