"""What is said with a correction, an answer and an offer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.drafts import Restorable
from regions.models import Region
from sides.models.corrections import LONGEST_TEXT


class Words(forms.CharField):
    """A text of several lines that is never cut by the browser."""

    widget = forms.Textarea

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"rows": 3}


class ProposalForm(forms.Form):
    """Why, and for which side where the user acts for several."""

    text = Words(
        label=gettext_lazy("Why, or what else is not right"),
        max_length=LONGEST_TEXT,
        help_text=gettext_lazy("For the side that keeps the record: where you know it from, or what no field can say."),
        error_messages={"required": gettext_lazy("Say why: whoever answers needs to know where you have it from.")},
    )

    def __init__(self, *args: Any, sides: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = Region.objects.filter(pk__in=sides).order_by("pk")
        if len(sides) > 1:
            self.fields["region"] = forms.ModelChoiceField(
                self.sides, label=_("In the name of"), empty_label=None, initial=sides[0]
            )

    @property
    def region(self) -> Region:
        found: Region | None = self.cleaned_data.get("region") or self.sides.first()
        assert found is not None  # noqa: S101 -- the view has asked for which sides
        return found


class AnswerForm(Restorable, forms.Form):
    """The answer to a correction; a reason is demanded where something is declined."""

    answer = Words(
        required=False,
        max_length=LONGEST_TEXT,
        label=gettext_lazy("Answer"),
        help_text=gettext_lazy("Needed if you decline. The other side reads it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def demand_reason(self, message: Any) -> None:
        if not self.cleaned_data.get("answer", "").strip() and "answer" not in self.errors:
            self.add_error("answer", message)


class OfferForm(Restorable, forms.Form):
    """To which side, and why."""

    to = forms.ModelChoiceField(
        Region.objects.none(), label=gettext_lazy("Hand over to"), empty_label=None, widget=forms.RadioSelect
    )
    text = Words(
        label=gettext_lazy("Reason"),
        max_length=2_000,
        error_messages={"required": gettext_lazy("Say why the other side should keep the record.")},
    )

    def __init__(self, *args: Any, receivers: Iterable[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(receivers)
        choice = self.fields["to"]
        choice.queryset = Region.objects.filter(pk__in=[one.pk for one in found])  # type: ignore[attr-defined]
        if len(found) == 1:
            self.initial.setdefault("to", found[0].pk)
