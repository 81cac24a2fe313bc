"""The forms of papers and internal notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.forms import PapersField, Refused
from documents.models import DocumentKind
from documents.uploads import Paper
from pages.filtering import QuickSelect
from pages.versions import VersionedForm
from regions.models import Region
from visits.models import VisitAttachment, VisitNote

ACCESS_HINT = _("Restricted papers are seen only by your own side, all others by every side of the visit.")
FILES_HINT = _(
    "PDF, Word, Excel, PowerPoint, LibreOffice, JPEG, PNG or WebP. "
    "Photos are kept without the place where they were taken."
)


class SideForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    """A form that asks in whose name only of those who may choose."""

    def __init__(self, *args: Any, sides: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = sides
        if len(sides) > 1:
            regions = Region.objects.filter(pk__in=sides)
            self.fields["side"] = forms.ModelChoiceField(regions, label=_("In the name of"), initial=sides[0])

    @property
    def side_id(self) -> int:
        """The region that was chosen, or the only one."""
        side = self.cleaned_data.get("side")
        return side.pk if side else self.sides[0]


class PapersForm(SideForm):
    """New papers: the files, and what holds for all of them."""

    uploads = PapersField(label=_("Files"), help_text=FILES_HINT)
    papers: list[Paper]

    class Meta:
        model = VisitAttachment
        fields = ["kind", "title", "access"]
        help_texts = {"title": _("If it is empty, the name of the file is the title."), "access": ACCESS_HINT}

    field_order = ["uploads", "side", "kind", "title", "access"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.papers = []
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind"),
            required=False,
            widget=QuickSelect,  # the form stands on every page of a visit
            choices=[("", _("By the type of file")), *DocumentKind.choices],
        )
        self.order_fields(self.field_order)

    def add_error(self, field: str | None, error: Any) -> None:
        """The good papers are remembered also when others were refused."""
        if isinstance(error, Refused):
            self.papers = error.papers
        super().add_error(field, error)

    def clean(self) -> dict[str, Any] | None:
        self.papers = self.cleaned_data.get("uploads", self.papers)
        return super().clean()

    @property
    def only_files_are_wrong(self) -> bool:
        return set(self.errors) <= {"uploads"}

    @property
    def about(self) -> dict[str, Any]:
        """What the new rows say, beside their files."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | {"owner_id": self.side_id}


class PaperForm(VersionedForm):
    class Meta:
        model = VisitAttachment
        fields = ["kind", "title", "access"]
        help_texts = PapersForm.Meta.help_texts


class EditionForm(forms.Form):
    uploads = PapersField(label=_("File of the new edition"), several=False)


class NoteForm(SideForm):
    class Meta:
        model = VisitNote
        fields = ["text"]
        widgets = {"text": forms.Textarea({"rows": 3})}


class NoteChangeForm(VersionedForm):
    class Meta:
        model = VisitNote
        fields = ["text"]
        widgets = {"text": forms.Textarea({"rows": 5})}
