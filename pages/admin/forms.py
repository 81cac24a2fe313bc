"""The form of a record: nobody overwrites unseen what somebody else has saved, and keys are looked up by typing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import AdminTextareaWidget, AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from pages.named import Named, ReadOnce, keys_of
from pages.scopes import Scoped, keep_what_is_named, label_of
from records.above import hold_above
from records.history import in_words
from records.keys import whole
from records.models import Record
from records.trash import let_go


class KeySelect(AutocompleteSelect):
    """Shows what its key names, as it was read for all rows; what is no key names nothing."""

    choices: Any

    def optgroups(self, name: str, value: Sequence[str], *args: Any, **kwargs: Any) -> Any:
        field = self.choices.field
        empty = [] if self.is_required else [self.create_option(name, "", "", selected=False, index=0)]
        named = [found for one in value[:1] if whole(one) is not None and (found := field.named.get(one))]
        chosen = [
            self.create_option(name, found.pk, field.label_from_instance(found), selected=True, index=len(empty))
            for found in named
        ]
        return [(None, [*empty, *chosen], 0)]


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
        if current is None:
            return
        if type(self).hide_names is not None:
            type(self).hide_names(current)
        for f in current._meta.fields:
            if f.name in self.left_alone or f.name not in self.cleaned_data:
                continue
            yours = self.cleaned_data[f.name]
            if getattr(current, f.attname) != getattr(yours, "pk", yours):
                words = {
                    "field": self.fields[f.name].label,
                    "theirs": in_words(f, getattr(current, f.name)) or _("(empty)"),
                    "yours": in_words(f, yours) or _("(empty)"),
                }
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
        if request is not None and db_field.name in self.get_autocomplete_fields(request):
            limited.setdefault("widget", KeySelect(db_field, self.admin_site))
        field = super().formfield_for_foreignkey(db_field, request, **limited)  # type: ignore[misc]  # of Django admin
        if field is not None:
            field.label_from_instance = label_of
            field.is_limited = limited is not kwargs
            field.named, field.iterator = Named(field.queryset), ReadOnce
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None, **kwargs: Any) -> Any:
        limited = self.limited(db_field, request, kwargs)
        field = super().formfield_for_manytomany(db_field, request, **limited)  # type: ignore[misc]  # of Django admin
        if field is not None:
            field.is_limited = limited is not kwargs
            field.named = Named(field.queryset)
        return field

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # of Django admin


class Nameless:
    """The forms of such rows show no name that the reader may not know."""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]  # of Django admin
        made.form = nameless(made.form, self, request)
        made.learn_names = staticmethod(partial(self.learn_names, request))  # type: ignore[attr-defined]  # of Scoped
        return made


def nameless(form: Any, scoped: Any, request: HttpRequest) -> Any:
    user: Any = request.user
    if user.sees_all:
        return form
    return type(form.__name__, (form,), {"hide_names": staticmethod(partial(scoped.hide_names, request))})


class ReadAtOnce(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """What the keys of its rows name is read for all of them, before each row has a form of its own."""

    model: type[models.Model]
    learn_names: Any

    def get_queryset(self) -> models.QuerySet[Any]:
        if not hasattr(self, "_queryset"):
            rows = list(super().get_queryset())
            self.learn_names(rows)
            fields: dict[str, Any] = self.form.base_fields
            for key in keys_of(self.model):
                if (named := getattr(fields.get(key.name), "named", None)) is None:
                    continue
                named.learn(getattr(row, key.attname) for row in rows)
                for row in rows:
                    if not key.is_cached(row) and (found := named.get(getattr(row, key.attname))) is not None:
                        key.set_cached_value(row, found)
        return super().get_queryset()

    def delete_existing(self, obj: Any, commit: bool = True) -> None:
        """The tick of a row removes as the product's own forms do."""
        if commit:
            let_go([obj], within=self.instance)


class NamedRows(ReadAtOnce):
    """In a table the column head names a field for the eye only; here also for a screen reader."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            label = str(field.label or name)
            getattr(field.widget, "widget", field.widget).attrs.setdefault("aria-label", label)
