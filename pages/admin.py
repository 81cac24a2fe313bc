"""Django admin under our name, and what every one of our records does there.

The system administrator keeps all, the administrator of a region what that region keeps: see `pages.scopes`. Stock
Django admin leaks through its filters, its lists of keys, the page that asks before deleting, and `view_on_site`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django import forms
from django.contrib.admin import AdminSite, ModelAdmin, RelatedOnlyFieldListFilter, StackedInline, TabularInline, action
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.forms.models import _get_foreign_key
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.exports import Column, export
from pages.scopes import Scoped, ScopedPage, ScopedRows, keep_what_is_named, label_of
from records.above import hold_above
from records.history import event_model, history_of, untracked
from records.ledger import INSTALLATION, OWN_DEED
from records.models import Record
from records.trash import hold_for, throw

SIGNED_BY = ("created_by", "uploaded_by", "by")  # whose field names the user who made the row


class LabelledResults(AutocompleteJsonView):
    """Only what the key may name, with labels that tell twins apart."""

    def get_queryset(self) -> Any:
        found = _named(self.model_admin, self._chosen()).complex_filter(self.source_field.get_limit_choices_to())
        if order := self.model_admin.get_ordering(self.request):
            found = found.order_by(*order)
        found, many = self.model_admin.get_search_results(self.request, found, self.term)
        return found.distinct() if many else found

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        target: Any = self.model_admin
        return bool(user.sees_all or target.chosen_by(target.model._default_manager.all(), user) is not None)

    def _chosen(self) -> models.QuerySet[Any]:
        """As the form that asks has it, a page or a row of one."""
        site: Any = self.admin_site
        source, target, pages = self.source_field.model, self.model_admin, site._registry  # noqa: SLF001 -- not public
        asking: list[Any] = [page for model, page in pages.items() if model is source]
        asking += [row for page in pages.values() for row in page.inlines if row.model is source]
        own = any(self.source_field.name in getattr(one, "own_keys", ()) for one in asking)
        found: models.QuerySet[Any] = getattr(target, "kept" if own else "chosen")(self.request)
        return found

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {**super().serialize_result(obj, to_field_name), "text": label_of(obj)}


class SimpulAdminSite(AdminSite):
    site_title = "Simpul"
    site_header = gettext_lazy("Simpul administration")
    index_title = gettext_lazy("Reference data, people, visits and agreements")

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.is_authenticated and user.is_active and user.may_somewhere("ENTER_ADMIN"))

    def get_urls(self) -> list[Any]:
        """Without `view_on_site`, which tells of every row of every table whether it exists."""
        return [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]

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
    hide_names: Any = None  # of keys to what the reader may not know

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if type(self).hide_names is not None and self.instance.pk:
            type(self).hide_names(self.instance)
        self.left_alone = keep_what_is_named(self)
        self.is_stale = False
        self.whole = self.whole_of(self.instance) if self.instance.pk else None
        self.initial["version_read"] = self.whole.version if self.whole else None

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | self.left_alone  # type: ignore[misc,no-any-return]  # of Django

    def _post_clean(self) -> None:
        """What is left alone is not written."""
        for name in self.left_alone:
            self.cleaned_data.pop(name, None)
        super()._post_clean()  # type: ignore[misc]  # of Django

    def whole_of(self, row: Any) -> Record | None:
        """The record whose version counts: the row itself; a part of a record has none and names the record here."""
        return row if isinstance(row, Record) else None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.whole:
            self._refuse_if_stale(self.whole)
        return cleaned

    def _refuse_if_stale(self, whole: Record) -> None:
        hold_above(whole)
        rows = type(whole)._base_manager.select_for_update(no_key=True).order_by("pk")
        locked = rows.filter(pk=whole.pk).first()
        if locked is None or locked.version == self.cleaned_data.get("version_read"):
            return
        self.is_stale = True
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


class Careful(Scoped):
    """What pages and rows share: versions are checked, and keys are looked up by typing, among what may be named.

    A key to a record that has an admin of its own is never chosen from a list of thousands.
    """

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
        limited = self.limited(db_field, request, kwargs)
        field = super().formfield_for_foreignkey(db_field, request, **limited)  # type: ignore[misc]  # of Django admin
        if field is not None:
            field.label_from_instance = label_of
            field.is_limited = limited is not kwargs
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None, **kwargs: Any) -> Any:
        limited = self.limited(db_field, request, kwargs)
        field = super().formfield_for_manytomany(db_field, request, **limited)  # type: ignore[misc]  # of Django admin
        if field is not None:
            field.is_limited = limited is not kwargs
        return field

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # of Django admin


class Nameless:
    """The forms of such rows show no name that the reader may not know."""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]  # of Django admin
        made.form = _nameless(made.form, self, request)
        return made


def _nameless(form: Any, scoped: Any, request: HttpRequest) -> Any:
    user: Any = request.user
    if user.sees_all:
        return form
    return type(form.__name__, (form,), {"hide_names": staticmethod(partial(scoped.hide_names, request))})


class NamedRows(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """In a table the column head names a field for the eye only; here also for a screen reader."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            label = str(field.label or name)
            getattr(field.widget, "widget", field.widget).attrs.setdefault("aria-label", label)


class Rows(ScopedRows, Nameless, Careful, TabularInline):  # type: ignore[type-arg]
    extra = 0
    classes = ["collapse"]
    formset = NamedRows


class Sheets(ScopedRows, Nameless, Careful, StackedInline):  # type: ignore[type-arg]
    extra = 0
    classes = ["collapse"]


