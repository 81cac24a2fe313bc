"""The parts of a record, as rows of its page."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import StackedInline, TabularInline
from django.http import HttpRequest

from pages.admin.forms import Careful, NamedRows, Nameless, ReadAtOnce, RecordForm
from pages.scopes import ScopedRows


class Rows(ScopedRows, Nameless, Careful, TabularInline):  # type: ignore[type-arg]
    extra = 0
    classes = ["collapse"]
    formset = NamedRows


class Sheets(ScopedRows, Nameless, Careful, StackedInline):  # type: ignore[type-arg]
    extra = 0
    classes = ["collapse"]
    formset = ReadAtOnce


class ReadOnlyRows(ScopedRows, Nameless, TabularInline):  # type: ignore[type-arg]  # it takes no parameter at run time
    """Rows that are written elsewhere."""

    form = RecordForm
    formset = ReadAtOnce

    extra = 0
    can_delete = False
    classes = ["collapse"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
