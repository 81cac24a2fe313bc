"""Django admin under our name, and what every one of our records does there.

For the system administrator only (`is_superuser`): administrators of a region work on the product's own pages, which
ask `visible_to`. Stock Django admin leaks foreign records through filters and lists of keys (measured in another rig).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.contrib.admin import AdminSite, ModelAdmin, StackedInline, TabularInline, action
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import _get_foreign_key
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.exports import Column, export
from records.history import event_model, history_of, untracked
from records.models import Record

SIGNED_BY = ("created_by", "uploaded_by", "by")  # whose field names the user who made the row


def label_of(record: models.Model) -> str:
    """Enough to tell twins apart: “Kabupaten Malang — Regency, 35.07, Jawa Timur”."""
    return str(getattr(record, "label", record))


class LabelledResults(AutocompleteJsonView):
    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {**super().serialize_result(obj, to_field_name), "text": label_of(obj)}


class SimpulAdminSite(AdminSite):
    site_title = "Simpul"
    site_header = gettext_lazy("Simpul administration")
    index_title = gettext_lazy("Reference data, people, visits and agreements")

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Second factors and rate limits live at the product's sign-in; whoever may not come in sees 404."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return LabelledResults.as_view(admin_site=self)(request)


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]  # it takes no parameter at run time
    """Refuses to overwrite what somebody else has saved since the form was shown, and says what that was.

    The row is locked while it is compared, until the end of the transaction that Django admin wraps around every save.
    """

    version_read = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whole = self.whole_of(self.instance) if self.instance.pk else None
        self.initial["version_read"] = self.whole.version if self.whole else None

    def whole_of(self, row: Any) -> Record | None:
        """The record whose version counts: the row itself; a part of a record has none and names the record here."""
        return row if isinstance(row, Record) else None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.whole:
            self._refuse_if_stale(self.whole)
        return cleaned

    def _refuse_if_stale(self, whole: Record) -> None:
        rows = type(whole)._base_manager.select_for_update(no_key=True).order_by("pk")
        locked = rows.filter(pk=whole.pk).first()
        if locked is None or locked.version == self.cleaned_data.get("version_read"):
            return
        self.data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        self.data[self.add_prefix("version_read")] = str(locked.version)  # type: ignore[index]
        raise ValidationError([_stale_message(), *self._what_stands()])

    def _what_stands(self) -> Iterator[str]:
        """The fields in which the register and the form differ now."""
        current = type(self.instance)._base_manager.filter(pk=self.instance.pk).first()
        kept = {f.name for f in self.instance._meta.fields}
        for name, yours in self.cleaned_data.items():
            if name in kept and (theirs := getattr(current, name, None)) != yours:
                words = {"field": self.fields[name].label, "theirs": theirs, "yours": yours}
                yield _("%(field)s: “%(theirs)s” stands in the register, you have “%(yours)s”.") % words


def _stale_message() -> str:
    return _(
        "Somebody else has saved this record or one of its rows in the meantime. Nothing that you typed is lost: "
        "compare with the history, then save again to keep your version."
    )


SMALL_TEXTS: Mapping[Any, Mapping[str, Any]] = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}


class Careful:
    """What pages and rows share: versions are checked, and keys are looked up by typing.

    A key to a record that has an admin of its own is never chosen from a list of thousands.
    """

    model: type[models.Model]
    admin_site: AdminSite
    form: Any = RecordForm
    formfield_overrides: Any = SMALL_TEXTS

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The version goes into the first fieldset, where it is not seen."""
        fieldsets = list(super().get_fieldsets(request, obj))  # type: ignore[misc]  # of Django admin
        if "version_read" not in flatten_fieldsets(fieldsets):
            title, options = fieldsets[0]
            fieldsets[0] = (title, {**options, "fields": [*options["fields"], "version_read"]})
        return fieldsets

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        keys = [f for f in self.model._meta.fields if isinstance(f, models.ForeignKey)]
        return [f.name for f in keys if self.admin_site.is_registered(f.related_model)]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest | None, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # of Django admin
        if field is not None:
            field.label_from_instance = label_of
        return field

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # of Django admin


