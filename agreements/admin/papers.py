"""Papers, internal notes and Word templates."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.admin.ruled import AgreementPaperForm, Ruled, RuledForm, WithAgreement
from agreements.drafts.filling import check_template
from agreements.drafts.templates import back_to_house, replace_template
from agreements.models import (
    AgreementAttachment,
    AgreementNote,
    AgreementPaperText,
    DraftTemplate,
)
from documents.admin import PaperPage
from documents.forms import PapersField
from pages.admin import ReadOnlyRows
from pages.scopes import OwnPapers, regions_of
from records.models import Trashed


class TextRows(ReadOnlyRows):
    model = AgreementPaperText
    fields = ["text", "attempts", "asked_at", "read_at", "failure"]
    readonly_fields = ["text", "attempts", "asked_at", "read_at", "failure"]


@admin.register(AgreementAttachment)
class AgreementAttachmentAdmin(PaperPage, WithAgreement):
    of = "agreement"
    more = ("step",)
    form = AgreementPaperForm
    inlines = [TextRows]


@admin.register(AgreementNote)
class AgreementNoteAdmin(OwnPapers, WithAgreement):
    of = "agreement"
    side = "region"
    own_keys = ("region",)
    list_display = ["__str__", "region", "agreement", "by", "at"]
    list_select_related = ["region", "by"]
    search_fields = ["text"]
    date_hierarchy = "at"
    fields = ["agreement", "region", "text", "by", "at"]
    readonly_fields = ["by", "at"]


class DraftTemplateForm(RuledForm):
    """A Word file is tried out before it is taken, as on the product's own page."""

    upload = PapersField(several=False, required=False, label=gettext_lazy("Word file"))

    def clean_upload(self) -> Any:
        papers = self.cleaned_data["upload"]
        if not papers and not self.instance.pk:
            raise ValidationError(_("Choose a file."))
        for paper in papers or []:
            if not paper.name.lower().endswith(".docx"):
                raise ValidationError(_("A template is a Word file (.docx)."))
            paper.content.seek(0)
            check_template(paper.content.read())
        return papers


@admin.register(DraftTemplate)
class DraftTemplateAdmin(Ruled):
    own_keys = ("region",)
    form = DraftTemplateForm
    list_display = ["__str__", "filename", "by", "at"]
    list_filter = ["kind"]
    list_select_related = ["region", "by"]
    search_fields = ["region__name_id"]
    fields = ["region", "kind", "upload", "filename", ("by", "at")]
    readonly_fields = ["filename", "by", "at"]

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        return rows.filter(region__in=regions_of(user))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.readonly_fields, *(["region", "kind"] if obj else [])]

    def store(self, obj: Any, form: Any) -> None:
        papers = form.cleaned_data.get("upload")
        if papers:
            replace_template(obj.region, obj.kind, papers[0], by=obj.by)
            obj.pk = DraftTemplate.objects.values_list("pk", flat=True).get(region=obj.region, kind=obj.kind)
        else:
            obj.save()

    def throw_away(self, request: HttpRequest, obj: Any) -> Trashed | None:
        return back_to_house(obj)
