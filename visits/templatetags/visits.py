"""Marks of visits in templates: `{% load visits %}`."""

from django import template
from django.utils.safestring import SafeString

from visits.telling import certainty_badge, certainty_words

register = template.Library()


@register.filter
def certainty_mark(certainty: str) -> SafeString | str:
    """Nothing where a source states it plainly; a mark where it was inferred, assumed or is disputed."""
    return certainty_badge(certainty)


register.filter("certainty_words", certainty_words)
