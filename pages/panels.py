"""Filter panels, which stand on every page of a list: drawn once for all who chose the same."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from pages.lists import ALL, EVERYTHING, VIEW, query

KEPT = 64  # panels of some 40 kB, in each process
LONGEST = 200  # characters of an address: a longer one is not asked for twice
PLAIN = (str, bool, int, dt.date, type(None))  # what shows the same to everybody; the name of a record need not

_kept: OrderedDict[Any, SafeString] = OrderedDict()


def panel(template: str, form: Form, asked: QueryDict, shown: dict[str, Any], *, offers: tuple[str, ...]) -> SafeString:
    """The panel of a list whose address holds the cleaned parameters `asked`; its template sees `shown`, no request.

    `offers` are the fields whose choices can change while the process lives: what an administrator adds there is seen
    at once. Fifteen fields cost a third of a page of fifty rows (2026-11-24: 13 of 40 ms).
    """
    parameters = query(asked, without=("page",))
    idle = parameters in ("", EVERYTHING)
    shown = shown | {"form": form, "asked_view": "" if idle else asked.get(VIEW, ALL)}
    shown["asked_columns"] = asked.get("columns", "")
    cleaned = getattr(form, "cleaned_data", {}).values()
    if settings.DEBUG or form.errors or len(parameters) > LONGEST or not all(isinstance(it, PLAIN) for it in cleaned):
        return render_to_string(template, shown)
    fields: dict[str, Any] = form.fields
    offered = tuple((str(value), str(label)) for name in offers for value, label in fields[name].choices)
    said = tuple((name, shown[name]) for name in sorted(shown) if isinstance(shown[name], PLAIN))
    key = (template, get_language(), "" if idle else parameters, said, offered)
    if key not in _kept:
        if len(_kept) >= KEPT:
            _kept.popitem(last=False)
        _kept[key] = render_to_string(template, shown)
    _kept.move_to_end(key)
    return _kept[key]
