"""The pages of a record: signed, exported, with the history that the database keeps, and deleted into the trash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin, RelatedOnlyFieldListFilter, action
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.forms.models import _get_foreign_key
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.admin.forms import Careful, nameless
from pages.exports import Column, export, too_long
from pages.limits import limited
from pages.scopes import Scoped, ScopedPage
from pages.thrown import moved
from records.history import event_model, history_of, untracked
from records.keys import whole
from records.ledger import INSTALLATION, OWN_DEED
from records.models import Stale, Trashed
from records.rows import along
from records.trash import hold_for, throw

ASKED = ("exact", "id__exact", "isnull", "isempty")  # by the filters beside a list
SIGNED_BY = ("created_by", "uploaded_by", "by")  # whose field names the user who made the row


class ReadOnly:
    """Before RecordAdmin, Rows or Sheets: what the machinery writes is seen and exported, and changed by nobody."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not by itself, but with the record that is deleted."""
        page: Any = self
        own = f"{page.opts.app_label}_{page.opts.model_name}_"
        match, user = request.resolver_match, request.user
        elsewhere = match is not None and not (match.url_name or "").startswith(own)
        return bool(isinstance(obj, page.model) and elsewhere and getattr(user, "sees_all", False))


class RecordAdmin(ScopedPage, Careful, ModelAdmin):  # type: ignore[type-arg]
    """Signs new rows, exports, and shows the history that the database keeps."""

    actions = ["export_csv", "export_xlsx"]
    refusals: tuple[type[Exception], ...] = (models.ProtectedError, models.RestrictedError, Stale)  # of a deletion
    has_trash = True  # False: what is deleted here is gone at once
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

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """What the filters and the days above the list ask, no other question to the table."""
        if self.date_hierarchy and lookup.startswith(f"{self.date_hierarchy}__"):
            return _is_part_of_a_day(lookup.removeprefix(f"{self.date_hierarchy}__"), value)
        filters = self.list_filter if request is None else self.get_list_filter(request)
        named = [one[0] if isinstance(one, tuple) else one for one in filters]
        return lookup in named or lookup in {f"{name}__{how}" for name in named for how in ASKED}

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        raise Http404

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """An administrator of a region reads what they delete, not the names of what hangs on it.

        What they do not see may keep it from being deleted too, so it is asked along, as `throw` will ask.
        """
        objs = list(objs)
        with along():
            found, counts, perms, protected = super().get_deleted_objects(objs, request)
        user: Any = request.user
        if user.sees_all:
            return found, counts, perms, protected
        own = [str(one) for one in objs]
        lacking = {str(self.opts.verbose_name) for one in objs if not self.has_delete_permission(request, one)}
        kept = [_("Other records name it.")] if protected else []
        return own, {self.opts.verbose_name_plural: len(own)}, lacking, kept

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return nameless(super().get_form(request, obj, change=change, **kwargs), self, request)

    # The trash

    @property
    def trash_right(self) -> str:
        """What one needs to put back what is deleted here: more where only the system administrator deletes it."""
        of_regions = self.region_deletes and type(self).seen_by is not Scoped.seen_by
        return OWN_DEED if of_regions else INSTALLATION

    def trash_of(self, obj: Any) -> dict[str, Any]:
        """Whose trash it goes to, in the words of `throw`."""
        return {"right": self.trash_right}

    def throw_away(self, request: HttpRequest, obj: Any) -> Trashed | None:
        return throw(obj, **self.trash_of(obj))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        request.thrown = self.throw_away(request, obj)  # type: ignore[attr-defined]  # read by response_delete

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        records = list(queryset)
        with transaction.atomic():
            hold_for(*records)
            for record in records:
                self.delete_model(request, record)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        context = {"has_trash": self.has_trash, **(extra_context or {})}
        try:
            return super().delete_view(request, object_id, context)  # one transaction, as Django has it
        except self.refusals as refusal:
            return self._refused(request, refusal)

    def response_action(self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any) -> Any:
        """All that were selected are deleted, or none. What is no key was sent by no list of ours."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if isinstance(self.opts.pk, models.IntegerField) and None in map(whole, chosen):
            raise Http404
        if "delete_selected" not in request.POST.getlist("action"):
            return super().response_action(request, queryset, *args, **kwargs)
        try:
            with transaction.atomic():
                answer = super().response_action(request, queryset, *args, **kwargs)
        except self.refusals as refusal:
            return self._refused(request, refusal)
        if isinstance(answer, TemplateResponse):
            answer.context_data = {"has_trash": self.has_trash, **(answer.context_data or {})}
        return answer

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        """In the words of the product, with the way to the trash."""
        if IS_POPUP_VAR in request.POST:
            return super().response_delete(request, obj_display, obj_id)
        self.message_user(request, moved(getattr(request, "thrown", None)), messages.SUCCESS)
        return self._to_the_list(request)

    def why_refused(self, refusal: Exception) -> str:
        if isinstance(refusal, Stale):
            return _("Nothing was deleted. Look at it again, then decide.")
        return _("Other records name it.")

    def _refused(self, request: HttpRequest, refusal: Exception) -> HttpResponse:
        self.message_user(request, self.why_refused(refusal), messages.ERROR)
        return self._to_the_list(request)

    def _to_the_list(self, request: HttpRequest) -> HttpResponse:
        """As it was filtered."""
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        filters: Any = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return redirect(add_preserved_filters(filters, url))

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

    def _export(self, kind: str, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponseBase | None:
        if refusal := too_long(kind, queryset):
            self.message_user(request, refusal, messages.ERROR)
            return None
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
                named = None if known is None else known.keys_among(among)
                column = replace(column, value=_hiding(column.value, key, named))  # noqa: PLW2901 -- the same, careful
            columns.append(column)
        return columns

    @action(description=gettext_lazy("Export the selected as CSV"))
    def export_csv(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponseBase | None:
        return limited("export")(partial(self._export, "csv"))(request, queryset)  # type: ignore[no-any-return]

    @action(description=gettext_lazy("Export the selected as XLSX"))
    def export_xlsx(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponseBase | None:
        return limited("export")(partial(self._export, "xlsx"))(request, queryset)  # type: ignore[no-any-return]


def sign(record: Any, user: Any) -> None:
    """A new row names the user who made it."""
    for name in SIGNED_BY:
        if record.pk is None and hasattr(type(record), name) and getattr(record, f"{name}_id", 0) is None:
            setattr(record, name, user)


def _is_part_of_a_day(part: str, text: str) -> bool:
    """Of a year whose ends every clock of the world can tell."""
    number = whole(text, digits=4)
    return number is not None and (part in ("month", "day") or (part == "year" and MINYEAR < number < MAXYEAR))


def _hiding(read: Any, key: Any, named: set[Any] | None) -> Any:
    """The name behind the key, where it is among the `named` ones (None: all)."""
    return lambda record: read(record) if named is None or getattr(record, key.attname) in named else ""


def _only_related(model: type[models.Model], listed: Any) -> Any:
    if not isinstance(listed, str) or "__" in listed:
        return listed
    return (listed, RelatedOnlyFieldListFilter) if model._meta.get_field(listed).is_relation else listed


def _reader(field: Any) -> Any:
    if field.choices:
        return lambda record: getattr(record, f"get_{field.name}_display")()
    if isinstance(field, models.BooleanField):
        return lambda record: _("yes") if getattr(record, field.name) else _("no")
    if isinstance(field, models.DecimalField | models.DateField | models.IntegerField):
        return lambda record: getattr(record, field.name)
    return lambda record: "" if getattr(record, field.name) is None else str(getattr(record, field.name))
