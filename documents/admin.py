"""Papers in Django admin, in the page of their record and on their own: what every table of them shares."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.forms import PapersField
from documents.keeping import keep
from documents.models import Attachment
from documents.papers import open_alike
from pages.admin import RecordAdmin, RecordForm
from pages.scopes import OwnPapers


class PaperForm(RecordForm):
    """An attachment with the same checks as on the product's own pages. Of a row the file stays: another is a later
    edition, and what the first one proved it goes on proving."""

    upload = PapersField(several=False, required=False, label=capfirst(gettext_lazy("file")))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "owner" in self.fields:
            self.fields["owner"].required = getattr(self.fields["owner"], "is_limited", False)  # else as the record
        if self.instance.pk:
            label = self.fields["upload"].label
            self.fields["upload"] = forms.CharField(
                label=label, required=False, disabled=True, initial=self.instance.filename
            )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.instance.pk and not self.errors and not self.cleaned_data.get("upload"):
            self.add_error("upload", self.fields["upload"].error_messages["required"])
        return cleaned

    def save(self, commit: bool = True) -> Any:
        row = super().save(commit=False)
        if commit:
            self.store(row)
        return row

    def store(self, row: Attachment) -> None:
        if row.owner_id is None:
            row.owner = row.parent.owner
        if row.pk:
            row.save()
            if "access" in self.changed_data:
                open_alike(row)
        else:
            keep(row, self.cleaned_data["upload"][0])


class PaperPage(OwnPapers, RecordAdmin):
    """The papers of one kind of record. `more` are fields beside the access."""

    form: Any = PaperForm
    more: tuple[str, ...] = ()
    list_filter = ("kind", "access")
    list_select_related = ("owner", "uploaded_by")
    search_fields = ("title", "filename", "checksum")
    date_hierarchy = "uploaded_at"
    readonly_fields = ("opened", "edition", "replaces", "uploaded_by", "uploaded_at", "size", "checksum")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return ["__str__", "kind", "access", "owner", self.of, "size", "uploaded_by", "uploaded_at"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [
            self.of, "upload" if obj is None else "opened", ("kind", "access", *self.more), "title", "owner",
            ("edition", "replaces"), ("uploaded_by", "uploaded_at"), ("size", "checksum"),
        ]  # fmt: skip

    @admin.display(description=gettext_lazy("open"))
    def opened(self, paper: Attachment) -> SafeString:
        """With the way to a later edition."""
        later = reverse(f"{paper._meta.app_label}:attachment-edition", args=[paper.parent_id, paper.pk])
        link = format_html('<a href="{}">{}</a>', paper.get_absolute_url(), paper.filename)
        return format_html('{} · <a href="{}">{}</a>', link, later, _("New edition of a paper"))

    def store(self, obj: Any, form: Any) -> None:
        form.store(obj)
