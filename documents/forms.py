"""The forms of papers and internal notes. Each upload is looked into, the good ones are kept apart from the bad."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from documents.accepted import TYPES
from documents.arriving import Arrived, are_gone, discard, whole
from documents.models import DocumentKind
from documents.papers import open_alike, unit_of
from documents.uploads import Paper, look_into
from pages.drafts import Restorable
from pages.filtering import QuickSelect
from pages.versions import VersionedForm
from regions.models import Region


class FileInput(forms.FileInput):  # the same name as Django's: by it the template knows how to draw the field
    """A file input that tells the browser what it can know beforehand: the endings, the size, one or several.

    Large files may have come in pieces before (`documents.arriving`): then their keys arrive in place of them.
    """

    template_name = "documents/file_input.html"

    def __init__(self, *, several: bool = False) -> None:
        self.allow_multiple_selected = several
        self.user: Any = None  # whose uploads count; None: none do
        super().__init__({"accept": ",".join(TYPES)})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, {**(attrs or {}), "data-max-mb": settings.MAX_UPLOAD_MB})
        keys = [one for one in value or [] if isinstance(one, str)]
        arrived = whole(self.user, keys) if self.user and keys else []
        context["widget"] |= {"arrived": arrived, "in_pieces": self.user is not None}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[File[bytes] | str]:
        sent = list(files.getlist(name)) if hasattr(files, "getlist") else [f for f in [files.get(name)] if f]
        keys = data.getlist(f"{name}_arrived") if hasattr(data, "getlist") else []
        return [*sent, *keys]


class Refused(ValidationError):
    """Some of the uploads are bad; `papers` are the others."""

    def __init__(self, errors: list[ValidationError], papers: list[Paper]) -> None:
        super().__init__(errors)
        self.papers = papers


class PapersField(forms.Field):
    """Uploads; cleaned they are Papers. Raises `Refused` with the good ones when some are bad."""

    default_error_messages = {
        "required": _("Choose a file. If you had chosen one, it did not arrive: choose it again."),
        "gone": _(
            "What was sent before has been kept already, or is no longer there. Look whether the file stands among the "
            "papers; if not, choose it again."
        ),
    }

    widget: FileInput

    def __init__(self, *, several: bool = True, **kwargs: Any) -> None:
        self.several = several
        super().__init__(widget=FileInput(several=several), **kwargs)

    def accept_pieces_of(self, user: Any) -> None:
        """Files that this user has sent in pieces count as chosen."""
        self.widget.user = user

    def clean(self, value: Any) -> list[Paper]:
        papers: list[Paper] = []
        files, missing = self._files(value)
        errors = [ValidationError(self.error_messages["gone"], "gone")] if missing else []
        for upload in files if missing else super().clean(files):
            try:
                papers.append(look_into(upload))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise Refused(errors, papers)
        return papers

    def _files(self, value: Any) -> tuple[list[File[bytes]], bool]:
        """Those that are there, and whether others that came in pieces are there no more: when an answer was lost, the
        form is sent again, and they may have been kept."""
        sent = [one for one in value or [] if not isinstance(one, str)]
        user, keys = self.widget.user, [one for one in value or [] if isinstance(one, str)]
        arrived = [Arrived(upload) for upload in whole(user, keys)] if user else []
        files = [*sent, *arrived] if self.several else [*arrived, *sent][:1]
        return files, bool(user) and len(arrived) < len(keys) and are_gone(user, keys)


def forget_pieces(request: Any, name: str = "uploads") -> None:
    """What came in pieces is kept or refused now: the copies on their way are thrown away."""
    discard(whole(request.user, request.POST.getlist(f"{name}_arrived")))


ACCESS_HINT = _("Restricted papers are seen only by your own side, all others by every side.")
FILES_HINT = _(
    "PDF, Word, Excel, PowerPoint, LibreOffice, JPEG, PNG or WebP. "
    "Photos are kept without the place where they were taken."
)
HINTS = {"title": _("If it is empty, the name of the file is the title."), "access": ACCESS_HINT}


class SideForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    """A form that asks in whose name only of those who may choose."""

    def __init__(self, *args: Any, record: Any, sides: list[int], user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record
        self.sides = sides
        self.user = user
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
        fields = ["kind", "title", "access"]
        help_texts = HINTS

    field_order = ["uploads", "side", "kind", "title", "access"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].accept_pieces_of(self.user)  # type: ignore[attr-defined]  # a PapersField
        self.papers = []
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind"),
            required=False,
            widget=QuickSelect,  # the form stands on every page of a record
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
        unit = unit_of(self.user, self.record, self.side_id)
        said = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return said | {"owner_id": self.side_id, "unit_id": unit}


class PaperForm(VersionedForm):
    """What is said of a paper. A change of its access holds for all its editions."""

    class Meta:
        fields = ["kind", "title", "access"]
        help_texts = HINTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.replaces_id:
            self.fields["access"].help_text = f"{ACCESS_HINT} {_('It holds for the earlier editions too.')}"

    def save(self, commit: bool = True) -> Any:
        paper = super().save(commit)
        if commit and "access" in self.changed_data:
            open_alike(paper)
        return paper


class OneFileForm(forms.Form):
    """A form around one file of this user, which may have come in pieces."""

    uploads: forms.Field

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].accept_pieces_of(user)  # type: ignore[attr-defined]  # a PapersField


class EditionForm(Restorable, OneFileForm):
    uploads = PapersField(label=_("File of the new edition"), several=False)


class NoteForm(Restorable, SideForm):
    class Meta:
        fields = ["text"]
        widgets = {"text": forms.Textarea({"rows": 3})}


class NoteChangeForm(VersionedForm):
    class Meta:
        fields = ["text"]
        widgets = {"text": forms.Textarea({"rows": 5})}
