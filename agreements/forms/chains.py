"""The form of an act on an agreement: renewal, amendment, addendum, replacement, termination."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.chains import Term, kind_of_act, term_from
from agreements.models import CHANGES, CONTINUATIONS, ENDLESS, Agreement, AgreementKind, AgreementNature
from pages.drafts import Restorable
from pages.sheets.fields import DayField, WholeNumberField

LONGEST = 1200  # months


class ActForm(Restorable, forms.Form):
    """What is new; everything else is taken from the earlier agreement and can be changed in the full form."""

    title = forms.CharField(
        max_length=300,
        required=False,
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("Empty: the kind and the parties are the title."),
    )
    kind = forms.ChoiceField(choices=AgreementKind.choices, label=gettext_lazy("Kind"))
    about = forms.CharField(
        required=False, widget=forms.Textarea({"rows": 3}), label=gettext_lazy("What changes, in words")
    )
    valid_from = DayField(
        required=False, label=gettext_lazy("Valid from"), help_text=gettext_lazy("Empty: from the day of the signing.")
    )
    valid_until = DayField(
        required=False,
        label=gettext_lazy("Valid until"),
        help_text=gettext_lazy("The last day. Empty: counted from the term."),
    )
    term_months = WholeNumberField(required=False, min_value=1, max_value=LONGEST, label=gettext_lazy("Term in months"))
    notice_days = WholeNumberField(
        required=False, min_value=0, max_value=32767, label=gettext_lazy("Notice period in days")
    )

    def __init__(self, *args: Any, old: Agreement, nature: AgreementNature, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old, self.nature = old, nature
        self.initial = {**self._begin(), **self.initial}
        if nature == AgreementNature.TERMINATION:
            for name in ("valid_until", "term_months", "notice_days"):
                del self.fields[name]
            self.fields["valid_from"].label = _("Ended from")
            self.fields["valid_from"].help_text = _("The first day without the agreement. Empty: from its signing.")
            self.fields["about"].label = _("Why it ends, in words")
        elif nature in CHANGES:
            self.fields["valid_until"].label = _("New end")
            self.fields["valid_until"].help_text = _("Empty: the end stays as it is.")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The end lies before the start. Swap the two dates or correct one."))
        return cleaned

    @property
    def fields_of_record(self) -> dict[str, Any]:
        """For the new agreement."""
        return dict(self.cleaned_data)

    @property
    def term(self) -> Term:
        """The new term, as far as it can be read from what stands in the form."""
        if self.is_bound:
            self.is_valid()
        said: Any = self.cleaned_data if self.is_bound else self.initial
        return term_from(
            said.get("valid_from"), said.get("valid_until"), said.get("term_months"), said.get("notice_days")
        )

    def _begin(self) -> dict[str, Any]:
        begun: dict[str, Any] = {"kind": kind_of_act(self.old, self.nature)}
        if self.nature not in CONTINUATIONS:
            return begun
        reach: dt.date | None = self.old.reach  # type: ignore[attr-defined]  # annotated by with_state
        known = reach is not None and reach != ENDLESS
        return begun | {
            "title": self.old.title,
            "valid_from": reach + dt.timedelta(days=1) if reach and known else None,
            "term_months": self.old.term_months,
            "notice_days": self.old.notice_days,
        }