class NamedRows(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """In a table the column head names a field for the eye only; here also for a screen reader."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            label = str(field.label or name)
            getattr(field.widget, "widget", field.widget).attrs.setdefault("aria-label", label)


class Rows(Careful, TabularInline):  # type: ignore[type-arg]
    extra = 0
    classes = ["collapse"]
    formset = NamedRows


class Sheets(Careful, StackedInline):  # type: ignore[type-arg]
    extra = 0
    classes = ["collapse"]


class ReadOnlyRows(TabularInline):  # type: ignore[type-arg]  # it takes no parameter at run time
    """Rows that are written elsewhere."""

    extra = 0
    can_delete = False
    classes = ["collapse"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly:
    """Before RecordAdmin, Rows or Sheets: what the machinery writes is seen and exported, and changed by nobody."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RecordAdmin(Careful, ModelAdmin):  # type: ignore[type-arg]
    """Signs new rows, exports, and shows the history that the database keeps."""

    actions = ["export_csv", "export_xlsx"]
    list_per_page = 50
    show_full_result_count = False
    object_history_template = "admin/record_history.html"
    save_on_top = True

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        sign(obj, request.user)
        if whole := getattr(form, "whole", None):
            whole.claim(form.cleaned_data["version_read"])
        self.store(obj, form)

    def store(self, obj: Any, form: Any) -> None:
        obj.save()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for row in formset.forms:
            sign(row.instance, request.user)
        super().save_formset(request, form, formset, change)

    # History

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        told = record and getattr(record, "pgh_event_models", None)  # a log itself has no history
        changes = history_of(record, *self.history_children(request, record)) if record and told else []
        return super().history_view(request, object_id, {"changes": changes, **(extra_context or {})})

    def history_children(self, request: HttpRequest, record: Any) -> Iterator[models.QuerySet[Any]]:
        """The events of the rows that are edited with the record."""
        for inline in self.get_inline_instances(request, record):
            if not getattr(inline.model, "pgh_event_models", None):
                continue
            key = _get_foreign_key(self.model, inline.model, fk_name=inline.fk_name)
            yield event_model(inline.model).objects.filter(**{key.attname: record.pk})

    # Export

    def export_columns(self) -> list[Column]:
        skipped = untracked(self.model)
        return [Column(f.verbose_name, _reader(f)) for f in self.model._meta.concrete_fields if f.name not in skipped]

    def export_rows(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        keys = [f.name for f in self.model._meta.fields if f.many_to_one]
        return queryset.select_related(*keys).iterator(chunk_size=1000)

    def _export(self, kind: str, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponseBase:
        rows = self.export_rows(request, queryset)
        return export(kind, str(self.opts.verbose_name_plural), self.export_columns(), rows)

    @action(description=gettext_lazy("Export the selected as CSV"))
    def export_csv(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponseBase:
        return self._export("csv", request, queryset)

    @action(description=gettext_lazy("Export the selected as XLSX"))
    def export_xlsx(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponseBase:
        return self._export("xlsx", request, queryset)


def sign(record: Any, user: Any) -> None:
    """A new row names the user who made it."""
    for name in SIGNED_BY:
        if record.pk is None and hasattr(type(record), name) and getattr(record, f"{name}_id", 0) is None:
            setattr(record, name, user)


def _reader(field: Any) -> Any:
    if field.choices:
        return lambda record: getattr(record, f"get_{field.name}_display")()
    if isinstance(field, models.BooleanField):
        return lambda record: _("yes") if getattr(record, field.name) else _("no")
    if isinstance(field, models.DecimalField | models.DateField | models.IntegerField):
        return lambda record: getattr(record, field.name)
    return lambda record: "" if getattr(record, field.name) is None else str(getattr(record, field.name))
