"""Small marks of every page. All are cheap enough for every row of a list."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from pages.icons import drawn
from pages.sheets.once import submission_of

register = template.Library()

Problem = tuple[str, str]  # id of the field ("" for none), message
LONG = 22  # letters of a badge; beyond them it may stand on two lines
TONE_ICONS = {
    "quiet": "circle",
    "info": "info",
    "good": "circle-check",
    "warn": "triangle-alert",
    "bad": "octagon-alert",
}
TONES_OF_LEVELS = {"debug": "quiet", "info": "info", "success": "good", "warning": "warn", "error": "bad"}


@register.simple_tag
@functools.cache
def icon(name: str, size: int = 18) -> SafeString:
    """A lucide icon. KeyError if there is none of this name."""
    return mark_safe(drawn(name, size))  # noqa: S308 - out of a package


@register.simple_tag(takes_context=True)
def kept(context: Context, name: str, *also: object) -> SafeString:
    """A part that is the same on every page, drawn once in each language for those inside and those outside.

    It sees `signed_in`, `site_name` and `also`, nothing of the request. Drawn anew, such parts were 60 % of a frame.
    """
    user = context.get("user")
    draw = _kept.__wrapped__ if settings.DEBUG else _kept  # who builds wants to see changes
    return draw(str(name), bool(user and user.is_authenticated), get_language(), *also)


@functools.cache
def _kept(name: str, signed_in: bool, language: str | None, *also: object) -> SafeString:
    seen = {"signed_in": signed_in, "site_name": settings.SITE_NAME, "also": also}
    return render_to_string(name, seen)


@register.simple_tag(takes_context=True)
def submission(context: Context, form: BaseForm | None = None) -> SafeString:
    """The identity of a form: its draft in the browser is let go when it is saved (pages.drafts).

    An empty `form` that is drawn in the answer to one that was saved is another one, with an identity of its own.
    """
    identity = submission_of(context["request"]) if form is None or form.is_bound else uuid.uuid4()
    return format_html('<input type="hidden" name="submission" value="{}">', identity)


@register.simple_tag
def tone_icon(tone: str) -> SafeString:
    return icon(TONE_ICONS.get(tone, "circle"), 20)


@register.simple_tag
def badge(text: object, tone: str = "quiet", icon_name: str = "") -> SafeString:
    """A status in words, with an icon and a colour that say the same."""
    mark = icon(icon_name, 14) if icon_name else ""
    kind = "badge badge-long" if len(str(text)) > LONG else "badge"
    return format_html('<span class="{}" data-tone="{}">{}{}</span>', kind, tone, mark, text)


@register.filter
def tone(level_tag: str) -> str:
    """The tone of a message of django.contrib.messages."""
    return TONES_OF_LEVELS.get(level_tag, "info")


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.filter
def initials(name: object) -> str:
    """First and last name: Siti Rahma Dewi is SD; of an e-mail address the first letter."""
    parts = [p for p in str(name).partition("@")[0].split() if p[0].isalnum()] or ["?"]
    return "".join(p[0] for p in ([parts[0], parts[-1]] if len(parts) > 1 else parts)).upper()


@register.simple_tag
def page_numbers(page: Page[Any]) -> Iterator[str | int]:
    """Numbers around the page, with gaps."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context, label: str, field: str, default: str = "", param: str = "sort", css: str = ""
) -> SafeString:
    """A column head that sorts: once up, once down. Keeps the filters, goes back to page 1.

    With `live` in the context the link is also fetched by htmx; the list around it says where it goes.
    """
    request = context["request"]
    now = request.GET.get(param) or default
    state, following, mark = {
        field: ("ascending", f"-{field}", "arrow-up"),
        f"-{field}": ("descending", field, "arrow-down"),
    }.get(now, ("none", field, "arrow-up-down"))
    query = request.GET.copy()
    query[param] = following
    query.pop("page", None)
    url = f"?{query.urlencode()}"
    live = format_html(' hx-get="{}"', url) if context.get("live") else ""
    return format_html(
        '<th scope="col" aria-sort="{}" class="{}"><a class="sort" href="{}"{}>{} {}</a></th>',
        state, css, url, live, label, icon(mark, 14),
    )  # fmt: skip


@register.inclusion_tag("components/_error_summary.html")
def error_summary(*sources: BaseForm | BaseFormSet[Any] | Iterable[Problem] | None) -> dict[str, object]:
    """Everything that is wrong in the given forms, formsets and lists of (id, message), in the order of the page."""
    return {"errors": [problem for source in sources if source for problem in problems(source)]}


def problems(source: BaseForm | BaseFormSet[Any] | Iterable[Problem]) -> Iterator[Problem]:
    if isinstance(source, BaseFormSet):
        yield from (("", str(message)) for message in source.non_form_errors())
        for form in source.forms:
            yield from _problems_of_form(form)
    elif isinstance(source, BaseForm):
        yield from _problems_of_form(source)
    else:
        yield from source


def _problems_of_form(form: BaseForm) -> Iterator[Problem]:
    row = getattr(form, "row_label", "")
    yield from (("", f"{row}: {message}" if row else str(message)) for message in form.non_field_errors())
    for field in form:
        parts = [str(part).rstrip("?:. ") for part in (row, "" if field.is_hidden else field.label) if part]
        yield from ((_first_input(field), ": ".join([*parts, str(message)])) for message in field.errors)


def _first_input(field: BoundField) -> str:
    """The id that a link can lead to; groups of radios and checkboxes have none of their own, so their first."""
    return "" if field.is_hidden else field.id_for_label or f"{field.auto_id}_0"
