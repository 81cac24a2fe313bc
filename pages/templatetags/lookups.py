"""The one filter that the list of a lookup needs."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def marked(value: str, words: str) -> SafeString:
    """The value with the typed words in `<mark>`; both are escaped."""
    typed = [re.escape(word) for word in words.split()[:8]]
    if not typed:
        return format_html("{}", value)
    pieces = re.split(f"({'|'.join(typed)})", value, flags=re.IGNORECASE)
    return format_html_join("", "{}", ((_piece(text, i % 2 == 1),) for i, text in enumerate(pieces)))


def _piece(text: str, hit: bool) -> SafeString:
    return format_html("<mark>{}</mark>", text) if hit else format_html("{}", text)
