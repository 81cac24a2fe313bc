"""What every filtered list shares: the chips that say what it is filtered by, and addresses without idle parameters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.forms import BoundField, Form
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

COMPANIONS = ("_text", "_pick")  # what a LookupField sends beside its key
VIEW = "view"  # the saved view from which an address was made, or ALL: nobody's default view
ALL = "all"
EVERYTHING = f"{VIEW}={ALL}"  # the address of a list without any filter, also for those who have a default view


@dataclass(frozen=True)
class Chip:
    """One active filter and the address of the list without it."""

    label: str
    value: str
    remove_url: str


def chips(form: Form, params: QueryDict, *, besides: tuple[str, ...] = ("sort",)) -> list[Chip]:
    """The active filters of a valid filter form; `besides` are fields that do not narrow the list."""
    return [
        Chip(
            str(form[name].label),
            _in_words(form[name], value),
            f"?{address(params, form=form, without=('page', name))}",
        )
        for name, value in form.cleaned_data.items()
        if name not in besides and value not in (None, "", False, [])
    ]


def address(params: QueryDict, *, form: Form | None = None, without: tuple[str, ...] = ("page",)) -> str:
    """As `query`, for a link: it keeps the view, and what is not narrowed at all says so."""
    return query(params, form=form, without=without) or EVERYTHING


def query(params: QueryDict, *, form: Form | None = None, without: tuple[str, ...] = ("page", VIEW)) -> str:
    """The parameters of a list as they belong into an address: no blanks, no companions of a look-up.

    With `form` the key that the typed words turned out to mean is put in, so that the address can be shared.
    """
    kept = params.copy()
    for name, value in getattr(form, "cleaned_data", {}).items():
        if isinstance(value, Model):
            kept[name] = str(value.pk)
    for name in list(kept):
        values = [value for value in kept.getlist(name) if value.strip()]
        kept.setlist(name, values)
        if not values or name in without or name.endswith(COMPANIONS):
            del kept[name]
    if kept.get(VIEW) == ALL and len(kept) > 1:
        del kept[VIEW]
    return kept.urlencode()


def _in_words(field: BoundField, value: Any) -> str:
    choices = dict(getattr(field.field, "choices", None) or {}) if not isinstance(value, Model) else {}
    if value is True:
        return _("Yes")
    if isinstance(value, dt.date):
        return date_format(value)
    return str(choices.get(value, getattr(value, "label", value)))
