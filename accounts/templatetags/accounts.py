"""Words of accounts for templates."""

from django import template

from accounts.devices import in_words
from accounts.middleware import lacks_second_factor

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    return in_words(user_agent)


register.simple_tag(lacks_second_factor, name="lacks_second_factor")