class ReadOnlyRows(ScopedRows, Nameless, TabularInline):  # type: ignore[type-arg]  # it takes no parameter at run time
    """Rows that are written elsewhere."""

    form = RecordForm

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


class RecordAdmin(ScopedPage, Careful, ModelAdmin):  # type: ignore[type-arg]
    """Signs new rows, exports, and shows the history that the database keeps."""

    actions = ["export_csv", "export_xlsx"]
    not_exported: tuple[str, ...] = ()  # fields: secrets, and what only the machinery reads
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

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing is moved to where its administrator could not have made it; the transaction goes back."""
        super().save_related(request, form, formsets, change)
        if not self.still_theirs(request, form.instance):
            raise PermissionDenied(_("This would belong to another region."))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """409 where somebody else was faster, as on the pages of the product."""
        answer = super().render_change_form(request, context, *args, **kwargs)
        rows = (form for one in context["inline_admin_formsets"] for form in one.formset.forms)
        if any(getattr(form, "is_stale", False) for form in (context["adminform"].form, *rows)):
            answer.status_code = 409
        return answer

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Keys offer only what the rows of this reader name."""
        return [_only_related(self.model, one) for one in super().get_list_filter(request)]

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        raise Http404

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """An administrator of a region reads what they delete, not the names of what hangs on it."""
        found, counts, perms, protected = super().get_deleted_objects(objs, request)
        user: Any = request.user
        if user.sees_all:
            return found, counts, perms, protected
        own = [str(one) for one in objs]
        lacking = {str(self.opts.verbose_name) for one in objs if not self.has_delete_permission(request, one)}
        kept = [_("Other records name it.")] if protected else []
        return own, {self.opts.verbose_name_plural: len(own)}, lacking, kept

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return _nameless(super().get_form(request, obj, change=change, **kwargs), self, request)

    # The trash

    @property
    def trash_right(self) -> str:
        """What one needs to put back what is deleted here: more where only the system administrator deletes it."""
        of_regions = self.region_deletes and type(self).seen_by is not Scoped.seen_by
        return OWN_DEED if of_regions else INSTALLATION

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        throw(obj, right=self.trash_right)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        records = list(queryset)
        with transaction.atomic():
            hold_for(*records)
            for record in records:
                self.delete_model(request, record)

    # History

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        told = record and getattr(record, "pgh_event_models", None)  # a log itself has no history
        below = self.history_children(request, record)
        changes = history_of(record, *below, reader=request.user) if record and told else []
        return super().history_view(request, object_id, {"changes": changes, **(extra_context or {})})

    def history_children(self, request: HttpRequest, record: Any) -> Iterator[models.QuerySet[Any]]:
        """The events of the rows that are edited with the record."""
        for inline in self.get_inline_instances(request, record):
            if not getattr(inline.model, "pgh_event_models", None):
                continue
            key = _get_foreign_key(self.model, inline.model, fk_name=inline.fk_name)
            events = event_model(inline.model).objects.filter(**{key.attname: record.pk})
            user: Any = request.user
            yield events if user.sees_all else inline.told_by(events, user)  # type: ignore[attr-defined]  # ScopedRows

    # Export

    def export_columns(self) -> list[Column]:
        skipped = {*untracked(self.model), *self.not_exported}
        return [Column(f.verbose_name, _reader(f)) for f in self.model._meta.concrete_fields if f.name not in skipped]

    def export_rows(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        keys = [f.name for f in self.model._meta.fields if f.many_to_one]
        return queryset.select_related(*keys).iterator(chunk_size=1000)

    def _export(self, kind: str, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponseBase:
        rows = self.export_rows(request, queryset)
        return export(kind, self.opts.verbose_name_plural, self.columns_for(request, queryset), rows)

    def columns_for(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> list[Column]:
        """Keys to what an administrator of a region may not choose are written without a name."""
        user: Any = request.user
        if user.sees_all or type(self).export_columns is not RecordAdmin.export_columns:
            return self.export_columns()
        keys = {f.verbose_name: f for f in self.model._meta.concrete_fields if f.many_to_one}
        columns = []
        for column in self.export_columns():
            if key := keys.get(column.label):
                among = queryset.order_by().values(key.attname)
                known = self.named(key, request)
                named = None if known is None else set(known.filter(pk__in=among).values_list("pk", flat=True))
                column = replace(column, value=_hiding(column.value, key, named))  # noqa: PLW2901 -- the same, careful
            columns.append(column)
        return columns

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


def _hiding(read: Any, key: Any, named: set[Any] | None) -> Any:
    """The name behind the key, where it is among the `named` ones (None: all)."""
    return lambda record: read(record) if named is None or getattr(record, key.attname) in named else ""


def _only_related(model: type[models.Model], listed: Any) -> Any:
    if not isinstance(listed, str) or "__" in listed:
        return listed
    return (listed, RelatedOnlyFieldListFilter) if model._meta.get_field(listed).is_relation else listed


def _named(page: Any, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """With what the names of the rows need."""
    return (
        rows.for_names()
        if hasattr(rows, "for_names")
        else rows.select_related(*(f.name for f in page.model._meta.fields if f.many_to_one))
    )


def _reader(field: Any) -> Any:
    if field.choices:
        return lambda record: getattr(record, f"get_{field.name}_display")()
    if isinstance(field, models.BooleanField):
        return lambda record: _("yes") if getattr(record, field.name) else _("no")
    if isinstance(field, models.DecimalField | models.DateField | models.IntegerField):
        return lambda record: getattr(record, field.name)
    return lambda record: "" if getattr(record, field.name) is None else str(getattr(record, field.name))
