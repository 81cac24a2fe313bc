"""Where we know it from: sources, each with the facts that it shows; and facts that no source is named for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.sheets.fields import DayField
from pages.sheets.rows import RowForm, Rows, rows_of
from visits.models import Citation, VisitSource


class CitationForm(RowForm):
    noun = gettext_lazy("Fact %(number)s")
    parts = "visits/_row_citation.html"
    advanced = ("certainty",)

    class Meta:
        model = Citation
        fields = ("about", "fact", "quote", "certainty")
        widgets = {"quote": forms.Textarea({"rows": 2})}


CITATION_ROWS = rows_of(CitationForm)


class SourceForm(RowForm):
    noun = gettext_lazy("Source %(number)s")
    parts = "visits/_row_source.html"
    advanced = ("author", "editor", "published_as_stated")

    published_on = DayField(required=False, label=gettext_lazy("Published on"))
    url = forms.URLField(
        required=False,
        max_length=500,
        assume_scheme="https",
        label=gettext_lazy("Address"),
        widget=forms.URLInput({"placeholder": "https://"}),
    )

    class Meta:
        model = VisitSource
        fields = (
            "kind", "outlet", "title", "url", "published_on", "full_text", "author", "editor", "published_as_stated",
        )  # fmt: skip
        widgets = {"full_text": forms.Textarea({"rows": 4})}

    citation_rows: ClassVar[type[Rows]] = CITATION_ROWS  # a table of sources has one of citations

    def make_nested(self) -> list[Rows]:
        self.citations = self.citation_rows(
            self.data if self.is_bound else None,
            prefix=f"{self.prefix}-citations",
            filling=self.filling,
            instances=self.stored_citations(),
            above=self.row_title,
        )
        return [self.citations]

    def stored_citations(self) -> list[Any]:
        """An unsaved source that a new record begins with brings its citations as `begun`."""
        return list(self.instance.citations.all()) if self.instance.pk else list(getattr(self.instance, "begun", []))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        named_by = ("outlet", "title", "url", "full_text")
        if not any(cleaned.get(name) for name in named_by) and not set(named_by) & set(self.errors):
            self.add_error("outlet", _("Name the source: its outlet, title, address or text."))
        return cleaned

    def parents_of_nested(self, parents: Mapping[str, Model]) -> dict[str, Model]:
        return {**parents, "source": self.instance}


SOURCE_ROWS = rows_of(SourceForm)
