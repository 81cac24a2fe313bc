"""What was planned and done, what it was about, who said what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.lookups import LookupField
from pages.sheets.fields import DayField
from pages.sheets.rows import RowForm, Rows, rows_of
from regions.lookups import OFFICIALS, VENUES
from regions.models import Sector
from regions.sheets import SectorRow
from visits.forms.base import Filling
from visits.models import AgendaItem, AgendaState, Statement, Topic
from visits.snapshots import was_filled_in


class AgendaForm(RowForm):
    """A part of the programme. Its state is asked for: planned is not done, even when the visit is over."""

    noun = gettext_lazy("Agenda item %(number)s")
    parts = "visits/_row_agenda.html"
    advanced = ("note", "on", "until", "venue", "led_by", "certainty", "quote")
    filling: Filling

    on = DayField(required=False, label=gettext_lazy("Day"))
    until = DayField(required=False, label=gettext_lazy("Until"))
    venue = LookupField(VENUES, required=False, label=gettext_lazy("Venue"))

    class Meta:
        model = AgendaItem
        fields = ("title", "kind", "state", "note", "on", "until", "venue", "led_by", "certainty", "quote")
        widgets = {"note": forms.Textarea({"rows": 2}), "quote": forms.Textarea({"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.filling.planned and not self.instance.pk:
            self.initial["state"] = AgendaState.PLANNED

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        on, until = cleaned.get("on"), cleaned.get("until")
        if until and not on and "on" not in self.errors:
            self.add_error("on", _("Give the first day too, or clear the last."))
        elif until and on and until < on:
            self.add_error("until", _("The end lies before the start. Swap the two dates or correct one."))
        return cleaned


class TopicForm(SectorRow):
    noun = gettext_lazy("Topic %(number)s")
    parts = "visits/_row_topic.html"
    advanced = ("certainty",)

    sector = forms.ModelChoiceField(queryset=Sector.objects.all(), label=gettext_lazy("Sector"))

    class Meta:
        model = Topic
        fields = ("sector", "note", "emphasised", "certainty")


class TopicRows(Rows):
    def clean(self) -> None:
        """A sector stands here once."""
        seen = set()
        for row in self.ordered:
            sector = row["sector"].value()
            if not row.is_live or not sector:
                continue
            if str(sector) in seen:
                row.add_error("sector", _("This sector is listed already. Put both remarks in one row."))
            seen.add(str(sector))

    def save(self, **parents: Model) -> None:
        """Rows that changed their sector are written anew: two that swap theirs would stand in each other's way."""
        for row in self.live:
            if row.instance.pk and "sector" in row.changed_data:
                Topic.objects.filter(pk=row.instance.pk).delete()
                row.instance.pk = None
        super().save(**parents)


class StatementForm(RowForm):
    noun = gettext_lazy("Statement %(number)s")
    parts = "visits/_row_statement.html"
    advanced = ("translation",)

    speaker = forms.CharField(
        max_length=200,
        required=False,
        label=gettext_lazy("Speaker"),
        help_text=gettext_lazy("As written in the source."),
    )
    official = LookupField(OFFICIALS, required=False, label=gettext_lazy("Official"))

    class Meta:
        model = Statement
        fields = ("speaker", "official", "text", "verbatim", "translation")
        widgets = {"text": forms.Textarea({"rows": 3}), "translation": forms.Textarea({"rows": 2})}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if was_filled_in(self, "speaker"):
            cleaned["speaker"] = ""
        if not cleaned.get("speaker") and not {"speaker", "official"} & set(self.errors):
            if cleaned.get("official"):
                cleaned["speaker"] = str(cleaned["official"])
            else:
                self.add_error("speaker", _("Say who spoke: write the name, or choose the official."))
        return cleaned


AGENDA_ROWS = rows_of(AgendaForm)
TOPIC_ROWS = rows_of(TopicForm, TopicRows)
STATEMENT_ROWS = rows_of(StatementForm)
