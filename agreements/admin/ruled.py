"""What every admin of this app shares: rules of the database are errors of the form; parts belong to an agreement."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, DataError, IntegrityError, models
from django.db.models import ProtectedError, RestrictedError
from django.http import HttpRequest

from agreements.models import (
    Agreement,
)
from agreements.moving import Refused
from agreements.rules import why_refused
from documents.admin import PaperForm
from pages.admin import RecordAdmin, RecordForm
from pages.scopes import OfRecord
from records.models import Record
from records.rows import along


class RuledForm(RecordForm):
    """A form that can be shown again with what the database refused."""

    refused = ""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refused:
            raise ValidationError(self.refused)
        return cleaned


class PartForm(RuledForm):
    """A part of an agreement has no version of its own: changing it is changing the agreement."""

    def whole_of(self, row: Any) -> Record | None:
        agreement: Agreement = row.agreement
        return agreement


class Ruled(RecordAdmin):
    """Saves, and where a rule of the database forbids it shows the form again with the words of the rule."""

    form: Any = RuledForm
    refusals = (*RecordAdmin.refusals, Refused, IntegrityError, DataError)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"refused": getattr(request, "refused", "")})

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (IntegrityError, DataError) as refusal:
            told = why_refused(refusal)
        except Refused as refusal:
            told = str(refusal)
        request.refused = told  # type: ignore[attr-defined]  # read by get_form
        return super().changeform_view(request, *args, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What may not be deleted stands among what is protected; the page then offers no button."""
        found, counts, perms, protected = super().get_deleted_objects(objs, request)
        with along():
            return found, counts, perms, [*protected, *self.kept_from_deleting(objs)]

    def kept_from_deleting(self, objs: Any) -> list[str]:
        return []

    def why_refused(self, refusal: Exception) -> str:
        if isinstance(refusal, DatabaseError) and not isinstance(refusal, ProtectedError | RestrictedError):
            return why_refused(refusal)
        return str(refusal) if isinstance(refusal, Refused) else super().why_refused(refusal)


class AgreementPaperForm(PaperForm, RuledForm):
    """As on the product's own pages."""


class WithAgreement(Ruled):
    """A list of rows, each with the name of its agreement."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(agreements())


class OfAgreement(OfRecord, WithAgreement):
    """Parts of an agreement: listed and changed with it."""

    of = "agreement"
    own_keys = ("agreement",)


def agreements() -> models.Prefetch[Any, Any, Any]:
    """The agreement of each row with what its name needs, in a few queries for the whole list."""
    return models.Prefetch("agreement", Agreement.objects.for_names())
