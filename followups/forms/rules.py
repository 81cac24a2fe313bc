"""Rules of reminding in forms: the days as a line of text, and the rules of one agreement on one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement
from followups.models import RuleOverride
from followups.rules import OwnRule, days_of, rules_for, written
from pages.templatetags.pages import Problem, problems
from records.models import Stale


class DaysField(forms.CharField):
    """Days before and after as a line: “-30, -7, 0”. The value is a list of whole numbers in order."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 400)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, list) else days_of(super().to_python(value) or "")

    def run_validators(self, value: Any) -> None:
        """The checks of a text are those of what was typed, and made by now."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(written(initial or []), data)


class OwnRuleForm(forms.Form):
    """One rule for one agreement: other days, or silence; nothing: as the rule says."""

    days = DaysField(
        label=gettext_lazy("Other days for this agreement"),
        required=False,
        widget=forms.TextInput(attrs={"class": "width-20", "inputmode": "text", "autocomplete": "off"}),
    )
    silent = forms.BooleanField(label=gettext_lazy("Silent for this agreement"), required=False)
    stand = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, own: OwnRule) -> None:
        days = own.override.days if own.override else []
        initial = {"days": days, "silent": own.is_silent, "stand": own.stand}
        super().__init__(data, prefix=f"rule-{own.rule.pk}", initial=initial)
        self.own = own
        self.row_label = str(own.rule)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("days") and cleaned.get("silent"):
            raise ValidationError(_("Either other days or silence: take out the days, or the tick."))
        return cleaned

    def keep(self, agreement: Agreement) -> bool:
        """Write what was chosen, if it differs from what stands. True: something was changed. Raises Stale."""
        days, silent = self.cleaned_data["days"], self.cleaned_data["silent"]
        override = self.own.override
        if self._stands(days, silent):
            return False
        if self.cleaned_data["stand"] != self.own.stand:
            raise Stale(override)
        if override is not None:
            override.claim(override.version)
        if override is None:
            RuleOverride.objects.create(rule=self.own.rule, agreement=agreement, days=days)
        elif days or silent:
            override.days = days
            override.save()
        else:
            override.delete()
        return True

    def _stands(self, days: list[int], silent: bool) -> bool:
        override = self.own.override
        if override is None:
            return not days and not silent
        return override.days == days and (bool(days) or silent)

    def overtaken(self, own: OwnRule) -> None:
        """Say what somebody else has made of it; sent once more, what was typed here is kept."""
        self.own = own
        self.data = {**self.data.dict(), self.add_prefix("stand"): own.stand}  # type: ignore[attr-defined]
        told = _("Somebody else has changed this rule in the meantime: it is now “%(now)s”. Save again to keep yours.")
        self.add_error(None, ValidationError(told, params={"now": own.told}))


class OwnRulesForm:
    """The rules of one agreement, saved together or not at all."""

    def __init__(self, agreement: Agreement, data: Mapping[str, Any] | None = None) -> None:
        self.agreement = agreement
        self.forms = [OwnRuleForm(data, own=own) for own in rules_for(agreement)]

    @property
    def problems(self) -> list[Problem]:
        """For the error summary: those of all rules."""
        return [problem for form in self.forms for problem in problems(form)]

    @property
    def about_open(self) -> list[OwnRuleForm]:
        """Those that speak of something open now, or that somebody has changed for the agreement."""
        return [form for form in self.forms if form.own.open or form.own.override or form.errors]

    @property
    def others(self) -> list[OwnRuleForm]:
        return [form for form in self.forms if form not in self.about_open]

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms])  # noqa: C419 -- every form is to say what is wrong

    def save(self) -> int | None:
        """How many rules were changed; None when somebody else was faster: then the forms say with what."""
        try:
            with transaction.atomic():
                return sum(form.keep(self.agreement) for form in self.forms)
        except (Stale, IntegrityError):
            now = {own.rule.pk: own for own in rules_for(self.agreement)}
            for form in self.forms:
                fresh = now.get(form.own.rule.pk)
                if fresh is not None and fresh.stand != form.cleaned_data["stand"]:
                    form.overtaken(fresh)
            return None
