"""The fields through which papers come in: each upload is looked into, the good ones are kept apart from the bad."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from documents.accepted import TYPES
from documents.uploads import Paper, look_into


class FileInput(forms.FileInput):  # the same name as Django's: by it the template knows how to draw the field
    """A file input that tells the browser what it can know beforehand: the endings, the size, one or several."""

    def __init__(self, *, several: bool = False) -> None:
        self.allow_multiple_selected = several
        super().__init__({"accept": ",".join(TYPES)})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, {**(attrs or {}), "data-max-mb": settings.MAX_UPLOAD_MB})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[File[bytes]]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else [f for f in [files.get(name)] if f]


class Refused(ValidationError):
    """Some of the uploads are bad; `papers` are the others."""

    def __init__(self, errors: list[ValidationError], papers: list[Paper]) -> None:
        super().__init__(errors)
        self.papers = papers


class PapersField(forms.Field):
    """Uploads; cleaned they are Papers. Raises `Refused` with the good ones when some are bad."""

    default_error_messages = {
        "required": _("Choose a file. If you had chosen one, it did not arrive: choose it again."),
    }

    def __init__(self, *, several: bool = True, **kwargs: Any) -> None:
        super().__init__(widget=FileInput(several=several), **kwargs)

    def clean(self, value: Any) -> list[Paper]:
        papers: list[Paper] = []
        errors: list[ValidationError] = []
        for upload in super().clean(value):
            try:
                papers.append(look_into(upload))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise Refused(errors, papers)
        return papers
